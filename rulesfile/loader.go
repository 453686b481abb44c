package rulesfile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"timesheet"
)

// Options of a Loader.
type Options struct {
	// Rules and Directory are the files' paths; "" where there is none.
	Rules, Directory string
	// Every is how often the files are looked at; 0 means 2 seconds.
	Every time.Duration
	// Settled is the last settled day. It is called for each new version, also by
	// Open, and so has to be known then; nil, or a day before FirstDay, says that
	// none is settled.
	Settled func() timesheet.Day
	// Restate accepts versions under which settled days change; each is told with
	// the first such day.
	Restate bool
	// Redact leaves out of the files' contents what the service must not know any more, as
	// [Redact] does: what is accepted, compared and handed on is what is left. It is
	// called for each new version, by Open, Run and Redo; nil leaves all in. Where it
	// fails by Unavailable, it is tried again.
	Redact func(rules, directory []byte) (rulesLeft, directoryLeft []byte, err error)
	// Previous answers the copies of both files that Accepted was given last, which
	// Open compares with the files; nil ones where there is none, or no such file.
	Previous func(ctx context.Context) (rules, directory []byte, err error)
	// Accepted is told of each version that is in force from now on, with the files'
	// contents (nil where there is none) for Previous. Refused is told why a new one
	// isn't, once for each content. Both are called one after the other, by Open, Run and
	// Redo, and may be nil.
	Accepted func(Acceptance)
	Refused  func(error)
}

// Acceptance is a version that came into force.
type Acceptance struct {
	*Version
	// RulesText and DirectoryText are the files' contents; nil where there is none.
	RulesText, DirectoryText []byte
	// Restates is the first settled day that changes, and why; nil where none does.
	Restates *Difference
}

// every is how often files are looked at. An edit is in force within twice that.
const every = 2 * time.Second

// Loader keeps the last good version of both files, and follows them while Run runs.
//
// It looks at the files again and again rather than being told by the system: a mounted
// config map is changed by turning a symbolic link, on some mounts nothing is told at
// all, and one stat in two seconds costs nothing. A file is read when its time, size or
// identity changed and then stayed the same from one look to the next, so that one which
// is being written isn't taken half-way; its digest decides whether there is anything
// new. A version is taken as a whole, both files together, or not at all.
type Loader struct {
	options Options
	read    func(path string, limit int) (*Text, error)
	status  atomic.Pointer[Status]

	mu      sync.Mutex // guards what follows
	texts   texts      // by which the version in force was made
	seen    stamps     // at the last look
	fresh   bool       // the files are still so young that a change needn't show
	tried   string     // digest of what was accepted or refused last
	trouble string     // the last error of reading, to tell of each once
}

// Status is what a Loader has in force, and what it refused.
type Status struct {
	*Version
	Since   time.Time // when the version came into force here
	Refused error     // why the files as they are now are not; nil where they are
}

// Restated says that a version was refused since it would change settled days.
type Restated struct {
	Difference
	Settled timesheet.Day // the last settled day
}

func (r *Restated) Error() string { return r.text(r.Difference) }

// detail is the error without the employee.
func (r *Restated) detail() string { return r.text(Difference{Day: r.Day, What: r.What}) }

func (r *Restated) text(d Difference) string {
	return fmt.Sprintf("settled days would change, first %v. All up to %v are settled. See whose worked time would change: "+
		"timesheet rules diff OLD NEW --from %v --to %v; then start the service with --restate", d, r.Settled, max(r.Day, timesheet.FirstDay), r.Settled)
}

// Open loads the files. Where they are refused, be it that they are wrong or that they
// would change settled days, and there is a previous copy, that one is in force and
// Status tells why; so a restart changes nothing that hadn't been accepted. Without one
// the refusal is the error.
func Open(ctx context.Context, o Options) (*Loader, error) { return open(ctx, o, read) }

func open(ctx context.Context, o Options, read func(string, int) (*Text, error)) (*Loader, error) {
	if o.Every <= 0 {
		o.Every = every
	}
	l := &Loader{options: o, read: read}
	l.mu.Lock()
	defer l.mu.Unlock()
	previous, err := l.previous(ctx)
	if err != nil {
		return nil, err
	}
	if previous != nil {
		l.status.Store(&Status{Version: previous, Since: time.Now()})
	}
	l.seen = look(o.Rules, o.Directory)
	for tries := 1; !l.load(); tries++ {
		if tries == mostTries {
			return nil, timesheet.NewError(timesheet.Unavailable, "read the rules", errors.New("the files keep changing while they are read"))
		}
	}
	if s := l.status.Load(); s.Version == nil {
		return nil, s.Refused
	}
	return l, nil
}

// mostTries bounds how often Open reads files that change meanwhile.
const mostTries = 10

// previous is the stored copy as a version; nil where there is none.
func (l *Loader) previous(ctx context.Context) (*Version, error) {
	if l.options.Previous == nil {
		return nil, nil
	}
	rules, directory, err := l.options.Previous(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the rules that were in force before: %w", err)
	}
	if rules == nil && directory == nil {
		return nil, nil
	}
	stored, failed := l.redact(texts{NewText("the stored rules", rules), NewText("the stored directory", directory)})
	if failed != nil && timesheet.CodeOf(failed) != timesheet.Invalid {
		return nil, failed
	}
	l.texts = stored
	v, err := stored.compile()
	if err == nil && failed != nil {
		return nil, failed
	}
	if err != nil && !l.options.Restate {
		return nil, fmt.Errorf("the rules that were in force before can't be read, so that it can't be told whether settled days change; --restate goes on without them: %w", err)
	}
	return v, nil // nil with Restate
}

// Current is the version in force. It takes no lock.
func (l *Loader) Current() *Version { return l.status.Load().Version }

// Status is the version in force and the last refusal. It takes no lock.
func (l *Loader) Status() Status { return *l.status.Load() }

// Run follows the files until ctx ends. It is to be called once.
func (l *Loader) Run(ctx context.Context) {
	ticker := time.NewTicker(l.options.Every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			l.poll()
		}
	}
}

// poll looks at the files once.
func (l *Loader) poll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := look(l.options.Rules, l.options.Directory)
	if !now.same(l.seen) {
		l.seen, l.fresh = now, true // wait until they stay
		return
	}
	if l.fresh {
		l.load()
	}
}

// load reads the files and takes them as the version in force, or says why not. It
// answers false where they changed meanwhile: what was read may be half of the one
// version and half of the next.
func (l *Loader) load() bool {
	l.fresh = l.seen.young(time.Now())
	rules, err := l.read(l.options.Rules, MaxRules)
	directory, dirErr := l.read(l.options.Directory, MaxDirectory)
	if now := look(l.options.Rules, l.options.Directory); !now.same(l.seen) {
		l.seen, l.fresh = now, true
		return false
	}
	if err = errors.Join(err, dirErr); err != nil {
		l.tried = ""
		l.troubled(err)
		return true
	}
	files := texts{rules, directory}
	if d := files.digest(); d != l.tried {
		l.tried = d
		err = l.decide(files)
	}
	if err != nil { // of what passes: it is tried at the next look
		l.fresh, l.tried = true, ""
		l.troubled(err)
		return true
	}
	l.trouble = ""
	return true
}

// troubled refuses for a reason that isn't in the files, once for each.
func (l *Loader) troubled(err error) {
	if s := err.Error(); s != l.trouble {
		l.trouble = s
		l.refuse(err)
	}
}

// decide accepts files or refuses them. Its error says that it couldn't tell.
func (l *Loader) decide(files texts) error {
	kept, err := l.redact(files)
	if err != nil && timesheet.CodeOf(err) != timesheet.Invalid {
		return err
	}
	if err != nil || !kept.same(files) { // mistakes are told with the lines of the file
		if _, wrong := files.compile(); wrong != nil || err != nil {
			l.refuse(cmp.Or(wrong, err))
			return nil
		}
	}
	before, err := l.redactInForce()
	if err != nil {
		return err
	}
	if before != nil && before.Digest == kept.digest() { // as it was, after all
		l.accept(before, kept, nil)
		return nil
	}
	next, err := kept.compile()
	if err != nil {
		l.refuse(err)
		return nil
	}
	restates := l.restates(before, next)
	if restates != nil && !l.options.Restate {
		l.refuse(timesheet.NewError(timesheet.Conflict, "change the rules", restates))
		return nil
	}
	l.accept(next, kept, restates)
	return nil
}

// restates is the first settled day that next changes; nil where it changes none.
func (l *Loader) restates(before, next *Version) *Restated {
	if before == nil || l.options.Settled == nil {
		return nil
	}
	settled := l.options.Settled()
	if d, differs := FirstDifference(before, next); differs && d.Day <= settled {
		return &Restated{d, settled}
	}
	return nil
}

func (l *Loader) accept(v *Version, kept texts, restates *Restated) {
	l.texts = kept
	next := &Status{Version: v, Since: time.Now()}
	if before := l.status.Load(); before != nil && before.Version == v {
		next.Since = before.Since
	}
	l.status.Store(next)
	if l.options.Accepted == nil {
		return
	}
	a := Acceptance{Version: v}
	a.RulesText, a.DirectoryText = kept.contents()
	if restates != nil {
		a.Restates = &restates.Difference
	}
	l.options.Accepted(a)
}

func (l *Loader) refuse(err error) {
	next := &Status{Refused: err}
	if before := l.status.Load(); before != nil {
		next.Version, next.Since = before.Version, before.Since
	}
	l.status.Store(next)
	if l.options.Refused != nil {
		l.options.Refused(err)
	}
}

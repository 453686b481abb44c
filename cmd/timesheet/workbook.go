package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"timesheet"
	timesheethttp "timesheet/http"
	"timesheet/rulesfile"
)

// workbook has the work rules and the directory in force. All instances share them: the
// store has a copy of both files, set by whoever's files changed, and everybody follows
// it. So a restart, or a second instance, can't quietly change what is settled.
type workbook struct {
	log    *slog.Logger
	store  bookStore
	loader *rulesfile.Loader // nil without files

	current atomic.Pointer[rulesfile.Version]

	mu      sync.Mutex // guards what follows
	stored  uint64     // the copy's version in the store
	copy    []byte     // of what is in force; nil for RULES' defaults
	digest  string     // of it
	unsaved bool       // it isn't in the store yet
}

// bookStore keeps the copy, and knows whom it must not name.
type bookStore interface {
	timesheet.DocumentKeeper
	Graves(ctx context.Context) (timesheet.Graves, error)
}

// redact takes erased people out of both files' texts.
func (b *workbook) redact(ctx context.Context) func(rules, directory []byte) (rulesLeft, directoryLeft []byte, err error) {
	return func(rules, directory []byte) ([]byte, []byte, error) {
		graves, err := b.store.Graves(ctx)
		if err != nil {
			return nil, nil, err
		}
		return rulesfile.Redact(rules, directory, graves.Has)
	}
}

// bookName is the copy's name in the store, and bookEvery how often it is looked at.
const (
	bookName  = "work-rules"
	bookEvery = 5 * time.Second
)

// openWorkbook reads the files and the store's copy. Without files, what is in the store
// is in force; where nothing is, what is to come first.
func openWorkbook(ctx context.Context, log *slog.Logger, store bookStore, s workSettings, first bookTexts, settled func() timesheet.Day) (*workbook, error) {
	b := &workbook{log: log, store: store}
	doc, err := store.Document(ctx, bookName)
	if err != nil {
		return nil, fmt.Errorf("read the rules in force: %w", err)
	}
	b.stored, b.copy = doc.Version, doc.Text
	texts, err := decodeBook(doc.Text)
	if err != nil {
		return nil, err
	}
	if s.Rules == "" && s.Directory == "" {
		if doc.Version == 0 {
			texts = first
		}
		v, err := texts.compile()
		if err != nil {
			return nil, fmt.Errorf("the rules in force, as the store has them, can't be used: %w", err)
		}
		b.digest = v.Digest
		b.take(v)
		return b, nil
	}
	if doc.Version > 0 {
		b.digest = texts.digest()
	}
	b.loader, err = rulesfile.Open(ctx, rulesfile.Options{
		Rules: s.Rules, Directory: s.Directory, Settled: settled, Restate: s.Restate, Redact: b.redact(ctx),
		Previous: func(context.Context) (rules, directory []byte, err error) { return texts.Rules, texts.Directory, nil },
		Accepted: func(a rulesfile.Acceptance) { b.accept(ctx, a) },
		Refused:  b.refuse,
	})
	if err != nil {
		return nil, fmt.Errorf("the rules or directory file can't be used: %w", err)
	}
	if b.current.Load() == nil { // refused: what was in force before stays
		b.take(b.loader.Current())
	}
	return b, nil
}

// run follows the files and the store's copy until ctx ends.
func (b *workbook) run(ctx context.Context) {
	var files sync.WaitGroup
	if b.loader != nil {
		files.Go(func() { b.loader.Run(ctx) })
	}
	defer files.Wait()
	for sleep(ctx, bookEvery) {
		if err := b.follow(ctx); err != nil && ctx.Err() == nil {
			b.log.Warn("the store's copy of the rules can't be looked at", "error", err)
		}
	}
}

// rules are those in force.
func (b *workbook) rules() timesheethttp.Rules {
	v := b.current.Load()
	return timesheethttp.Rules{Work: v.Rules, Directory: v.Directory}
}

// texts are the version in force and both files' texts.
func (b *workbook) texts() (v *rulesfile.Version, rules, directory []byte, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t, err := decodeBook(b.copy)
	return b.current.Load(), t.Rules, t.Directory, err
}

func (b *workbook) take(v *rulesfile.Version) {
	if before := b.current.Swap(v); before == nil || before.Digest != v.Digest {
		b.log.Info("work rules in force", "digest", short(v.Digest), "schedules", v.Counts.Schedules, "holidays", v.Counts.Holidays,
			"leaves", v.Counts.Leaves, "employees", v.Counts.Employees)
	}
}

func short(digest string) string { return digest[:min(12, len(digest))] }

// accept takes a version of the files, and gives the store its copy.
func (b *workbook) accept(ctx context.Context, a rulesfile.Acceptance) {
	if a.Restates != nil {
		b.log.Warn("settled days change", "first", a.Restates.Day, "what", a.Restates.What)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if a.Digest != b.digest {
		text, err := encodeBook(a.RulesText, a.DirectoryText)
		if err != nil {
			b.log.Error("the rules are in force on this instance alone", "error", err)
		} else {
			b.copy, b.digest, b.unsaved = text, a.Digest, true
			b.save(ctx)
		}
	}
	b.take(a.Version)
}

// saveWithin bounds a write of the copy.
const saveWithin = 10 * time.Second

// save gives the store the copy that it lacks; what can't be saved now is tried again.
// mu is held.
func (b *workbook) save(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, saveWithin)
	defer cancel()
	var err error
	for range 3 { // another instance may be faster, with its files
		var version uint64
		if version, err = b.store.SetDocument(ctx, bookName, b.stored, b.copy); err == nil {
			b.stored, b.unsaved = version, false
			return
		}
		if !errors.Is(err, timesheet.Conflict) {
			break
		}
		if b.stored, err = b.store.DocumentVersion(ctx, bookName); err != nil {
			break
		}
	}
	b.log.Warn("the rules are in force on this instance alone: the store can't take its copy now", "error", err)
}

// follow takes over what another instance has set, and gives back what the store has lost.
func (b *workbook) follow(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.unsaved {
		b.save(ctx)
		return nil
	}
	version, err := b.store.DocumentVersion(ctx, bookName)
	if err != nil || version == b.stored {
		return err
	}
	doc, err := b.store.Document(ctx, bookName)
	if err != nil {
		return err
	}
	if doc.Version == 0 {
		b.log.Warn("the store has lost the rules in force; it gets them again")
		b.stored, b.unsaved = 0, b.copy != nil
		if b.unsaved {
			b.save(ctx)
		}
		return nil
	}
	texts, err := decodeBook(doc.Text)
	if err != nil {
		return err
	}
	b.stored = doc.Version // also of one that is of no use: once is enough to say so
	v, err := texts.compile()
	if err != nil {
		return fmt.Errorf("another instance's rules can't be used here: %w", err)
	}
	b.copy, b.digest = doc.Text, v.Digest
	b.take(v)
	return nil
}

// refuse tells why new files aren't in force. The log is the place for details, which
// may name employees; they are told at debug level.
func (b *workbook) refuse(err error) {
	attributes := []any{"problems", len(rulesfile.Found(err))}
	if r, ok := errors.AsType[*rulesfile.Restated](err); ok {
		attributes = []any{"first", r.Day, "what", r.What, "settled", r.Settled}
	} else if found := rulesfile.Found(err); len(found) > 0 {
		attributes = append(attributes, "first", fmt.Sprintf("%s:%d", found[0].File, found[0].Line))
	} else {
		attributes = append(attributes, "error", err)
	}
	b.log.Warn("the new rules or directory file is refused; what was in force stays. To see all problems: timesheet rules check", attributes...)
	b.log.Debug("refused", "error", err)
}

// notes are for /readyz, which anybody can read.
func (b *workbook) notes() []string {
	if b.loader == nil {
		return nil
	}
	s := b.loader.Status()
	if s.Refused == nil {
		return nil
	}
	why := "it can't be used; see: timesheet rules check"
	if r, ok := errors.AsType[*rulesfile.Restated](s.Refused); ok {
		why = fmt.Sprintf("settled days would change, first %v; see: timesheet rules diff, then start with --restate", r.Day)
	}
	return []string{fmt.Sprintf("the rules or directory file is refused (%s); in force is version %s", why, short(b.current.Load().Digest))}
}

package board

import (
	"cmp"
	"context"
	"fmt"
	"hash/maphash"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"timesheet"
)

// Store is what boards need of a store.
type Store interface {
	timesheet.Reader
	timesheet.Watcher
	// Corrected is that of timesheet.Corrector.
	Corrected(ctx context.Context, from, to timesheet.Day, after string, limit int) (cs []timesheet.Correction, next string, err error)
	Ping(ctx context.Context) error
}

// Options are what Boards need. Store, DayRules and Rules are required; the zero
// value of the others means the default.
type Options struct {
	Store Store
	// DayRules and Rules answer what is in force now, each version as one value of its
	// own: the pointer tells whether anything changed. Nil rules mean that they aren't
	// read yet, and pages are Unavailable; a nil Directory is one without rows.
	DayRules func() *timesheet.DayRules
	Rules    func() (*timesheet.WorkRules, *timesheet.Directory)

	// Moment is the present, for events and for Page.Stale; the clock's, with a source
	// that has brought everything.
	Moment func() timesheet.Moment
	// Rows bounds what is kept of all days: 36 bytes a row beside its id, which days share
	// where the directory lists the person. A row of a day whose page was asked for
	// counts as eight, and each day as 32 more. The days used last stay, today and
	// yesterday always; 3,000,000.
	Rows   int
	Events int // that the hub keeps for those who come back; 8192
	// Idle is how long after the last page or subscriber the feed is given up, until
	// somebody asks again: following a bulk import costs the store's readers as much as
	// the import. 0: never.
	Idle   time.Duration
	Logger *slog.Logger
}

const (
	defaultRows   = 3_000_000
	defaultEvents = 8192

	// pingEvery and pingWithin are how often the store is asked whether it is there,
	// and how long it may take; together they bound how long a page is stale unsaid.
	pingEvery  = time.Second
	pingWithin = 2 * time.Second
)

// Boards are the days of a store. They are safe for concurrent use.
type Boards struct {
	o    Options
	hub  *Hub
	seed maphash.Seed

	uses    atomic.Uint64 // counts uses of days, which orders them
	counted counters

	wanted   chan struct{} // has a token when somebody asked
	wantedAt atomic.Int64  // when somebody did last, in Unix nanoseconds

	mu   sync.Mutex             // guards days and live
	days map[timesheet.Day]*day // that are kept
	live bool                   // a feed is open, hence days can be kept

	feed  atomic.Pointer[timesheet.Feed] // the open one; nil while there is none
	stale atomic.Int64                   // the Instant since when pings fail; 0: they don't
	told  atomic.Pointer[book]

	// Owned by the goroutine that follows the feed.
	aliases     aliases
	recollected recollection
}

type counters struct {
	changes, loads, resets, failures, behind atomic.Uint64
	takenAt                                  atomic.Int64 // Instant at which what is being applied was taken; 0: nothing is
}

// New makes boards, which read what they need when they are asked. They keep nothing
// until Run has opened a feed.
func New(o Options) *Boards {
	o.Rows = cmp.Or(o.Rows, defaultRows)
	o.Events = cmp.Or(o.Events, defaultEvents)
	if o.Moment == nil {
		o.Moment = func() timesheet.Moment {
			return timesheet.Moment{Now: timesheet.InstantOf(time.Now()), SettledThrough: timesheet.Forever}
		}
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	b := &Boards{o: o, hub: newHub(o.Events), wanted: make(chan struct{}, 1), seed: maphash.MakeSeed(), days: make(map[timesheet.Day]*day)}
	b.hub.want = b.want
	return b
}

// Hub is where changes are told. It is closed when Run ends.
func (b *Boards) Hub() *Hub { return b.hub }

// Page answers a page of a day as it is at m. Its errors are Invalid for a query that
// can't be used, Unavailable while the store or the rules can't be read. Where m.Now
// is less than a second before what was asked of the day last, the later moment counts.
func (b *Boards) Page(ctx context.Context, on timesheet.Day, q Query, m timesheet.Moment) (Page, error) {
	if err := q.validate(); err != nil {
		return Page{}, err
	}
	if on < timesheet.FirstDay || on > timesheet.LastDay {
		return Page{}, timesheet.NewError(timesheet.Invalid, "day", fmt.Errorf("%v is outside %v to %v", on, timesheet.FirstDay, timesheet.LastDay))
	}
	after, err := parseCursor(q)
	if err != nil {
		return Page{}, err
	}
	k, err := b.book()
	if err != nil {
		return Page{}, err
	}
	b.want()
	d, own, stale, err := b.day(ctx, on)
	if err != nil {
		return Page{}, err
	}
	before := d.weight.Load()
	p := d.page(q, after, k, m)
	if own || d.weight.Load() > before {
		b.trim(d)
	}
	p.Stale = stale
	return p, nil
}

// Stats are what boards hold and did.
type Stats struct {
	Days, Rows int
	Live       bool              // a feed is open
	Stale      timesheet.Instant // since when the store can't be reached; 0: it can
	// Behind is how long the changes that are being applied have waited here. What the
	// store took before, it alone knows.
	Behind time.Duration
	// Since the start: changes and resets that the feed told, days read, feeds that failed.
	Changes, Resets, Loads, Failures uint64
	Late                             uint64 // how often a day was read since the feed was too far behind
}

// Stats are for metrics.
func (b *Boards) Stats() Stats {
	c := &b.counted
	s := Stats{
		Stale: timesheet.Instant(b.stale.Load()), Changes: c.changes.Load(), Resets: c.resets.Load(),
		Loads: c.loads.Load(), Failures: c.failures.Load(), Late: c.behind.Load(),
	}
	if at := timesheet.Instant(c.takenAt.Load()); at != 0 {
		s.Behind = max(0, timesheet.InstantOf(time.Now()).Sub(at))
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	s.Days, s.Live = len(b.days), b.live
	for _, d := range b.days {
		s.Rows += int(d.rowCount.Load())
	}
	return s
}

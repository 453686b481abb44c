package board_test

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/board"
	"timesheet/storetest"
)

// monday is the day of most tests: 2026-11-23.
var monday = timesheet.DayOf(2026, time.November, 23)

// at is so long after 00:00 UTC of d.
func at(d timesheet.Day, after time.Duration) timesheet.Instant {
	return timesheet.Instant(d)*86_400_000 + timesheet.Instant(after.Milliseconds())
}

// shift is e's entry on d between two times UTC.
func shift(e timesheet.EmployeeID, d timesheet.Day, from, to time.Duration) timesheet.Entry {
	return timesheet.Entry{Employee: e, Day: d, Earliest: at(d, from), Latest: at(d, to)}
}

// world is a store and the boards on it, with rules that the test changes.
type world struct {
	memory *storetest.Memory
	store  *storetest.Faulty
	boards *board.Boards

	days   atomic.Pointer[timesheet.DayRules]
	work   atomic.Pointer[timesheet.WorkRules]
	dir    atomic.Pointer[timesheet.Directory]
	moment atomic.Pointer[timesheet.Moment]
}

// newWorld is a world at noon of monday, with everybody in Berlin and no directory.
func newWorld(t testing.TB, o board.Options) *world {
	t.Helper()
	w := &world{memory: storetest.NewMemory(4)}
	w.store = storetest.NewFaulty(w.memory)
	t.Cleanup(func() { w.store.Close() })
	w.days.Store(dayRules(t, berlin()))
	w.work.Store(workRules(t, nil, nil))
	w.is(at(monday, 12*time.Hour), timesheet.Forever)
	o.Store, o.DayRules = w.store, w.days.Load
	o.Rules = func() (*timesheet.WorkRules, *timesheet.Directory) { return w.work.Load(), w.dir.Load() }
	o.Moment = func() timesheet.Moment { return *w.moment.Load() }
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	w.boards = board.New(o)
	return w
}

// run begins Run, which ends with the test.
func (w *world) run(t testing.TB) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := w.boards.Run(ctx); err != nil {
			t.Errorf("run: %v", err)
		}
	})
	stop = func() { cancel(); wg.Wait() }
	t.Cleanup(stop)
	return stop
}

// is sets the present.
func (w *world) is(now, settled timesheet.Instant) {
	w.moment.Store(&timesheet.Moment{Now: now, SettledThrough: settled})
}

// page is a page for somebody who may see everybody, unless the query says otherwise.
func (w *world) page(t testing.TB, on timesheet.Day, q board.Query) board.Page {
	t.Helper()
	q.Reach.All = q.Reach.All || q.Reach.Employee == "" && len(q.Reach.Teams) == 0
	if q.Limit == 0 {
		q.Limit = board.MaxRows
	}
	p, err := w.boards.Page(t.Context(), on, q, *w.moment.Load())
	if err != nil {
		t.Fatalf("page of %v: %v", on, err)
	}
	return p
}

func (w *world) merge(t testing.TB, es ...timesheet.Entry) {
	t.Helper()
	storetest.Merge(t, w.memory, es...)
}

func berlin() timesheet.DayRule { return timesheet.DayRule{Zone: "Europe/Berlin"} }

func dayRules(t testing.TB, fallback timesheet.DayRule, others ...timesheet.Assignment) *timesheet.DayRules {
	t.Helper()
	r, err := timesheet.NewDayRules(1, append(others, timesheet.Assignment{Rule: fallback}), time.LoadLocation)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// workRules has two schedules: office, the default, 09:00 to 18:00 with a break from 12:00
// to 14:00, and free, without hours.
func workRules(t testing.TB, holidays []timesheet.Holiday, leave []timesheet.Leave) *timesheet.WorkRules {
	t.Helper()
	office := timesheet.Terms{
		Hours:  timesheet.Hours{Start: timesheet.NewTimeOfDay(9, 0), End: timesheet.NewTimeOfDay(18, 0), LateGrace: 5 * time.Minute},
		Breaks: []timesheet.Break{{From: timesheet.NewTimeOfDay(12, 0), To: timesheet.NewTimeOfDay(14, 0)}},
	}
	r, err := timesheet.NewWorkRules("office", map[string][]timesheet.Terms{"office": {office}, "free": {{}}}, holidays, leave)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func directory(t testing.TB, rows ...timesheet.DirectoryRow) *timesheet.Directory {
	t.Helper()
	d, err := timesheet.NewDirectory(rows)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// pass lets time pass, which takes none in a synctest bubble.
func pass(d time.Duration) { <-time.After(d) }

// held makes the feed hold back what it has to tell until release is called.
func (w *world) held(t *testing.T) (release func()) {
	t.Helper()
	gate := make(chan struct{})
	w.store.On("Next", storetest.Always(storetest.Fault{Hold: gate}))
	for _, id := range []timesheet.EmployeeID{"ends the Next that began before", "is held"} {
		w.merge(t, workday(id, monday+50))
		synctest.Wait()
	}
	return func() { close(gate) }
}

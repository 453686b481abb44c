package demo_test

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"maps"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"timesheet"
	"timesheet/internal/clocking"
	"timesheet/internal/demo"
	"timesheet/internal/generate"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeDatabase joins what it is given, as the service does that reads it.
type fakeDatabase struct {
	now func() time.Time

	mu       sync.Mutex
	rules    *timesheet.DayRules
	entries  map[string]timesheet.Entry
	received int
	future   int   // rows that weren't yet when they came
	err      error // answered instead of taking anything, if not nil
}

func (s *fakeDatabase) Load(rows iter.Seq[clocking.Row]) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return 0, s.err
	}
	for row := range rows {
		n++
		s.received++
		c, ok := row.Clocking()
		if !ok {
			return n, errors.New("a row that can't be used")
		}
		e, err := s.rules.Entry(c, 0, timesheet.InstantOf(s.now()))
		if err != nil {
			return n, err
		}
		if e.Latest > timesheet.InstantOf(s.now()) {
			s.future++
		}
		key := string(e.Employee) + "/" + e.Day.String()
		if old, ok := s.entries[key]; ok {
			e = timesheet.Join(old, e)
		}
		s.entries[key] = e
	}
	return n, nil
}

// days counts the entries of each day.
func (s *fakeDatabase) days() map[timesheet.Day]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := make(map[timesheet.Day]int)
	for e := range maps.Values(s.entries) {
		counts[e.Day]++
	}
	return counts
}

func (s *fakeDatabase) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.received
}

// stage is a demo under test: it runs in a bubble, whose clock shows start when it
// begins.
type stage struct {
	staff   *generate.Staff
	db      *fakeDatabase
	options demo.Options
	ended   chan error
	cancel  context.CancelFunc
}

func newStage(t *testing.T, start time.Time) *stage {
	t.Helper()
	staff := generate.New(generate.Options{Seed: 4, Employees: 60, NightShift: 8, Zone: start.Location()})
	rules, err := timesheet.NewDayRules(1, demo.Assignments(staff, start.Location().String()), time.LoadLocation)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	now := func() time.Time { return start.Add(time.Since(began)) }
	return &stage{
		staff:   staff,
		db:      &fakeDatabase{now: now, rules: rules, entries: make(map[string]timesheet.Entry)},
		options: demo.Options{Staff: staff, Now: now, Logger: slog.New(slog.DiscardHandler)},
		ended:   make(chan error, 1),
	}
}

// run starts the demo; end stops it and answers what Run answered.
func (s *stage) run(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s.cancel = cancel
	go func() { s.ended <- demo.Run(ctx, s.db, s.options) }()
}

func (s *stage) end() error {
	s.cancel()
	return <-s.ended
}

// pass lets d pass in the bubble, and everything happen that is due by then.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

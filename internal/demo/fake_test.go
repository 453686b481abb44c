package demo_test

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"timesheet"
	"timesheet/internal/demo"
	"timesheet/internal/generate"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeSink joins what it is given, as a store does.
type fakeSink struct {
	now func() time.Time

	mu       sync.Mutex
	rules    *timesheet.DayRules
	entries  map[string]timesheet.Entry
	received int
	reloads  int
	future   int // entries that weren't yet when they came
	// answer, if not nil, is asked before a batch is taken.
	answer func(b timesheet.Batch) error
	// reload, if not nil, makes the rules of the next version.
	reload func(version uint64) (*timesheet.DayRules, error)
}

func (s *fakeSink) DayRules() *timesheet.DayRules {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rules
}

func (s *fakeSink) Reload(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reloads++
	rules, err := s.reload(s.rules.Version() + 1)
	if err == nil {
		s.rules = rules
	}
	return err
}

func (s *fakeSink) Submit(_ context.Context, b timesheet.Batch) (timesheet.Receipt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answer != nil {
		if err := s.answer(b); err != nil {
			return timesheet.Receipt{}, err
		}
	}
	for _, e := range b.Entries {
		s.received++
		if e.Latest > timesheet.InstantOf(s.now()) {
			s.future++
		}
		key := string(e.Employee) + "/" + e.Day.String()
		if old, ok := s.entries[key]; ok {
			e = timesheet.Join(old, e)
		}
		s.entries[key] = e
	}
	return timesheet.Receipt{Accepted: len(b.Entries)}, nil
}

// days counts the entries of each day.
func (s *fakeSink) days() map[timesheet.Day]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := make(map[timesheet.Day]int)
	for e := range maps.Values(s.entries) {
		counts[e.Day]++
	}
	return counts
}

func (s *fakeSink) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.received
}

// stage is a demo under test: it runs in a bubble, whose clock shows start when it
// begins.
type stage struct {
	staff   *generate.Staff
	sink    *fakeSink
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
		sink:    &fakeSink{now: now, rules: rules, entries: make(map[string]timesheet.Entry)},
		options: demo.Options{Staff: staff, Now: now, Logger: slog.New(slog.DiscardHandler)},
		ended:   make(chan error, 1),
	}
}

// run starts the demo; end stops it and answers what Run answered.
func (s *stage) run(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s.cancel = cancel
	go func() { s.ended <- demo.Run(ctx, s.sink, s.options) }()
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

package ingest_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"go.uber.org/goleak"

	"timesheet"
	"timesheet/ingest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is a sink that joins in memory. It refuses batches that were not made under
// its stored rules.
type memory struct {
	mu      sync.Mutex
	entries map[key]timesheet.Entry
	stored  *timesheet.DayRules // in force
	loaded  *timesheet.DayRules // known to DayRules
	floor   timesheet.Day
	submits int

	// fault is asked before each Submit, without the lock; nil for none.
	fault func(ctx context.Context, n int) error
	// reload is asked before each Reload; nil for none.
	reload func() error
}

type key struct {
	employee timesheet.EmployeeID
	day      timesheet.Day
}

func rules(version uint64, zone string) *timesheet.DayRules {
	r, err := timesheet.NewDayRules(version, []timesheet.Assignment{{Rule: timesheet.DayRule{Zone: zone}}}, time.LoadLocation)
	if err != nil {
		panic(err)
	}
	return r
}

func newMemory() *memory {
	r := rules(1, "Europe/Berlin")
	return &memory{entries: make(map[key]timesheet.Entry), stored: r, loaded: r}
}

func (m *memory) DayRules() *timesheet.DayRules {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.loaded
}

func (m *memory) Reload(context.Context) error {
	if m.reload != nil {
		if err := m.reload(); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.loaded = m.stored
	return nil
}

func (m *memory) setRules(r *timesheet.DayRules) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stored = r
}

func (m *memory) Submit(ctx context.Context, b timesheet.Batch) (r timesheet.Receipt, err error) {
	m.mu.Lock()
	m.submits++
	n := m.submits
	m.mu.Unlock()
	if m.fault != nil {
		if err := m.fault(ctx, n); err != nil {
			return r, err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if b.RulesVersion != m.stored.Version() {
		return r, timesheet.NewError(timesheet.Stale, "submit", nil)
	}
	for _, e := range b.Entries {
		if err := e.Validate(); err != nil {
			return r, err
		}
		if e.Flags&timesheet.Direct == 0 {
			return r, timesheet.NewError(timesheet.Internal, "an import is direct", nil)
		}
		r.Accepted++
		if e.Day < m.floor {
			r.Expired++
			continue
		}
		k := key{e.Employee, e.Day}
		if old, ok := m.entries[k]; ok {
			e = timesheet.Join(old, e)
		}
		m.entries[k] = e
	}
	return r, nil
}

// all is the entries in order.
func (m *memory) all() []timesheet.Entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.SortedFunc(maps.Values(m.entries), timesheet.Compare)
}

// file is a source of data.
func file(name, data string) ingest.Source {
	return ingest.Source{Name: name, Size: int64(len(data)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader([]byte(data))), nil
	}}
}

// touch is one generated clocking.
type touch struct {
	employee, day, minute int
}

func (c touch) String() string {
	at := time.Date(2026, 1, 1+c.day, 0, c.minute, 0, 0, time.UTC)
	return fmt.Sprintf("E%03d,%s", c.employee, at.Format("2006-01-02T15:04:05"))
}

// days counts what employees and days are among cs.
func days(cs []touch) int {
	seen := make(map[touch]bool)
	for _, c := range cs {
		seen[touch{employee: c.employee, day: c.day}] = true
	}
	return len(seen)
}

const header = "employee_id,clocked_at\n"

// csvOf is a file of cs.
func csvOf(cs []touch) string {
	b := bytes.NewBufferString(header)
	for _, c := range cs {
		fmt.Fprintln(b, c)
	}
	return b.String()
}

// shift is n touches of 7 employees, a few a day.
func shift(n int) []touch {
	cs := make([]touch, n)
	for i := range cs {
		cs[i] = touch{employee: i % 7, day: i / 30, minute: 6*60 + i*37%600}
	}
	return cs
}

// now is when the tests import; all touches lie before it.
func now() time.Time { return time.Date(2027, 6, 1, 0, 0, 0, 0, time.UTC) }

// counts is the part of a summary that doesn't depend on time.
func counts(s ingest.Summary) ingest.Summary {
	s.Elapsed = 0
	return s
}

func same(t *testing.T, got, want []timesheet.Entry) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%d entries, want %d", len(got), len(want))
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Fatalf("entry %d is %v, want %v", i, got[i], want[i])
			}
		}
	}
}

package actors_test

import (
	"fmt"
	"maps"
	"sync"
	"testing"

	"timesheet"
	"timesheet/storetest"
)

// perVersion keeps the days of different versions of the day rules apart: what the
// rules of version v assign lies on days from monday + v·perVersion.
const perVersion = 100

type entries map[storetest.Key]timesheet.Entry

func (m entries) join(e timesheet.Entry) {
	k := storetest.KeyOf(e)
	if old, ok := m[k]; ok {
		e = timesheet.Join(old, e)
	}
	m[k] = e
}

// sub is a Submit that an oracle watches.
type sub struct {
	version uint64
	entries []timesheet.Entry
	start   int
	acked   bool
}

// oracle knows at each moment what the store must hold and what it may hold.
type oracle struct {
	t     testing.TB
	store *storetest.Memory

	mu      sync.Mutex // guards all below, and is held while the store goes down
	clock   int
	version uint64
	must    entries // acknowledged and not lost since
	may     entries
	subs    []*sub
	lost    map[storetest.Key]int // when a key went down last
	allLost int                   // when all of them did
	hidden  map[timesheet.EmployeeID]bool
	floor   timesheet.Day
	rewound bool // the store was restored
}

func newOracle(t testing.TB, m *storetest.Memory) *oracle {
	return &oracle{
		t: t, store: m, version: 1, must: entries{}, may: entries{},
		lost: map[storetest.Key]int{}, hidden: map[timesheet.EmployeeID]bool{},
	}
}

// begin is told before a Submit.
func (o *oracle) begin(version uint64, es []timesheet.Entry) *sub {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.clock++
	s := &sub{version: version, entries: es, start: o.clock}
	o.subs = append(o.subs, s)
	if o.permits(version) {
		for _, e := range es {
			o.may.join(e)
		}
	}
	return s
}

// permits tells whether entries of version may be merged now. Never those of older
// rules. Those of newer ones may where the store went back to before them: an epoch
// is all that fences a merge, and it came back too.
func (o *oracle) permits(version uint64) bool {
	return version == o.version || o.rewound && version > o.version
}

// ack is told after a Submit was acknowledged. What went down while it was on its
// way may or may not be there.
func (o *oracle) ack(s *sub) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s.acked = true
	for _, e := range s.entries {
		k := storetest.KeyOf(e)
		if o.allLost < s.start && o.lost[k] < s.start && !o.gone(k) {
			o.must.join(e)
		}
	}
}

func (o *oracle) gone(k storetest.Key) bool { return k.Day < o.floor || o.hidden[k.Employee] }

// down does something to the store that acknowledged entries don't survive, and
// checks before it and counts anew after it. The function tells what must still be
// there, by changing o.must.
func (o *oracle) down(lower func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.compare()
	o.clock++
	lower()
	o.clock++
	o.may = storetest.Contents(o.t, o.store)
	for _, s := range o.subs {
		if s.acked || !o.permits(s.version) {
			continue
		}
		for _, e := range s.entries { // may still be merged
			o.may.join(e)
		}
	}
}

func (o *oracle) check() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.compare()
}

func (o *oracle) compare() {
	stored := entries(storetest.Contents(o.t, o.store))
	for k, e := range o.must {
		if got, ok := stored[k]; !ok || !got.Covers(e) {
			o.t.Errorf("acknowledged and not stored: %s; stored is %s", show(e), show(got))
		}
	}
	for k, e := range stored {
		if most, ok := o.may[k]; !ok || !most.Covers(e) {
			o.t.Errorf("stored and not submitted, or removed: %s; at most %s may be (rules %d)", show(e), show(most), o.version)
		}
	}
}

func show(e timesheet.Entry) string {
	base := timesheet.Instant(e.Day) * 86_400_000
	return fmt.Sprintf("%s %d [%d, %d] %b", e.Employee, e.Day, (e.Earliest-base)/60_000, (e.Latest-base)/60_000, e.Flags)
}

// moment is what an oracle knew when the store was copied.
type moment struct {
	store   storetest.Snapshot
	version uint64
	must    entries
	hidden  map[timesheet.EmployeeID]bool
	floor   timesheet.Day
}

func (o *oracle) snapshot() moment {
	o.mu.Lock()
	defer o.mu.Unlock()
	return moment{o.store.Snapshot(), o.version, maps.Clone(o.must), maps.Clone(o.hidden), o.floor}
}

func (o *oracle) restore(m moment) {
	o.down(func() {
		o.store.Restore(m.store)
		o.version, o.must, o.hidden, o.floor = m.version, maps.Clone(m.must), maps.Clone(m.hidden), m.floor
		o.allLost, o.rewound = o.clock, true
	})
}

// clear empties the store. The first system that notices gives it its day rules
// again, which get version 1.
func (o *oracle) clear() {
	o.down(func() {
		o.store.Clear()
		o.version, o.must, o.hidden, o.floor = 1, entries{}, map[timesheet.EmployeeID]bool{}, 0
		o.allLost = o.clock
	})
}

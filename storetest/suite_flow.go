package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"

	"timesheet"
)

// flowTests are about feeds beside many writers.
var flowTests = []test{
	{"snapshot and feed make the state", func(k *kit) { flow(k, false) }},
	{"snapshot and feed make the state, with purge and erase", func(k *kit) { flow(k, true) }},
	{"a slow reader is reset", slowReader},
}

// flow has two readers follow the store, one all the time, one from the middle on
// and only afterwards, while writers merge, replace, and maybe purge and erase.
func flow(k *kit, downToo bool) {
	stores := k.handles()
	const writers, steps = 3, 40
	for round := range 3 {
		ctx, cancel := context.WithTimeout(k.ctx, 2*k.h.Patience)
		first, second := k.mirror(stores[0]), (*mirror)(nil)
		var written atomic.Bool
		followed := make(chan error, 1)
		go func() { followed <- first.follow(ctx, written.Load) }()
		halfway := make(chan struct{})
		err := together(writers+1, func(i int) (err error) {
			if i == writers {
				<-halfway
				second, err = newMirror(ctx, stores[len(stores)-1])
				return err
			}
			w := &writer{s: stores[i%len(stores)], downToo: downToo, round: round, r: rand.New(rand.NewPCG(uint64(i), uint64(round)))}
			for n := range steps {
				if i == 0 && n == steps/2 {
					close(halfway)
				}
				if failed := w.step(ctx); failed != nil {
					err = errors.Join(err, fmt.Errorf("step %d of writer %d: %w", n, i, failed))
				}
			}
			return err
		})
		written.Store(true)
		if second != nil {
			k.t.Cleanup(func() { _ = second.feed.Close() })
		}
		k.must(err, "write")
		k.merge(entry("wake", monday+100, round, round)) // wakes the first reader
		k.must(k.await(followed), "follow")
		cancel()
		k.settles(first)
		k.settles(second)
		k.honours(first.entries)
		k.honoursCorrections()
	}
}

// honours says that nothing is stored below the floor or under a tombstone.
func (k *kit) honours(all map[Key]timesheet.Entry) {
	k.Helper()
	floor, err := k.s.Floor(k.ctx)
	k.must(err, "floor")
	gone := make(map[timesheet.EmployeeID]bool)
	for key := range all {
		if _, ok := gone[key.Employee]; !ok {
			gone[key.Employee], err = k.s.Erased(k.ctx, key.Employee)
			k.must(err, "erased")
		}
		if gone[key.Employee] || key.Day < floor {
			k.Errorf("%v is there, below the floor %v or erased", key, floor)
		}
	}
}

// honoursCorrections is honours for corrections.
func (k *kit) honoursCorrections() {
	k.Helper()
	all, err := corrected(k.ctx, k.s)
	k.must(err, "read the store")
	entries := make(map[Key]timesheet.Entry)
	for key := range all {
		entries[key] = timesheet.Entry{}
	}
	k.honours(entries)
}

// writer does random things to few entries, so that they meet those of others.
type writer struct {
	s       timesheet.Store
	downToo bool // purges and erases
	round   int
	r       *rand.Rand
}

func (w *writer) step(ctx context.Context) error {
	e := w.entry()
	if w.r.IntN(5) == 0 {
		return w.correct(ctx, e.Employee, e.Day)
	}
	switch n := w.r.IntN(20); {
	case n < 10:
		es := []timesheet.Entry{e}
		for range w.r.IntN(6) {
			es = append(es, w.entry())
		}
		_, err := mergeAll(ctx, w.s, es...)
		return err
	case n < 18 || !w.downToo:
		return w.replace(ctx, e)
	case n == 18:
		_, err := w.s.Purge(ctx, monday+timesheet.Day(w.round*3+w.r.IntN(4)))
		return err
	default:
		_, err := w.s.Erase(ctx, timesheet.EmployeeID(fmt.Sprintf("flow-%d-%d", w.round, w.r.IntN(3))))
		return err
	}
}

// correct corrects a day or withdraws what was said of it, unless it is gone.
func (w *writer) correct(ctx context.Context, e timesheet.EmployeeID, d timesheet.Day) error {
	c := correction(e, d, "flow")
	if w.r.IntN(3) == 0 {
		c = withdrawal(e, d)
	}
	_, err := w.s.Correct(ctx, c, timesheet.AnySeq)
	return ignore(err, timesheet.NotFound)
}

func (w *writer) entry() timesheet.Entry {
	id := timesheet.EmployeeID(fmt.Sprintf("flow-%d-%d", w.round, w.r.IntN(8)))
	from := w.r.IntN(20)
	e := entry(id, monday+timesheet.Day(w.round*3+w.r.IntN(6)), from, from+w.r.IntN(20))
	e.Flags = timesheet.Flags(w.r.IntN(16) % 9 % 8)
	return e
}

// replace changes or removes what it finds of e, or makes it.
func (w *writer) replace(ctx context.Context, e timesheet.Entry) error {
	found, err := w.s.Range(ctx, e.Employee, e.Day, e.Day)
	if err != nil {
		return err
	}
	r := timesheet.Replacement{New: e}
	if len(found) == 1 {
		r.Old = found[0]
		if w.r.IntN(2) == 0 {
			r.New = timesheet.Entry{}
		}
	}
	err = w.s.Replace(ctx, []timesheet.Replacement{r})[0]
	if errors.Is(err, timesheet.Conflict) {
		return nil // somebody was faster
	}
	return err
}

// slowReader makes more changes than a feed may hold before its first Next, each of
// another entry: a feed may tell those of one entry as one.
func slowReader(k *kit) {
	m := k.mirror(k.s)
	ids := ofPartition(3, k.s.Partitions(), 100, "slow-")
	changes := 0
	for day := monday; changes < k.h.FeedBound; {
		var es []timesheet.Entry
		for ; len(es) < 1000; day++ { // few merges: each is durable
			for _, id := range ids {
				es = append(es, entry(id, day, 8, 9))
			}
		}
		k.merge(es...)
		changes += len(es)
	}
	k.settles(m)
	if m.resets == 0 || m.sets >= changes {
		k.Errorf("after %d unread changes the feed told %d and no reset: what bounds its memory?", changes, m.sets)
	}
	resets := m.resets
	k.merge(entry("7", monday, 8, 9))
	k.settles(m)
	if m.resets > resets+k.s.Partitions() {
		k.Errorf("a reader that is up to date got %d more resets", m.resets-resets)
	}
}

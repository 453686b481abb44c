package storetest

import (
	"context"
	"fmt"
	"sync/atomic"

	"timesheet"
)

// purgeTests are about the floor.
var purgeTests = []test{
	{"entries before the floor are gone everywhere", func(k *kit) {
		var kept []timesheet.Entry
		for i, id := range spread(k.s.Partitions(), 4, "purge-") {
			for d := range timesheet.Day(6) {
				e := entry(id, monday+d-3, 8, 9+i)
				k.merge(e)
				if e.Day >= monday {
					kept = append(kept, e)
				}
			}
		}
		k.purge(monday, 12)
		k.holds(kept...)
		k.must(k.boardEmpty(monday-1), "board before the floor")
		k.has(ofEmployee(byKey(kept), kept[0].Employee)...)
	}},
	{"the floor never goes down", func(k *kit) {
		for _, step := range []struct{ floor, want timesheet.Day }{
			{monday, monday}, {monday - 10, monday}, {monday, monday}, {monday + 1, monday + 1}, {timesheet.FirstDay, monday + 1},
		} {
			k.purge(step.floor, 0)
			k.floor(step.want)
		}
		k.merge(entry("7", monday, 8, 9), entry("7", monday+1, 8, 9))
		k.holds(entry("7", monday+1, 8, 9))
	}},
	{"purging up to the first day does nothing", func(k *kit) {
		e := entry("7", timesheet.FirstDay, 8, 9)
		k.merge(e)
		k.purge(timesheet.FirstDay, 0)
		k.floor(timesheet.FirstDay)
		k.holds(e)
	}},
	{"purging up to the last day keeps the last day", func(k *kit) {
		k.merge(edges("7")...)
		k.purge(timesheet.LastDay, len(edges("7"))-1)
		k.holds(edges("7")[len(edges("7"))-1])
	}},
	{"a second purge removes nothing more", func(k *kit) {
		k.merge(entry("7", monday-1, 8, 9), entry("8", monday-5, 8, 9), entry("7", monday, 8, 9))
		k.purge(monday, 2)
		k.purge(monday, 0)
		k.holds(entry("7", monday, 8, 9))
	}},
	{"merges below the floor are expired and counted", func(k *kit) {
		k.purge(monday, 0)
		es := []timesheet.Entry{
			entry("7", monday-1, 8, 9), entry("7", monday, 8, 9), entry("7", timesheet.FirstDay, 8, 9),
			entry("7", monday-1, 8, 9), entry("7", monday+1, 8, 9),
		}
		m := k.under(k.probe("7").Epoch, es...)
		if m.Err != nil || m.Expired != 3 {
			k.Errorf("merge answered %+v, want 3 expired", m)
		}
		k.holds(es[1], es[4])
	}},
	{"an entry that can't be stored is invalid below the floor too", func(k *kit) {
		k.purge(monday, 0)
		k.refused("bad entry below the floor", entry("7", monday, 8, 9), unstorable(entry("7", monday-1, 8, 9))["unknown flags"])
		k.holds()
	}},
	{"merges during a purge end on one side of it", purgeRace},
	{"replacements during purges leave nothing below the floor", floorRace},
}

// purge purges, which must remove so many.
func (k *kit) purge(floor timesheet.Day, want int) {
	k.Helper()
	removed, err := k.s.Purge(k.ctx, floor)
	k.must(err, fmt.Sprintf("purge before %v", floor))
	if removed != want {
		k.Errorf("purge before %v removed %d, want %d", floor, removed, want)
	}
}

func (k *kit) floor(want timesheet.Day) {
	k.Helper()
	got, err := k.s.Floor(k.ctx)
	k.must(err, "floor")
	if got != want {
		k.Errorf("floor %v, want %v", got, want)
	}
}

func (k *kit) boardEmpty(d timesheet.Day) error {
	es, next, err := k.s.Board(k.ctx, d, "", timesheet.MaxBoard)
	if err == nil && (len(es) > 0 || next != "") {
		err = fmt.Errorf("it has %v and a cursor %q", es, next)
	}
	return err
}

// purgeRace merges around days that become the floor. Then nothing is left below
// it, everything above, and every entry below was expired or removed.
func purgeRace(k *kit) {
	stores := k.handles()
	const writers, days = 3, 12
	floor := monday + days/2
	ids := spread(k.s.Partitions(), writers, "race-")
	err := together(writers+1, func(i int) error {
		s := stores[i%len(stores)]
		if i == writers {
			_, err := s.Purge(k.ctx, floor)
			return err
		}
		for n := range 3 * days {
			if _, err := mergeAll(k.ctx, s, entry(ids[i], monday+timesheet.Day(n%days), 8, 9)); err != nil {
				return err
			}
		}
		return nil
	})
	k.must(err, "merge and purge at once")
	var want []timesheet.Entry
	for _, id := range ids {
		for d := floor; d < monday+days; d++ {
			want = append(want, entry(id, d, 8, 9))
		}
	}
	k.holds(want...)
}

// floorRace creates entries on the first day that is kept while the floor rises
// over it, again and again.
func floorRace(k *kit) {
	ctx, cancel := context.WithTimeout(k.ctx, k.h.Patience)
	defer cancel()
	stores := k.handles()
	const writers, rises = 3, 8
	var risen atomic.Int32
	ticks, done := make(chan struct{}), make(chan struct{})
	err := together(writers+1, func(i int) error {
		s := stores[i%len(stores)]
		if i == writers {
			defer close(done)
			return riseOften(ctx, s, ticks, rises, &risen)
		}
		for n := 0; ; n++ {
			select {
			case ticks <- struct{}{}:
			case <-done:
				return nil
			}
			e := entry(timesheet.EmployeeID(fmt.Sprintf("rise-%d-%d", i, n)), monday+timesheet.Day(risen.Load()), 8, 9)
			if err := s.Replace(ctx, []timesheet.Replacement{{New: e}})[0]; err != nil {
				return err
			}
		}
	})
	k.must(err, "replace and purge at once")
	all, err := contents(k.ctx, k.s)
	k.must(err, "read the store")
	k.honours(all)
}

// riseOften raises the floor by a day after each few ticks, and counts it.
func riseOften(ctx context.Context, s timesheet.Store, ticks <-chan struct{}, rises int32, risen *atomic.Int32) error {
	for r := int32(1); r <= rises; r++ {
		for range 4 {
			select {
			case <-ticks:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if _, err := s.Purge(ctx, monday+timesheet.Day(r)); err != nil {
			return err
		}
		risen.Store(r)
	}
	return nil
}

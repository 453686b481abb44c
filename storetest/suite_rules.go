package storetest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"timesheet"
)

// ruleTests are about the day rules.
var ruleTests = []test{
	{"a new store has none, version 0", func(k *kit) { k.rules(0) }},
	{"what is set is read", func(k *kit) {
		version := k.setRules(0, someRules()...)
		k.rules(version, someRules()...)
		next := k.setRules(version, someRules()[0])
		if next <= version {
			k.Errorf("version %d after %d", next, version)
		}
		k.rules(next, someRules()[0])
		last := k.setRules(next)
		if last <= next {
			k.Errorf("version %d after %d", last, next)
		}
		k.rules(last)
	}},
	{"another version is a conflict and changes nothing", func(k *kit) {
		_, err := k.s.SetDayRules(k.ctx, 1, someRules())
		k.code(err, timesheet.Conflict, "set with version 1 where there is none")
		k.rules(0)
		version := k.setRules(0, someRules()...)
		before := k.probe("7")
		for _, wrong := range []uint64{0, version - 1, version + 1, 1<<64 - 1} {
			if wrong != version {
				_, err := k.s.SetDayRules(k.ctx, wrong, someRules()[:1])
				k.code(err, timesheet.Conflict, fmt.Sprintf("set with version %d", wrong))
			}
		}
		k.rules(version, someRules()...)
		if after := k.probe("7"); after != before {
			k.Errorf("a refused change made the token %+v of %+v", after, before)
		}
	}},
	{"many assignments of odd employees", func(k *kit) {
		var as []timesheet.Assignment
		for i, id := range append(oddIDs(), "") {
			for d := range timesheet.Day(20) {
				as = append(as, timesheet.Assignment{
					Employee: id, From: timesheet.FirstDay + d*1000*timesheet.Day(i+1),
					Rule: timesheet.DayRule{Zone: "America/Argentina/ComodRivadavia", Boundary: time.Duration(d) * 61 * time.Minute},
				})
			}
		}
		k.rules(k.setRules(0, as...), as...)
	}},
	{"of many at once one wins", func(k *kit) {
		stores := k.handles()
		version := uint64(0)
		for range 5 {
			var won atomic.Uint64
			var wins atomic.Int32
			err := together(4, func(i int) error {
				mine := timesheet.Assignment{Employee: "7", From: timesheet.Day(i), Rule: timesheet.DayRule{Zone: "UTC"}}
				v, err := stores[i%len(stores)].SetDayRules(k.ctx, version, []timesheet.Assignment{mine})
				if err == nil {
					won.Store(v)
					wins.Add(1)
				}
				return ignore(err, timesheet.Conflict)
			})
			k.must(err, "set day rules")
			if wins.Load() != 1 || won.Load() <= version {
				k.Fatalf("after version %d %d of 4 won, with version %d", version, wins.Load(), won.Load())
			}
			version = won.Load()
			for _, s := range stores {
				if got, as, err := s.DayRules(k.ctx); err != nil || got != version || len(as) != 1 {
					k.Fatalf("day rules %d %v and error %v, want version %d", got, as, err, version)
				}
			}
		}
	}},
	{"a sender that meets the new epoch reads the new rules", rulesBeforeEpoch},
}

func someRules() []timesheet.Assignment {
	return []timesheet.Assignment{
		{From: timesheet.FirstDay, Rule: timesheet.DayRule{Zone: "Europe/Berlin"}},
		{Employee: "a{b}", From: monday, Rule: timesheet.DayRule{Zone: "Asia/Kathmandu", Boundary: 12 * time.Hour}},
		{Employee: "ü", From: timesheet.LastDay, Rule: timesheet.DayRule{Zone: "UTC", Boundary: 23*time.Hour + 59*time.Minute}},
	}
}

// rules says which rules must be in force, in any order.
func (k *kit) rules(version uint64, want ...timesheet.Assignment) {
	k.Helper()
	got, as, err := k.s.DayRules(k.ctx)
	k.must(err, "day rules")
	order := func(a, b timesheet.Assignment) int {
		return cmp.Or(cmp.Compare(a.Employee, b.Employee), cmp.Compare(a.From, b.From))
	}
	as, want = slices.SortedFunc(slices.Values(as), order), slices.SortedFunc(slices.Values(want), order)
	if got != version || !slices.Equal(as, want) {
		k.Errorf("day rules of version %d\n%v, want version %d\n%v", got, as, version, want)
	}
}

func (k *kit) setRules(expected uint64, as ...timesheet.Assignment) (version uint64) {
	k.Helper()
	version, err := k.s.SetDayRules(k.ctx, expected, as)
	k.must(err, "set day rules")
	return version
}

// rulesBeforeEpoch merges until the epoch changes, and then reads the rules, which
// must be the new ones already.
func rulesBeforeEpoch(k *kit) {
	stores := k.handles()
	for version := uint64(0); version < 4; {
		epoch := k.probe("7").Epoch
		var next atomic.Uint64
		err := together(2, func(i int) error {
			if i == 0 {
				v, err := stores[0].SetDayRules(k.ctx, version, someRules())
				next.Store(v)
				return err
			}
			s := stores[len(stores)-1]
			for {
				m := s.Merge(k.ctx, []timesheet.Delta{{Partition: k.part("7"), Epoch: epoch, Entries: []timesheet.Entry{entry("7", monday, 8, 9)}}})[0]
				if m.Err == nil {
					continue
				}
				if !errors.Is(m.Err, timesheet.Stale) {
					return m.Err
				}
				if got, _, err := s.DayRules(k.ctx); err != nil || got <= version {
					return errors.Join(fmt.Errorf("the epoch is new, the rules have version %d", got), err)
				}
				return nil
			}
		})
		k.must(err, "set day rules while merging")
		version = next.Load()
	}
}

package storetest

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"timesheet"
)

// rangeTests are about Range and Days.
var rangeTests = []test{
	{"both ends are included, days without entry left out", func(k *kit) {
		var es []timesheet.Entry
		for _, d := range []timesheet.Day{9, 0, 3, 4, -40, 400, 1} {
			es = append(es, entry("7", monday+d, 8, 9))
		}
		k.merge(es...)
		k.merge(entry("8", monday, 1, 2), entry("77", monday+3, 1, 2))
		slices.SortFunc(es, timesheet.Compare)
		for from := timesheet.Day(-41); from < 12; from += 3 {
			for to := from; to < 402; to += 7 {
				var want []timesheet.Entry
				for _, e := range es {
					if monday+from <= e.Day && e.Day <= monday+to {
						want = append(want, e)
					}
				}
				k.ranges("7", monday+from, monday+to, want)
			}
		}
	}},
	{"the widest bounds", func(k *kit) {
		es := edges("7")
		k.merge(es...)
		slices.SortFunc(es, timesheet.Compare)
		k.ranges("7", timesheet.FirstDay, timesheet.LastDay, es)
		k.ranges("7", math.MinInt32, math.MaxInt32, es)
		k.ranges("7", timesheet.FirstDay, timesheet.FirstDay, es[:1])
		k.ranges("7", timesheet.LastDay, math.MaxInt32, es[len(es)-1:])
		k.ranges("7", math.MinInt32, timesheet.FirstDay-1, nil)
		k.ranges("7", timesheet.LastDay+1, math.MaxInt32, nil)
	}},
	{"from after to is empty", func(k *kit) {
		k.merge(entry("7", monday, 8, 9), entry("7", monday+1, 8, 9))
		k.ranges("7", monday+1, monday, nil)
		k.ranges("7", timesheet.LastDay, timesheet.FirstDay, nil)
		k.ranges("7", math.MaxInt32, math.MinInt32, nil)
	}},
	{"an unknown employee has no entries", func(k *kit) {
		k.merge(entry("7", monday, 8, 9))
		k.ranges("8", timesheet.FirstDay, timesheet.LastDay, nil)
		k.ranges("07", timesheet.FirstDay, timesheet.LastDay, nil)
	}},
	{"days are ascending and go with their last entry", func(k *kit) {
		k.days()
		ids := spread(k.s.Partitions(), 4, "days-")
		for i, d := range []timesheet.Day{30, 2, 0, 7, -9000, 29} {
			k.merge(entry(ids[i%4], monday+d, 8, 9))
		}
		k.merge(entry(ids[0], monday, 8, 9))
		k.days(monday-9000, monday, monday+2, monday+7, monday+29, monday+30)
		k.replace(entry(ids[3], monday+7, 8, 9), timesheet.Entry{})
		k.replace(entry(ids[2], monday, 8, 9), timesheet.Entry{})
		k.days(monday-9000, monday, monday+2, monday+29, monday+30)
		k.replace(entry(ids[0], monday, 8, 9), timesheet.Entry{})
		k.erase(ids[0], 2) // on monday-9000 and monday+30
		k.days(monday+2, monday+29)
		k.purge(monday+29, 1)
		k.days(monday + 29)
		k.merge(entry(ids[3], monday+40, 8, 9))
		k.days(monday+29, monday+40)
	}},
	{"what was acknowledged is read at once", func(k *kit) {
		stores := k.handles()
		err := together(4, func(i int) error {
			id := timesheet.EmployeeID(fmt.Sprintf("own-%d", i))
			write, read := stores[i%len(stores)], stores[(i+1)%len(stores)]
			for n := range 25 {
				e := entry(id, monday, 8, 8)
				e.Latest += timesheet.Instant(n)
				if _, err := mergeAll(k.ctx, write, e); err != nil {
					return err
				}
				if got, err := theOne(k.ctx, read, id); err != nil || got != e {
					return errors.Join(fmt.Errorf("after merging %v range answered %v", e, got), err)
				}
			}
			return nil
		})
		k.must(err, "read your write")
	}},
}

func (k *kit) ranges(e timesheet.EmployeeID, from, to timesheet.Day, want []timesheet.Entry) {
	k.Helper()
	got, err := k.s.Range(k.ctx, e, from, to)
	k.must(err, fmt.Sprintf("range of %q from %d to %d", e, from, to))
	if !slices.Equal(got, want) {
		k.Errorf("range of %q from %d to %d:\n%v, want\n%v", e, from, to, got, want)
	}
}

func (k *kit) days(want ...timesheet.Day) {
	k.Helper()
	got, err := k.s.Days(k.ctx)
	k.must(err, "days")
	if !slices.Equal(got, want) {
		k.Errorf("days %v, want %v", got, want)
	}
}

// keyOrder sorts keys for messages.
func keyOrder(a, b Key) int {
	return cmp.Or(cmp.Compare(a.Employee, b.Employee), cmp.Compare(a.Day, b.Day))
}

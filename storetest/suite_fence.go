package storetest

import (
	"context"
	"errors"
	"fmt"

	"timesheet"
)

// fenceTests are about epochs: what goes down the lattice must not come up again.
var fenceTests = []test{
	{"a merge under another epoch is stale", func(k *kit) {
		kept := entry("7", monday, 8, 9)
		k.merge(kept)
		token := k.probe("7")
		for _, epoch := range []timesheet.Epoch{0, 1, token.Epoch + 1, token.Epoch - 1, 1<<64 - 1, token.Epoch ^ 1<<63} {
			m := k.under(epoch, entry("7", monday, 6, 20), entry("7", monday+1, 6, 20))
			k.code(m.Err, timesheet.Stale, fmt.Sprintf("merge under epoch %d", epoch))
			if m.Token != token || m.Expired != 0 {
				k.Errorf("stale merge answered %+v, want the token %+v", m, token)
			}
		}
		k.holds(kept)
	}},
	{"zero epoch is stale in a partition never touched", func(k *kit) {
		m := k.under(0, entry("7", monday, 8, 9))
		k.code(m.Err, timesheet.Stale, "merge")
		if m.Token.Epoch == 0 {
			k.Fatalf("stale merge answered no epoch: %+v", m)
		}
		k.must(k.under(m.Token.Epoch, entry("7", monday, 8, 9)).Err, "merge under the answered epoch")
		k.holds(entry("7", monday, 8, 9))
	}},
	{"removing fences", func(k *kit) {
		k.fenced(func(old timesheet.Entry) { k.replace(old, timesheet.Entry{}) })
	}},
	{"narrowing fences", func(k *kit) {
		k.fenced(func(old timesheet.Entry) { k.replace(old, entry(old.Employee, old.Day, 9, 10)) },
			entry("7", monday, 9, 10))
	}},
	{"widening by replacing fences", func(k *kit) {
		k.fenced(func(old timesheet.Entry) { k.replace(old, entry(old.Employee, old.Day, 1, 23)) },
			entry("7", monday, 1, 23))
	}},
	{"creating by replacing fences", func(k *kit) {
		before := k.probe("7")
		k.replace(timesheet.Entry{}, entry("7", monday, 8, 9))
		if k.probe("7").Epoch == before.Epoch {
			k.Errorf("the epoch stayed %d", before.Epoch)
		}
	}},
	{"purging fences", func(k *kit) {
		k.fenced(func(old timesheet.Entry) {
			_, err := k.s.Purge(k.ctx, old.Day+1)
			k.must(err, "purge")
		})
	}},
	{"erasing fences", func(k *kit) {
		k.fenced(func(old timesheet.Entry) {
			_, err := k.s.Erase(k.ctx, old.Employee)
			k.must(err, "erase")
		})
	}},
	{"day rules fence every partition", rulesFence},
	{"replacing and erasing leave other partitions alone", aloneFence},
	{"nothing comes back under writers with old epochs", neverBack},
}

// fenced does down with an entry; then a merge under the epoch of before is stale,
// again and again, and there is left what is given.
func (k *kit) fenced(down func(old timesheet.Entry), left ...timesheet.Entry) {
	k.Helper()
	old := entry("7", monday, 8, 16)
	k.merge(old)
	before := k.probe("7")
	down(old)
	after := k.probe("7")
	if after.Epoch == before.Epoch {
		k.Errorf("the epoch stayed %d", before.Epoch)
	}
	for range 3 {
		m := k.under(before.Epoch, old)
		k.code(m.Err, timesheet.Stale, "a replay under the old epoch")
		if m.Token != after {
			k.Errorf("stale merge answered %+v, want the token %+v", m, after)
		}
		k.holds(left...)
	}
}

func rulesFence(k *kit) {
	n := k.s.Partitions()
	ids := spread(n, n, "rules-")
	before := make([]timesheet.Token, n)
	for i, id := range ids {
		before[i] = k.probe(id)
	}
	_, err := k.s.SetDayRules(k.ctx, 0, someRules())
	k.must(err, "set day rules")
	for i, id := range ids {
		if after := k.probe(id); after.Epoch == before[i].Epoch {
			k.Errorf("partition %d kept its epoch", i)
		}
		k.code(k.under(before[i].Epoch, entry(id, monday, 8, 9)).Err, timesheet.Stale, "merge under old rules")
	}
	k.holds()
}

func aloneFence(k *kit) {
	ids := spread(k.s.Partitions(), 4, "alone-")
	var es []timesheet.Entry
	for _, id := range ids {
		es = append(es, entry(id, monday, 8, 9))
	}
	k.merge(es...)
	second, last := k.probe(ids[1]), k.probe(ids[3])
	k.replace(es[0], timesheet.Entry{})
	_, err := k.s.Erase(k.ctx, ids[2])
	k.must(err, "erase")
	if got := k.probe(ids[1]); got != second {
		k.Errorf("the token of another partition went from %+v to %+v", second, got)
	}
	if got := k.probe(ids[3]); got != last {
		k.Errorf("the token of another partition went from %+v to %+v", last, got)
	}
	k.must(k.under(second.Epoch, entry(ids[1], monday, 7, 9)).Err, "merge elsewhere")
	k.holds(entry(ids[1], monday, 7, 9), es[3])
}

// neverBack lets writers merge under the epoch that they began with until it is
// stale, while the entry is removed. Where the last of them has ended, it is gone.
func neverBack(k *kit) {
	stores := k.handles()
	for round := range 5 {
		id := timesheet.EmployeeID(fmt.Sprintf("back-%d", round))
		k.merge(entry(id, monday, 8, 9))
		epoch := k.probe(id).Epoch
		err := together(4, func(i int) error {
			if i == 0 {
				return removeNow(k, stores[0], id)
			}
			for n := 0; ; n++ {
				e := entry(id, monday, 8, 9)
				e.Latest += timesheet.Instant(n%100*10 + i)
				out := stores[i%len(stores)].Merge(k.ctx, []timesheet.Delta{{Partition: k.part(id), Epoch: epoch, Entries: []timesheet.Entry{e}}})
				if err := out[0].Err; err != nil {
					return ignore(err, timesheet.Stale)
				}
			}
		})
		k.must(err, "merge and remove at once")
		k.hasOnly(id)
	}
}

// removeNow removes the entry of id on monday, whatever it is by then.
func removeNow(k *kit, s timesheet.Store, id timesheet.EmployeeID) error {
	for {
		e, err := theOne(k.ctx, s, id)
		if err != nil {
			return err
		}
		err = s.Replace(k.ctx, []timesheet.Replacement{{Old: e}})[0]
		if !errors.Is(err, timesheet.Conflict) {
			return err
		}
	}
}

// theOne is the entry of id on monday, which must be there.
func theOne(ctx context.Context, s timesheet.Store, id timesheet.EmployeeID) (timesheet.Entry, error) {
	es, err := s.Range(ctx, id, monday, monday)
	if err == nil && len(es) != 1 {
		err = fmt.Errorf("of %q there are %v on %v", id, es, monday)
	}
	if err != nil {
		return timesheet.Entry{}, err
	}
	return es[0], nil
}

// ignore is err, or nil if it has the code.
func ignore(err error, code timesheet.Code) error {
	if errors.Is(err, code) {
		return nil
	}
	return err
}

package storetest

import (
	"fmt"
	"maps"
	"slices"

	"timesheet"
)

// deltaTests are about one call of Merge and its deltas.
var deltaTests = []test{
	{"no deltas, no answers", func(k *kit) {
		if out := k.s.Merge(k.ctx, nil); len(out) != 0 {
			k.Errorf("Merge of nothing answered %v", out)
		}
	}},
	{"every partition has a token", func(k *kit) {
		probes := make([]timesheet.Delta, k.s.Partitions())
		for p := range probes {
			probes[p].Partition = timesheet.Partition(p)
		}
		for range 2 {
			first, second := k.s.Merge(k.ctx, probes), k.s.Merge(k.ctx, probes)
			if len(first) != len(probes) || !slices.Equal(first, second) {
				k.Fatalf("probes answered %v, then %v", first, second)
			}
			for p, m := range first {
				if m.Err != nil || m.Token.Epoch == 0 {
					k.Fatalf("probe of partition %d: %+v", p, m)
				}
			}
		}
	}},
	{"a probe is answered under any epoch", func(k *kit) {
		want := k.probe("7")
		for _, epoch := range []timesheet.Epoch{0, 1, want.Epoch, want.Epoch + 1, 1<<64 - 1} {
			m := k.merged(timesheet.Delta{Partition: k.part("7"), Epoch: epoch, Entries: []timesheet.Entry{}})
			if m != (timesheet.Merged{Token: want}) {
				k.Errorf("probe under epoch %d: %+v, want %+v", epoch, m, want)
			}
		}
	}},
	{"merging answers the token and keeps it", func(k *kit) {
		want := k.probe("7")
		for i := range 3 {
			m := k.under(want.Epoch, entry("7", monday, 8, 9+i))
			if m != (timesheet.Merged{Token: want}) {
				k.Errorf("merge answered %+v, want the token %+v", m, want)
			}
		}
		if got := k.probe("7"); got != want {
			k.Errorf("merging changed the token from %+v to %+v", want, got)
		}
	}},
	{"many partitions are answered in order", answersInOrder},
	{"an entry that can't be stored refuses its delta", func(k *kit) {
		good := entry("7", monday, 8, 16)
		for name, bad := range unstorable(good) {
			k.refused(name, good, bad)
		}
		for _, id := range badIDs() {
			k.refused(fmt.Sprintf("id %q", id), good, entry(id, monday, 8, 16))
		}
		k.holds()
	}},
	{"a bad entry at the end refuses a large delta", func(k *kit) {
		var es []timesheet.Entry
		for d := range timesheet.Day(2500) {
			es = append(es, entry("7", monday+d, 8, 9))
		}
		m := k.under(k.probe("7").Epoch, append(es, unstorable(es[0])["unknown flags"])...)
		k.code(m.Err, timesheet.Invalid, "merge")
		k.holds()
	}},
	{"an entry of another partition refuses its delta", func(k *kit) {
		ids := spread(k.s.Partitions(), 2, "other-")
		k.refused("other partition", entry(ids[0], monday, 8, 9), entry(ids[1], monday, 8, 9))
		k.holds()
	}},
	{"a partition that doesn't exist is invalid", func(k *kit) {
		for _, p := range []timesheet.Partition{timesheet.Partition(k.s.Partitions()), 1<<16 - 1} {
			k.code(k.merged(timesheet.Delta{Partition: p}).Err, timesheet.Invalid, "probe")
			d := timesheet.Delta{Partition: p, Epoch: 1, Entries: []timesheet.Entry{entry("7", monday, 8, 9)}}
			k.code(k.merged(d).Err, timesheet.Invalid, "merge")
		}
		k.holds()
	}},
	{"stale and invalid deltas don't touch the others", mixedDeltas},
	{"a large call of many partitions", func(k *kit) {
		var want []timesheet.Entry
		for i := range 3000 {
			id := timesheet.EmployeeID(fmt.Sprintf("call-%d", i%1000))
			want = append(want, flagged(entry(id, monday+timesheet.Day(i/1000), i%12, 12), timesheet.Flags(i%3)))
		}
		k.merge(want...)
		k.merge(want...)
		k.holds(want...)
	}},
}

// refused merges good and bad in one delta, in both orders, which must be Invalid.
func (k *kit) refused(name string, good, bad timesheet.Entry) {
	k.Helper()
	epoch := k.probe(good.Employee).Epoch
	for _, es := range [][]timesheet.Entry{{good, bad}, {bad, good}} {
		m := k.merged(timesheet.Delta{Partition: k.part(good.Employee), Epoch: epoch, Entries: es})
		k.code(m.Err, timesheet.Invalid, name)
	}
}

func answersInOrder(k *kit) {
	n := k.s.Partitions()
	ids := spread(n, n, "order-")
	slices.Reverse(ids)
	var deltas []timesheet.Delta
	var want []timesheet.Entry
	for i, id := range ids {
		d := timesheet.Delta{Partition: k.part(id), Epoch: k.probe(id).Epoch}
		if i%3 != 1 { // else a probe
			d.Entries = []timesheet.Entry{entry(id, monday, i%20, i%20+1), entry(id, monday+1, 0, i%20)}
			want = append(want, d.Entries...)
		}
		deltas = append(deltas, d)
	}
	out := k.s.Merge(k.ctx, deltas)
	if len(out) != len(deltas) {
		k.Fatalf("%d deltas, %d answers", len(deltas), len(out))
	}
	for i, m := range out {
		if m.Err != nil || m.Expired != 0 || m.Token.Epoch != deltas[i].Epoch {
			k.Errorf("answer %d: %+v, want epoch %d", i, m, deltas[i].Epoch)
		}
	}
	k.holds(want...)
}

func mixedDeltas(k *kit) {
	ids := spread(k.s.Partitions(), 4, "mixed-")
	good := make([]timesheet.Entry, len(ids))
	deltas := make([]timesheet.Delta, len(ids))
	for i, id := range ids {
		good[i] = entry(id, monday, 8, 9)
		deltas[i] = timesheet.Delta{Partition: k.part(id), Epoch: k.probe(id).Epoch, Entries: []timesheet.Entry{good[i]}}
	}
	token := k.probe(ids[1])
	deltas[1].Epoch++
	bads := unstorable(good[2])
	name := slices.Sorted(maps.Keys(bads))[0]
	deltas[2].Entries = append(deltas[2].Entries, bads[name])
	out := k.s.Merge(k.ctx, deltas)
	if len(out) != 4 {
		k.Fatalf("4 deltas, %d answers", len(out))
	}
	k.must(out[0].Err, "the first delta")
	k.code(out[1].Err, timesheet.Stale, "a delta under another epoch")
	if out[1].Token != token {
		k.Errorf("stale delta: token %+v, want %+v", out[1].Token, token)
	}
	k.code(out[2].Err, timesheet.Invalid, "a delta with an entry "+name)
	k.must(out[3].Err, "the last delta")
	k.holds(good[0], good[3])
}

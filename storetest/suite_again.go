package storetest

import (
	"slices"

	"timesheet"
)

// againTests are about what another handle on the same data finds.
var againTests = []test{
	{"entries", func(k *kit) {
		want := edges("7")
		for i, id := range oddIDs() {
			if id != "7" {
				want = append(want, flagged(entry(id, monday, i%12, 12), timesheet.Flags(i%8)))
			}
		}
		k.merge(want...)
		for range 2 {
			k.another()
			k.holds(want...)
		}
		k.merge(entry("new", monday, 8, 9), entry("a", monday, 13, 13))
		k.another()
		a := slices.IndexFunc(want, func(e timesheet.Entry) bool { return e.Employee == "a" })
		want[a].Latest = at(monday, 0) + 13*3_600_000
		k.holds(append(want, entry("new", monday, 8, 9))...)
	}},
	{"replacements", func(k *kit) {
		a, b, c := entry("7", monday, 8, 16), entry("8", monday, 8, 16), entry("8", monday, 9, 10)
		k.merge(a, b)
		k.replace(a, timesheet.Entry{})
		k.replace(b, c)
		k.another()
		k.holds(c)
		k.days(monday)
	}},
	{"floor and tombstones", func(k *kit) {
		k.merge(entry("7", monday, 8, 9), entry("8", monday-1, 8, 9), entry("8", monday, 8, 9))
		k.purge(monday, 1)
		k.erase("7", 1)
		for range 2 {
			k.another()
			k.floor(monday)
			k.erased("7", true)
			k.erased("8", false)
			k.holds(entry("8", monday, 8, 9))
			if expired := k.merge(entry("7", monday, 8, 9), entry("8", monday-1, 8, 9)); expired != 2 {
				k.Errorf("%d entries were expired, want 2", expired)
			}
		}
		k.erase("8", 1)
		k.holds()
	}},
	{"an epoch once fenced stays fenced", func(k *kit) {
		old := entry("7", monday, 8, 16)
		k.merge(old)
		first := k.probe("7").Epoch
		k.replace(old, timesheet.Entry{})
		second := k.probe("7").Epoch
		_, err := k.s.SetDayRules(k.ctx, 0, someRules())
		k.must(err, "set day rules")
		for range 2 {
			k.another()
			for _, epoch := range []timesheet.Epoch{first, second, 0} {
				k.code(k.under(epoch, old).Err, timesheet.Stale, "a replay under an old epoch")
			}
			k.holds()
		}
		k.merge(old)
		k.holds(old)
	}},
	{"equal tokens mean that all is there", func(k *kit) {
		k.merge(entry("7", monday, 8, 9))
		before := k.probe("7")
		k.another()
		after := k.probe("7")
		k.holds(entry("7", monday, 8, 9))
		if m := k.under(after.Epoch, entry("7", monday, 8, 10)); m.Err != nil || m.Token != after {
			k.Errorf("merge answered %+v, want the token %+v (before it was %+v)", m, after, before)
		}
	}},
	{"day rules", func(k *kit) {
		version := k.setRules(0, someRules()...)
		k.another()
		k.rules(version, someRules()...)
		_, err := k.s.SetDayRules(k.ctx, 0, nil)
		k.code(err, timesheet.Conflict, "set day rules with version 0")
		next := k.setRules(version, someRules()[1:]...)
		k.another()
		k.rules(next, someRules()[1:]...)
	}},
	{"documents", func(k *kit) {
		first := k.setDocument("rules", 0, someText)
		second := k.setDocument("directory", 0, "")
		for range 2 {
			k.another()
			k.document("rules", first, someText)
			k.document("directory", second, "")
			k.document("none", 0, "")
			_, err := k.s.SetDocument(k.ctx, "rules", 0, nil)
			k.code(err, timesheet.Conflict, "set a document with version 0")
		}
		next := k.setDocument("rules", first, "another")
		k.another()
		k.document("rules", next, "another")
	}},
	{"checkpoints", func(k *kit) {
		k.lease("clocking", "n1")
		k.rewind("clocking", 0, 5, nil, "the reason")
		to := timesheet.Checkpoint{Generation: 1, Settled: 9, State: []byte{0, 1, 255}, Reason: "the reason"}
		k.must(k.s.Advance(k.ctx, "clocking", "n1", to), "advance")
		k.rewind("other", 0, 1<<60, []byte("state"), "another reason")
		k.another()
		k.at("clocking", to)
		k.at("other", timesheet.Checkpoint{Generation: 1, Settled: 1 << 60, State: []byte("state"), Reason: "another reason"})
		k.at("none", timesheet.Checkpoint{})
	}},
	{"rejected rows", func(k *kit) {
		rows := manyRejected(1, timesheet.MaxRejected+2)
		k.reject("clocking", rows...)
		k.must(k.s.Readmit(k.ctx, "clocking", 7), "readmit")
		k.reject("other", rejectedRow(-1<<62, "a\x00b"))
		for range 2 {
			k.another()
			k.counts("clocking", timesheet.RejectedCount{Kept: timesheet.MaxRejected - 1, Dropped: 2})
			k.page("clocking", -1, 5, []timesheet.Rejected{rows[2], rows[3], rows[4], rows[5], rows[7]})
			k.rejects("other", rejectedRow(-1<<62, "a\x00b"))
			k.reject("clocking", timesheet.Rejected{Row: 9, Reason: "another"})
			k.page("clocking", 8, 1, rows[8:9])
		}
		k.erase("a", 0) // what erases finds the rows of before
		k.purge(monday+1, 0)
		k.counts("clocking", timesheet.RejectedCount{Dropped: 2})
		k.rejects("other")
	}},
	{"a feed begun again", func(k *kit) {
		k.merge(entry("7", monday, 8, 9), entry("8", monday, 8, 9))
		k.another()
		m := k.mirror(k.s)
		k.merge(entry("7", monday, 8, 10))
		k.replace(entry("8", monday, 8, 9), timesheet.Entry{})
		k.settles(m)
	}},
}

// another makes k work with another handle, also where the first one stays open.
func (k *kit) another() {
	k.Helper()
	k.s = k.again()
}

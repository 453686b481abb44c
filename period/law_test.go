package period_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"timesheet"
	"timesheet/period"
	"timesheet/storetest"
)

// lawful is a world of random people, before and after its november was closed.
type lawful struct {
	*rapid.T
	*instance
	store *storetest.Memory
}

func ids() []timesheet.EmployeeID { return []timesheet.EmployeeID{"a", "b", "c", "d", "old"} }

// anyRules are rules and a directory of some of the people, with teams that change, or none.
func (l *lawful) anyRules() period.Rules {
	var leave []timesheet.Leave
	for _, id := range ids() {
		if rapid.IntRange(0, 3).Draw(l.T, "leave") == 0 {
			from := day(rapid.IntRange(1, 30).Draw(l.T, "leave from"))
			leave = append(leave, timesheet.Leave{Employee: id, From: from, To: from + timesheet.Day(rapid.IntRange(0, 9).Draw(l.T, "leave for"))})
		}
	}
	r := period.Rules{Digest: "1", Days: dayRules(l), Work: workRules(l, rapid.IntRange(7, 9).Draw(l.T, "start"), 18, leave...)}
	if rapid.IntRange(0, 5).Draw(l.T, "directory") == 0 {
		return r
	}
	var rows []timesheet.DirectoryRow
	for _, id := range ids()[:4] {
		for n := range rapid.IntRange(0, 2).Draw(l.T, "rows") {
			row := timesheet.DirectoryRow{
				Employee: id, Name: "N" + string(id), Team: rapid.SampledFrom([]string{"", "A", "B"}).Draw(l.T, "team"),
				Schedule: rapid.SampledFrom([]string{"", "office", "free"}).Draw(l.T, "schedule"), From: day(1 + n*rapid.IntRange(1, 29).Draw(l.T, "from")),
			}
			if n == 0 {
				row.From = 0
			}
			if id == "a" {
				row.Aliases = []timesheet.EmployeeID{"old"}
			}
			rows = append(rows, row)
		}
	}
	r.Directory = directory(l, rows...)
	return r
}

// live brings clockings and corrections.
func (l *lawful) live(what string) {
	ctx := context.Background()
	for range rapid.IntRange(0, 12).Draw(l.T, what) {
		id := rapid.SampledFrom(ids()).Draw(l.T, "id")
		on := day(rapid.IntRange(-7, 31).Draw(l.T, "day"))
		from := rapid.IntRange(0, 20).Draw(l.T, "from")
		e := shift(id, on, float64(from), float64(from)+float64(rapid.IntRange(0, 6).Draw(l.T, "for"))/2)
		if rapid.Bool().Draw(l.T, "is a clocking") {
			e.Flags = rapid.SampledFrom([]timesheet.Flags{0, timesheet.Direct, timesheet.AmbiguousTime}).Draw(l.T, "flags")
			part := timesheet.PartitionOf(id, l.store.Partitions())
			probe := l.store.Merge(ctx, []timesheet.Delta{{Partition: part}})
			if m := l.store.Merge(ctx, []timesheet.Delta{{Partition: part, Epoch: probe[0].Token.Epoch, Entries: []timesheet.Entry{e}}}); m[0].Err != nil {
				l.Fatalf("%v", m[0].Err)
			}
			continue
		}
		c := timesheet.Correction{Employee: id, Day: on, Reason: "r", Actor: "hr", At: december().Now}
		switch rapid.IntRange(0, 3).Draw(l.T, "kind") {
		case 0:
			c.Withdrawn = true
		case 1:
			c.Remark = "remark"
		case 2:
			c.ClockIn, c.ClockOut = e.Earliest, e.Latest
		default:
			c.ClockOut = e.Latest
		}
		if _, err := l.store.Correct(ctx, c, timesheet.AnySeq); err != nil {
			l.Fatalf("%v", err)
		}
	}
}

// known is a day as the store and rules have it, found naively, and the history of its
// corrections.
func (l *lawful) known(r period.Rules, id timesheet.EmployeeID, on timesheet.Day) (timesheet.PersonDay, []timesheet.Correction) {
	var d timesheet.PersonDay
	d.Person, _ = r.Directory.Person(id, on)
	for _, badge := range ids() {
		if r.Directory.Canonical(badge, on) != id {
			continue
		}
		es, err := l.store.Range(context.Background(), badge, on, on)
		if err != nil {
			l.Fatalf("%v", err)
		}
		for _, e := range es {
			if e.Employee = id; d.Entry.IsZero() {
				d.Entry = e
			}
			d.Entry = timesheet.Join(d.Entry, e)
		}
	}
	history, err := l.store.Corrections(context.Background(), id, on, on)
	if err != nil {
		l.Fatalf("%v", err)
	}
	if n := len(history); n > 0 {
		d.Correction = &history[n-1]
	}
	d.Work = r.Work.Evaluate(d.Entry, d.Correction, d.Person, on, r.Days.For(id), december())
	d.Work.Next = 0
	return d, history
}

// month is who somebody is and all days that the month needs, found naively.
func (l *lawful) month(r period.Rules, id timesheet.EmployeeID) []timesheet.PersonDay {
	var days []timesheet.PersonDay
	first, last := timesheet.WeeksOf(november)
	for on := first; on <= last; on++ {
		d, _ := l.known(r, id, on)
		d.Person.Schedule = scheduleOf(r, d.Person)
		days = append(days, d)
	}
	return days
}

func scheduleOf(r period.Rules, p timesheet.Person) string {
	if p.Schedule == "" {
		return r.Work.Default()
	}
	return p.Schedule
}

// seen is what a reach sees of a month, found naively.
func seen(r period.Rules, days []timesheet.PersonDay, reach timesheet.Reach) (m timesheet.PaidMonth, ok bool) {
	var work []timesheet.Workday
	for _, d := range days {
		if !reach.Sees(d.Person) {
			continue
		}
		work = append(work, d.Work)
		if d.Work.Day < november.First() {
			continue
		}
		m.Days = append(m.Days, d)
		if !d.Person.Unlisted || len(m.Days) == 1 || m.Person.Unlisted {
			m.Person = d.Person
		}
	}
	terms := func(on timesheet.Day) timesheet.Terms {
		p, _ := r.Directory.Person(days[0].Person.Employee, on)
		return r.Work.Terms(p.Schedule, on)
	}
	m.Totals = timesheet.MonthTotals(november, work, terms)
	for to := november.First(); to <= november.Last(); to++ {
		from := to - 6
		of := slices.DeleteFunc(slices.Clone(work), func(w timesheet.Workday) bool { return w.Day < from || w.Day > to })
		if n := len(of); to.Weekday() == time.Sunday && n > 0 && of[n-1].Day == to { // all schedules have weeks that begin on Mondays
			m.Weeks = append(m.Weeks, timesheet.PaidWeek{Week: timesheet.WeekOf(to, time.Monday), From: from, To: to, Totals: timesheet.WeekTotals(of, terms(to))})
		}
	}
	return m, len(m.Days) > 0
}

func anyReach(t *rapid.T) timesheet.Reach {
	return rapid.SampledFrom([]timesheet.Reach{
		timesheet.Everybody(), {Teams: []string{"A"}}, {Teams: []string{"A", "B"}}, {Employee: "c"}, {Teams: []string{"B"}, Employee: "a"},
	}).Draw(t, "reach")
}

// TestLaws: what was paid is what the rules made of the month when it was closed, for any
// reach, whatever comes later; and adjustments lead from it to what holds now, in pages of
// any size.
func TestLaws(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		store := storetest.NewMemory(2)
		defer store.Close()
		l := &lawful{T: rt, store: store, instance: newInstance(rt, store, store)}
		l.rules = l.anyRules()
		l.live("before")
		c, err := l.Close(context.Background(), november, "payroll", december())
		if err != nil {
			l.Fatalf("%v", err)
		}
		then, before := l.rules, make(map[timesheet.EmployeeID][]timesheet.PersonDay)
		for _, m := range l.everybody(l, c, period.Query{}) {
			before[m.Person.Employee] = l.month(then, m.Person.Employee)
		}
		if rapid.Bool().Draw(rt, "other rules") {
			l.rules = l.anyRules()
		}
		l.live("after")
		reach := anyReach(rt)
		l.paidIs(c, then, before, reach)
		all := l.changes(l, c, period.Query{})
		l.lead(all, before)
		var mine []timesheet.Adjustment
		for _, a := range all {
			var was timesheet.Person
			if days := before[a.Person.Employee]; days != nil {
				was = days[6+a.Day-november.First()].Person
			}
			is, _ := l.rules.Directory.Person(a.Person.Employee, a.Day)
			if reach.Sees(is) && (was.Employee == "" || reach.Sees(was)) {
				mine = append(mine, a)
			}
		}
		limit := rapid.IntRange(1, 40).Draw(rt, "limit")
		if d := same(mine, l.changes(l, c, period.Query{Reach: reach, Limit: limit})); d != "" {
			l.Fatalf("pages of %d for %+v differ: %s", limit, reach, d)
		}
	})
}

// paidIs checks what a reach sees of what was paid.
func (l *lawful) paidIs(c timesheet.Closing, then period.Rules, before map[timesheet.EmployeeID][]timesheet.PersonDay, reach timesheet.Reach) {
	var want []timesheet.PaidMonth
	for _, id := range ids() {
		if days := before[id]; days != nil {
			if m, ok := seen(then, days, reach); ok {
				want = append(want, m)
			}
		}
	}
	got := l.everybody(l, c, period.Query{Reach: reach, Limit: 2})
	for i := range got {
		got[i].Calendar = nil
	}
	if d := same(want, got); d != "" {
		l.Fatalf("%+v sees something else: %s", reach, d)
	}
}

// lead checks that all lines lead from what was paid to what holds now.
func (l *lawful) lead(all []timesheet.Adjustment, before map[timesheet.EmployeeID][]timesheet.PersonDay) {
	of := make(map[string][]timesheet.Adjustment)
	last := ""
	for _, a := range all {
		key := fmt.Sprint(a.Person.Employee, " ", a.Day)
		if key < last {
			l.Fatalf("%s comes after %s", key, last)
		}
		last = key
		of[key] = append(of[key], a)
	}
	for _, id := range ids() {
		for on := november.First(); on <= november.Last(); on++ {
			lines := of[fmt.Sprint(id, " ", on)]
			now, history := l.known(l.rules, id, on)
			was, paid := timesheet.PersonDay{}, before[id] != nil
			if paid {
				was = before[id][6+on-november.First()]
			}
			l.leads(lines, was, now, history, paid)
		}
	}
}

func (l *lawful) leads(lines []timesheet.Adjustment, was, now timesheet.PersonDay, history []timesheet.Correction, paid bool) {
	clocked := was.Entry.Earliest != now.Entry.Earliest || was.Entry.Latest != now.Entry.Latest || (was.Entry.Flags^now.Entry.Flags)&^timesheet.Direct != 0
	var seqs, told []uint64
	for _, c := range history {
		if was.Correction == nil || c.Seq > was.Correction.Seq {
			seqs = append(seqs, c.Seq)
		}
	}
	order := timesheet.AdjustmentCause(0)
	for i, a := range lines {
		if a.Cause < order || a.Cause == order && order != timesheet.CauseCorrection {
			l.Fatalf("%v after %v", a.Cause, order)
		}
		order = a.Cause
		if a.Cause == timesheet.CauseCorrection {
			told = append(told, a.Correction.Seq)
		}
		if i > 0 && lines[i-1].After != a.Before {
			l.Fatalf("%v doesn't begin where the one before ended", a.Day)
		}
		if a.Cause == timesheet.CauseRules && a.Before == a.After || a.Detail == "" {
			l.Fatalf("nothing changed, or %q says nothing", a.Detail)
		}
	}
	there := slices.ContainsFunc(lines, func(a timesheet.Adjustment) bool { return a.Cause == timesheet.CauseClockings })
	switch {
	case !paid && len(lines) == 0 && now.Entry.IsZero(): // nobody, or somebody whose day is as if there were nobody
	case clocked != there:
		l.Fatalf("%v: clockings changed %v, told %v", now.Work.Day, clocked, there)
	case fmt.Sprint(seqs) != fmt.Sprint(told):
		l.Fatalf("%v: corrections %v are told of %v", now.Work.Day, told, seqs)
	case paid && len(lines) == 0 && was.Work != now.Work:
		l.Fatalf("%v changed and nothing is told:\n%+v\n%+v", now.Work.Day, was.Work, now.Work)
	case paid && len(lines) > 0 && lines[0].Before != was.Work:
		l.Fatalf("%v begins elsewhere", now.Work.Day)
	case len(lines) > 0 && lines[len(lines)-1].After != now.Work:
		l.Fatalf("%v ends at\n%+v, not\n%+v", now.Work.Day, lines[len(lines)-1].After, now.Work)
	}
}

package period_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"timesheet"
	"timesheet/period"
	"timesheet/storetest"
)

// november is the month of most tests, and its first day a Sunday.
var november = timesheet.Month{Year: 2026, Month: time.November}

func day(n int) timesheet.Day { return timesheet.DayOf(2026, time.November, n) }

// december is a moment at which november is settled.
func december() timesheet.Moment {
	return timesheet.Moment{Now: at(day(30)+5, 12*time.Hour), SettledThrough: timesheet.Forever}
}

// at is so long after 00:00 UTC of d.
func at(d timesheet.Day, after time.Duration) timesheet.Instant {
	return timesheet.Instant(d)*86_400_000 + timesheet.Instant(after.Milliseconds())
}

// shift is e's entry on d between two hours UTC; in Berlin it is an hour later.
func shift(e timesheet.EmployeeID, d timesheet.Day, from, to float64) timesheet.Entry {
	hour := float64(time.Hour)
	return timesheet.Entry{Employee: e, Day: d, Earliest: at(d, time.Duration(from*hour)), Latest: at(d, time.Duration(to*hour))}
}

// world is a store, and an instance on it with rules that the test changes.
type world struct {
	tb     testing.TB
	memory *storetest.Memory
	store  *storetest.Faulty
	*instance
}

// instance is one of several on a store.
type instance struct {
	*period.Periods
	store period.Store
	rules period.Rules
	// people are found in the store unless the test says otherwise.
	people period.People
}

// fataler fails a test, or a check of rapid's.
type fataler interface{ Fatalf(string, ...any) }

func newWorld(tb testing.TB) *world {
	tb.Helper()
	w := &world{tb: tb, memory: storetest.NewMemory(4)}
	tb.Cleanup(func() { w.memory.Close() })
	w.store = storetest.NewFaulty(w.memory)
	w.instance = newInstance(tb, w.store, w.memory)
	return w
}

// newInstance is one whose closed months are kept in a store, and whose people are those
// of another handle of it.
func newInstance(tb fataler, store period.Store, people whole) *instance {
	i := &instance{store: store}
	i.rules = period.Rules{Digest: "1", Days: dayRules(tb), Work: workRules(tb, 9, 18), RulesText: []byte("rules"), DirectoryText: []byte("directory")}
	i.Periods = period.New(period.Options{
		Store: store,
		Rules: func() (period.Rules, error) { return i.rules, nil },
		People: func(ctx context.Context, m timesheet.Month, cursor string, limit int, _ timesheet.Moment) ([][]timesheet.PersonDay, string, error) {
			if i.people != nil {
				return i.people(ctx, m, cursor, limit, december())
			}
			return somePeople(ctx, people, i.rules, m, cursor, limit)
		},
	})
	return i
}

// whole is what people are read from.
type whole interface {
	timesheet.Reader
	timesheet.Corrector
}

// somePeople is who there is in a month, as the boards tell it, found naively.
func somePeople(ctx context.Context, s whole, r period.Rules, m timesheet.Month, cursor string, limit int) (people [][]timesheet.PersonDay, next string, err error) {
	entries := make(map[timesheet.EmployeeID]map[timesheet.Day]timesheet.Entry)
	add := func(id timesheet.EmployeeID) map[timesheet.Day]timesheet.Entry {
		if entries[id] == nil {
			entries[id] = make(map[timesheet.Day]timesheet.Entry)
		}
		return entries[id]
	}
	for d := m.First(); d <= m.Last(); d++ {
		for p := range r.Directory.On(d) {
			add(p.Employee)
		}
		es, _, err := s.Board(ctx, d, "", timesheet.MaxBoard)
		if err != nil {
			return nil, "", err
		}
		for _, e := range es {
			e.Employee = r.Directory.Canonical(e.Employee, d)
			own := add(e.Employee)
			if before, ok := own[d]; ok {
				e = timesheet.Join(before, e)
			}
			own[d] = e
		}
	}
	corrected, _, err := s.Corrected(ctx, m.First(), m.Last(), "", timesheet.MaxBoard)
	if err != nil {
		return nil, "", err
	}
	for _, c := range corrected {
		add(c.Employee)
	}
	for _, id := range slices.Sorted(maps.Keys(entries)) {
		if string(id) <= cursor {
			continue
		}
		if len(people) == limit {
			return people, string(people[limit-1][0].Person.Employee), nil
		}
		var days []timesheet.PersonDay
		for d := m.First(); d <= m.Last(); d++ {
			p, _ := r.Directory.Person(id, d)
			days = append(days, timesheet.PersonDay{Person: p, Entry: entries[id][d], Work: timesheet.Workday{Employee: id, Day: d}})
		}
		people = append(people, days)
	}
	return people, "", nil
}

// inPages are people that are known beforehand.
func inPages(people [][]timesheet.PersonDay) period.People {
	return func(_ context.Context, _ timesheet.Month, cursor string, limit int, _ timesheet.Moment) ([][]timesheet.PersonDay, string, error) {
		at := 0
		if cursor != "" {
			at, _ = strconv.Atoi(cursor)
		}
		if to := at + limit; to < len(people) {
			return slices.Clone(people[at:to]), strconv.Itoa(to), nil
		}
		return slices.Clone(people[at:]), "", nil
	}
}

func dayRules(tb fataler, others ...timesheet.Assignment) *timesheet.DayRules {
	r, err := timesheet.NewDayRules(1, append(others, timesheet.Assignment{Rule: timesheet.DayRule{Zone: "Europe/Berlin"}}), time.LoadLocation)
	if err != nil {
		tb.Fatalf("%v", err)
	}
	return r
}

// workRules has a schedule office, the default one, of those hours, and one without hours.
func workRules(tb fataler, from, to int, leave ...timesheet.Leave) *timesheet.WorkRules {
	office := timesheet.Terms{Hours: timesheet.Hours{Start: timesheet.NewTimeOfDay(from, 0), End: timesheet.NewTimeOfDay(to, 0)}}
	r, err := timesheet.NewWorkRules("office", map[string][]timesheet.Terms{"office": {office}, "free": {{OvertimeDaily: timesheet.Off}}}, nil, leave)
	if err != nil {
		tb.Fatalf("%v", err)
	}
	return r
}

func directory(tb fataler, rows ...timesheet.DirectoryRow) *timesheet.Directory {
	d, err := timesheet.NewDirectory(rows)
	if err != nil {
		tb.Fatalf("%v", err)
	}
	return d
}

func (w *world) merge(es ...timesheet.Entry) {
	w.tb.Helper()
	storetest.Merge(w.tb, w.memory, es...)
}

// correct adds a correction to e's day, to an hour UTC of clocking out.
func (w *world) correct(e timesheet.EmployeeID, d timesheet.Day, out float64) timesheet.Correction {
	w.tb.Helper()
	return w.corrected(timesheet.Correction{Employee: e, Day: d, ClockOut: shift(e, d, 0, out).Latest, Reason: "forgot", Actor: "hr", At: december().Now})
}

func (w *world) corrected(c timesheet.Correction) timesheet.Correction {
	w.tb.Helper()
	c, err := w.memory.Correct(context.Background(), c, timesheet.AnySeq)
	if err != nil {
		w.tb.Fatalf("%v", err)
	}
	return c
}

// close closes november.
func (w *world) close() timesheet.Closing {
	w.tb.Helper()
	c, err := w.Close(context.Background(), november, "payroll", december())
	if err != nil {
		w.tb.Fatalf("%v", err)
	}
	return c
}

// everybody is all that was paid, read in pages.
func (i *instance) everybody(tb fataler, c timesheet.Closing, q period.Query) []timesheet.PaidMonth {
	q.Limit = cmp.Or(q.Limit, period.MaxRows)
	if q.Reach.Employee == "" && q.Reach.Teams == nil {
		q.Reach = timesheet.Everybody()
	}
	var all []timesheet.PaidMonth
	for {
		p, err := i.Month(context.Background(), c, q)
		if err != nil {
			tb.Fatalf("%v", err)
		}
		if len(p.Rows) > q.Limit {
			tb.Fatalf("%d rows of %d", len(p.Rows), q.Limit)
		}
		if all = append(all, p.Rows...); p.Next == "" {
			return all
		}
		q.Cursor = p.Next
	}
}

// changes is all that changed, read in pages.
func (i *instance) changes(tb fataler, c timesheet.Closing, q period.Query) []timesheet.Adjustment {
	q.Limit = cmp.Or(q.Limit, period.MaxRows)
	if q.Reach.Employee == "" && q.Reach.Teams == nil {
		q.Reach = timesheet.Everybody()
	}
	var all []timesheet.Adjustment
	for {
		p, err := i.Adjustments(context.Background(), c, q)
		if err != nil {
			tb.Fatalf("%v", err)
		}
		if len(p.Lines) > q.Limit {
			tb.Fatalf("%d lines of %d", len(p.Lines), q.Limit)
		}
		if all = append(all, p.Lines...); p.Next == "" {
			return all
		}
		q.Cursor = p.Next
	}
}

// told is a line, short: "7 2 correction 8h0m→9h0m".
func told(a timesheet.Adjustment) string {
	_, _, n := a.Day.Date()
	return fmt.Sprintf("%s %d %v %v→%v", a.Person.Employee, n, a.Cause, timesheet.FormatDuration(a.Before.Worked), timesheet.FormatDuration(a.After.Worked))
}

func allTold(lines []timesheet.Adjustment) []string {
	var all []string
	for _, a := range lines {
		all = append(all, told(a))
	}
	return all
}

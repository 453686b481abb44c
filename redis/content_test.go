package redis_test

import (
	"testing"

	"timesheet"
	"timesheet/redis"
)

// A full store has something of each kind of three employees, before and after a floor.
const (
	oldDay, newDay = timesheet.Day(20_010), timesheet.Day(20_045) // October and November 2024
	newFloor       = timesheet.Day(20_040)
	gone           = timesheet.EmployeeID("gone")
)

var (
	oldMonth = timesheet.Series{Month: timesheet.Month{Year: 2024, Month: 10}, Closing: 7}
	newMonth = timesheet.Series{Month: timesheet.Month{Year: 2024, Month: 11}, Closing: 1 << 63}
)

// content is what of an employee is in a store.
type content struct{ entries, corrections, sealed, rejected int }

func fillUp(t *testing.T, s *redis.Store) {
	t.Helper()
	var es []timesheet.Entry
	for _, day := range []timesheet.Day{oldDay, newDay} {
		for _, e := range []timesheet.EmployeeID{gone, "stays", "gone2"} {
			entry := entryOf(0, day, 30_000)
			entry.Employee = e
			es = append(es, entry)
			correct(t, s, correction(e, day))
			correct(t, s, correction(e, day))
			r := rejected(timesheet.RowID(len(es)), 1, string(e))
			r[0].Seen = timesheet.Instant(day) * 86_400_000
			reject(t, s, r)
		}
	}
	mergeAll(t, s, deltasOf(es, epochs(t, s)))
	for _, series := range []timesheet.Series{oldMonth, newMonth} {
		var records []timesheet.Sealed
		for _, e := range es[:3] {
			records = append(records, timesheet.Sealed{Employee: e.Employee, Data: []byte("paid")})
		}
		if err := s.Seal(t.Context(), series, records); err != nil {
			t.Fatal(err)
		}
	}
}

func contentOf(t *testing.T, s *redis.Store, e timesheet.EmployeeID) (c content) {
	t.Helper()
	es, err := s.Range(t.Context(), e, timesheet.FirstDay, timesheet.LastDay)
	if err != nil {
		t.Fatal(err)
	}
	cs, err := s.Corrections(t.Context(), e, timesheet.FirstDay, timesheet.LastDay)
	if err != nil {
		t.Fatal(err)
	}
	for _, series := range []timesheet.Series{oldMonth, newMonth} {
		_, err := s.SealedOf(t.Context(), series, e)
		if err == nil {
			c.sealed++
		} else if timesheet.CodeOf(err) != timesheet.NotFound {
			t.Fatal(err)
		}
	}
	rows, err := s.Rejected(t.Context(), "view", -1, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Employee == string(e) {
			c.rejected++
		}
	}
	c.entries, c.corrections = len(es), len(cs)
	return c
}

func wantContent(t *testing.T, s *redis.Store, want map[timesheet.EmployeeID]content) {
	t.Helper()
	for e, w := range want {
		if got := contentOf(t, s, e); got != w {
			t.Errorf("of %s there is %+v, want %+v", e, got, w)
		}
	}
}

package http

import (
	"cmp"
	"encoding/binary"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"timesheet"
)

func position(cursor string) (int, error) {
	if cursor == "" {
		return 0, nil
	}
	at, err := strconv.ParseUint(cursor, 10, 31)
	if err != nil {
		return 0, timesheet.NewError(timesheet.Invalid, "cursor", err)
	}
	return int(at), nil
}

// version is another one for other rows, but for chance.
func version(rows []BoardRow) uint64 {
	h := fnv.New64a()
	for i := range rows {
		r := &rows[i]
		_, _ = h.Write([]byte(string(r.Person.Employee) + "\x00" + r.Person.Name + "\x00" + r.Person.Team + "\x00" + r.Person.Schedule + "\x00"))
		_ = binary.Write(h, binary.BigEndian, []int64{
			int64(r.Entry.Earliest), int64(r.Entry.Latest), int64(r.Work.Status), int64(r.Work.Marks), int64(r.Work.ClockOut),
			int64(r.Work.BreakTime), int64(r.Work.Worked), int64(r.Work.Expected), int64(r.Work.Late), int64(r.Work.Early), int64(r.Work.Overtime),
		})
		if r.Work.Provisional {
			_, _ = h.Write([]byte{1})
		}
	}
	return h.Sum64()
}

func wanted(r *BoardRow, q string) bool {
	q = strings.ToLower(q)
	return strings.Contains(strings.ToLower(r.Person.Name), q) || strings.Contains(strings.ToLower(string(r.Person.Employee)), q)
}

func order(rows []BoardRow, q BoardQuery) {
	by := func(BoardRow, BoardRow) int { return 0 }
	last := func(a, b bool) int { // what has no value comes last, either way
		switch {
		case a == b:
			return 0
		case a:
			return -1
		default:
			return 1
		}
	}
	direction := 1
	if q.Descending {
		direction = -1
	}
	switch q.Sort {
	case "name":
		by = func(a, b BoardRow) int {
			x, y := a.Person.Name, b.Person.Name
			return cmp.Or(last(x != "", y != ""), direction*cmp.Compare(strings.ToLower(x), strings.ToLower(y)))
		}
	case "clock_in":
		by = func(a, b BoardRow) int {
			x, y := a.Work.ClockIn, b.Work.ClockIn
			return cmp.Or(last(x != 0, y != 0), direction*cmp.Compare(x, y))
		}
	case "worked":
		by = func(a, b BoardRow) int {
			return cmp.Or(last(a.Work.Complete(), b.Work.Complete()), direction*cmp.Compare(a.Work.Worked, b.Work.Worked))
		}
	}
	slices.SortStableFunc(rows, func(a, b BoardRow) int {
		return cmp.Or(by(a, b), direction*cmp.Compare(a.Person.Employee, b.Person.Employee))
	})
}

// add counts a row.
func (t *DayTotals) add(w *timesheet.Workday) {
	t.Rows++
	for _, one := range []struct {
		n   *int
		yes bool
	}{
		{&t.Open, w.Status == timesheet.StatusOpen}, {&t.MissingOut, w.Status == timesheet.StatusMissingOut},
		{&t.Complete, w.Status == timesheet.StatusComplete}, {&t.Expected, w.Status == timesheet.StatusExpected},
		{&t.Absent, w.Status == timesheet.StatusAbsent}, {&t.OnLeave, w.Status == timesheet.StatusOnLeave},
		{&t.Holiday, w.Status == timesheet.StatusHoliday}, {&t.DayOff, w.Status == timesheet.StatusDayOff},
		{&t.Late, w.Marks.Has(timesheet.MarkLate)}, {&t.EarlyLeave, w.Marks.Has(timesheet.MarkEarlyLeave)},
		{&t.HalfDay, w.Marks.Has(timesheet.MarkHalfDay)}, {&t.BelowAbsent, w.Marks.Has(timesheet.MarkBelowAbsent)},
		{&t.LongSpan, w.Marks.Has(timesheet.MarkLongSpan)}, {&t.PresumedPresent, w.Marks.Has(timesheet.MarkPresumedPresent)},
		{&t.Unlisted, w.Marks.Has(timesheet.MarkUnlisted)}, {&t.Provisional, w.Provisional},
	} {
		if one.yes {
			*one.n++
		}
	}
	t.Worked += w.Worked
	t.Overtime += w.Overtime
	t.HolidayWorked += w.HolidayWorked
}

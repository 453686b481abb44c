package board

import (
	"context"
	"fmt"

	"timesheet"
)

// MonthQuery says whose months are wanted.
type MonthQuery struct {
	// Reach is whose rows may be shown: what is answered is as if there were nobody else.
	// The zero Reach reaches nobody.
	Reach  timesheet.Reach
	Team   string        // that somebody is in on a day of the month; "" for all
	Q      string        // a part of the name or the employee id, without regard to case and accents; "" for all
	From   timesheet.Day // the first day that is kept: none before it is shown or counts
	Limit  int           // 1 to MaxRows
	Cursor string        // MonthPage.Next of the page before; "" for the first
}

// MonthRow is a person's month.
type MonthRow struct {
	Person timesheet.Person // on the last day of the month that the directory lists them and the reach sees
	Days   []Row            // of the month, all of them that the reach sees
	Totals timesheet.Totals // with the overtime of weeks that end in the month
}

// MonthPage is a part of all people's months, by employee id: everybody who has a
// clocking or a correction in the month, or whom the directory lists on one of its days,
// of days that the reach sees.
type MonthPage struct {
	Rows []MonthRow
	Next string // the cursor of the rest; "" where there is none
}

// Month answers a page of a month, the payroll's view. Days that can't be kept beside
// those in use are read for the call alone, one after the other. Errors are as for Page.
func (b *Boards) Month(ctx context.Context, month timesheet.Month, q MonthQuery, m timesheet.Moment) (MonthPage, error) {
	if err := (Query{Limit: q.Limit}).validate(); err != nil {
		return MonthPage{}, err
	}
	if month.First() < timesheet.FirstDay || month.Last() > timesheet.LastDay {
		return MonthPage{}, timesheet.NewError(timesheet.Invalid, "month", fmt.Errorf("%v is outside %v to %v", month, timesheet.FirstDay, timesheet.LastDay))
	}
	after, err := parseCursor(Query{Cursor: q.Cursor})
	if err != nil {
		return MonthPage{}, err
	}
	k, err := b.book()
	if err != nil {
		return MonthPage{}, err
	}
	from, to := timesheet.WeeksOf(month)
	s := &monthScan{q: q, k: k, month: month, from: max(from, q.From, timesheet.FirstDay), to: to, known: make(map[timesheet.EmployeeID]*monthPerson)}
	if after != nil {
		s.after = after.id
	}
	if err := s.read(ctx, b); err != nil {
		return MonthPage{}, err
	}
	return s.page(m), nil
}

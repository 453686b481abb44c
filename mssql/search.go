package mssql

import (
	"context"
	"database/sql/driver"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	mssqldb "github.com/microsoft/go-mssqldb"

	"timesheet"
)

// searches are the texts of a search where employees are numbers, and where they are
// texts. There an id that stands behind spaces is the same one, as it is when pages are
// read; LTRIM keeps such a column's index from being used, and a time's may be.
func (n names) searches(rows, order string) (numbers, letters string) {
	ids := make([]string, timesheet.MaxSearched)
	for i := range ids {
		ids[i] = "@e" + strconv.Itoa(i+1)
	}
	rest := fmt.Sprintf(" IN (%s) AND %[2]s >= @from AND %[2]s < @to AND %[3]s <= @last%[4]s", strings.Join(ids, ", "), n.time, n.id, order)
	return rows + n.employee + rest, rows + "LTRIM(" + n.employee + ")" + rest
}

// Search answers the rows that s asks for, with the lowest ids, ascending; truncated says
// that there may be more. It is safe for concurrent use, also beside the other methods:
// searches wait for one another, on a connection of their own. The view need not have an
// index that helps; then all of it is read, for which ctx should have a deadline. Rows in
// flight are treated as the view's mode says.
//
// The collation of the server may call ids equal that aren't, and the ids asked for may be
// no numbers: what isn't exactly meant is left out here.
func (v *View) Search(ctx context.Context, s timesheet.RowSearch) (rows []timesheet.Row, truncated bool, err error) {
	const op = "search the clocking view"
	if err := s.Validate(); err != nil {
		return nil, false, fmt.Errorf("%s: %w", op, err)
	}
	more := false
	err = v.callOn(ctx, v.searches, op, func(ctx context.Context, l *link) error {
		l.rows, more = l.rows[:0], false
		text, args, err := v.searching(ctx, l, s)
		if err != nil || text == "" {
			return err
		}
		read := 0
		return l.query(ctx, text, args, l.decoder.columns, func(values []driver.Value) error {
			row, err := l.decoder.row(values)
			if err != nil {
				return err
			}
			if read++; read > s.Limit {
				more = true
				return nil
			}
			if meant(s, row, l.decoder.moment) {
				l.rows = append(l.rows, row)
			}
			return nil
		})
	}, func(l *link) { rows, truncated = slices.Clone(l.rows), more })
	return rows, truncated, err
}

// searching looks at the types of the view's columns, and answers the query for them; ""
// says that no row can be meant. Plain bounds the ids first, as Page does.
func (v *View) searching(ctx context.Context, l *link, s timesheet.RowSearch) (string, []driver.NamedValue, error) {
	none := []driver.NamedValue{number("n", 0), number("after", math.MaxInt64)}
	if err := l.query(ctx, v.texts.page, none, l.decoder.columns, func([]driver.Value) error { return nil }); err != nil {
		return "", nil, err
	}
	text, ids := v.texts.letters, l.decoder.searched(s.Employees)
	if l.decoder.number {
		text = v.texts.numbers
	}
	last, found := int64(math.MaxInt64), true
	if v.bounded && len(ids) > 0 {
		err := l.query(ctx, v.texts.highest, nil, l.decoder.idColumn, func(values []driver.Value) error {
			last, found = values[0].(int64)
			return nil
		})
		if err != nil {
			return "", nil, err
		}
	}
	if len(ids) == 0 || !found {
		return "", nil, nil
	}
	from, to := int64(s.FromWall), int64(s.ToWall)
	if l.decoder.moment {
		from, to = int64(s.From), int64(s.To)
	}
	args := []driver.NamedValue{
		number("n", int64(s.Limit)+1), number("last", last),
		searchedTime("from", from), searchedTime("to", to+999), // to the second: what is too much is left out
	}
	for i := range timesheet.MaxSearched {
		args = append(args, driver.NamedValue{Name: "e" + strconv.Itoa(i+1), Value: ids[min(i, len(ids)-1)]})
	}
	return text, args, nil
}

// searched are the values to compare employees with. An id that no number is written as
// can't be in a column of numbers.
func (d *decoder) searched(employees []timesheet.EmployeeID) (ids []driver.Value) {
	for _, e := range employees {
		if !d.number {
			ids = append(ids, string(e))
		} else if n, err := strconv.ParseInt(string(e), 10, 64); err == nil && strconv.FormatInt(n, 10) == string(e) {
			ids = append(ids, n)
		}
	}
	return ids
}

// searchedTime is a time in whole seconds, as a DATETIME: see sinceTime.
func searchedTime(name string, ms int64) driver.NamedValue {
	const first, last = -6_847_804_800_000, 253_402_300_799_000 // of a DATETIME: 1753-01-01 and 9999-12-31T23:59:59
	t := time.UnixMilli(min(max(ms, first), last)).UTC().Truncate(time.Second)
	return driver.NamedValue{Name: name, Value: mssqldb.DateTime1(t)}
}

// meant tells whether the row is exactly what is asked for.
func meant(s timesheet.RowSearch, row timesheet.Row, moment bool) bool {
	if !slices.Contains(s.Employees, row.Clocking.Employee) {
		return false
	}
	if moment {
		at, _ := timesheet.Calendar{}.Instant(row.Clocking.At) // a moment needs no rules
		return at >= s.From && at < s.To
	}
	wall, _ := row.Clocking.At.Local()
	return wall >= s.FromWall && wall < s.ToWall
}

package mssql

import (
	"database/sql/driver"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"timesheet"
)

// Types as the driver calls them, by what can be read from them.
var (
	integerTypes   = []string{"TINYINT", "SMALLINT", "INT", "BIGINT"}
	characterTypes = []string{"CHAR", "VARCHAR", "NCHAR", "NVARCHAR"}
	wallTypes      = []string{"DATETIME", "DATETIME2", "SMALLDATETIME"}
)

// offsetType is a moment, where the others are what a clock on the wall shows.
const offsetType = "DATETIMEOFFSET"

// maxKnown bounds how many employees' ids are kept to be shared by their rows.
const maxKnown = 1 << 16

// decoder makes rows of the driver's values. It is used by one goroutine.
type decoder struct {
	view   string // for texts
	number bool   // employees are integers
	moment bool   // times have an offset

	// Ids that have occurred: employees repeat, and each id is checked and kept once.
	text    map[string]timesheet.EmployeeID
	numbers map[int64]timesheet.EmployeeID
}

func newDecoder(view string) decoder {
	return decoder{view: view, text: map[string]timesheet.EmployeeID{}, numbers: map[int64]timesheet.EmployeeID{}}
}

// columns looks whether id, employee and time can be read from columns of these types.
func (d *decoder) columns(types []string) error {
	if len(types) != 3 {
		return unfitf("the answer has %d columns where 3 were asked for", len(types))
	}
	if err := d.idColumn(types[:1]); err != nil {
		return err
	}
	d.number = slices.Contains(integerTypes, types[1])
	if !d.number && !slices.Contains(characterTypes, types[1]) {
		return unfitf("the employee column of %s is %s; it must be an integer (%s) or characters (%s)",
			d.view, types[1], strings.Join(integerTypes, ", "), strings.Join(characterTypes, ", "))
	}
	d.moment = types[2] == offsetType
	if !d.moment && !slices.Contains(wallTypes, types[2]) {
		return unfitf("the time column of %s is %s; it must be one of %s, %s",
			d.view, types[2], strings.Join(wallTypes, ", "), offsetType)
	}
	return nil
}

// idColumn looks whether the answer is ids alone.
func (d *decoder) idColumn(types []string) error {
	if len(types) != 1 {
		return unfitf("the answer has %d columns where 1 was asked for", len(types))
	}
	if !slices.Contains(integerTypes, types[0]) {
		return unfitf("the id column of %s is %s; it must be an integer (%s)",
			d.view, types[0], strings.Join(integerTypes, ", "))
	}
	return nil
}

// row decodes one row. What is wrong with its employee or time is in its Fault; only
// an id that can't be read is an error.
func (d *decoder) row(values []driver.Value) (timesheet.Row, error) {
	id, ok := values[0].(int64)
	if !ok {
		return timesheet.Row{}, unfitf("a row of %s has no id: its id column must be NOT NULL", d.view)
	}
	row := timesheet.Row{ID: timesheet.RowID(id)}
	row.Clocking.Employee, row.Fault = d.employee(values[1])
	at, fault := d.time(values[2])
	row.Clocking.At = at
	if row.Fault == "" {
		row.Fault = fault
	} else if fault != "" {
		row.Fault += ", and " + fault
	}
	return row, nil
}

func (d *decoder) employee(value driver.Value) (timesheet.EmployeeID, string) {
	switch v := value.(type) {
	case nil:
		return "", "employee_id is NULL"
	case int64:
		id, ok := d.numbers[v]
		if !ok {
			id = timesheet.EmployeeID(strconv.FormatInt(v, 10))
			keep(d.numbers, v, id)
		}
		return id, ""
	case string:
		id, ok := d.text[v]
		if !ok {
			var err error
			if id, err = timesheet.ParseEmployeeID(v); err != nil {
				return timesheet.EmployeeID(clip(v, timesheet.MaxEmployeeID)), err.Error()
			}
			keep(d.text, v, id)
		}
		return id, ""
	}
	return "", fmt.Sprintf("employee_id: its type can't be read (%T)", value)
}

// keep bounds known by forgetting all of it: who is still there comes again.
func keep[K comparable](known map[K]timesheet.EmployeeID, key K, id timesheet.EmployeeID) {
	if len(known) >= maxKnown {
		clear(known)
	}
	known[key] = id
}

// time cuts to the millisecond. A DATETIME, which counts ticks of 1/300 s, comes as SQL
// Server itself shows it, .000, .003 or .007, and not as its ticks' .006 cut short: so
// it is what people see there, and what every export of it says. The driver rounds it so.
func (d *decoder) time(value driver.Value) (timesheet.Timestamp, string) {
	t, ok := value.(time.Time)
	switch {
	case value == nil:
		return timesheet.Timestamp{}, "clocked_at is NULL"
	case !ok:
		return timesheet.Timestamp{}, fmt.Sprintf("clocked_at: its type can't be read (%T)", value)
	case d.moment:
		return timesheet.At(timesheet.InstantOf(t)), ""
	}
	return timesheet.LocalTime(timesheet.Wall(t.UnixMilli())), ""
}

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

// decoder makes rows of the driver's values. It is used by one goroutine.
type decoder struct {
	view   string // for texts
	moment bool   // times have an offset
	number bool   // employees are integers
}

// columns looks whether id, employee and time can be read from columns of these types.
func (d *decoder) columns(types []string) error {
	if len(types) != 3 {
		return unfitf("the answer has %d columns where 3 were asked for", len(types))
	}
	if err := d.idColumn(types[:1]); err != nil {
		return err
	}
	if !slices.Contains(integerTypes, types[1]) && !slices.Contains(characterTypes, types[1]) {
		return unfitf("the employee column of %s is %s; it must be an integer (%s) or characters (%s)",
			d.view, types[1], strings.Join(integerTypes, ", "), strings.Join(characterTypes, ", "))
	}
	d.number = slices.Contains(integerTypes, types[1])
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

// employee reads an id as it is. Nothing is looked up: that ids repeat saves less than
// finding each in a table costs (170 ns on a cold cache, where reading it takes 10).
func (d *decoder) employee(value driver.Value) (timesheet.EmployeeID, string) {
	switch v := value.(type) {
	case nil:
		return "", "employee_id is NULL"
	case int64:
		return timesheet.EmployeeID(strconv.FormatInt(v, 10)), ""
	case string:
		id, err := timesheet.ParseEmployeeID(v)
		if err != nil {
			return timesheet.EmployeeID(strings.ToValidUTF8(v[:min(len(v), timesheet.MaxEmployeeID)], "")), err.Error()
		}
		return id, ""
	}
	return "", fmt.Sprintf("employee_id: its type can't be read (%T)", value)
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

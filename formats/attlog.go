package formats

import (
	"bytes"
	"fmt"

	"timesheet"
)

// An attlog line has minColumns to maxColumns columns: employee, perhaps a name,
// time, then status codes that differ by the machine.
const (
	minColumns = 4
	maxColumns = 7
)

// attlog is the clocking of a line of attlog.dat.
func (a *assembler) attlog(line []byte) (timesheet.Clocking, error) {
	var columns [maxColumns][]byte
	n, err := splitTabs(line, columns[:])
	if err != nil {
		return timesheet.Clocking{}, err
	}
	if n < minColumns || n > maxColumns {
		return timesheet.Clocking{}, timesheet.NewError(timesheet.Invalid, "line",
			fmt.Errorf("it has %d columns between tabs, attlog has %d to %d; it is probably damaged", n, minColumns, maxColumns))
	}
	at := columns[1]
	if !datelike(at) && datelike(columns[2]) {
		at = columns[2]
	}
	return a.clocking(columns[0], at)
}

// datelike tells whether b begins like 2006- or 2006/, as an impossible time does too
// but a name or a status code doesn't.
func datelike(b []byte) bool {
	b = trim(b)
	if len(b) < 5 || b[4] != '-' && b[4] != '/' {
		return false
	}
	for _, c := range b[:4] {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// splitTabs puts the columns of line into columns and answers how many there are,
// also those that have no room. A control byte is an error.
func splitTabs(line []byte, columns [][]byte) (n int, err error) {
	from := 0
	for i, c := range line {
		if c >= ' ' && c != 0x7f {
			continue
		}
		if c != '\t' {
			return 0, timesheet.NewError(timesheet.Invalid, "line",
				fmt.Errorf("it has the control byte %#02x at byte %d; it is damaged", c, i+1))
		}
		if n < len(columns) {
			columns[n] = line[from:i]
		}
		n, from = n+1, i+1
	}
	if n < len(columns) {
		columns[n] = line[from:]
	}
	return n + 1, nil
}

// The columns of an AGL header that count.
const (
	aglEmployee = "EnNo"
	aglTime     = "DateTime"
)

// maxAGLColumns is more than any such export has.
const maxAGLColumns = 16

func isAGLHeader(line []byte) bool {
	employee, behind := aglColumns(line)
	return employee >= 0 && behind >= 0
}

// aglColumns is the position of the employee's column, and how many columns stand
// behind the time; -1 where they aren't there. The time counts from the end since
// headers are seen that name two columns before it as one ("Name GMNo").
func aglColumns(header []byte) (employee, behind int) {
	employee, behind = -1, -1
	names := bytes.Split(header, []byte("\t"))
	for i, name := range names {
		switch name = bytes.TrimSpace(name); {
		case bytes.EqualFold(name, []byte(aglEmployee)):
			employee = i
		case bytes.EqualFold(name, []byte(aglTime)):
			behind = len(names) - 1 - i
		}
	}
	return employee, behind
}

// newAGL takes the header.
func newAGL(l lines, rows *assembler) (layout, error) {
	header, err := takeHeader(&l)
	if err != nil {
		return nil, err
	}
	employee, behind := aglColumns(header)
	if employee < 0 || behind < 0 {
		return nil, invalidInput(l.n, fmt.Sprintf("%.100q is no AGL header with the columns %s and %s, separated by tabs",
			header, aglEmployee, aglTime))
	}
	parse := func(line []byte) (timesheet.Clocking, error) {
		var columns [maxAGLColumns][]byte
		n, err := splitTabs(line, columns[:])
		if err != nil {
			return timesheet.Clocking{}, err
		}
		at := n - 1 - behind
		if at <= employee || n > maxAGLColumns {
			return timesheet.Clocking{}, timesheet.NewError(timesheet.Invalid, "line",
				fmt.Errorf("it has %d columns between tabs, too few or too many for its header; it is probably damaged", n))
		}
		return rows.clocking(columns[employee], columns[at])
	}
	return &lineLayout{lines: l, parse: parse}, nil
}

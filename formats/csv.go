package formats

import (
	"bytes"
	"fmt"
	"strings"

	"timesheet"
)

// The columns of a CSV that count.
const (
	employeeColumn = "employee_id"
	timeColumn     = "clocked_at"
)

// table is CSV behind its header.
type table struct {
	lines
	rows         *assembler
	columns      int
	employee, at int      // which columns
	fields       [][]byte // of a record with quotes
	scratch      []byte   // what they consist of where that isn't a part of the record
}

// newTable takes the header.
func newTable(l lines, rows *assembler) (layout, error) {
	t := &table{rows: rows, employee: -1, at: -1}
	header, err := takeHeader(&l)
	if err != nil {
		return nil, err
	}
	t.lines = l
	names, err := t.split(header, nil)
	if err != nil {
		return nil, invalidInput(l.n, "the header: "+err.Error())
	}
	seen := make(map[string]bool)
	for i, name := range names {
		key := strings.ToLower(strings.TrimSpace(string(name)))
		if key != "" && seen[key] {
			return nil, invalidInput(l.n, fmt.Sprintf("the header has the column %.60q twice", key))
		}
		seen[key] = true
		switch key {
		case employeeColumn:
			t.employee = i
		case timeColumn:
			t.at = i
		}
	}
	if t.employee < 0 || t.at < 0 {
		return nil, invalidInput(l.n, fmt.Sprintf("%.100q is no CSV header with the columns %s and %s, separated by commas",
			header, employeeColumn, timeColumn))
	}
	t.columns = len(names)
	return t, nil
}

// takeHeader takes the first line that isn't blank.
func takeHeader(l *lines) ([]byte, error) {
	if _, err := firstLine(l); err != nil {
		return nil, err
	}
	line, long, ok := l.next()
	switch {
	case !ok && l.win.eof:
		return nil, invalidInput(l.n+1, "the header is missing")
	case !ok:
		return nil, invalidInput(l.n+1, "the header is longer than a line may be")
	case long:
		return nil, invalidInput(l.n, "the header is longer than a line may be")
	}
	return line, nil
}

func (t *table) next(row *Row) (bool, error) {
	for {
		start, n := t.win.start, t.n
		line, long, ok := t.lines.next()
		if !ok {
			return false, nil
		}
		if long {
			*row = Row{Line: t.n, Err: errTooLong, Text: clip(line)}
			return true, nil
		}
		if blank(line) {
			continue
		}
		if bytes.IndexByte(line, '"') < 0 {
			c, err := t.plain(line)
			*row = Row{Line: t.n, Clocking: c, Err: err, Text: clip(line)}
			return true, nil
		}
		record, more, ok := t.extend(start, line)
		if !ok {
			t.win.start, t.n = start, n // again with more input
			return false, nil
		}
		*row = Row{Line: t.n, Text: clip(line)}
		t.fields, row.Err = t.split(record, t.fields[:0])
		if row.Err == nil {
			row.Clocking, row.Err = t.quoted()
		}
		if row.Err == nil { // else only the first line is to blame: it may not swallow good ones
			row.Text = clip(record)
			t.win.start, t.n = t.win.start+more.bytes, t.n+more.lines
		}
		return true, nil
	}
}

// plain is the clocking of a line without quotes.
func (t *table) plain(line []byte) (timesheet.Clocking, error) {
	var employee, at []byte
	column := 0
	for rest := line; ; column++ {
		field := rest
		i := bytes.IndexByte(rest, ',')
		if i >= 0 {
			field = rest[:i]
		}
		switch column {
		case t.employee:
			employee = field
		case t.at:
			at = field
		}
		if i < 0 {
			break
		}
		rest = rest[i+1:]
	}
	if column+1 != t.columns {
		return timesheet.Clocking{}, t.miscounted(column + 1)
	}
	return t.rows.clocking(employee, at)
}

// quoted is the clocking of t.fields.
func (t *table) quoted() (timesheet.Clocking, error) {
	if len(t.fields) != t.columns {
		return timesheet.Clocking{}, t.miscounted(len(t.fields))
	}
	return t.rows.clocking(t.fields[t.employee], t.fields[t.at])
}

func (t *table) miscounted(fields int) error {
	return timesheet.NewError(timesheet.Invalid, "line", fmt.Errorf("it has %d fields, the header has %d", fields, t.columns))
}

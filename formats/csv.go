package formats

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"timesheet"
)

// The columns of a CSV that count.
const (
	employeeColumn = "employee_id"
	timeColumn     = "clocked_at"
)

// maxRecordLines bounds how many lines a record may have that has line breaks within
// quotes, so that a stray quote costs little and swallows nothing.
const maxRecordLines = 16

// table is CSV behind its header.
type table struct {
	lines
	ids          *interner
	columns      int
	employee, at int    // which columns
	scratch      []byte // fields without their quotes; a record's at a time
}

// newTable takes the header.
func newTable(l lines, ids *interner) (layout, error) {
	t := &table{ids: ids, employee: -1, at: -1}
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
	case !ok || long:
		return nil, invalidInput(l.n+1, "the header is longer than a line may be")
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
		c, err, broken := t.quoted(record)
		if broken { // of several lines only the first is to blame
			record = line
		} else {
			t.win.start, t.n = t.win.start+more.bytes, t.n+more.lines
		}
		*row = Row{Line: n + 1, Clocking: c, Err: err, Text: clip(record)}
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
	return t.ids.clocking(employee, at)
}

func (t *table) miscounted(fields int) error {
	return timesheet.NewError(timesheet.Invalid, "line", fmt.Errorf("it has %d fields, the header has %d", fields, t.columns))
}

// quoted is the clocking of a record with quotes; broken says that it is no record.
func (t *table) quoted(record []byte) (c timesheet.Clocking, err error, broken bool) { //nolint:revive // broken qualifies err
	var spare [16][]byte
	fields, err := t.split(record, spare[:0])
	if err != nil {
		return c, timesheet.NewError(timesheet.Invalid, "line", err), true
	}
	if len(fields) != t.columns {
		return c, t.miscounted(len(fields)), false
	}
	c, err = t.ids.clocking(fields[t.employee], fields[t.at])
	return c, err, false
}

var (
	errBareQuote = errors.New(`it has a quote within a field without quotes; write the field in quotes and the quote twice`)
	errOpenQuote = errors.New(`a quoted field has no end; close it, and write a quote within it twice`)
)

// split appends the fields of record to fields, without their quotes (RFC 4180).
func (t *table) split(record []byte, fields [][]byte) ([][]byte, error) {
	t.scratch = t.scratch[:0]
	for {
		if len(record) == 0 || record[0] != '"' {
			i := bytes.IndexByte(record, ',')
			field := record
			if i >= 0 {
				field = record[:i]
			}
			if bytes.IndexByte(field, '"') >= 0 {
				return nil, errBareQuote
			}
			fields = append(fields, field)
			if i < 0 {
				return fields, nil
			}
			record = record[i+1:]
			continue
		}
		field, rest, ok := t.unquote(record[1:])
		if !ok || len(rest) > 0 && rest[0] != ',' {
			return nil, errOpenQuote
		}
		fields = append(fields, field)
		if len(rest) == 0 {
			return fields, nil
		}
		record = rest[1:]
	}
}

// unquote is the field that ends at the first single quote of b, and what follows.
func (t *table) unquote(b []byte) (field, rest []byte, ok bool) {
	i := bytes.IndexByte(b, '"')
	if i >= 0 && (i+1 == len(b) || b[i+1] != '"') {
		return b[:i], b[i+1:], true
	}
	from := len(t.scratch)
	for i >= 0 && i+1 < len(b) && b[i+1] == '"' {
		t.scratch = append(t.scratch, b[:i+1]...)
		b = b[i+2:]
		i = bytes.IndexByte(b, '"')
	}
	if i < 0 {
		return nil, nil, false
	}
	t.scratch = append(t.scratch, b[:i]...)
	return t.scratch[from:], b[i+1:], true
}

// beyond is what a record takes beyond its first line.
type beyond struct{ bytes, lines int }

// extend is the record whose first line, which begins at start, is line: with the
// next lines while a quote is open, or the line alone where it isn't closed soon. ok
// is false where more input is needed to know.
func (t *table) extend(start int, line []byte) (record []byte, more beyond, ok bool) {
	quotes := bytes.Count(line, []byte{'"'})
	rest := t.win.rest()
	for quotes%2 == 1 {
		next := rest[more.bytes:]
		end := bytes.IndexByte(next, '\n')
		size := end + 1
		if end < 0 {
			end, size = len(next), len(next)
			if !t.win.eof && t.win.end-start <= MaxLine {
				return nil, beyond{}, false
			}
		}
		more.bytes, more.lines = more.bytes+size, more.lines+1
		length := t.win.start - start + more.bytes
		if size == 0 || length > MaxLine || more.lines >= maxRecordLines {
			return line, beyond{}, true
		}
		quotes += bytes.Count(next[:end], []byte{'"'})
		record = bytes.TrimSuffix(t.win.buf[start:t.win.start+more.bytes-(size-end)], []byte("\r"))
	}
	if more.lines == 0 {
		record = line
	}
	return record, more, true
}

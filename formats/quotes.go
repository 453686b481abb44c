package formats

import (
	"bytes"
	"errors"

	"timesheet"
)

var (
	errBareQuote = timesheet.NewError(timesheet.Invalid, "line",
		errors.New("it has a quote within a field without quotes; write the field in quotes and the quote twice"))
	errOpenQuote = timesheet.NewError(timesheet.Invalid, "line",
		errors.New("a quoted field of it has no end; close it, and write a quote within it twice"))
)

// maxRecordLines bounds how many lines a record may have that has line breaks within
// quotes, so that a stray quote costs little and swallows nothing.
const maxRecordLines = 16

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
				return fields, errBareQuote
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
			return fields, errOpenQuote
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

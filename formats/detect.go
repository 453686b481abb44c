package formats

import (
	"bytes"
	"fmt"

	"timesheet"
)

var (
	byteOrderMark = []byte("\xef\xbb\xbf")
	utf16Marks    = [][]byte{[]byte("\xff\xfe"), []byte("\xfe\xff")}
)

// begin finds out the format and reads the header where there is one.
func (r *Reader) begin() (layout, error) {
	w := &r.win
	for len(w.rest()) < len(byteOrderMark) && !w.eof {
		if err := w.fill(); err != nil {
			return nil, err
		}
	}
	if bytes.HasPrefix(w.rest(), byteOrderMark) {
		w.start += len(byteOrderMark)
	}
	l := lines{win: w}
	if r.format == Auto || r.format == "" {
		if err := r.detect(&l); err != nil {
			return nil, err
		}
	}
	rows := &assembler{}
	switch r.format {
	case Auto: // nothing but blanks
		return &lineLayout{lines: l}, nil
	case NDJSON:
		return &lineLayout{lines: l, parse: rows.object}, nil
	case JSON:
		return &array{win: w, rows: rows}, nil
	case Attlog:
		return &lineLayout{lines: l, parse: rows.attlog}, nil
	case AGL:
		return newAGL(l, rows)
	case CSV:
		return newTable(l, rows)
	default:
		_, err := ParseFormat(string(r.format))
		return nil, err
	}
}

// detect sets the format by the first bytes that aren't blank. It leaves Auto where
// there are none.
func (r *Reader) detect(l *lines) error {
	r.format = Auto
	if err := skipBlanks(l); err != nil {
		return err
	}
	switch rest := l.win.rest(); {
	case len(rest) == 0:
		return nil
	case rest[0] == '{':
		r.format = NDJSON
		return nil
	case rest[0] == '[':
		r.format = JSON
		return nil
	}
	first, err := firstLine(l)
	if err != nil {
		return err
	}
	switch {
	case isAGLHeader(first):
		r.format = AGL
	case bytes.Contains(bytes.ToLower(first), []byte(employeeColumn)):
		r.format = CSV
	case bytes.IndexByte(first, '\t') >= 0:
		r.format = Attlog
	default:
		return unrecognised(l.n+1, first)
	}
	return nil
}

// firstLine shows the first line that isn't blank without taking it: all of it, or
// its beginning where it is overlong. It is empty where there is none.
func firstLine(l *lines) ([]byte, error) {
	if err := skipBlanks(l); err != nil {
		return nil, err
	}
	for w := l.win; ; {
		line, _, whole := bytes.Cut(w.rest(), []byte{'\n'})
		if whole {
			return bytes.TrimSuffix(line, []byte("\r")), nil
		}
		if w.eof || len(line) > MaxLine {
			return line, nil
		}
		if err := w.fill(); err != nil {
			return nil, err
		}
	}
}

// skipBlanks takes blank lines, and spaces at the begin of the next one.
func skipBlanks(l *lines) error {
	w := l.win
	for {
		for i, c := range w.rest() {
			if c == '\n' {
				l.n++
			} else if !blank([]byte{c}) {
				w.start += i
				return nil
			}
		}
		w.start = w.end
		if w.eof {
			return nil
		}
		if err := w.fill(); err != nil {
			return err
		}
	}
}

func unrecognised(line int, first []byte) error {
	for _, mark := range utf16Marks {
		if bytes.HasPrefix(first, mark) {
			return invalidInput(line, "it is UTF-16; convert it to UTF-8")
		}
	}
	return invalidInput(line, fmt.Sprintf("%.60q is the beginning of no known format; use %s, or name the format", first, names()))
}

// invalidInput is the error of an input that can't be read on.
func invalidInput(line int, problem string) error {
	return timesheet.NewError(timesheet.Invalid, fmt.Sprintf("line %d", line), fmt.Errorf("%s", problem))
}

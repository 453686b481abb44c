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
	ids := &interner{}
	switch r.format {
	case Auto: // nothing but blanks
		return &lineLayout{lines: l}, nil
	case NDJSON:
		return &lineLayout{lines: l, parse: ids.object}, nil
	case JSON:
		return &array{win: w, ids: ids}, nil
	case Attlog:
		return &lineLayout{lines: l, parse: ids.attlog}, nil
	case AGL:
		return newAGL(l, ids)
	case CSV:
		return newTable(l, ids)
	default:
		_, err := ParseFormat(string(r.format))
		return nil, err
	}
}

// detect sets the format by the first bytes that aren't blank. It leaves Auto where
// there are none.
func (r *Reader) detect(l *lines) error {
	r.format = Auto
	first, err := firstLine(l)
	if err != nil || len(first) == 0 {
		return err
	}
	switch {
	case first[0] == '{':
		r.format = NDJSON
	case first[0] == '[':
		r.format = JSON
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
// its beginning where it is overlong or shows by its first byte that it is JSON.
func firstLine(l *lines) ([]byte, error) {
	w := l.win
	for {
		for w.start < w.end && blank(w.buf[w.start:w.start+1]) {
			w.start++
		}
		rest := w.rest()
		end := bytes.IndexByte(rest, '\n')
		switch {
		case end == 0:
			w.start, l.n = w.start+1, l.n+1
			continue
		case end > 0:
			return bytes.TrimSuffix(rest[:end], []byte("\r")), nil
		case w.eof, len(rest) > MaxLine, len(rest) > 0 && (rest[0] == '{' || rest[0] == '['):
			return rest, nil
		}
		if err := w.fill(); err != nil {
			return nil, err
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

package formats

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"timesheet"
)

// blank tells whether line has nothing but spaces.
func blank(line []byte) bool {
	for _, c := range line {
		if c != ' ' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}

// lines cuts a window into lines.
type lines struct {
	win     *window
	n       int    // lines taken
	scanned int    // so much of the rest has no line break
	skips   bool   // an overlong line is being passed over
	head    []byte // its beginning
}

// next takes a line, without its end. ok is false where more input is needed. Of an
// overlong line only the beginning is there.
func (l *lines) next() (line []byte, long, ok bool) {
	rest := l.win.rest()
	i := bytes.IndexByte(rest[l.scanned:], '\n')
	switch {
	case i >= 0:
		i += l.scanned
		l.win.start += i + 1
	case l.win.eof && (len(rest) > 0 || l.skips):
		i = len(rest)
		l.win.start = l.win.end
	default:
		l.pass(rest)
		return nil, false, false
	}
	l.n, l.scanned = l.n+1, 0
	line = rest[:i]
	if l.skips {
		l.skips = false
		return l.head, true, true
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line, len(line) > MaxLine, true
}

// pass notes that rest has no line break, and drops it once it is too long.
func (l *lines) pass(rest []byte) {
	if len(rest) > MaxLine+1 && !l.skips { // + 1 for a CR
		l.skips = true
		l.head = append(l.head[:0], rest[:MaxLine]...)
	}
	if l.skips {
		l.win.start = l.win.end
		rest = nil
	}
	l.scanned = len(rest)
}

var errTooLong = timesheet.NewError(timesheet.Invalid, "line",
	fmt.Errorf("it is longer than %d bytes; it is probably damaged", MaxLine))

// lineLayout is a layout of which every line is a row.
type lineLayout struct {
	lines
	parse func(line []byte) (timesheet.Clocking, error)
}

func (l *lineLayout) next(row *Row) (bool, error) {
	for {
		line, long, ok := l.lines.next()
		if !ok {
			return false, nil
		}
		if long {
			*row = Row{Line: l.n, Err: errTooLong, Text: clip(line)}
			return true, nil
		}
		if blank(line) {
			continue
		}
		c, err := l.parse(line)
		*row = Row{Line: l.n, Clocking: c, Err: err, Text: clip(line)}
		return true, nil
	}
}

// clip is what Row.Text keeps of b: no half character at its end.
func clip(b []byte) []byte {
	if len(b) <= maxText {
		return b
	}
	n := maxText
	for n > maxText-utf8.UTFMax && !utf8.RuneStart(b[n]) {
		n--
	}
	return b[:n]
}

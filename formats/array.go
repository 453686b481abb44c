package formats

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"timesheet"
)

// array is JSON: an array of objects, or one object alone.
type array struct {
	win   *window
	rows  *assembler
	n     int // elements taken
	state arrayState
	depth int    // open brackets of the element that is being taken
	quote bool   // it is within a string
	slash bool   // behind a backslash
	taken int    // bytes of the element that were looked at
	skips bool   // the element is overlong and being passed over
	head  []byte // its beginning
}

// wanted says what JSON of clockings is.
const wanted = "write an object, or an array of objects"

type arrayState uint8

const (
	atBegin   arrayState = iota // before the array
	atFirst                     // behind its bracket: an element or the end
	atElement                   // behind a comma: an element
	atComma                     // behind an element: a comma or the end
	alone                       // before the only object
	atEnd                       // nothing but space may follow
)

func (a *array) next(row *Row) (bool, error) {
	for {
		if a.taken == 0 && !a.skips {
			a.win.start += leadingSpace(a.win.rest())
		}
		rest := a.win.rest()
		if len(rest) == 0 {
			return false, a.more()
		}
		switch c := rest[0]; {
		case a.taken > 0 || a.skips:
			return a.element(row)
		case a.state == atBegin && c == '[':
			a.state = atFirst
		case a.state == atBegin && c == '{':
			a.state = alone
			continue
		case (a.state == atFirst || a.state == atComma) && c == ']':
			a.state = atEnd
		case a.state == atComma && c == ',':
			a.state = atElement
		case a.state == atFirst || a.state == atElement || a.state == alone:
			return a.element(row)
		case a.state == atBegin:
			return false, a.broken(fmt.Errorf("it begins with %.20q; %s", rest, wanted))
		default:
			return false, a.broken(fmt.Errorf("%w: unexpected %.20q", errSyntax, rest))
		}
		a.win.start++
	}
}

// more is what there is to say when the window is empty.
func (a *array) more() error {
	switch {
	case !a.win.eof:
		return nil
	case a.state == atEnd:
		return io.EOF
	case a.state == atBegin:
		return a.broken(errors.New("there is nothing; " + wanted))
	default:
		return a.broken(fmt.Errorf("%w: it ends too early", errSyntax))
	}
}

func (a *array) broken(err error) error {
	return timesheet.NewError(timesheet.Invalid, fmt.Sprintf("JSON after %d elements", a.n), err)
}

// element takes the element that the window begins with, once all of it is there.
func (a *array) element(row *Row) (bool, error) {
	rest := a.win.rest()
	if a.taken == 0 && !a.skips {
		if text, f, ok := firstObject(rest); ok {
			a.win.start += len(text)
			a.pass()
			c, err := a.rows.clocking(f.employee, f.at)
			*row = Row{Line: a.n, Clocking: c, Err: err, Text: clip(text)}
			return true, nil
		}
	}
	end := a.taken + a.scan(rest[a.taken:])
	whole := end < len(rest) || a.win.eof || a.depth == 0 && !a.quote && closes(rest[end-1])
	if end > MaxLine && !a.skips {
		a.skips = true
		a.head = append(a.head[:0], rest[:MaxLine]...)
	}
	if !whole {
		a.taken = end
		if a.skips {
			a.win.start, a.taken = a.win.end, 0
		}
		return false, nil
	}
	if a.depth > 0 || a.quote {
		return false, a.broken(fmt.Errorf("%w: it ends too early", errSyntax))
	}
	a.win.start += end
	a.pass()
	if a.skips {
		a.skips = false
		*row = Row{Line: a.n, Err: errTooLong, Text: clip(a.head)}
		return true, nil
	}
	text := rest[:end]
	c, err := a.rows.object(text)
	if errors.Is(err, errSyntax) {
		return false, a.broken(err)
	}
	*row = Row{Line: a.n, Clocking: c, Err: err, Text: clip(text)}
	return true, nil
}

// firstObject is the object that b begins with, if all of it is there and it is written
// as nearly always: then its end needs no search for brackets and quotes.
func firstObject(b []byte) (text []byte, f fields, ok bool) {
	if b[0] != '{' {
		return nil, f, false
	}
	end := bytes.IndexByte(b[:min(len(b), MaxLine)], '}')
	if end < 0 {
		return nil, f, false
	}
	f, ok = scanObject(b[:end+1]) // not where the bracket belongs to a string
	return b[:end+1], f, ok
}

// pass goes on behind an element.
func (a *array) pass() {
	a.n, a.taken = a.n+1, 0
	if a.state == alone {
		a.state = atEnd
	} else {
		a.state = atComma
	}
}

// closes tells whether c can be the last byte of an object, array or string.
func closes(c byte) bool { return c == '}' || c == ']' || c == '"' }

// scan goes on looking for the element's end and answers how much of b belongs to it.
func (a *array) scan(b []byte) int {
	for i, c := range b {
		switch {
		case a.slash:
			a.slash = false
		case a.quote && c == '\\':
			a.slash = true
		case c == '"':
			a.quote = !a.quote
			if !a.quote && a.depth == 0 {
				return i + 1
			}
		case a.quote:
		case c == '{' || c == '[':
			a.depth++
		case c == '}' || c == ']':
			if a.depth == 0 { // the array's own, behind a number or a word
				return i
			}
			if a.depth--; a.depth == 0 {
				return i + 1
			}
		case a.depth == 0 && (c == ',' || c == ' ' || c == '\t' || c == '\r' || c == '\n'):
			return i
		}
	}
	return len(b)
}

func leadingSpace(b []byte) int {
	for i, c := range b {
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return i
		}
	}
	return len(b)
}

package formats

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// scanObject reads an object as senders nearly always write it: strings without
// escapes and whole numbers, nothing nested. ok is false for everything else, and for
// everything that is wrong: readObject decides then. What it reads, it reads as
// readObject does, without allocating.
func scanObject(b []byte) (f fields, ok bool) {
	s := scanner{b: b}
	if !s.take('{') {
		return f, false
	}
	for {
		key, ok := s.key()
		if !ok || !s.value(key, &f) {
			return f, false
		}
		if !s.take(',') {
			break
		}
	}
	if !s.take('}') || f.employee == nil || f.at == nil {
		return f, false
	}
	s.space()
	return f, s.i == len(b) && (s.seen < utf8.RuneSelf || utf8.Valid(b))
}

// scanner goes through b once.
type scanner struct {
	b    []byte
	i    int
	seen byte // all bytes of strings, OR-joined: whether any is beyond ASCII
}

func (s *scanner) space() {
	for s.i < len(s.b) {
		if c := s.b[s.i]; c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return
		}
		s.i++
	}
}

// take takes c and the space before it.
func (s *scanner) take(c byte) bool {
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	s.space()
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return false
}

// key takes a key and the colon behind it.
func (s *scanner) key() (string, bool) {
	const employee, at = `"` + employeeColumn + `":`, `"` + timeColumn + `":`
	rest := s.b[s.i:]
	if len(rest) >= len(employee) && string(rest[:len(employee)]) == employee {
		s.i += len(employee)
		return employeeColumn, true
	}
	if len(rest) >= len(at) && string(rest[:len(at)]) == at {
		s.i += len(at)
		return timeColumn, true
	}
	key, ok := s.text()
	if !ok || !s.take(':') {
		return "", false
	}
	switch string(key) {
	case employeeColumn:
		return employeeColumn, true
	case timeColumn:
		return timeColumn, true
	}
	return "", true
}

// text takes a string without escapes.
func (s *scanner) text() ([]byte, bool) {
	if !s.take('"') {
		return nil, false
	}
	rest := s.b[s.i:]
	n := unmarked(rest)
	for ; n < len(rest); n++ {
		c := rest[n]
		if c == '"' {
			s.i += n + 1
			return rest[:n:n], true
		}
		if c == '\\' || c < ' ' {
			return nil, false
		}
		s.seen |= c
	}
	return nil, false
}

// unmarked counts the bytes that b begins with which are ASCII and neither a quote, a
// backslash nor a control, or some of them: it looks at eight at a time.
func unmarked(b []byte) (n int) {
	const (
		each = 0x01_01_01_01_01_01_01_01
		high = 0x80 * each
	)
	for ; len(b)-n >= 8; n += 8 {
		x := binary.LittleEndian.Uint64(b[n:])
		quote, slash := x^each*'"', x^each*'\\'
		// A borrow only reaches bytes behind one that is found rightly.
		found := (quote-each)&^quote | (slash-each)&^slash | (x-each*' ')&^x | x
		if found &= high; found != 0 {
			return n + bits.TrailingZeros64(found)/8
		}
	}
	return n
}

// value takes the value of key, and keeps it if it counts.
func (s *scanner) value(key string, f *fields) bool {
	s.space()
	number := s.i < len(s.b) && s.b[s.i] != '"'
	var text []byte
	var ok bool
	if number {
		text, ok = s.digits()
	} else {
		text, ok = s.text()
	}
	if !ok {
		return false
	}
	switch key {
	case employeeColumn:
		ok = f.employee == nil
		f.employee = text
	case timeColumn:
		ok = f.at == nil && !number
		f.at = text
	}
	return ok
}

// digits takes a whole number.
func (s *scanner) digits() ([]byte, bool) {
	from := s.i
	for s.i < len(s.b) && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
		s.i++
	}
	n := s.b[from:s.i]
	if len(n) == 0 || n[0] == '0' && len(n) > 1 {
		return nil, false
	}
	// what ends it is for the caller to take: a point or an exponent isn't taken
	return n, true
}

package formats

import "unicode/utf8"

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
		key, ok := s.text()
		if !ok || !s.take(':') || !s.value(key, &f) {
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

// text takes a string without escapes.
func (s *scanner) text() ([]byte, bool) {
	if !s.take('"') {
		return nil, false
	}
	seen := s.seen
	rest := s.b[s.i:]
	for i, c := range rest {
		if c == '"' {
			s.i += i + 1
			s.seen = seen
			return rest[:i:i], true
		}
		if c == '\\' || c < ' ' {
			return nil, false
		}
		seen |= c
	}
	return nil, false
}

// value takes the value of key, and keeps it if it counts.
func (s *scanner) value(key []byte, f *fields) bool {
	var text []byte
	var ok, number bool
	s.space()
	if s.i < len(s.b) && s.b[s.i] != '"' {
		text, ok = s.digits()
		number = true
	} else {
		text, ok = s.text()
	}
	if !ok {
		return false
	}
	switch string(key) {
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

package formats

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"timesheet"
)

// MaxLine is the length of the longest line, or element of a JSON array, in bytes. A
// longer one is one rejected row.
const MaxLine = 64 << 10

// maxText is how much of a row is kept for showing it, in bytes.
const maxText = 200

// Row is one clocking as it was read, or the reason why it can't be used.
type Row struct {
	// Line is the number of the line, from 1, blank lines and header included; of the
	// first one where a quoted CSV field has line breaks. In a JSON array it is the
	// number of the element, from 1.
	Line     int
	Clocking timesheet.Clocking // zero where Err is set
	// Err is Invalid: it names the field, what is wrong with it and what to do.
	Err error
	// Text is the row as it came, cut at 200 bytes; valid until the next Read.
	Text []byte
}

// layout takes rows out of a window.
type layout interface {
	// next takes one row. ok is false where more input is needed, which at the end of
	// input means that there are no more rows. After an error it is not called again.
	next(row *Row) (ok bool, err error)
}

// Reader reads clockings. It is not safe for concurrent use.
type Reader struct {
	win    window
	format Format
	layout layout // nil until the format is known and the header read
	err    error  // what every further Read answers
}

// NewReader reads format f from r, which must be plain (see [Open]). It needs less
// than 300 KiB, and a string for each employee id, of which it remembers a bounded
// number in order to allocate each only once.
func NewReader(r io.Reader, f Format) *Reader {
	return &Reader{win: window{src: r}, format: f}
}

// Format is the format read; Auto until the first Read has found it out.
func (r *Reader) Format() Format { return r.format }

// Read reads at least one and at most len(rows) rows, and answers how many. It
// answers what it has rather than waiting for more. Errors are io.EOF at the end;
// Invalid where the input can't be read on (no format recognised, a header without the
// columns needed, broken JSON) with the line; or the error of the underlying reader,
// wrapped. n is 0 with every error.
func (r *Reader) Read(rows []Row) (n int, err error) {
	for len(rows) > 0 {
		if r.layout == nil && r.err == nil {
			r.layout, r.err = r.begin()
		}
		for r.err == nil && n < len(rows) {
			ok, err := r.layout.next(&rows[n])
			if err != nil {
				r.err = err
			}
			if !ok {
				break
			}
			n++
		}
		switch {
		case n > 0:
			return n, nil // not after filling: the rows' texts lie in the buffer
		case r.err != nil:
			return 0, r.err
		case r.win.eof:
			r.err = io.EOF
		default:
			r.err = r.win.fill()
		}
	}
	return 0, nil
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

// window is the part of the input that is in memory.
type window struct {
	src        io.Reader
	buf        []byte
	start, end int // buf[start:end] is not taken yet
	eof        bool
	err        error // came with the last bytes
}

// The buffer begins small, for senders of few rows, and grows for files. Its largest
// size leaves room for a row of MaxLine bytes behind many others.
const (
	minBuffer = 8 << 10
	maxBuffer = 4 * MaxLine
)

func (w *window) rest() []byte { return w.buf[w.start:w.end] }

// fill reads more behind what is there; with nothing more it sets eof.
func (w *window) fill() error {
	full := w.end == len(w.buf)
	kept := w.rest()
	if full && len(w.buf) < maxBuffer {
		w.buf = make([]byte, max(minBuffer, 2*len(w.buf)))
	}
	w.start, w.end = 0, copy(w.buf, kept)
	for range 100 { // like bufio: a reader that answers nothing for ever is broken
		if w.err != nil {
			return fmt.Errorf("read clockings: %w", w.err)
		}
		n, err := w.src.Read(w.buf[w.end:])
		w.end += n
		if errors.Is(err, io.EOF) {
			w.eof = true
			return nil
		}
		w.err = err
		if n > 0 {
			return nil
		}
	}
	return fmt.Errorf("read clockings: %w", io.ErrNoProgress)
}

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

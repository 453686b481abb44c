package formats

import (
	"io"

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
// than 350 KiB. The employee ids of neighbouring rows share up to 8 KiB of memory: who
// keeps one of them for long clones it.
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
			r.win.free()
			return 0, r.err
		case r.win.eof:
			r.err = io.EOF
		default:
			r.err = r.win.fill()
		}
	}
	return 0, nil
}

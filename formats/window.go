package formats

import (
	"errors"
	"fmt"
	"io"
)

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

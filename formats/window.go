package formats

import (
	"errors"
	"fmt"
	"io"
	"sync"
)

// window is the part of the input that is in memory.
type window struct {
	src        io.Reader
	buf        []byte
	shared     *[midBuffer]byte // buf, where it is to be given back
	start, end int              // buf[start:end] is not taken yet
	eof        bool
	err        error // came with the last bytes
}

// The buffer begins small, for senders of few rows; one for many is shared, and grows
// for long rows. Its largest size leaves room for a row of MaxLine bytes behind others.
const (
	minBuffer = 8 << 10
	midBuffer = 64 << 10
	maxBuffer = 4 * MaxLine
)

var midBuffers = sync.Pool{New: func() any { return new([midBuffer]byte) }}

func (w *window) rest() []byte { return w.buf[w.start:w.end] }

// grow makes a larger buffer where that is worth it, and keeps what isn't taken yet.
func (w *window) grow() {
	kept, shared := w.rest(), w.shared
	switch size := len(w.buf); {
	case size == 0:
		w.buf = make([]byte, minBuffer)
	case w.end < size:
	case size < midBuffer:
		w.shared = midBuffers.Get().(*[midBuffer]byte)
		w.buf = w.shared[:]
	case size < maxBuffer && len(kept) > size/2:
		w.buf, w.shared = make([]byte, 2*size), nil
	}
	w.start, w.end = 0, copy(w.buf, kept)
	if shared != nil && w.shared == nil {
		midBuffers.Put(shared)
	}
}

// free gives the buffer back: nothing is read any more, and no row's text looked at.
func (w *window) free() {
	if w.shared != nil {
		midBuffers.Put(w.shared)
	}
	*w = window{eof: w.eof}
}

// fill reads more behind what is there; with nothing more it sets eof.
func (w *window) fill() error {
	w.grow()
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

package formats

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"timesheet"
)

// maxWindow is the largest zstd window that is read, in bytes, and so about the memory
// that it takes. Source: RFC 8878, 3.1.1.1.2, what every decoder should support.
const maxWindow = 8 << 20

var (
	gzipMagic = []byte{0x1f, 0x8b}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
)

// Open makes r plain: what is gzip or zstd by its first bytes is decompressed, also of
// several members, in bounded memory. Close frees that memory and leaves r open. What
// is damaged is Invalid, on Open or on Read; errors of r are passed on.
func Open(r io.Reader) (io.ReadCloser, error) {
	src := &source{r: r}
	b := bufio.NewReaderSize(src, MaxLine)
	magic, err := b.Peek(len(zstdMagic))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read clockings: %w", err)
	}
	switch {
	case bytes.HasPrefix(magic, gzipMagic):
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, src.damaged("gzip", err)
		}
		return &decompressor{Reader: z, src: src, name: "gzip", close: z.Close}, nil
	case bytes.Equal(magic, zstdMagic):
		z, err := zstd.NewReader(b, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, src.damaged("zstd", err)
		}
		return &decompressor{Reader: z, src: src, name: "zstd", close: func() error { z.Close(); return nil }}, nil
	default:
		return io.NopCloser(b), nil
	}
}

// source remembers its reader's error, to tell it from damage.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// damaged is the error for err of a decompressor.
func (s *source) damaged(name string, err error) error {
	switch {
	case s.err != nil:
		return s.err
	case errors.Is(err, zstd.ErrWindowSizeExceeded):
		err = fmt.Errorf("it needs more than %d MiB of memory; compress it without --long and --ultra", maxWindow>>20)
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = errors.New("it is cut off")
	}
	return timesheet.NewError(timesheet.Invalid, "decompress "+name, err)
}

type decompressor struct {
	io.Reader
	src   *source
	name  string
	close func() error
}

func (d *decompressor) Read(p []byte) (int, error) {
	n, err := d.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = d.src.damaged(d.name, err)
	}
	return n, err
}

func (d *decompressor) Close() error { return d.close() }

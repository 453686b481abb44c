package load

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
)

// answer is an HTTP/1.1 response. It reads only what a service's answers have; what it
// doesn't understand is an error, never a guess. The body is valid until the next read.
type answer struct {
	status     int
	retryAfter time.Duration // as told; 0 when not
	closing    bool          // the connection ends with it
	length     int64         // -1: not told
	chunked    bool
	body       []byte
}

// maxAnswer bounds a body: a board of 10,000 entries has some 2 MB.
const maxAnswer = 64 << 20

var errAnswer = errors.New("the answer is no HTTP/1.1")

// read reads one answer; those that only announce another (1xx) are passed over.
func (a *answer) read(r *bufio.Reader) error {
	for {
		*a = answer{length: -1, body: a.body[:0]}
		if err := a.head(r); err != nil {
			return err
		}
		if a.status >= 200 {
			return a.content(r)
		}
	}
}

func (a *answer) head(r *bufio.Reader) error {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	version, rest, _ := bytes.Cut(line, []byte(" "))
	if !bytes.HasPrefix(version, []byte("HTTP/1.")) || len(rest) < 3 {
		return fmt.Errorf("%w: %.40q", errAnswer, line)
	}
	a.closing = version[len(version)-1] == '0'
	if a.status, err = strconv.Atoi(string(rest[:3])); err != nil || a.status < 100 {
		return fmt.Errorf("%w: %.40q", errAnswer, line)
	}
	for {
		if line, err = r.ReadSlice('\n'); err != nil {
			return unexpected(err)
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			return nil
		}
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			return fmt.Errorf("%w: header %.40q", errAnswer, line)
		}
		if err := a.header(name, bytes.TrimSpace(value)); err != nil {
			return err
		}
	}
}

func (a *answer) header(name, value []byte) (err error) {
	switch len(name) { // most are none of these
	case len("Content-Length"):
		if bytes.EqualFold(name, []byte("Content-Length")) {
			if a.length, err = strconv.ParseInt(string(value), 10, 64); err != nil || a.length < 0 || a.length > maxAnswer {
				return fmt.Errorf("%w: Content-Length %.40q", errAnswer, value)
			}
		}
	case len("Transfer-Encoding"):
		if bytes.EqualFold(name, []byte("Transfer-Encoding")) {
			if !bytes.EqualFold(value, []byte("chunked")) {
				return fmt.Errorf("%w: Transfer-Encoding %.40q", errAnswer, value)
			}
			a.chunked = true
		}
	case len("Connection"):
		if bytes.EqualFold(name, []byte("Connection")) && bytes.EqualFold(value, []byte("close")) {
			a.closing = true
		}
	case len("Retry-After"):
		if bytes.EqualFold(name, []byte("Retry-After")) { // seconds; a date isn't used here
			if seconds, err := strconv.ParseUint(string(value), 10, 20); err == nil {
				a.retryAfter = time.Duration(seconds) * time.Second
			}
		}
	}
	return nil
}

func (a *answer) content(r *bufio.Reader) error {
	switch {
	case a.chunked:
		return a.chunks(r)
	case a.length >= 0:
		return a.take(r, a.length)
	case a.status == 204 || a.status == 304:
		return nil
	}
	a.closing = true
	rest, err := io.ReadAll(io.LimitReader(r, maxAnswer))
	a.body = append(a.body, rest...)
	return err
}

// chunks reads a body in parts, each with its length in front.
func (a *answer) chunks(r *bufio.Reader) error {
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return unexpected(err)
		}
		digits, _, _ := bytes.Cut(bytes.TrimSpace(line), []byte(";"))
		n, err := strconv.ParseUint(string(digits), 16, 31)
		if err != nil || int64(n) > maxAnswer-int64(len(a.body)) {
			return fmt.Errorf("%w: chunk of %.40q bytes", errAnswer, digits)
		}
		if n == 0 {
			break
		}
		if err := a.take(r, int64(n)); err != nil {
			return err
		}
		if line, err = r.ReadSlice('\n'); err != nil || len(bytes.TrimSpace(line)) > 0 {
			return fmt.Errorf("%w: a chunk has no end", errAnswer)
		}
	}
	for { // trailers
		line, err := r.ReadSlice('\n')
		if err != nil {
			return unexpected(err)
		}
		if len(bytes.TrimSpace(line)) == 0 {
			return nil
		}
	}
}

// take appends the next n bytes to the body.
func (a *answer) take(r *bufio.Reader, n int64) error {
	from := len(a.body)
	if need := from + int(n); need > cap(a.body) {
		grown := make([]byte, from, max(need, 2*cap(a.body)))
		copy(grown, a.body)
		a.body = grown
	}
	a.body = a.body[:from+int(n)]
	_, err := io.ReadFull(r, a.body[from:])
	return unexpected(err)
}

// unexpected is err for an answer that had begun.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

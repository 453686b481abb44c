package http

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"os"
	"strings"

	"github.com/gin-gonic/gin"

	"timesheet"
	"timesheet/formats"
)

// mediaTypes are the accepted types of a post, in the order in which they are told.
var mediaTypes = []struct {
	name   string
	format formats.Format
}{
	{mediaJSON, formats.JSON},
	{"application/x-ndjson", formats.NDJSON},
	{"text/csv", formats.CSV},
}

// format is the format of a posted body.
func format(c *gin.Context) (formats.Format, error) {
	given := c.Request.Header.Get("Content-Type")
	name, params, err := mediaType(given)
	if err == nil {
		for _, m := range mediaTypes {
			if m.name == name {
				return m.format, checkCharset(params)
			}
		}
	}
	accepted := make([]string, len(mediaTypes))
	for i, m := range mediaTypes {
		accepted[i] = m.name
	}
	list := strings.Join(accepted, ", ")
	c.Writer.Header().Set("Accept-Post", list)
	return "", failed(kindUnsupported, "Content-Type "+quoted(given)+" is not accepted; send one of "+list, err)
}

func mediaType(given string) (name string, params map[string]string, err error) {
	if given == mediaJSON { // most posts
		return given, nil, nil
	}
	return mime.ParseMediaType(given)
}

func checkCharset(params map[string]string) error {
	cs, ok := params["charset"]
	if !ok || strings.EqualFold(cs, "utf-8") || strings.EqualFold(cs, "us-ascii") {
		return nil
	}
	return failed(kindUnsupported, "charset "+quoted(cs)+" is not accepted; send UTF-8", nil)
}

// body reads the body of a request within all limits.
type body struct {
	s        *Server
	r        io.Reader
	left     int64 // bytes that may still come
	reserved int64 // of Server.bytes
	err      error // what ended it, other than io.EOF
}

// body is the body of c's request, without its content coding. done must be called.
func (s *Server) body(c *gin.Context) (*body, error) {
	if c.Request.ContentLength > s.o.MaxBody {
		return nil, s.tooLarge(nil)
	}
	b := &body{s: s, r: http.MaxBytesReader(nil, c.Request.Body, s.o.MaxBody), left: s.o.MaxBody}
	switch coding := c.Request.Header.Get("Content-Encoding"); strings.ToLower(coding) {
	case "", "identity":
	case "gzip":
		z, err := gzip.NewReader(bufio.NewReader(b.r))
		if err != nil {
			return nil, b.failure(err)
		}
		b.r = z
	default:
		c.Writer.Header().Set("Accept-Encoding", "gzip")
		return nil, failed(kindUnsupported, "Content-Encoding "+quoted(coding)+" is not accepted; send gzip or none", nil)
	}
	return b, nil
}

func (s *Server) tooLarge(err error) error {
	return failed(kindTooLarge, fmt.Sprintf("the body has more than %d bytes; nothing of it was applied; send it in parts", s.o.MaxBody), err)
}

// Read counts what it reads against the body's own limit and that of all bodies.
func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	b.reserved += int64(n)
	total := b.s.bytes.Add(int64(n))
	switch {
	case b.left < 0:
		err = b.s.tooLarge(nil)
	case n > 0 && total > bodiesInFlight*b.s.o.MaxBody:
		err = timesheet.NewError(timesheet.Overloaded, "read body", nil)
	}
	if err != nil && err != io.EOF { //nolint:errorlint // an io.Reader's io.EOF is never wrapped
		err = b.failure(err)
		b.err = err
	}
	return n, err
}

// done gives back what the body took of the limit of all bodies.
func (b *body) done() {
	b.s.bytes.Add(-b.reserved)
	b.reserved = 0
}

// failure says what an error of reading means to the sender.
func (b *body) failure(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return b.s.tooLarge(err)
	}
	if _, ok := errors.AsType[*failure](err); ok {
		return err
	}
	if t, ok := errors.AsType[net.Error](err); ok && t.Timeout() || errors.Is(err, os.ErrDeadlineExceeded) {
		return failed(kindSlow, fmt.Sprintf("it didn't arrive within %v; nothing of it was applied; send it in parts", b.s.o.Timeout), err)
	}
	if timesheet.CodeOf(err) == timesheet.Overloaded {
		return err
	}
	return badBody("the body can't be read to its end: "+err.Error()+"; nothing of it was applied", err)
}

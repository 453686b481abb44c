package http

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/gin-gonic/gin"

	"timesheet"
	"timesheet/formats"
)

var (
	errRulesUnread = failed(kindUnavailable, "the service is starting: the day rules were not read yet; "+again, nil)
	errRulesMoving = errors.New("the day rules keep changing")
)

const (
	// maxRowErrors is how many rejected rows an answer lists.
	maxRowErrors = 1000
	// smallBody is read at once, into a buffer that is kept.
	smallBody = 4 << 10
	// keptClockings bounds the memory that an idle intake keeps: some 1.2 MB, until the
	// collector has come by twice.
	keptClockings = 16 << 10
	rowsAtOnce    = 256
)

// intake is one post: what was read of it, and what became of its rows. It is owned
// by one request at a time.
type intake struct {
	small     [smallBody]byte
	rows      []formats.Row
	body      *body // of a larger post; what it reserved is held until the post is answered
	clockings []timesheet.Clocking
	lines     []int32           // of clockings
	entries   []timesheet.Entry // of clockings, under the rules of the last assign
	rejected  int               // rows that can't be used, of both kinds
	unread    int               // of those, the ones that aren't clockings
	format    formats.Format
	array     bool // of JSON: lines are the numbers of elements
	errors    []problemError
	late      []problemError // rows that are clockings but implausible, or not under these rules
}

var intakes = sync.Pool{New: func() any { return new(intake) }}

// free forgets the post and keeps the memory for the next one.
func (in *intake) free() {
	if in.body != nil {
		in.body.done()
		in.body = nil
	}
	if cap(in.clockings) > keptClockings {
		in.clockings, in.lines, in.entries, in.rows = nil, nil, nil, nil
	}
	clear(in.clockings)
	clear(in.entries)
	in.clockings, in.lines, in.entries = in.clockings[:0], in.lines[:0], in.entries[:0]
	in.rejected, in.unread, in.array = 0, 0, false
	in.errors, in.late = nil, nil
	intakes.Put(in)
}

// read decodes the body of c into in, all of it or an error.
func (s *Server) read(c *gin.Context, in *intake) error {
	f, err := format(c)
	if err != nil {
		return err
	}
	in.format = f
	if n := c.Request.ContentLength; f == formats.JSON && n > 0 && n <= min(smallBody, s.o.MaxBody) && c.Request.Header["Content-Encoding"] == nil {
		b := in.small[:n]
		if _, err := io.ReadFull(c.Request.Body, b); err != nil {
			return (&body{s: s}).failure(err)
		}
		if isObject(b) {
			return in.readObject(b)
		}
		return s.readRows(bytes.NewReader(b), nil, f, in)
	}
	b, err := s.body(c)
	if err != nil {
		return err
	}
	in.body = b
	if f != formats.JSON {
		return s.readRows(b, b, f, in)
	}
	r := bufio.NewReader(b)
	if begin, _ := r.Peek(smallBody); !isObject(begin) {
		return s.readRows(r, b, f, in)
	}
	object, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return in.readObject(object)
}

// isObject tells whether a JSON text begins as an object.
func isObject(b []byte) bool {
	for _, c := range b {
		switch c {
		case ' ', '\t', '\r', '\n':
		default:
			return c == '{'
		}
	}
	return false
}

// readObject reads the single object that b is.
func (in *intake) readObject(b []byte) error {
	clocking, err := formats.ParseJSON(b)
	switch {
	case err == nil:
		in.clockings, in.lines = append(in.clockings, clocking), append(in.lines, 1)
	case !json.Valid(b):
		return badBody("the body is not JSON: "+err.Error()+"; nothing of it was applied", err)
	default:
		in.reject(1, err)
	}
	return nil
}

// readRows reads rows from r until its end. b, if any, is the body below r, which
// knows best why reading failed.
func (s *Server) readRows(r io.Reader, b *body, f formats.Format, in *intake) error {
	if in.rows == nil {
		in.rows = make([]formats.Row, rowsAtOnce)
	}
	in.array = f == formats.JSON
	reader, used := formats.NewReader(r, f), 0
	defer func() { clear(in.rows[:used]) }() // they hold on to the reader's memory
	for {
		n, err := reader.Read(in.rows)
		used = max(used, n)
		for i := range in.rows[:n] {
			in.take(&in.rows[i])
		}
		if len(in.clockings)+in.unread > s.o.MaxRows {
			return failed(kindTooLarge, fmt.Sprintf("the body has more than %d rows; nothing of it was applied; send it in parts", s.o.MaxRows), nil)
		}
		switch {
		case b != nil && b.err != nil:
			return b.err
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return badBody(err.Error()+"; nothing of the body was applied", err)
		}
	}
}

func (in *intake) take(r *formats.Row) {
	if r.Err != nil {
		in.reject(r.Line, r.Err)
		return
	}
	in.clockings, in.lines = append(in.clockings, r.Clocking), append(in.lines, int32(r.Line))
}

// reject notes a row that is no clocking.
func (in *intake) reject(line int, err error) {
	in.unread++
	in.rejected++
	in.errors = in.appendRowError(in.errors, line, err)
}

// assign makes the entries of all clockings under rules; it may be called again for
// others. They are good until then, or until in is freed: Submit keeps none.
func (in *intake) assign(rules *timesheet.DayRules, now timesheet.Instant) []timesheet.Entry {
	in.rejected, in.late = in.unread, in.late[:0]
	in.entries = slices.Grow(in.entries[:0], len(in.clockings))
	for i, c := range in.clockings {
		e, err := rules.Entry(c, timesheet.Direct, now)
		if err != nil {
			in.rejected++
			in.late = in.appendRowError(in.late, int(in.lines[i]), err)
			continue
		}
		in.entries = append(in.entries, e)
	}
	return in.entries
}

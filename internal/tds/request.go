package tds

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"
	"unicode/utf16"
)

// errFatal ends a connection after an error that SQL Server ends it for.
var errFatal = errors.New("an error that ends the session")

// answer answers one request. Its error ends the connection.
func (c *conn) answer(r *request, w *Writer) error {
	w.begin(r.ctx, r.kind == packetRPC)
	if r.kind == packetAttention {
		c.out.begin(plan{cut: -1})
		w.stop(doneAttention, commandAttention)
		return c.out.flush(true, true)
	}
	p := c.server.Faults.next()
	c.out.begin(p)
	err := pause(r.ctx, p.delay)
	if err == nil && r.status&statusIgnore == 0 {
		err = c.query(r, w)
	}
	if c.ctx.Err() != nil || errors.Is(err, errCut) {
		return err
	}
	var failed *Error
	if r.status&statusIgnore != 0 || err != nil && r.ctx.Err() != nil {
		w.stop(doneError, commandSelect)
	} else {
		failed = asError(err)
		w.end(failed)
	}
	if err := c.out.flush(true, true); err != nil {
		return err
	}
	if failed != nil && failed.Class >= 20 {
		return errFatal
	}
	return nil
}

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// query parses a request and has the session answer it.
func (c *conn) query(r *request, w *Writer) error {
	var q Query
	var err error
	reset := r.status&(statusReset|statusResetSkip) != 0
	if reset {
		c.out.body = appendReset(c.out.body)
	}
	switch r.kind {
	case packetBatch:
		q.SQL, err = parseBatch(r.body, c.login.Version)
	case packetRPC:
		q, err = parseRPC(r.body, c.login.Version)
	default:
		err = &Error{Number: 40510, State: 1, Class: 16,
			Message: fmt.Sprintf("Requests of type %d are not supported here.", r.kind)}
	}
	if err != nil {
		return err
	}
	q.Reset = reset
	return c.session.Query(r.ctx, q, w)
}

// asError is err as the client hears of it.
func asError(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if _, ok := errors.AsType[*streamError](err); ok {
		return &Error{Number: 4002, State: 1, Class: 20, Message: "The incoming tabular data stream (TDS) protocol stream is incorrect: " + err.Error()}
	}
	return &Error{Number: 50000, State: 1, Class: 16, Message: err.Error()}
}

// streamError is a request that isn't as the protocol has it.
type streamError struct{ what string }

func (e *streamError) Error() string { return e.what }

func malformed(format string, args ...any) error {
	return &streamError{fmt.Sprintf(format, args...)}
}

// parseBatch reads a SQL batch (2.2.6.7).
func parseBatch(b []byte, version uint32) (string, error) {
	text, err := skipHeaders(b, version)
	if err != nil {
		return "", err
	}
	if len(text)%2 != 0 {
		return "", malformed("half a character at the end of a batch")
	}
	return decodeUTF16(text), nil
}

// skipHeaders leaves ALL_HEADERS out, which requests have since 7.2 (2.2.5.3). There
// is no transaction or query notification here that they could be about.
func skipHeaders(b []byte, version uint32) ([]byte, error) {
	if version < Version72 {
		return b, nil
	}
	if len(b) < 4 {
		return nil, malformed("a request without headers")
	}
	total := binary.LittleEndian.Uint32(b)
	if total < 4 || uint64(total) > uint64(len(b)) {
		return nil, malformed("headers of %d bytes", total)
	}
	for h := b[4:total]; len(h) > 0; {
		if len(h) < 6 {
			return nil, malformed("half a header")
		}
		n := binary.LittleEndian.Uint32(h)
		if n < 6 || uint64(n) > uint64(len(h)) {
			return nil, malformed("a header of %d bytes", n)
		}
		h = h[n:]
	}
	return b[total:], nil
}

// decodeUTF16 reads little-endian UTF-16; half a pair is U+FFFD.
func decodeUTF16(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

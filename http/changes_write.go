package http

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"
)

// sendBuffer bounds what the system keeps for a stream whose client reads nothing; on
// loopback and in fast networks it would keep megabytes, and take as many before it shows
// that nobody reads.
const sendBuffer = 64 << 10

// eventBuffers are what events are put together in. A stream has one only while it
// writes: with thousands of streams what each would keep for itself adds up.
var eventBuffers = sync.Pool{New: func() any { return new([]byte) }}

// connKey is of a request's connection in its context.
type connKey struct{}

// withConn lets a connection's requests know it.
func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

// eventWriter writes a stream's events. One goroutine at a time may use it.
type eventWriter struct {
	w          http.ResponseWriter
	controller *http.ResponseController
	conn       *net.TCPConn // nil where it isn't known: a test's recorder
	timeout    time.Duration
	renewed    time.Time // when the deadline of writes was set
}

func (s *Server) eventWriter(w http.ResponseWriter, r *http.Request) *eventWriter {
	conn, _ := r.Context().Value(connKey{}).(*net.TCPConn)
	if conn != nil {
		// Without these, whose errors say that it is closed, who reads nothing is only
		// noticed later. What one who is cut didn't take is thrown away with the
		// connection: else the system would offer it for minutes, and the client not know.
		// net/http closes it when a write fails, so that must be said before.
		_ = conn.SetWriteBuffer(sendBuffer)
		_ = conn.SetLinger(0)
	}
	return &eventWriter{w: w, controller: http.NewResponseController(w), conn: conn, timeout: s.o.Timeout}
}

// write writes b at once. A client that takes nothing for the timeout, or for up to a
// sixteenth of it more, is cut: there is a deadline for each write and none for the
// whole, and setting it costs a tenth of a write.
func (o *eventWriter) write(b []byte) error {
	if now := time.Now(); now.Sub(o.renewed) >= o.timeout/16 {
		// The error says that the connection has no deadlines: a test's recorder.
		_ = o.controller.SetWriteDeadline(now.Add(o.timeout + o.timeout/16))
		o.renewed = now
	}
	_, err := o.w.Write(b)
	return errors.Join(err, o.controller.Flush())
}

// end lets the client take all that was written; a write that failed has cut it before.
func (o *eventWriter) end() {
	if o.conn != nil {
		_ = o.conn.SetLinger(-1)
	}
}

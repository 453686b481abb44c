package http

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

const mediaJSON = "application/json"

var contentTypes = map[string][]string{mediaJSON: {mediaJSON}}

// ownLength is up to which length net/http tells a body's length by itself, at less
// cost. Source: its bufferBeforeChunkingSize.
const ownLength = 2048

// write answers with a whole body.
func (s *Server) write(c *gin.Context, status int, contentType string, body []byte) {
	s.writeTo(c.Writer, status, contentType, body)
}

func (s *Server) writeTo(w http.ResponseWriter, status int, contentType string, body []byte) {
	h := w.Header()
	if shared, ok := contentTypes[contentType]; ok {
		h["Content-Type"] = shared
	} else {
		h.Set("Content-Type", contentType)
	}
	if len(body) > ownLength {
		h.Set("Content-Length", strconv.Itoa(len(body)))
		s.deadline(w, s.o.Timeout)
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // whoever hung up needs no answer
}

// wholeDeadline is how many Timeouts a request may take until it begins to be
// answered: one to read it, one to work on it, one to spare.
const wholeDeadline = 3

// deadline gives the client d to take what is written. Each request has one from its
// begin (wholeDeadline), and what is long sets it anew for each write: there is no limit
// for the whole of a stream.
func (s *Server) deadline(w http.ResponseWriter, d time.Duration) {
	// The error says that the connection has no deadlines: a test's recorder.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(d))
}

// bound ends the context of c's request, whose body was read, in a Timeout: net/http
// reads on, to see whether the client hangs up, and takes the deadline for that. It
// costs a tenth of a context with a timeout, which is as much as decoding a clocking.
func (s *Server) bound(c *gin.Context) {
	_ = http.NewResponseController(c.Writer).SetReadDeadline(time.Now().Add(s.o.Timeout))
}

// A chunk is a buffer in which an answer is put together.
const (
	chunkSize  = 32 << 10 // written when so full
	chunkSlack = 4 << 10  // more than what is appended between two looks at the size
)

var chunks = sync.Pool{New: func() any { b := make([]byte, 0, chunkSize+chunkSlack); return &b }}

// answer writes a body of any length through one chunk. A body that fits gets a
// Content-Length.
type answer struct {
	s           *Server
	w           http.ResponseWriter
	contentType string
	chunk       *[]byte
	b           []byte // what isn't written yet
	begun       bool
	err         error // of the first write that failed
}

func (s *Server) answer(w http.ResponseWriter, contentType string) *answer {
	chunk := chunks.Get().(*[]byte)
	return &answer{s: s, w: w, contentType: contentType, chunk: chunk, b: (*chunk)[:0]}
}

// flushFull makes room when the chunk is full, and tells whether it is worth going on.
func (a *answer) flushFull() bool {
	if len(a.b) >= chunkSize {
		a.flush()
	}
	return a.err == nil
}

func (a *answer) flush() {
	if !a.begun {
		a.begun = true
		a.w.Header().Set("Content-Type", a.contentType)
	}
	a.s.deadline(a.w, a.s.o.Timeout)
	if a.err == nil {
		_, a.err = a.w.Write(a.b)
	}
	a.b = a.b[:0]
}

// end writes the rest.
func (a *answer) end() {
	if a.begun {
		a.flush()
	} else {
		a.s.writeTo(a.w, http.StatusOK, a.contentType, a.b)
	}
	a.release()
}

// release gives the chunk back; nothing more is written.
func (a *answer) release() {
	*a.chunk = a.b[:0]
	chunks.Put(a.chunk)
	a.b, a.chunk = nil, nil
}

package http

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"timesheet"
)

// auditLine is a line of the audit log: who read or changed what of others, or was
// refused to. A request that changes something has two, of one id: the first, without a
// status, is written before anything is changed.
type auditLine struct {
	At       string `json:"at"` // RFC 3339, UTC
	Who      string `json:"who"`
	ID       string `json:"id"`   // of who: unique
	What     string `json:"what"` // the contract's operation, or method and route
	Employee string `json:"employee,omitempty"`
	Day      string `json:"day,omitempty"`
	Month    string `json:"month,omitempty"`
	Week     string `json:"week,omitempty"`
	Team     string `json:"team,omitempty"`
	Query    string `json:"query,omitempty"` // as given, but for tokens
	Status   int    `json:"status,omitempty"`
	Request  string `json:"request"` // also told by X-Request-Id
	Remote   string `json:"remote"`
}

// unaudited are operations that tell or change nothing of a person who isn't the caller.
// Clockings are what machines send all day: whose they are, and that they came, is what
// the entries say.
var unaudited = map[string]bool{
	clockingsPath: true, "/v1/source": true, "/v1/system": true, "/v1/periods": true, "/v1/teams": true,
}

// audited says how a request of somebody known is kept in the audit log; nil: not at all.
func (s *Server) audited(c *gin.Context, who *caller) *auditWriter {
	path := c.FullPath()
	change := c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead
	if path == clockingsPath && who.Scopes.Any(timesheet.ScopeIngest) {
		return nil
	}
	w := &auditWriter{ResponseWriter: c.Writer, s: s, c: c}
	w.line = s.auditLine(c, who)
	w.Header()["X-Request-Id"] = []string{w.line.Request}
	all := who.Reach()
	own := c.Request.Method != http.MethodDelete && who.Employee != "" && w.line.Employee == string(who.Employee) && strings.HasPrefix(path, "/v1/employees/")
	self := !change && !all.All && len(all.Teams) == 0 && !strings.HasPrefix(path, adminPath) && path != "/v1/source/rejected"
	w.others = !unaudited[path] && !own && !self
	w.change = w.others && change
	return w
}

func (s *Server) auditLine(c *gin.Context, who *caller) auditLine {
	const most = 1000
	q := c.Request.URL.Query()
	l := auditLine{
		At: s.o.Now().UTC().Format(time.RFC3339Nano), Who: who.Name, ID: who.ID,
		What:     c.Request.Method + " " + c.FullPath(),
		Employee: q.Get("employee"), Day: c.Param("day"), Month: c.Param("month"), Week: c.Param("week"), Team: q.Get("team"),
		Query: withoutTokens(c.Request.URL.RawQuery), Remote: c.RemoteIP(),
	}
	if op := operationOf(c.Request.Method, c.FullPath()); op != nil {
		l.What = op.ID
	}
	if raw := c.Param("id"); raw != "" {
		id, err := url.PathUnescape(raw)
		if err != nil {
			id = raw
		}
		l.Employee = id
	}
	if id, err := timesheet.ParseEmployeeID(l.Employee); err == nil {
		l.Employee = string(id) // spaces around it must not hide whose it is
	}
	var id [8]byte
	_, _ = rand.Read(id[:]) // never fails
	l.Request = hex.EncodeToString(id[:])
	l.Query = l.Query[:min(len(l.Query), most)]
	return l
}

// tokenShape is that of a token of package access, which somebody may put where it
// doesn't belong.
var tokenShape = regexp.MustCompile(`ts_[\w-]{43}`)

// withoutTokens is a text that is kept, without secrets.
func withoutTokens(text string) string { return tokenShape.ReplaceAllLiteralString(text, "ts_…") }

// auditWriter keeps the line of a request before the first byte of its answer goes out,
// and lets none out where it can't be kept.
type auditWriter struct {
	gin.ResponseWriter
	s      *Server
	c      *gin.Context
	line   auditLine
	others bool // what is asked for is of others; else only a refusal is kept
	change bool

	settled bool // whether it is decided
	shut    bool // nothing goes out any more
}

// begin keeps the first line of a change. Where that can't be, nothing is changed.
func (w *auditWriter) begin() error {
	if !w.change {
		return nil
	}
	return w.keep(0)
}

func (w *auditWriter) keep(status int) error {
	w.line.Status = status
	b, err := json.Marshal(w.line)
	if err == nil {
		err = w.s.o.Access.Audit(b)
	}
	if err != nil {
		return failed(kindUnaudited, "what is read and changed here is kept in an audit log, which can't be written now; tell those who run the service", err)
	}
	return nil
}

// settle keeps the line, once, and tells whether the answer may go out.
func (w *auditWriter) settle() bool {
	if w.settled {
		return !w.shut
	}
	w.settled = true
	status := w.Status()
	if !w.others && status != http.StatusForbidden || status == http.StatusTooManyRequests { // nothing was told, and there may be many
		return true
	}
	err := w.keep(status)
	if err == nil {
		return true
	}
	w.shut = true
	h := w.Header()
	for name := range h {
		if name != "X-Content-Type-Options" && name != "Vary" && !strings.HasPrefix(name, "Access-Control-") {
			delete(h, name)
		}
	}
	h["Cache-Control"] = headerNoStore
	w.c.Writer = w.ResponseWriter
	w.s.fail(w.c, err)
	w.c.Writer = w
	return false
}

// Write is part of gin.ResponseWriter. What mustn't go out is dropped: its handler can't
// mend it.
func (w *auditWriter) Write(b []byte) (int, error) {
	if !w.settle() {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// WriteString is part of gin.ResponseWriter.
func (w *auditWriter) WriteString(text string) (int, error) { return w.Write([]byte(text)) }

// WriteHeaderNow is part of gin.ResponseWriter.
func (w *auditWriter) WriteHeaderNow() {
	if w.settle() {
		w.ResponseWriter.WriteHeaderNow()
	}
}

// Flush is part of gin.ResponseWriter.
func (w *auditWriter) Flush() { _ = w.FlushError() }

// FlushError is what http.ResponseController asks for; its error ends streams.
func (w *auditWriter) FlushError() error {
	if !w.settle() {
		return timesheet.NewError(timesheet.Unavailable, "write audit log", nil)
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap is what http.ResponseController asks for.
func (w *auditWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

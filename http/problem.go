package http

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"timesheet"
)

// kind is a row of the one table that says how an error is told.
type kind struct {
	code   timesheet.Code
	status int
	label  string // ends the problem's type; the metric's label
	title  string
	retry  string // Retry-After in seconds, or ""
	detail string // told instead of the error's own text, which is not for outsiders
	level  slog.Level
}

const again = "nothing was acknowledged; send all of it again"

var (
	kindInvalid     = &kind{code: timesheet.Invalid, status: 400, label: "invalid", title: "The request can't be used as it is", level: slog.LevelDebug}
	kindForbidden   = &kind{code: timesheet.Invalid, status: 403, label: "cross-origin", title: "Pages of other sites may not send this", level: slog.LevelDebug}
	kindUnknown     = &kind{code: timesheet.Unauthenticated, status: 401, label: "unauthenticated", title: "It isn't known who asks", level: slog.LevelDebug}
	kindDenied      = &kind{code: timesheet.Forbidden, status: 403, label: "forbidden", title: "Who asks may not do that", level: slog.LevelDebug}
	kindHost        = &kind{code: timesheet.Forbidden, status: 403, label: "host", title: "The service isn't known by that name", level: slog.LevelDebug}
	kindNotFound    = &kind{code: timesheet.NotFound, status: 404, label: "not-found", title: "There is nothing of that name", level: slog.LevelDebug}
	kindMethod      = &kind{code: timesheet.Invalid, status: 405, label: "method-not-allowed", title: "The method is not known here", level: slog.LevelDebug}
	kindSlow        = &kind{code: timesheet.Invalid, status: 408, label: "body-too-slow", title: "The body took too long to arrive", level: slog.LevelDebug}
	kindConflict    = &kind{code: timesheet.Conflict, status: 409, label: "conflict", title: "The state is another than expected", level: slog.LevelDebug}
	kindStale       = &kind{code: timesheet.Stale, status: 409, label: "stale", title: "The day rules have changed", level: slog.LevelDebug}
	kindTooLarge    = &kind{code: timesheet.Invalid, status: 413, label: "too-large", title: "The body is too large", level: slog.LevelDebug}
	kindUnsupported = &kind{code: timesheet.Invalid, status: 415, label: "unsupported-media-type", title: "The body's type is not known", level: slog.LevelDebug}
	kindRejected    = &kind{code: timesheet.Invalid, status: 422, label: "rejected-rows", title: "Some rows can't be used; the others are durable", level: slog.LevelDebug}
	kindOverloaded  = &kind{code: timesheet.Overloaded, status: 429, label: "overloaded", title: "Too much is in flight", retry: "1", detail: again, level: slog.LevelInfo}
	kindTooMany     = &kind{code: timesheet.Overloaded, status: 429, label: "too-many-requests", title: "Too many requests", retry: "1", level: slog.LevelInfo}
	kindGuessed     = &kind{code: timesheet.Overloaded, status: 429, label: "wrong-tokens", title: "Too many wrong tokens", retry: "1", level: slog.LevelWarn}
	kindUnaudited   = &kind{code: timesheet.Unavailable, status: 503, label: "unaudited", title: "The audit log can't be written", retry: "2", level: slog.LevelError}
	kindInternal    = &kind{code: timesheet.Internal, status: 500, label: "internal", title: "The service failed", detail: "the service's log says why", level: slog.LevelError}
	kindUnavailable = &kind{code: timesheet.Unavailable, status: 503, label: "unavailable", title: "The service can't do this for now", retry: "2", detail: "the store can't be reached, or can't write; " + again, level: slog.LevelWarn}

	kindOf = map[timesheet.Code]*kind{
		timesheet.Invalid: kindInvalid, timesheet.NotFound: kindNotFound, timesheet.Conflict: kindConflict,
		timesheet.Unauthenticated: kindUnknown, timesheet.Forbidden: kindDenied, timesheet.Stale: kindStale, timesheet.Overloaded: kindOverloaded, timesheet.Unavailable: kindUnavailable,
		timesheet.Internal: kindInternal,
	}
)

// failure is an error that chose its kind itself.
type failure struct {
	kind   *kind
	detail string
	err    error // for the log; may be nil
}

func failed(k *kind, detail string, err error) *failure { return &failure{k, detail, err} }

func (f *failure) Error() string {
	if f.err == nil {
		return f.detail
	}
	return f.detail + ": " + f.err.Error()
}

func (f *failure) Unwrap() []error {
	if f.err == nil {
		return []error{f.kind.code}
	}
	return []error{f.kind.code, f.err}
}

// problem is the body of an error (RFC 9457).
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Code   string `json:"code"`

	Accepted *int           `json:"accepted,omitempty"` // of a post with rejected rows, as are the next two
	Expired  int            `json:"expired,omitempty"`
	Rejected int            `json:"rejected,omitempty"`
	Errors   []problemError `json:"errors,omitempty"` // the first maxRowErrors
}

// problemError is one thing of a request that can't be used: a parameter, a place in
// the body, or a row of a post.
type problemError struct {
	Parameter string `json:"parameter,omitempty"`
	Pointer   string `json:"pointer,omitempty"` // a JSON pointer as a fragment
	Line      int    `json:"line,omitempty"`
	Code      string `json:"code,omitempty"`
	Detail    string `json:"detail"`
}

const typePrefix = "urn:timesheet:problem:"

func (k *kind) problem(detail string) problem {
	return problem{Type: typePrefix + k.label, Title: k.title, Status: k.status, Detail: detail, Code: wireCode(k.code)}
}

func wireCode(c timesheet.Code) string { return strings.ReplaceAll(string(c), " ", "_") }

func codeOfWire(s string) timesheet.Code { return timesheet.Code(strings.ReplaceAll(s, "_", " ")) }

// fail answers err.
func (s *Server) fail(c *gin.Context, err error) {
	k, detail := told(err)
	s.log.failed(c, k, err)
	p := k.problem(detail)
	if bad, ok := errors.AsType[*badRequest](err); ok {
		p.Errors = bad.problems
	}
	s.answerProblem(c, k, p)
}

// told is what outsiders are told of err: its own text only where the kind allows it.
func told(err error) (*kind, string) {
	if f, ok := errors.AsType[*failure](err); ok {
		return f.kind, f.detail
	}
	k := kindOf[timesheet.CodeOf(err)]
	if k == nil {
		k = kindInternal
	}
	if k.detail != "" {
		return k, k.detail
	}
	return k, err.Error()
}

func (s *Server) answerProblem(c *gin.Context, k *kind, p problem) {
	s.metrics.problems.WithLabelValues(k.label).Inc()
	if k.retry != "" {
		c.Writer.Header().Set("Retry-After", k.retry)
	}
	if k == kindTooLarge || k == kindSlow {
		c.Writer.Header().Set("Connection", "close") // what remains of the body isn't worth reading
	}
	b, err := json.Marshal(p)
	if err != nil { // can't be: p has no type that fails
		b, k = nil, kindInternal
	}
	s.write(c, k.status, "application/problem+json", b)
}

// panicked answers for a handler that died, and hides why from outsiders.
func (s *Server) panicked(c *gin.Context, cause any, stack []byte) {
	s.o.Logger.LogAttrs(c.Request.Context(), slog.LevelError, "http handler panicked",
		slog.String("route", route(c)), slog.Any("panic", cause), slog.String("stack", string(stack)))
	if c.Writer.Written() {
		panic(http.ErrAbortHandler) // half an answer must not look whole
	}
	s.answerProblem(c, kindInternal, kindInternal.problem(kindInternal.detail))
}

package http

import (
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
)

// metrics never have an employee in a label.
type metrics struct {
	requests *prometheus.HistogramVec
	problems *prometheus.CounterVec
	accepted prometheus.Counter
	rejected prometheus.Counter
}

func newMetrics(r *prometheus.Registry) *metrics {
	m := &metrics{
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "timesheet_http_request_duration_seconds", Help: "Requests by route, method and status.",
			Buckets: []float64{.0001, .0003, .001, .003, .01, .03, .1, .3, 1, 3, 10, 30},
		}, []string{"route", "method", "code"}),
		problems: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "timesheet_http_problems_total", Help: "Requests answered with a problem, by its kind.",
		}, []string{"problem"}),
		accepted: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "timesheet_http_clockings_accepted_total", Help: "Clockings posted and acknowledged.",
		}),
		rejected: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "timesheet_http_clockings_rejected_total", Help: "Clockings posted that can't be used.",
		}),
	}
	r.MustRegister(m.requests, m.problems, m.accepted, m.rejected)
	return m
}

// Header values are shared by all answers, hence never changed. The names are in
// their canonical form: they are set without http.Header.Set.
var (
	headerNosniff  = []string{"nosniff"}
	headerReferrer = []string{"no-referrer"}
	headerNoStore  = []string{"no-store"}
	headerPolicy   = []string{"default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"}
)

// observe surrounds every request: it measures, logs, refuses what pages of other
// sites make browsers send, and keeps a panic from the connection.
func (s *Server) observe(c *gin.Context) {
	start := time.Now()
	defer func() {
		if cause := recover(); cause != nil {
			if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				s.observed(c, start)
				panic(cause)
			}
			defer s.observed(c, start)
			s.panicked(c, cause, debug.Stack())
			return
		}
		s.observed(c, start)
	}()
	h := c.Writer.Header()
	h["X-Content-Type-Options"] = headerNosniff
	if c.Request.Method != http.MethodPost { // whose answers nobody keeps
		h["Cache-Control"] = headerNoStore // personal data; pages set their own
	}
	if !s.guard(c) {
		c.Abort()
		return
	}
	c.Next()
}

func (s *Server) observed(c *gin.Context, start time.Time) {
	took := time.Since(start)
	s.metrics.requests.WithLabelValues(route(c), method(c.Request.Method), status(c.Writer.Status())).Observe(took.Seconds())
	if ctx := c.Request.Context(); s.o.Logger.Enabled(ctx, slog.LevelDebug) {
		s.o.Logger.LogAttrs(ctx, slog.LevelDebug, "http request", slog.String("method", method(c.Request.Method)),
			slog.String("route", route(c)), slog.Int("status", c.Writer.Status()), slog.Int("bytes", c.Writer.Size()),
			slog.Duration("took", took))
	}
}

// route is the template of the request's path: the path itself may name an employee.
func route(c *gin.Context) string {
	if p := c.FullPath(); p != "" {
		return p
	}
	return "other"
}

// method bounds the label to known methods.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete:
		return m
	default:
		return "other"
	}
}

func status(code int) string {
	switch code {
	case http.StatusOK:
		return "200"
	default:
		return strconv.Itoa(code)
	}
}

// limitedLog tells failures at their kind's level, yet those above debug at most
// once a second for each kind: a store that is away fails every request. A request
// whose sender hung up fails at debug.
type limitedLog struct {
	*slog.Logger
	last map[*kind]*atomic.Int64 // unix seconds of the last line; the map itself never changes
}

func newLimitedLog(l *slog.Logger) limitedLog {
	last := make(map[*kind]*atomic.Int64)
	for _, k := range kindOf {
		last[k] = new(atomic.Int64)
	}
	for _, k := range []*kind{kindTooMany, kindGuessed, kindUnaudited} {
		last[k] = new(atomic.Int64)
	}
	return limitedLog{Logger: l, last: last}
}

func (l limitedLog) failed(c *gin.Context, k *kind, err error) {
	level := k.level
	if c.Request.Context().Err() != nil {
		level = slog.LevelDebug
	}
	if slot := l.last[k]; slot != nil && level > slog.LevelDebug {
		now, last := time.Now().Unix(), slot.Load()
		if last == now || !slot.CompareAndSwap(last, now) {
			return
		}
	}
	l.LogAttrs(c.Request.Context(), level, "http request failed", slog.String("route", route(c)),
		slog.String("problem", k.label), slog.Any("error", err))
}

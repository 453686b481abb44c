package http

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"timesheet"
)

// Clockings takes clockings in; the actors do.
type Clockings interface {
	// DayRules are the rules in force as far as known here; nil before they were read.
	DayRules() *timesheet.DayRules
	// Reload reads the rules now.
	Reload(ctx context.Context) error
	// Submit answers when all of b is durable; it keeps nothing of b. Stale: b was made
	// under rules that are no longer in force.
	Submit(ctx context.Context, b timesheet.Batch) (timesheet.Receipt, error)
}

// Store is what the surface needs of the store.
type Store interface {
	timesheet.Reader
	timesheet.RuleKeeper
	Ledger
	Ping(ctx context.Context) error
}

// Options are what a server needs. Clockings, Store and Boards are required; the zero value
// of the others means the default.
type Options struct {
	Clockings Clockings
	Store     Store
	Source    Source // nil where no source is read

	Boards     Boards       // days of many employees
	Rules      func() Rules // in force now; RULES' defaults without a directory
	Changes    Changes      // nil: there is nothing at /v1/changes
	SourceRows SourceRows   // nil where the source's rows can't be read on demand
	Periods    Periods      // closed months; nil: none is closed, and none can be

	// Access knows who asks. Nil: there is no authentication, everybody may everything.
	Access Access
	// PublicURL is where browsers reach the service, "https://timesheet.example.org": by
	// https session cookies are Secure. "" for nothing of the kind.
	PublicURL string
	// AllowOrigins are origins of other sites whose pages may use the interface with a
	// token (CORS), such as "https://hr.example.org"; cookies aren't taken from them.
	AllowOrigins []string
	// LoopbackOnly says that the listener is on loopback: without authentication requests
	// for another host's name are then refused, as are those of a page whose name was
	// turned to this machine (DNS rebinding).
	LoopbackOnly bool

	Corrections timesheet.Corrector // nil: none are kept
	Eraser      Eraser              // nil: nobody can be erased
	Sessions    Sessions            // nil: there are none
	Texts       Texts               // nil: the service keeps no texts that name people
	System      System              // nil: there is nothing at /v1/system

	Page        fs.FS         // served at /; nil for none
	MaxBody     int64         // bytes of one posted body, also after decompression; 16 MiB
	MaxRows     int           // rows of one post; 1,000,000
	MaxRequests int           // posts at the same time; 256
	Timeout     time.Duration // to read a request, to work on a post, and for each write; 30 s

	Now      func() time.Time     // time.Now
	Version  string               // told by /healthz; "" for none
	Registry *prometheus.Registry // filled and told by /metrics; a new one
	Logger   *slog.Logger         // slog.Default
	Ready    func() error         // further condition of /readyz, which tells its error's text to everybody; none
	Notes    func() []string      // what /readyz tells everybody though the service is ready, as of a refused rules file; none
}

const (
	defaultMaxBody     = 16 << 20
	defaultMaxRows     = 1_000_000
	defaultMaxRequests = 256
	defaultTimeout     = 30 * time.Second

	// bodiesInFlight bounds the bodies of all posts that aren't answered yet, in MaxBody:
	// large ones share less memory than MaxRequests of them could take.
	bodiesInFlight = 4

	readHeaderTimeout = 10 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 32 << 10
)

// Server is the HTTP surface. It is safe for concurrent use.
type Server struct {
	o        Options
	engine   *gin.Engine
	server   *http.Server
	metrics  *metrics
	origins  http.CrossOriginProtection
	log      limitedLog
	draining atomic.Bool
	posts    atomic.Int64 // posts being worked on
	bytes    atomic.Int64 // of the bodies of posts that aren't answered, but for small ones

	nonce [16]byte        // random: tells this process's ETags from others'
	life  context.Context // ended by Shutdown, and streams with it
	end   context.CancelFunc
}

// New is the server of o. It starts nothing.
func New(o Options) *Server {
	o.MaxBody = cmp.Or(o.MaxBody, defaultMaxBody)
	o.MaxRows = cmp.Or(o.MaxRows, defaultMaxRows)
	o.MaxRequests = cmp.Or(o.MaxRequests, defaultMaxRequests)
	o.Timeout = cmp.Or(o.Timeout, defaultTimeout)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Registry == nil {
		o.Registry = prometheus.NewRegistry()
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	s := &Server{o: o, metrics: newMetrics(o.Registry), log: newLimitedLog(o.Logger)}
	s.life, s.end = context.WithCancel(context.Background())
	_, _ = rand.Read(s.nonce[:]) // never fails
	s.trustOrigins()
	if o.Rules == nil {
		s.o.Rules = defaultRules()
	}
	if o.Source != nil {
		o.Registry.MustRegister(sourceMetrics{o.Source, s.now})
	}
	s.engine = s.routes()
	s.server = &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       o.Timeout,
		WriteTimeout:      wholeDeadline * o.Timeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ConnContext:       withConn,
		ErrorLog:          slog.NewLogLogger(o.Logger.Handler(), slog.LevelDebug),
	}
	return s
}

// Handler is the surface without a listener.
func (s *Server) Handler() http.Handler { return unsuffixed(s.engine) }

// Serve answers requests of l until Shutdown, then nil.
func (s *Server) Serve(l net.Listener) error {
	if err := s.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return timesheet.NewError(timesheet.Internal, "serve http", err)
	}
	return nil
}

// Drain makes /readyz answer 503, and nothing else: a load balancer then stops
// sending before Shutdown refuses.
func (s *Server) Drain() { s.draining.Store(true) }

// Shutdown makes the server unready, refuses new connections, and answers nil when
// every request that had begun is answered; streams of changes end at once. When ctx ends before that, connections
// are cut and the error is Unavailable.
func (s *Server) Shutdown(ctx context.Context) error {
	s.Drain()
	s.end()
	if err := s.server.Shutdown(ctx); err != nil {
		return timesheet.NewError(timesheet.Unavailable, "end http requests", errors.Join(err, s.server.Close()))
	}
	return nil
}

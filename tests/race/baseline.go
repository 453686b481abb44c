package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/gin-gonic/gin"
	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"timesheet"
)

// keeper joins one clocking, as an entry of its own, into what it keeps. nil means
// that Redis has it.
type keeper interface {
	keep(ctx context.Context, e timesheet.Entry) error
}

// baselines makes a keeper of each kind; bind has none. sync, which keeps what nobody
// can read back, writes to the file.
var baselines = map[string]func(*goredis.Client, *os.File) keeper{
	"bind":  func(*goredis.Client, *os.File) keeper { return nil },
	"naive": func(c *goredis.Client, _ *os.File) keeper { return naive{c} },
	"lua":   func(c *goredis.Client, _ *os.File) keeper { return lua{c} },
	"lock":  func(c *goredis.Client, _ *os.File) keeper { return lock{c} },
	"mutex": func(c *goredis.Client, _ *os.File) keeper { return newMutex(c) },
	"group": func(c *goredis.Client, _ *os.File) keeper { return &group{commit: joinAll(c)} },
	"sync":  func(_ *goredis.Client, f *os.File) keeper { return &group{commit: syncAll(f)} },
}

// posted is the body of a POST.
type posted struct {
	EmployeeID string `json:"employee_id"`
	ClockedAt  string `json:"clocked_at"`
}

type acceptance struct {
	Accepted int `json:"accepted"`
}

// baseline is the HTTP side that all of them share: what one would write in an
// afternoon, with Gin's release mode and without logging.
type baseline struct {
	keeper keeper // nil for bind
	redis  *goredis.Client
	rules  *timesheet.DayRules // in UTC
}

func newBaseline(k keeper, redis *goredis.Client) (http.Handler, error) {
	rules, err := utc()
	if err != nil {
		return nil, err
	}
	b := &baseline{keeper: k, redis: redis, rules: rules}
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.POST("/v1/clockings", b.post)
	r.GET("/v1/days/:day", b.board)
	r.GET("/readyz", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) })
	return r, nil
}

func (b *baseline) post(c *gin.Context) {
	var in posted
	if err := c.ShouldBindJSON(&in); err != nil {
		c.JSON(http.StatusBadRequest, gin.H{"error": err.Error()})
		return
	}
	if b.keeper != nil {
		if err := b.keep(c.Request.Context(), in); err != nil {
			c.JSON(http.StatusServiceUnavailable, gin.H{"error": err.Error()})
			return
		}
	}
	c.JSON(http.StatusOK, acceptance{1})
}

func (b *baseline) keep(ctx context.Context, in posted) error {
	e, err := in.entry(b.rules)
	if err != nil {
		return err
	}
	return b.keeper.keep(ctx, e)
}

// entry is the clocking as the service would take it.
func (in posted) entry(rules *timesheet.DayRules) (timesheet.Entry, error) {
	at, err := timesheet.ParseTimestamp(in.ClockedAt)
	if err != nil {
		return timesheet.Entry{}, err
	}
	clocking := timesheet.Clocking{Employee: timesheet.EmployeeID(in.EmployeeID), At: at}
	return rules.Entry(clocking, timesheet.Direct, timesheet.InstantOf(time.Now()))
}

// utc are the day rules of a site in UTC.
func utc() (*timesheet.DayRules, error) {
	return timesheet.NewDayRules(1, []timesheet.Assignment{{Rule: timesheet.DayRule{Zone: "UTC"}}}, time.LoadLocation)
}

// openRedis connects with as many connections as there are senders.
func openRedis(url string, connections int) (*goredis.Client, error) {
	o, err := goredis.ParseURL(url)
	if err != nil {
		return nil, errors.New("the address of Redis is no redis:// URL") // the error would quote a password
	}
	o.PoolSize = connections
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return goredis.NewClient(o), nil
}

// serveBaseline is the whole process of a baseline: it tells its address on the first
// line, then serves until ctx ends.
func serveBaseline(ctx context.Context, out io.Writer, c *baselineCmd) (err error) {
	client, err := openRedis(c.Redis, c.Connections)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	file, err := os.CreateTemp(c.Dir, "baseline")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	handler, err := newBaseline(baselines[c.Kind](client, file), client)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s is ready at http://%s\n", c.Kind, l.Addr())
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

package http_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	timesheethttp "timesheet/http"
)

// changeHub hands each subscriber what is sent.
type changeHub struct {
	events chan []timesheethttp.Change
	closed chan struct{}

	mu     sync.Mutex
	after  string
	filter timesheethttp.ChangeFilter
}

func newChangeHub() *changeHub {
	return &changeHub{events: make(chan []timesheethttp.Change), closed: make(chan struct{})}
}

func (h *changeHub) Subscribe(after string, f timesheethttp.ChangeFilter) timesheethttp.Subscription {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.after, h.filter = after, f
	return h
}

func (h *changeHub) subscribed() (string, timesheethttp.ChangeFilter) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.after, h.filter
}

func (h *changeHub) Next(ctx context.Context) ([]timesheethttp.Change, error) {
	select {
	case events := <-h.events:
		return events, nil
	case <-h.closed:
		return nil, errors.New("closed")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

type change struct {
	id           string
	row          timesheethttp.BoardRow
	resync, gone bool
	writes       *atomic.Int32
}

func (c change) ID() string                     { return c.id }
func (c change) Resync() bool                   { return c.resync }
func (c change) Day() timesheet.Day             { return c.row.Work.Day }
func (c change) Employee() timesheet.EmployeeID { return c.row.Person.Employee }
func (c change) Gone() bool                     { return c.gone }
func (c change) Row() timesheethttp.BoardRow    { return c.row }
func (c change) Text(write func() []byte) []byte {
	c.writes.Add(1)
	return write()
}

// changeOf is the event that a person's day is now as the rules of o say.
func changeOf(s *site, o timesheethttp.Options, id string, p timesheet.Person, e timesheet.Entry) change {
	rules := o.Rules()
	m := timesheet.Moment{Now: timesheet.InstantOf(evening()), SettledThrough: timesheet.Forever}
	w := rules.Work.Evaluate(e, p, e.Day, s.rules.For(p.Employee), m)
	return change{id: id, row: timesheethttp.BoardRow{Person: p, Entry: e, Work: w}, writes: new(atomic.Int32)}
}

// lines are the stream's events, each as one string.
func streamEvents(t *testing.T, r io.Reader) func() string {
	b := bufio.NewReader(r)
	return func() string {
		var event strings.Builder
		for {
			line, err := b.ReadString('\n')
			if err != nil {
				t.Fatalf("%v after %q", err, event.String())
			}
			if line == "\n" {
				return event.String()
			}
			event.WriteString(line)
		}
	}
}

func TestChanges(t *testing.T) {
	s, o := office(t)
	hub := newChangeHub()
	o.Changes = hub
	r := serve(t, o)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	open := func(query, last string) (next func() string) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url+"/v1/changes"+query, nil)
		if err != nil {
			t.Fatal(err)
		}
		if last != "" {
			req.Header.Set("Last-Event-ID", last)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = resp.Body.Close() })
		if ct := resp.Header.Get("Content-Type"); resp.StatusCode != 200 || ct != "text/event-stream" || resp.Header.Get("Cache-Control") != "no-store" {
			t.Fatal(resp.Status, resp.Header)
		}
		return streamEvents(t, resp.Body)
	}
	day := mustDay("2026-11-23")
	moment := instant("2026-11-23T07:09:00Z")
	event := changeOf(s, o, "p-1", timesheet.Person{Employee: "7", Name: "Ada Lovelace", Team: "Engines"}, timesheet.Entry{Employee: "7", Day: day, Earliest: moment, Latest: moment + 36_000_000})

	next := open("", "")
	if got := next(); got != "retry: 2000\n" {
		t.Fatalf("%q", got)
	}
	if got := next(); got != "event: resync\ndata: {}\n" {
		t.Fatalf("a stream without an id begins with %q", got)
	}
	hub.events <- []timesheethttp.Change{event, change{id: "p-2", gone: true, row: event.row, writes: event.writes}}
	got := next()
	if !strings.HasPrefix(got, "id: p-1\nevent: change\ndata: {\"employee_id\":\"7\"") || !strings.Contains(got, `"worked_seconds":28800`) || strings.Count(got, "\n") != 3 {
		t.Fatalf("%q", got)
	}
	_, data, _ := strings.Cut(strings.TrimSpace(got), "data: ")
	if board := get(held(r.Handler()), "/v1/days/2026-11-23").Body.String(); !strings.Contains(board, data) {
		t.Errorf("an event's row %s isn't the board's: %s", data, board)
	}
	if got := next(); got != "id: p-2\nevent: gone\ndata: {\"employee_id\":\"7\",\"day\":\"2026-11-23\"}\n" {
		t.Fatalf("%q", got)
	}

	next = open("?day=2026-11-23&team=Engines&employee=7", "p-1")
	if got := next(); got != "retry: 2000\n" {
		t.Fatalf("%q", got)
	}
	if after, f := hub.subscribed(); after != "p-1" || f != (timesheethttp.ChangeFilter{From: day, To: day, Team: "Engines", Employee: "7"}) {
		t.Errorf("subscribed after %q to %+v", after, f)
	}
	close(hub.closed) // of both streams
	for _, header := range []string{"", strings.Repeat("x", 101)} {
		req := httptest.NewRequest(http.MethodGet, "/v1/changes?day=2026-02-30", nil)
		req.Header.Set("Last-Event-ID", header)
		w := httptest.NewRecorder()
		held(r.Handler()).ServeHTTP(w, req)
		if w.Code != 400 {
			t.Error(w.Code)
		}
	}
}

func TestChangesWithoutAHub(t *testing.T) {
	if p := problemOf(t, get(handler(newSite(t)), "/v1/changes")); p.Status != 404 || !strings.Contains(p.Detail, "board") {
		t.Fatalf("%+v", p)
	}
}

// pipe is a response whose writes can be waited for.
type pipe struct {
	header http.Header
	wrote  chan string
}

func (p *pipe) Header() http.Header { return p.header }
func (p *pipe) WriteHeader(int)     {}
func (p *pipe) Flush()              {}
func (p *pipe) Write(b []byte) (int, error) {
	p.wrote <- string(b)
	return len(b), nil
}

func TestASilentStreamHasAHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, o := office(t)
		hub := newChangeHub()
		o.Changes = hub
		server := timesheethttp.NewPlain(o)
		ctx, cancel := context.WithCancel(t.Context())
		p := &pipe{make(http.Header), make(chan string, 1)}
		done := make(chan struct{})
		go func() {
			defer close(done)
			server.Handler().ServeHTTP(p, httptest.NewRequest(http.MethodGet, "/v1/changes", nil).WithContext(ctx))
		}()
		<-p.wrote
		for range 3 {
			start := time.Now()
			if got := <-p.wrote; got != ":\n\n" || time.Since(start) != 15*time.Second {
				t.Errorf("%q after %v", got, time.Since(start))
			}
		}
		hub.events <- []timesheethttp.Change{change{id: "p-9", resync: true}}
		if got := <-p.wrote; got != "id: p-9\nevent: resync\ndata: {}\n\n" {
			t.Errorf("%q", got)
		}
		cancel()
		<-done
	})
}

// flood has events without end.
type flood struct{ event change }

func (f flood) Subscribe(string, timesheethttp.ChangeFilter) timesheethttp.Subscription { return f }
func (f flood) Next(ctx context.Context) ([]timesheethttp.Change, error) {
	events := make([]timesheethttp.Change, 1000)
	for i := range events {
		events[i] = f.event
	}
	return events, ctx.Err()
}

func TestStreams(t *testing.T) {
	t.Run("that nobody reads are cut", func(t *testing.T) {
		s, o := office(t)
		day := mustDay("2026-11-23")
		event := changeOf(s, o, "p-1", timesheet.Person{Employee: "7"}, timesheet.Entry{Employee: "7", Day: day, Earliest: 1, Latest: 2})
		o.Changes, o.Timeout = flood{event}, 200*time.Millisecond
		r := serve(t, o)
		conn := r.dial(t)
		fmt.Fprintf(conn, "GET /v1/changes HTTP/1.1\r\nHost: x\r\n\r\n")
		for !strings.Contains(get(r.Handler(), "/metrics").Body.String(), `timesheet_http_request_duration_seconds_count{code="200",method="GET",route="/v1/changes"} 1`) {
			if t.Context().Err() != nil {
				t.Fatal("the stream goes on")
			}
		}
	})
	t.Run("outlive the time that requests have", func(t *testing.T) {
		s, o := office(t)
		hub := newChangeHub()
		o.Changes, o.Timeout = hub, 100*time.Millisecond
		r := serve(t, o)
		conn := r.dial(t)
		fmt.Fprintf(conn, "GET /v1/changes HTTP/1.1\r\nHost: x\r\n\r\n")
		<-time.After(4 * o.Timeout) // of the real network's time: no bubble has sockets
		day, moment := mustDay("2026-11-23"), instant("2026-11-23T07:09:00Z")
		select {
		case hub.events <- []timesheethttp.Change{changeOf(s, o, "p-7", timesheet.Person{Employee: "7"}, timesheet.Entry{Employee: "7", Day: day, Earliest: moment, Latest: moment})}:
		case <-time.After(10 * time.Second):
			t.Fatal("nobody waits for events")
		}
		b := bufio.NewReader(conn)
		for line := ""; line != "id: p-7\n"; {
			var err error
			if line, err = b.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
	})
	t.Run("end at once when the server does", func(t *testing.T) {
		_, o := office(t)
		o.Changes = newChangeHub()
		r := serve(t, o)
		conn := r.dial(t)
		fmt.Fprintf(conn, "GET /v1/changes HTTP/1.1\r\nHost: x\r\n\r\n")
		b := bufio.NewReader(conn)
		for line := ""; !strings.HasPrefix(line, "event: resync"); {
			var err error
			if line, err = b.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if err := r.Shutdown(ctx); err != nil {
			t.Fatal(err)
		}
	})
}

package http_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	timesheethttp "timesheet/http"
)

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
	if after, f := hub.subscribed(); after != "p-1" || !reflect.DeepEqual(f, timesheethttp.ChangeFilter{Reach: timesheet.Everybody(), From: day, To: day, Team: "Engines", Employee: "7"}) {
		t.Errorf("subscribed after %q to %+v", after, f)
	}
	close(hub.closed) // of both streams
	req := httptest.NewRequest(http.MethodGet, "/v1/changes", nil)
	req.Header.Set("Last-Event-ID", strings.Repeat("x", 101))
	w := httptest.NewRecorder()
	held(r.Handler()).ServeHTTP(w, req)
	if p := problemOf(t, w); p.Status != 400 || p.Errors[0].Parameter != "Last-Event-ID" {
		t.Errorf("%+v", p)
	}
}

func TestChangesWithoutAHub(t *testing.T) {
	if p := problemOf(t, get(handler(newSite(t)), "/v1/changes")); p.Status != 404 || !strings.Contains(p.Detail, "board") {
		t.Fatalf("%+v", p)
	}
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

func TestStreams(t *testing.T) {
	t.Run("that nobody reads are cut", func(t *testing.T) {
		s, o := office(t)
		day := mustDay("2026-11-23")
		event := changeOf(s, o, "p-1", timesheet.Person{Employee: "7"}, timesheet.Entry{Employee: "7", Day: day, Earliest: 1, Latest: 2})
		o.Changes, o.Timeout = flood{event, new(atomic.Int32)}, 200*time.Millisecond
		r := serve(t, o)
		conn := r.dial(t)
		fmt.Fprintf(conn, "GET /v1/changes HTTP/1.1\r\nHost: x\r\n\r\n")
		for !strings.Contains(get(r.Handler(), "/metrics").Body.String(), `timesheet_http_request_duration_seconds_count{code="200",method="GET",route="/v1/changes"} 1`) {
			if t.Context().Err() != nil {
				t.Fatal("the stream goes on")
			}
		}
	})
	t.Run("that are cut end for their clients too, whatever wasn't taken", func(t *testing.T) {
		s, o := office(t)
		event := changeOf(s, o, "p-1", timesheet.Person{Employee: "7"}, timesheet.Entry{Employee: "7", Day: mustDay("2026-11-23"), Earliest: 1, Latest: 2})
		asked := new(atomic.Int32)
		o.Changes, o.Timeout = flood{event, asked}, 100*time.Millisecond
		r := serve(t, o)
		conn := r.dial(t)
		_ = conn.(*net.TCPConn).SetReadBuffer(1) // the least there is
		fmt.Fprintf(conn, "GET /v1/changes HTTP/1.1\r\nHost: x\r\n\r\n")
		for !strings.Contains(get(r.Handler(), "/metrics").Body.String(), `timesheet_http_request_duration_seconds_count{code="200",method="GET",route="/v1/changes"} 1`) {
			if t.Context().Err() != nil {
				t.Fatal("the stream goes on")
			}
		}
		n, err := io.Copy(io.Discard, conn)
		if !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%d bytes, and then %v", n, err)
		}
		if times := asked.Load(); times > 2 {
			t.Errorf("the system kept %d times 1,000 events for it", times)
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

package http_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"timesheet"
)

func TestShutdown(t *testing.T) {
	t.Run("answers what had begun and refuses what comes", func(t *testing.T) {
		s := newSite(t)
		g := hold(s)
		r := serve(t, options(s))
		idle := r.dial(t)
		answered := make(chan int, 1)
		go func() {
			status, _, _ := r.post(t, jsonType, strings.NewReader(oneClocking))
			answered <- status
		}()
		<-g.came
		shut := make(chan error, 1)
		go func() { shut <- r.Shutdown(t.Context()) }()
		if err := <-r.done; err != nil { // the listener is closed
			t.Error(err)
		}
		r.done <- nil
		if _, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", r.addr); err == nil {
			t.Error("a new connection was accepted")
		}
		if w := get(r.Handler(), "/readyz"); w.Code != 503 {
			t.Errorf("ready while stopping: %d", w.Code)
		}
		select {
		case err := <-shut:
			t.Errorf("stopped before the post was answered: %v", err)
		default:
		}
		g.release()
		if status := <-answered; status != 200 {
			t.Errorf("the post that had begun was answered %d", status)
		}
		_ = idle.Close() // a connection that never asked counts as begun for 5 s
		if err := <-shut; err != nil {
			t.Error(err)
		}
	})
	t.Run("gives up at its deadline", func(t *testing.T) {
		s := newSite(t)
		g := hold(s)
		o := options(s)
		o.Timeout = time.Hour
		r := serve(t, o)
		gone := make(chan error, 1)
		go func() {
			req, _ := http.NewRequestWithContext(t.Context(), "POST", r.url+"/v1/clockings", strings.NewReader(oneClocking))
			req.Header.Set("Content-Type", jsonType)
			resp, err := http.DefaultClient.Do(req)
			if err == nil {
				_ = resp.Body.Close()
			}
			gone <- err
		}()
		<-g.came
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		err := r.Shutdown(ctx)
		if !errors.Is(err, timesheet.Unavailable) || !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if err := <-gone; err == nil {
			t.Error("the post was answered")
		}
		g.release()
	})
}

// What was set for one answer must not fail a later one of the same connection.
func TestAConnectionThatRests(t *testing.T) {
	s := newSite(t)
	for i := range 100 {
		put(s, timesheet.EmployeeID(fmt.Sprintf("E%d", i)), "2026-11-23", "2026-11-23T08:00:00Z", "2026-11-23T16:00:00Z")
	}
	o := options(s)
	o.Timeout = 30 * time.Millisecond
	r := serve(t, o)
	conn := r.dial(t)
	answers := bufio.NewReader(conn)
	for _, path := range []string{"/v1/days/2026-11-23", "/metrics", "/healthz", "/v1/days/2026-11-23", "/nothing"} {
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
		resp, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatal(path, err)
		}
		_, err = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		if err != nil {
			t.Fatal(path, err)
		}
		<-time.After(2 * wholeDeadline * o.Timeout)
	}
}

// wholeDeadline is how many timeouts a request may take.
const wholeDeadline = 3

// A client that doesn't read must not hold the server's memory and goroutine for ever.
func TestAClientThatDoesNotRead(t *testing.T) {
	s := newSite(t)
	for i := range 10_000 {
		put(s, timesheet.EmployeeID(fmt.Sprintf("%060d", i)), "2026-11-23", "2026-11-23T08:00:00Z", "2026-11-23T16:00:00Z")
	}
	o := options(s)
	o.Timeout = 200 * time.Millisecond
	r := serve(t, o)
	conn := r.dial(t)
	for range 20 { // more than the socket's buffers hold
		fmt.Fprint(conn, "GET /v1/days/2026-11-23?limit=10000 HTTP/1.1\r\nHost: x\r\n\r\n")
	}
	if _, err := conn.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := r.Shutdown(ctx); err != nil { // waits for the answer to be written, or given up
		t.Fatal(err)
	}
}

package http_test

import (
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

// narrow gives the connections that it accepts small buffers, and tells when the
// server closes one.
type narrow struct {
	net.Listener
	closed chan struct{}
}

type narrowConn struct {
	net.Conn
	closed chan struct{}
}

func (n narrow) Accept() (net.Conn, error) {
	conn, err := n.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return narrowConn{conn, n.closed}, conn.(*net.TCPConn).SetWriteBuffer(4 << 10)
}

func (c narrowConn) Close() error {
	select {
	case c.closed <- struct{}{}:
	default:
	}
	return c.Conn.Close()
}

// A client that doesn't read can't hold the server's memory and goroutine for ever.
func TestAClientThatDoesNotRead(t *testing.T) {
	s := newSite(t)
	for i := range 10_000 {
		put(s, timesheet.EmployeeID(fmt.Sprintf("%060d", i)), "2026-11-23", "2026-11-23T08:00:00Z", "2026-11-23T16:00:00Z")
	}
	o := options(s)
	o.Timeout = 100 * time.Millisecond
	for name, tc := range map[string]struct {
		path  string
		times int
	}{"a long answer": {"/v1/days/2026-11-23?limit=10000", 1}, "many short ones": {"/healthz", 20_000}} {
		t.Run(name, func(t *testing.T) {
			l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			n := narrow{l, make(chan struct{}, 1)}
			conn := serveOn(t, o, n).dial(t)
			if err := conn.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
				t.Fatal(err)
			}
			go func() { // until the server has enough, or the test ends
				_, _ = io.WriteString(conn, strings.Repeat("GET "+tc.path+" HTTP/1.1\r\nHost: x\r\n\r\n", tc.times))
			}()
			select {
			case <-n.closed:
			case <-time.After(15 * time.Second):
				t.Error("the server still waits for the client")
			}
			_ = conn.Close()
		})
	}
}

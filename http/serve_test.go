package http_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	timesheethttp "timesheet/http"
)

// running is a server on loopback, for as long as the test.
type running struct {
	*timesheethttp.Server
	url, addr string
	done      chan error // of Serve
}

func serve(t *testing.T, o timesheethttp.Options) *running {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return serveOn(t, o, l)
}

func serveOn(t *testing.T, o timesheethttp.Options, l net.Listener) *running {
	t.Helper()
	r := &running{timesheethttp.NewPlain(o), "http://" + l.Addr().String(), l.Addr().String(), make(chan error, 1)}
	go func() { r.done <- r.Serve(l) }()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := r.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		if err := <-r.done; err != nil {
			t.Error(err)
		}
	})
	return r
}

func (r *running) dial(t *testing.T) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", r.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	return conn
}

func (r *running) post(t *testing.T, media string, body io.Reader) (int, http.Header, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second) // a server that hangs is told as such
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url+"/v1/clockings", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", media)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(b)
}

// unsized hides a body's length from net/http, which then sends it in chunks.
type unsized struct{ io.Reader }

func csvOf(rows int) string {
	return "employee_id,clocked_at\n" + strings.Repeat("7,2026-11-23T08:09:00\n", rows)
}

func TestSizeLimits(t *testing.T) {
	s := newSite(t)
	o := options(s)
	o.MaxBody, o.MaxRows = 64<<10, 1000
	r := serve(t, o)
	object := `{"employee_id":"7","clocked_at":"2026-11-23T08:09:00","note":"%s"}`
	padded := func(n int) string { return fmt.Sprintf(object, strings.Repeat("x", n-len(object)+2)) }
	for _, tc := range []struct {
		name, media string
		body        io.Reader
		status      int
	}{
		{"a body of exactly MaxBody", jsonType, strings.NewReader(padded(64 << 10)), 200},
		{"the same in chunks", jsonType, unsized{strings.NewReader(padded(64 << 10))}, 200},
		{"a body of a byte more", jsonType, strings.NewReader(padded(64<<10 + 1)), 413},
		{"the same in chunks", jsonType, unsized{strings.NewReader(padded(64<<10 + 1))}, 413},
		{"a long CSV in chunks", csvType, unsized{strings.NewReader(csvOf(4000))}, 413},
		{"MaxRows rows", csvType, strings.NewReader(csvOf(1000)), 200},
		{"a row more", csvType, strings.NewReader(csvOf(1001)), 413},
		{"a row more, in JSON", jsonType, strings.NewReader("[" + strings.Repeat("{},", 1000) + "{}]"), 413},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before := s.batches
			status, header, body := r.post(t, tc.media, tc.body)
			if status != tc.status || status == 413 && (!strings.Contains(body, "nothing of it was applied") || s.batches != before) {
				t.Fatal(status, header, body)
			}
		})
	}
	t.Run("leave nothing behind", func(t *testing.T) {
		for range 20 { // bodies in flight are bounded: what is not given back adds up
			if status, _, body := r.post(t, csvType, strings.NewReader(csvOf(1000))); status != 200 {
				t.Fatal(status, body)
			}
		}
	})
}

func TestSlowBodies(t *testing.T) {
	o := options(newSite(t))
	o.Timeout = 300 * time.Millisecond
	r := serve(t, o)
	for name, begin := range map[string]string{
		"small":     "Content-Type: application/json\r\nContent-Length: 60\r\n\r\n" + oneClocking[:20],
		"large":     "Content-Type: text/csv\r\nContent-Length: 60000\r\n\r\n" + csvOf(10),
		"in chunks": "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"emp\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			conn := r.dial(t)
			fmt.Fprintf(conn, "POST /v1/clockings HTTP/1.1\r\nHost: x\r\n%s", begin)
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			b, _ := io.ReadAll(resp.Body)
			if resp.StatusCode != 408 || !resp.Close || !strings.Contains(string(b), "didn't arrive within 300ms") {
				t.Fatal(resp.StatusCode, resp.Header, string(b))
			}
		})
	}
	t.Run("that end early are refused", func(t *testing.T) {
		conn := r.dial(t)
		fmt.Fprintf(conn, "POST /v1/clockings HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: 60000\r\n\r\n%s", csvOf(10))
		_ = conn.(*net.TCPConn).CloseWrite()
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != 400 {
			t.Fatal(resp.StatusCode)
		}
	})
}

func TestAStoreThatHangs(t *testing.T) {
	s := newSite(t)
	s.hook = func(ctx context.Context) { <-ctx.Done() }
	o := options(s)
	o.Timeout = 200 * time.Millisecond
	status, header, body := serve(t, o).post(t, jsonType, strings.NewReader(oneClocking))
	if status != 503 || header.Get("Retry-After") == "" || len(s.entries) != 0 {
		t.Fatal(status, header, body)
	}
}

// gate holds every Submit until it is opened, and tells of each that came.
type gate struct {
	came, open chan struct{}
	once       sync.Once
}

func hold(s *site) *gate {
	g := &gate{came: make(chan struct{}, 100), open: make(chan struct{})}
	s.hook = func(context.Context) { g.came <- struct{}{}; <-g.open }
	return g
}

func (g *gate) release() { g.once.Do(func() { close(g.open) }) }

func TestTooManyPosts(t *testing.T) {
	s := newSite(t)
	g := hold(s)
	defer g.release()
	o := options(s)
	o.MaxRequests = 3
	r := serve(t, o)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if status, _, body := r.post(t, jsonType, strings.NewReader(oneClocking)); status != 200 {
				t.Error(status, body)
			}
		})
		<-g.came
	}
	status, header, body := r.post(t, jsonType, strings.NewReader(oneClocking))
	if status != 429 || header.Get("Retry-After") == "" || !strings.Contains(body, `"code":"overloaded"`) {
		t.Error(status, header, body)
	}
	if w := get(r.Handler(), "/v1/days/2026-11-23"); w.Code != 200 {
		t.Error("reads are refused too", w.Code)
	}
	g.release()
	wg.Wait()
	if status, _, body := r.post(t, jsonType, strings.NewReader(oneClocking)); status != 200 {
		t.Error("after the others were answered:", status, body)
	}
}

func TestTooManyBytes(t *testing.T) {
	s := newSite(t)
	g := hold(s)
	defer g.release()
	o := options(s)
	o.MaxBody = 20_000
	r := serve(t, o)
	const most = 900 // rows of a body of nearly MaxBody
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if status, _, body := r.post(t, csvType, strings.NewReader(csvOf(most))); status != 200 {
				t.Error(status, body)
			}
		})
		<-g.came
	}
	status, header, body := r.post(t, csvType, strings.NewReader(csvOf(most)))
	if status != 429 || header.Get("Retry-After") == "" || s.batches > 0 {
		t.Error("a fifth large post:", status, body)
	}
	if w := ask(r.Handler(), http.MethodPost, "/v1/admin/replacements", jsonType, "["+strings.Repeat(" ", 19_000)+"]"); w.Code != 429 {
		t.Error("large replacements:", w.Code, w.Body)
	}
	wg.Go(func() {
		if status, _, body := r.post(t, jsonType, strings.NewReader(oneClocking)); status != 200 {
			t.Error("a small post beside large ones:", status, body)
		}
	})
	<-g.came
	g.release()
	wg.Wait()
	if status, _, body := r.post(t, csvType, strings.NewReader(csvOf(most))); status != 200 {
		t.Error("after the others were answered:", status, body)
	}
}

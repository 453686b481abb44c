package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"timesheet"
	"timesheet/actors"
	timesheethttp "timesheet/http"
	"timesheet/internal/measure"
)

// BenchmarkWhole is a clocking's whole way in one process: posts over loopback by senders
// that cost little, HTTP, decoding, actors, store, answer. Its processor time is that of
// both sides. "bare net/http" reads the body and answers; in "answer at once" clockings
// are decoded and get their day, and nothing is behind HTTP.
func BenchmarkWhole(b *testing.B) {
	for _, c := range []struct{ connections, rows int }{{64, 1}, {2, 10_000}} {
		b.Run(fmt.Sprintf("bare net_http/connections=%d/rows=%d", c.connections, c.rows), func(b *testing.B) {
			postWhole(b, bareServer(), c.connections, c.rows)
		})
		b.Run(fmt.Sprintf("answer at once/connections=%d/rows=%d", c.connections, c.rows), func(b *testing.B) {
			s := stores[0].open(b)
			postWhole(b, serverOf(&acceptor{rules: over(b, s).DayRules()}, s), c.connections, c.rows)
		})
		for _, store := range stores {
			b.Run(fmt.Sprintf("%s/connections=%d/rows=%d", store.name, c.connections, c.rows), func(b *testing.B) {
				s := store.open(b)
				sys := over(b, s)
				postWhole(b, serverOf(sys, s), c.connections, c.rows)
				reached(b, sys, b.N*c.rows)
			})
		}
	}
}

// server is ours, or net/http's.
type server interface {
	Serve(l net.Listener) error
	Shutdown(ctx context.Context) error
}

func serverOf(to timesheethttp.Clockings, s timesheet.Store) server {
	return timesheethttp.New(timesheethttp.Options{Clockings: to, Store: s, Logger: discard})
}

func bareServer() server {
	return &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // a sender that is cut off shows at the other end
		_, _ = io.WriteString(w, `{"accepted":1}`)
	})}
}

// postWhole posts b.N requests.
func postWhole(b *testing.B, to server, connections, rows int) {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- to.Serve(listener) }()
	var requests [][]request // of each connection
	for i := range connections {
		own := newTraffic(0, 5000, rows, 0)
		if rows == 1 { // or posts of one employee would meet
			own = newTraffic(i*5000/connections, 5000/connections, rows, 0)
		}
		requests = append(requests, requestsOf(own))
	}
	b.ResetTimer()
	m := measure.Start(b)
	var group sync.WaitGroup
	for i, own := range requests {
		group.Go(func() {
			if err := send(listener.Addr().String(), own, (b.N-i+connections-1)/connections, i, connections); err != nil {
				b.Error(err)
			}
		})
	}
	group.Wait()
	m.Per("clocking", b.N*rows)
	b.StopTimer()
	b.ReportMetric(float64(b.N*rows)/b.Elapsed().Seconds(), "clockings/s")
	if err := to.Shutdown(b.Context()); err != nil {
		b.Error(err)
	}
	if err := <-served; err != nil && !errors.Is(err, http.ErrServerClosed) {
		b.Error(err)
	}
}

// request is a post of which the day can be set.
type request struct {
	bytes []byte
	dates []int // where in it the dates are
}

const dateLayout = "2006-01-02"

// requestsOf are the posts of a day of t, to be sent in turn, each time for another day.
func requestsOf(t *traffic) (requests []request) {
	es := make([]timesheet.Entry, t.size)
	for posted := 0; posted < 4*len(t.ids); posted += t.size {
		t.fill(es)
		var body bytes.Buffer
		var dates []int
		for _, e := range es {
			fmt.Fprintf(&body, `{"employee_id":%q,"clocked_at":"`, string(e.Employee))
			dates = append(dates, body.Len())
			body.WriteString(e.Earliest.Time().Format(dateLayout+"T15:04:05Z") + "\"}\n")
		}
		media := "application/x-ndjson"
		if t.size == 1 {
			media = "application/json"
		}
		head := fmt.Sprintf("POST /v1/clockings HTTP/1.1\r\nHost: bench\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", media, body.Len())
		for i := range dates {
			dates[i] += len(head)
		}
		requests = append(requests, request{append([]byte(head), body.Bytes()...), dates})
	}
	return requests
}

// on is r for another day: days after 2001-01-01, in which there are 9,000 before today.
func (r request) on(days int) []byte {
	date := time.Date(2001, 1, 1+days%9000, 0, 0, 0, 0, time.UTC).Format(dateLayout)
	for _, at := range r.dates {
		copy(r.bytes[at:], date)
	}
	return r.bytes
}

// send posts n requests one after the other: those of a day, then of a later one.
func send(addr string, requests []request, n, day, step int) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	r := bufio.NewReader(conn)
	for k := range n {
		if _, err := conn.Write(requests[k%len(requests)].on(day + k/len(requests)*step)); err != nil {
			return err
		}
		if err := readOK(r); err != nil {
			return err
		}
	}
	return nil
}

func readOK(r *bufio.Reader) error {
	status, err := r.ReadString('\n')
	if err != nil || !strings.HasPrefix(status, "HTTP/1.1 200") {
		rest, _ := io.ReadAll(io.LimitReader(r, int64(r.Buffered())))
		return fmt.Errorf("answer %q %s: %w", status, rest, err)
	}
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) == 2 {
			_, err = r.ReadSlice('}')
			return err
		}
	}
}

// acceptor takes everything at once.
type acceptor struct {
	timesheethttp.Clockings
	rules *timesheet.DayRules
}

func (a *acceptor) DayRules() *timesheet.DayRules { return a.rules }

func (a *acceptor) Submit(_ context.Context, batch timesheet.Batch) (timesheet.Receipt, error) {
	return timesheet.Receipt{Accepted: len(batch.Entries)}, nil
}

// reached checks that so many clockings reached their employee's actor.
func reached(b *testing.B, sys *actors.System, n int) {
	b.Helper()
	if got := sys.Stats(); got.Clockings != uint64(n) {
		b.Fatalf("%d of %d clockings reached their employee's actor", got.Clockings, n)
	}
	b.ReportMetric(float64(sys.Stats().Flushes)/float64(b.N), "merges/post")
	b.ReportMetric(float64(n)/float64(sys.Stats().Merged), "fold")
}

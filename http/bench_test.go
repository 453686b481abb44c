package http_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"timesheet"
	timesheethttp "timesheet/http"
	"timesheet/internal/measure"
)

// sink accepts at once.
type sink struct{ *site }

func (s sink) Submit(_ context.Context, b timesheet.Batch) (timesheet.Receipt, error) {
	return timesheet.Receipt{Accepted: len(b.Entries)}, nil
}

const oneClocking = `{"employee_id":"E0001","clocked_at":"2026-11-23T08:09:00"}`

func benchServer(b *testing.B) *timesheethttp.Server {
	s := newSite(b)
	return timesheethttp.NewPlain(timesheethttp.Options{Clockings: sink{s}, Store: keeper{s}, Now: evening})
}

// emptyPost is what the single post is measured against: it reads nothing, does
// nothing and answers as many bytes.
func emptyPost() http.Handler {
	e := gin.New()
	e.POST("/v1/clockings", func(c *gin.Context) { c.Data(http.StatusOK, "application/json", []byte(`{"accepted":1}`)) })
	return e
}

// boundPost also reads the body, as gin does by itself.
func boundPost() http.Handler {
	e := gin.New()
	e.POST("/v1/clockings", func(c *gin.Context) {
		var item struct {
			Employee string `json:"employee_id"`
			At       string `json:"clocked_at"`
		}
		if err := c.ShouldBindJSON(&item); err != nil {
			c.Status(http.StatusBadRequest)
			return
		}
		c.JSON(http.StatusOK, gin.H{"accepted": 1})
	})
	return e
}

// BenchmarkPostOverLoopback sends single clockings through 64 connections, with a
// sender that costs little itself.
func BenchmarkPostOverLoopback(b *testing.B) {
	gin.SetMode(gin.ReleaseMode)
	b.Run("empty gin", func(b *testing.B) { postOverLoopback(b, emptyPost()) })
	b.Run("gin that binds", func(b *testing.B) { postOverLoopback(b, boundPost()) })
	b.Run("clockings", func(b *testing.B) { postOverLoopback(b, benchServer(b).Handler()) })
}

func postOverLoopback(b *testing.B, h http.Handler) {
	server := httptest.NewServer(h)
	defer server.Close()
	request := []byte(fmt.Sprintf("POST /v1/clockings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(oneClocking), oneClocking))
	b.SetParallelism(32)
	var failed atomic.Int64
	m := measure.Start(b) // of both sides
	b.RunParallel(func(pb *testing.PB) {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			b.Error(err)
			return
		}
		defer conn.Close()
		r := bufio.NewReader(conn)
		for pb.Next() {
			if _, err := conn.Write(request); err != nil || !readOK(r) {
				failed.Add(1)
				return
			}
		}
	})
	if n := failed.Load(); n > 0 {
		b.Fatalf("%d connections failed", n)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "posts/s")
	m.Per("post", b.N)
}

// readOK reads an answer that ends in a body of JSON without line breaks.
func readOK(r *bufio.Reader) bool {
	line, err := r.ReadSlice('\n')
	if err != nil || string(line[:12]) != "HTTP/1.1 200" {
		return false
	}
	for len(line) > 2 {
		if line, err = r.ReadSlice('\n'); err != nil {
			return false
		}
	}
	_, err = r.ReadSlice('}')
	return err == nil
}

// BenchmarkPost is the handler alone.
func BenchmarkPost(b *testing.B) {
	gin.SetMode(gin.ReleaseMode)
	bodies := []struct {
		name, media, body string
		rows              int
	}{
		{"object", "application/json", oneClocking, 1},
		{"array of 100", "application/json", "[" + strings.Repeat(oneClocking+",", 99) + oneClocking + "]", 100},
		{"NDJSON of 10000", "application/x-ndjson", strings.Repeat(oneClocking+"\n", 10_000), 10_000},
		{"CSV of 10000", "text/csv", "employee_id,clocked_at\n" + strings.Repeat("E0001,2026-11-23T08:09:00\n", 10_000), 10_000},
	}
	post := func(b *testing.B, h http.Handler, media, body string, rows int) {
		m := measure.Start(b)
		for b.Loop() {
			r := httptest.NewRequest(http.MethodPost, "/v1/clockings", strings.NewReader(body))
			r.Header.Set("Content-Type", media)
			w := httptest.NewRecorder()
			if h.ServeHTTP(w, r); w.Code != http.StatusOK {
				b.Fatal(w.Code)
			}
		}
		m.Per("clocking", rows*b.N)
	}
	b.Run("empty gin", func(b *testing.B) { post(b, emptyPost(), "application/json", oneClocking, 1) })
	for _, p := range bodies {
		b.Run(p.name, func(b *testing.B) { post(b, benchServer(b).Handler(), p.media, p.body, p.rows) })
	}
}

// heldBoards answers what it holds.
type heldBoards struct {
	timesheethttp.Boards
	page  timesheethttp.BoardPage
	month timesheethttp.MonthPage
}

func (h *heldBoards) Page(_ context.Context, _ timesheet.Day, q timesheethttp.BoardQuery, _ timesheet.Moment) (timesheethttp.BoardPage, error) {
	page := h.page
	page.Rows = page.Rows[:min(q.Limit, len(page.Rows))]
	return page, nil
}

func (h *heldBoards) Month(context.Context, timesheet.Month, timesheethttp.MonthQuery, timesheet.Moment) (timesheethttp.MonthPage, error) {
	return h.month, nil
}

// benchBoards has rows of so many employees on one day, and a month of 100 of them.
func benchBoards(b *testing.B, s *site, employees int) *heldBoards {
	b.Helper()
	work, err := timesheet.NewWorkRules("", nil, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	day, h := timesheet.DayOf(2026, 11, 23), new(heldBoards)
	m := timesheet.Moment{Now: timesheet.InstantOf(evening()), SettledThrough: timesheet.Forever}
	row := func(i int, day timesheet.Day) timesheethttp.BoardRow {
		id := timesheet.EmployeeID(fmt.Sprintf("E%05d", i))
		in := s.rules.For(id).Begin(day) + timesheet.Instant(8*3600+i%4000)*1000
		r := timesheethttp.BoardRow{
			Person: timesheet.Person{Employee: id, Name: fmt.Sprintf("Jo Employee %d", i), Team: "Assembly"},
			Entry:  timesheet.Entry{Employee: id, Day: day, Earliest: in, Latest: in + 10*3600*1000},
		}
		r.Work = work.Evaluate(r.Entry, r.Correction, r.Person, day, s.rules.For(id), m)
		return r
	}
	for i := range employees {
		h.page.Rows = append(h.page.Rows, row(i, day))
	}
	for i := range 100 {
		mr := timesheethttp.MonthRow{Person: row(i, day).Person}
		for d := timesheet.DayOf(2026, 10, 1); d < timesheet.DayOf(2026, 11, 1); d++ {
			mr.Days = append(mr.Days, row(i, d))
		}
		h.month.Rows = append(h.month.Rows, mr)
	}
	return h
}

// BenchmarkBoard is what HTTP adds to a board of 5,000 that is at hand: checking,
// encoding, writing.
func BenchmarkBoard(b *testing.B) {
	const employees = 5000
	s := newSite(b)
	h := timesheethttp.NewPlain(timesheethttp.Options{Clockings: s, Store: keeper{s}, Now: evening, Boards: benchBoards(b, s, employees)}).Handler()
	for _, tc := range []struct {
		name, target string
		rows, least  int
	}{
		{"whole", "/v1/days/2026-11-23?limit=5000", employees, 400},
		{"page of 100", "/v1/days/2026-11-23?limit=100", 100, 400},
		{"timesheets of 100", "/v1/timesheets/2026-10?limit=100", 100, 31 * 200},
	} {
		b.Run(tc.name, func(b *testing.B) {
			m := measure.Start(b)
			var took []time.Duration
			for b.Loop() {
				w := &discard{header: make(http.Header)}
				start := time.Now()
				h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, tc.target, nil))
				if took = append(took, time.Since(start)); w.n < tc.least*tc.rows {
					b.Fatal(w.n)
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
			m.Per("entry", tc.rows*b.N)
		})
	}
}

// discard is a response that nobody keeps.
type discard struct {
	header http.Header
	n      int
}

func (d *discard) Header() http.Header { return d.header }
func (d *discard) WriteHeader(int)     {}
func (d *discard) Write(p []byte) (int, error) {
	d.n += len(p)
	return len(p), nil
}

package http_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

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
	return timesheethttp.New(timesheethttp.Options{Clockings: sink{s}, Store: keeper{s}, Now: evening})
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

// BenchmarkBoard answers a board of 5,000 from a store in memory: what HTTP adds to
// reading the store.
func BenchmarkBoard(b *testing.B) {
	const employees = 5000
	s := newSite(b)
	var body strings.Builder
	body.WriteString("employee_id,clocked_at\n")
	for i := range employees {
		fmt.Fprintf(&body, "E%05d,2026-11-23T08:09:00\nE%05d,2026-11-23T18:09:00\n", i, i)
	}
	h := timesheethttp.New(timesheethttp.Options{Clockings: s, Store: keeper{s}, Now: evening}).Handler()
	r := httptest.NewRequest(http.MethodPost, "/v1/clockings", strings.NewReader(body.String()))
	r.Header.Set("Content-Type", "text/csv")
	h.ServeHTTP(httptest.NewRecorder(), r)
	b.Run("whole", func(b *testing.B) {
		m := measure.Start(b)
		for b.Loop() {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1/days/2026-11-23?limit=5000", nil))
			if n, _ := io.Copy(io.Discard, w.Body); n < 100*employees {
				b.Fatal(n)
			}
		}
		m.Per("entry", employees*b.N)
	})
	b.Run("bare store", func(b *testing.B) {
		m := measure.Start(b)
		for b.Loop() {
			if entries, _, err := (keeper{s}).Board(b.Context(), timesheet.DayOf(2026, 11, 23), "", employees); err != nil || len(entries) != employees {
				b.Fatal(len(entries), err)
			}
		}
		m.Per("entry", employees*b.N)
	})
}

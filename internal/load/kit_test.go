package load_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"timesheet"
	"timesheet/formats"
	"timesheet/internal/load"
)

// fake is a small service: it takes clockings and answers boards, in UTC.
type fake struct {
	*httptest.Server
	// before may answer a post in its own way; it then says so. n counts posts from 1.
	before func(n int, w http.ResponseWriter, r *http.Request) (answered bool)
	page   int // entries of a board's page; 0 is as asked

	mu      sync.Mutex // guards what follows
	posts   int
	peers   map[string]bool // connections
	taken   int             // clockings
	entries map[string]map[string][2]string
	paths   []string
}

func newFake(t testing.TB) *fake {
	t.Helper()
	f := &fake{entries: make(map[string]map[string][2]string), peers: make(map[string]bool)}
	f.Server = httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.Close)
	return f
}

func (f *fake) target(t testing.TB) load.Target {
	t.Helper()
	target, err := load.Resolve(t.Context(), f.URL, false)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

func (f *fake) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.paths = append(f.paths, r.Method+" "+r.URL.Path)
	f.mu.Unlock()
	day, isBoard := strings.CutPrefix(r.URL.Path, "/v1/days/")
	switch {
	case r.Method == http.MethodGet && isBoard:
		f.board(w, r, day)
	case r.Method == http.MethodPost && r.URL.Path == "/v1/clockings":
		f.post(w, r)
	case r.URL.Path == "/readyz":
		fmt.Fprint(w, "ready")
	default:
		http.NotFound(w, r)
	}
}

var mediaTypes = map[string]formats.Format{"application/json": formats.JSON, "application/x-ndjson": formats.NDJSON, "text/csv": formats.CSV}

func (f *fake) post(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.posts++
	n := f.posts
	f.peers[r.RemoteAddr] = true
	f.mu.Unlock()
	if f.before != nil && f.before(n, w, r) {
		return
	}
	accepted, err := f.take(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fmt.Fprintf(w, `{"accepted":%d}`, accepted)
}

// take stores the clockings of a post.
func (f *fake) take(r *http.Request) (int, error) {
	clockings, err := readAll(r.Body, mediaTypes[r.Header.Get("Content-Type")])
	if err != nil {
		return 0, err
	}
	for _, c := range clockings {
		wall, _ := c.At.Local()
		f.set(string(c.Employee), timesheet.Instant(wall).Time())
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.taken += len(clockings)
	return len(clockings), nil
}

func readAll(r io.Reader, format formats.Format) (all []timesheet.Clocking, err error) {
	reader, rows := formats.NewReader(r, format), make([]formats.Row, 100)
	for {
		n, err := reader.Read(rows)
		for _, row := range rows[:n] {
			if row.Err != nil {
				return nil, row.Err
			}
			all = append(all, row.Clocking)
		}
		if errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
	}
}

// set joins a clocking.
func (f *fake) set(employee string, at time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	day, text := at.Format(time.DateOnly), at.Format(time.RFC3339)
	if f.entries[day] == nil {
		f.entries[day] = make(map[string][2]string)
	}
	e, ok := f.entries[day][employee]
	if !ok {
		e = [2]string{text, text}
	}
	f.entries[day][employee] = [2]string{min(e[0], text), max(e[1], text)}
}

// board answers a page; the cursor is the last employee of the one before.
func (f *fake) board(w http.ResponseWriter, r *http.Request, day string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	if f.page > 0 {
		limit = f.page
	}
	w.Header().Set("Content-Type", "application/json")
	after := strings.TrimPrefix(r.URL.Query().Get("cursor"), "after+")
	type entry struct {
		Employee string `json:"employee_id"`
		Day      string `json:"day"`
		Earliest string `json:"earliest"`
		Latest   string `json:"latest"`
	}
	page, next := []entry{}, (*string)(nil)
	var employees []string
	for e := range f.entries[day] {
		employees = append(employees, e)
	}
	slices.Sort(employees)
	for _, e := range employees {
		if e <= after {
			continue
		}
		if len(page) == limit {
			cursor := "after+" + page[limit-1].Employee
			next = &cursor
			break
		}
		page = append(page, entry{e, day, f.entries[day][e][0], f.entries[day][e][1]})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"entries": page, "next": next, "as_of": nil})
}

// plan fires n clockings of a small workload at f.
func (f *fake) plan(t testing.TB, n int) load.Plan {
	return load.Plan{Workload: small(), Targets: []load.Target{f.target(t)}, Connections: 3, Count: int64(n), Verify: true}
}

func run(t testing.TB, p load.Plan) *load.Result {
	t.Helper()
	r, err := load.Run(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func verify(t testing.TB, r *load.Result) *load.Verification {
	t.Helper()
	v, err := r.Oracle.Verify(t.Context(), r.Plan.Targets)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

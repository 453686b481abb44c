package http_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"timesheet"
	timesheethttp "timesheet/http"
)

// clockingSource is a source that does what it is told, and tells what it was asked.
type clockingSource struct {
	mu       sync.Mutex
	status   timesheet.SourceStatus
	rejected []timesheet.Rejected // by row
	err      error                // of every call
	calls    []string
}

func (s *clockingSource) Status() timesheet.SourceStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

func (s *clockingSource) Rejected(_ context.Context, after timesheet.RowID, limit int) ([]timesheet.Rejected, error) {
	if err := s.call("rejected after %d, at most %d", after, limit); err != nil {
		return nil, err
	}
	rows := slices.DeleteFunc(slices.Clone(s.rejected), func(r timesheet.Rejected) bool { return r.Row <= after })
	return rows[:min(limit, len(rows))], nil
}

func (s *clockingSource) Release(_ context.Context, id timesheet.RowID) error {
	return s.call("release %d", id)
}

func (s *clockingSource) call(format string, args ...any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, fmt.Sprintf(format, args...))
	return s.err
}

// fail makes every call fail with err.
func (s *clockingSource) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

// asked are the calls since it was last asked for them.
func (s *clockingSource) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := s.calls
	s.calls = nil
	return calls
}

// polling is a status as it usually is; the tests' now is 20:00 UTC.
func polling() timesheet.SourceStatus {
	return timesheet.SourceStatus{
		LastID: 1_234_567, SettledID: 1_234_000, OpenGaps: 12, AsOf: instant("2026-11-23T19:59:58Z") + 750,
		SettledAsOf: instant("2026-11-23T19:50:00Z"), LagRows: 3,
		RowsPerSecond: 97.25, Rejected: timesheet.RejectedCount{Kept: 2, Dropped: 1}, Holder: "host-1/4711", State: timesheet.SourcePolling,
	}
}

func withSource(s *site, src timesheethttp.Source) http.Handler {
	o := options(s)
	o.Source = src
	return newHandler(o)
}

func TestSource(t *testing.T) {
	starting := timesheet.SourceStatus{}
	stopped := polling()
	stopped.State, stopped.Error, stopped.Holder, stopped.RowsPerSecond = timesheet.SourceStopped, `login refused for "reader"`, "", 0
	stopped.AsOf, stopped.SettledAsOf = instant("2026-11-21T20:00:00Z"), 0
	backlog := timesheet.SourceStatus{LastID: -3, SettledID: -7, AsOf: instant("2026-07-01T10:00:00Z"), State: timesheet.SourceCatchingUp, RowsPerSecond: math.NaN()}
	ahead := timesheet.SourceStatus{AsOf: instant("2026-11-23T20:00:05Z"), State: timesheet.SourceRetrying, RowsPerSecond: -1}
	empty := timesheet.SourceStatus{LastID: math.MinInt64, SettledID: math.MinInt64, AsOf: instant("2026-11-23T20:00:00Z"), State: timesheet.SourcePolling}
	for name, tc := range map[string]struct {
		status timesheet.SourceStatus
		want   string
	}{
		"that is polled": {polling(), `{"last_id":1234567,"settled_id":1234000,"open_gaps":12,"lag_seconds":1.2,"lag_rows":3,"rows_per_second":97.2,` +
			`"rejected":2,"rejected_dropped":1,"holder":"host-1/4711","state":"polling","error":null,"as_of":"2026-11-23T20:59:58.750+01:00","settled_as_of":"2026-11-23T20:50:00+01:00"}`},
		"that stopped two days ago": {stopped, `{"last_id":1234567,"settled_id":1234000,"open_gaps":12,"lag_seconds":172800.0,"lag_rows":3,"rows_per_second":0.0,` +
			`"rejected":2,"rejected_dropped":1,"holder":null,"state":"stopped","error":"login refused for \"reader\"","as_of":"2026-11-21T21:00:00+01:00","settled_as_of":null}`},
		"that was never read": {starting, `{"last_id":0,"settled_id":0,"open_gaps":0,"lag_seconds":null,"lag_rows":0,"rows_per_second":0.0,` +
			`"rejected":0,"rejected_dropped":0,"holder":null,"state":"starting","error":null,"as_of":null,"settled_as_of":null}`},
		"with a backlog since summer": {backlog, `{"last_id":-3,"settled_id":-7,"open_gaps":0,"lag_seconds":12564000.0,"lag_rows":0,"rows_per_second":0.0,` +
			`"rejected":0,"rejected_dropped":0,"holder":null,"state":"catching_up","error":null,"as_of":"2026-07-01T12:00:00+02:00","settled_as_of":null}`},
		"read by a host whose clock is ahead": {ahead, `{"last_id":0,"settled_id":0,"open_gaps":0,"lag_seconds":0.0,"lag_rows":0,"rows_per_second":0.0,` +
			`"rejected":0,"rejected_dropped":0,"holder":null,"state":"retrying","error":null,"as_of":"2026-11-23T21:00:05+01:00","settled_as_of":null}`},
		"that has no rows": {empty, `{"last_id":null,"settled_id":null,"open_gaps":0,"lag_seconds":0.0,"lag_rows":0,"rows_per_second":0.0,` +
			`"rejected":0,"rejected_dropped":0,"holder":null,"state":"polling","error":null,"as_of":"2026-11-23T21:00:00+01:00","settled_as_of":null}`},
	} {
		t.Run(name, func(t *testing.T) {
			w := get(withSource(newSite(t), &clockingSource{status: tc.status}), "/v1/source")
			if w.Code != 200 || w.Body.String() != tc.want || w.Header().Get("Content-Type") != jsonType || w.Header().Get("Cache-Control") != "no-store" {
				t.Fatalf("%d %v\n%s want\n%s", w.Code, w.Header(), w.Body, tc.want)
			}
		})
	}
	t.Run("is told in UTC while the day rules are unread", func(t *testing.T) {
		s := newSite(t)
		s.rules = nil
		if w := get(withSource(s, &clockingSource{status: polling()}), "/v1/source"); w.Code != 200 || !strings.Contains(w.Body.String(), `"as_of":"2026-11-23T19:59:58.750Z"`) {
			t.Fatal(w.Code, w.Body)
		}
	})
	t.Run("is told at the offset of the site's rule then", func(t *testing.T) {
		moved := newSite(t, rule("", 0, "Asia/Tokyo", 0), rule("", timesheet.DayOf(2026, 11, 25), "UTC", 0))
		if w := get(withSource(moved, &clockingSource{status: polling()}), "/v1/source"); !strings.Contains(w.Body.String(), `"as_of":"2026-11-24T04:59:58.750+09:00"`) {
			t.Fatal(w.Body)
		}
	})
	t.Run("that is none is 404 and says what to do", func(t *testing.T) {
		h := handler(newSite(t))
		for _, r := range []string{"GET /v1/source", "GET /v1/source/rejected", "POST /v1/admin/source/release?id=1"} {
			method, target, _ := strings.Cut(r, " ")
			p := problemOf(t, ask(h, method, target, "", ""))
			if p.Status != 404 || p.Code != "not_found" || p.Detail != "this service reads no source; clockings come by HTTP and import; start it with --source" {
				t.Errorf("%s: %+v", r, p)
			}
		}
	})
	t.Run("in trouble leaves the service ready", func(t *testing.T) {
		if w := get(withSource(newSite(t), &clockingSource{status: stopped, err: errUnavailable}), "/readyz"); w.Code != 200 {
			t.Fatal(w.Code, w.Body)
		}
	})
}

// movingStore is a store in which reading takes so long that the source is read further.
type movingStore struct {
	keeper
	src *clockingSource
}

func (m movingStore) Board(ctx context.Context, d timesheet.Day, after string, limit int) ([]timesheet.Entry, string, error) {
	m.move()
	return m.keeper.Board(ctx, d, after, limit)
}

func (m movingStore) Range(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Entry, error) {
	m.move()
	return m.keeper.Range(ctx, e, from, to)
}

func (m movingStore) move() {
	m.src.mu.Lock()
	defer m.src.mu.Unlock()
	m.src.status.LastID++
	m.src.status.AsOf = m.src.status.AsOf.Add(time.Second)
}

func TestAsOf(t *testing.T) {
	asOf := func(h http.Handler, target string) string {
		var a struct {
			AsOf json.RawMessage `json:"as_of"`
		}
		w := get(h, target)
		if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || w.Code != 200 {
			t.Fatal(w.Code, w.Body, err)
		}
		return string(a.AsOf)
	}
	retrying := polling()
	retrying.State, retrying.Error = timesheet.SourceRetrying, "the server closed the connection"
	for _, target := range []string{"/v1/days/2026-11-23", "/v1/employees/7/days"} {
		for want, status := range map[string]timesheet.SourceStatus{
			`{"last_id":1234567,"age_seconds":1.2,"state":"polling","error":null}`:                                polling(),
			`{"last_id":null,"age_seconds":null,"state":"stopped","error":null}`:                                  {LastID: math.MinInt64, State: timesheet.SourceStopped},
			`{"last_id":0,"age_seconds":null,"state":"starting","error":null}`:                                    {},
			`{"last_id":1234567,"age_seconds":1.2,"state":"retrying","error":"the server closed the connection"}`: retrying,
		} {
			if got := asOf(withSource(newSite(t), &clockingSource{status: status}), target); got != want {
				t.Errorf("%s: %s, want %s", target, got, want)
			}
		}
		if got := asOf(handler(newSite(t)), target); got != "null" {
			t.Errorf("%s without a source: %s", target, got)
		}
		t.Run("promises no more than was durable before "+target+" was read", func(t *testing.T) {
			s, src := newSite(t), &clockingSource{status: polling()}
			o := options(s)
			o.Source, o.Store = src, movingStore{keeper{s}, src}
			if got := asOf(newHandler(o), target); got != `{"last_id":1234567,"age_seconds":1.2,"state":"polling","error":null}` {
				t.Fatal(got)
			}
		})
	}
}

func TestSourceMetrics(t *testing.T) {
	lines := func(st timesheet.SourceStatus) []string {
		return strings.Split(get(withSource(newSite(t), &clockingSource{status: st}), "/metrics").Body.String(), "\n")
	}
	now := lines(polling())
	for _, want := range []string{
		"timesheet_source_up 1", "timesheet_source_last_id 1.234567e+06", "timesheet_source_settled_id 1.234e+06", "timesheet_source_open_gaps 12",
		"timesheet_source_lag_seconds 1.25", "timesheet_source_lag_rows 3", "timesheet_source_rows_per_second 97.25", "timesheet_source_rejected 2",
	} {
		if !slices.Contains(now, want) {
			t.Errorf("no %s", want)
		}
	}
	if all := strings.Join(now, "\n"); strings.Contains(all, "4711") || strings.Contains(all, "host-1") {
		t.Error("the holder is told")
	}
	for state, up := range map[timesheet.SourceState]int{
		timesheet.SourceCatchingUp: 1, timesheet.SourceRetrying: 0, timesheet.SourceStopped: 0, timesheet.SourceStarting: 0,
	} {
		if all := lines(timesheet.SourceStatus{State: state}); !slices.Contains(all, fmt.Sprint("timesheet_source_up ", up)) || strings.Contains(strings.Join(all, "\n"), "timesheet_source_lag_seconds ") {
			t.Errorf("%s: up isn't %d, or a lag is told that isn't known", state, up)
		}
	}
	if all := strings.Join(lines(timesheet.SourceStatus{LastID: math.MinInt64, SettledID: math.MinInt64}), "\n"); strings.Contains(all, "_id ") {
		t.Error("without a row there is an id")
	}
	if !slices.Contains(lines(timesheet.SourceStatus{AsOf: instant("2026-11-23T20:00:05Z")}), "timesheet_source_lag_seconds 0") {
		t.Error("a clock that is ahead makes a lag below zero")
	}
	if all := get(handler(newSite(t)), "/metrics").Body.String(); strings.Contains(all, "timesheet_source") {
		t.Error("without a source there are metrics of it")
	}
}

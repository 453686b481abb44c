package http_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"timesheet"
	timesheethttp "timesheet/http"
)

func TestETag(t *testing.T) {
	s, o := office(t)
	source := &clockingSource{status: polling()}
	o.Source = source
	h := newHandler(o)
	ask := func(tag string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/v1/days/2026-11-23", nil)
		r.Header.Set("If-None-Match", tag)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	tag := get(h, "/v1/days/2026-11-23").Header().Get("Etag")
	for _, given := range []string{tag, strings.TrimPrefix(tag, "W/"), `"x", ` + tag, "*"} {
		if w := ask(given); w.Code != 304 || w.Body.Len() > 0 || w.Header().Get("Etag") != tag {
			t.Errorf("%s: %d %s", given, w.Code, w.Body)
		}
	}
	if w := ask(`"x"`); w.Code != 200 || w.Header().Get("Etag") != tag {
		t.Errorf("another tag: %d, %s", w.Code, w.Header().Get("Etag"))
	}
	put(s, "10", "2026-11-23", "2026-11-23T17:10:00Z", "2026-11-23T17:10:00Z")
	if w := ask(tag); w.Code != 200 || w.Header().Get("Etag") == tag {
		t.Errorf("after a clocking: %d", w.Code)
	}
	tag = get(h, "/v1/days/2026-11-23").Header().Get("Etag")
	source.status.State = timesheet.SourceStopped
	if w := ask(tag); w.Code != 200 {
		t.Errorf("after the source stopped: %d", w.Code)
	}
	if other := get(newHandler(o), "/v1/days/2026-11-23").Header().Get("Etag"); other == get(h, "/v1/days/2026-11-23").Header().Get("Etag") {
		t.Error("two processes have one tag")
	}
}

// staleBoards say that the store can't be reached.
type staleBoards struct {
	timesheethttp.Boards
	since timesheet.Instant
}

func (s *staleBoards) Page(context.Context, timesheet.Day, timesheethttp.BoardQuery, timesheet.Moment) (timesheethttp.BoardPage, error) {
	return timesheethttp.BoardPage{Version: 7, Stale: s.since}, nil
}

func TestAStaleBoardSaysSo(t *testing.T) {
	_, o := office(t)
	boards := new(staleBoards)
	o.Boards = boards
	h := newHandler(o)
	fresh := get(h, "/v1/days/2026-11-23")
	boards.since = instant("2026-11-23T17:00:00Z")
	r := httptest.NewRequest(http.MethodGet, "/v1/days/2026-11-23", nil)
	r.Header.Set("If-None-Match", fresh.Header().Get("Etag"))
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != 200 || !strings.Contains(w.Body.String(), `"stale_since":"2026-11-23T18:00:00+01:00"`) {
		t.Fatal(w.Code, w.Body)
	}
}

// Where a source is read, a day isn't settled before the source has brought all of it.
func TestSettledBySource(t *testing.T) {
	s, o := office(t)
	put(s, "7", "2026-11-20", "2026-11-20T07:09:00Z", "2026-11-20T07:09:00Z")
	source := &clockingSource{status: polling()}
	o.Source = source
	h := newHandler(o)
	for through, want := range map[string][2]any{
		"2026-11-20T22:59:59Z": {true, "expected"},
		"2026-11-20T23:00:00Z": {false, "absent"},
	} {
		source.status.SettledAsOf = instant(through)
		b := answered[boardAnswer](t, h, "/v1/days/2026-11-20?q=10")
		if len(b.Entries) != 1 || b.Entries[0].Provisional != want[0] || b.Entries[0].Status != want[1] {
			t.Errorf("settled through %s: %+v", through, b.Entries)
		}
		all := answered[boardAnswer](t, h, "/v1/days/2026-11-20")
		if all.Totals["present"] != 1 || all.Totals["missing_out"] != 1 {
			t.Errorf("%+v", all.Totals)
		}
	}
}

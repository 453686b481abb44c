package http_test

import (
	"errors"
	"math"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"timesheet"
)

func TestRemoteSource(t *testing.T) {
	src := &clockingSource{status: polling()}
	o := options(newSite(t))
	o.Source = src
	r := dial(t, serve(t, o).url)
	t.Run("tells its status", func(t *testing.T) {
		want := polling()
		want.RowsPerSecond = 97.2 // as told
		for _, st := range []timesheet.SourceStatus{want, {State: timesheet.SourceStarting}, {State: timesheet.SourceCatchingUp, Error: "é", AsOf: 1}, {State: timesheet.SourcePolling, LastID: math.MinInt64, SettledID: math.MinInt64}} {
			src.mu.Lock()
			src.status = st
			src.mu.Unlock()
			if got, err := r.SourceStatus(t.Context()); err != nil || got != st {
				t.Errorf("%+v became %+v, %v", st, got, err)
			}
		}
	})
	t.Run("releases a row", func(t *testing.T) {
		if err := r.ReleaseRow(t.Context(), -17); err != nil || !slices.Equal(src.asked(), []string{"release -17"}) {
			t.Fatal(err)
		}
		for _, code := range []timesheet.Code{timesheet.Invalid, timesheet.NotFound, timesheet.Conflict, timesheet.Stale, timesheet.Overloaded, timesheet.Unavailable, timesheet.Internal} {
			src.fail(timesheet.NewError(code, "release row 17", errors.New("why")))
			if err := r.ReleaseRow(t.Context(), -17); timesheet.CodeOf(err) != code {
				t.Errorf("%s became %v", code, err)
			}
		}
	})
	t.Run("out of reach is told without its hosts", func(t *testing.T) {
		src.fail(timesheet.NewError(timesheet.Unavailable, "read view", errors.New("dial 10.0.0.1")))
		if err := r.ReleaseRow(t.Context(), 1); err == nil || strings.Contains(err.Error(), "10.0.0.1") || !strings.Contains(err.Error(), "the source or the store") {
			t.Error(err)
		}
	})
	t.Run("of a service without one is NotFound", func(t *testing.T) {
		r := dial(t, serve(t, options(newSite(t))).url)
		if _, err := r.SourceStatus(t.Context()); !errors.Is(err, timesheet.NotFound) || !strings.Contains(err.Error(), "--source") {
			t.Error(err)
		}
	})
}

// What changes something takes no requests that pages of other sites make browsers send.
func TestOtherSitesMayNotAdminister(t *testing.T) {
	src := &clockingSource{}
	h := withSource(newSite(t), src)
	for _, r := range []string{
		"POST /v1/admin/source/release?id=1", "POST /v1/admin/checkpoint/rewind",
		"POST /v1/admin/replacements", "POST /v1/admin/rejected?source=x", "DELETE /v1/admin/rejected?source=x&row=1",
	} {
		method, target, _ := strings.Cut(r, " ")
		req := httptest.NewRequest(method, target, strings.NewReader("[]"))
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		if p := problemOf(t, w); p.Status != 403 || len(src.asked()) > 0 {
			t.Errorf("%s: %d %s", r, w.Code, w.Body)
		}
	}
}

package http_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"timesheet"
)

func TestRejectedRows(t *testing.T) {
	t.Run("are listed by line, whatever is wrong with them", func(t *testing.T) {
		s := newSite(t)
		s.expire = 1
		body := "employee_id,clocked_at\n7,2026-11-23T08:09:00\n7,2027-01-01T00:00:00\n,2026-11-23T08:09:00\n8,1999-12-31T08:00:00\n8,never\n9,2026-11-23T08:09:00\n"
		p := problemOf(t, ask(handler(s), http.MethodPost, "/v1/clockings", csvType, body))
		if p.Status != 422 || p.Code != "invalid" || *p.Accepted != 2 || p.Rejected != 4 || p.Expired != 1 || len(p.Errors) != 4 {
			t.Fatalf("%+v", p)
		}
		for i, want := range []struct {
			line int
			text string
		}{{3, "clocked_at: 2027-01-01T00:00:00+01:00 lies in the future"}, {4, "employee_id"}, {5, "lies before 2000-01-01"}, {6, `"never" is not a time`}} {
			if e := p.Errors[i]; e.Line != want.line || e.Code != "invalid" || !strings.Contains(e.Detail, want.text) {
				t.Errorf("error %d is %+v, want line %d with %q", i, e, want.line, want.text)
			}
		}
	})
	t.Run("beyond a thousand are counted", func(t *testing.T) {
		body := "employee_id,clocked_at\n" + strings.Repeat("7,never\n8,2027-01-01T00:00:00\n", 1500)
		p := problemOf(t, ask(handler(newSite(t)), http.MethodPost, "/v1/clockings", csvType, body))
		if p.Rejected != 3000 || *p.Accepted != 0 || len(p.Errors) != 1000 || p.Errors[999].Line != 1001 {
			t.Fatalf("rejected %d, accepted %d, %d listed", p.Rejected, *p.Accepted, len(p.Errors))
		}
	})
	t.Run("alone are never submitted", func(t *testing.T) {
		s := newSite(t)
		s.fail = func(timesheet.Batch) error { return errors.New("submitted") }
		if w := ask(handler(s), http.MethodPost, "/v1/clockings", csvType, "employee_id,clocked_at\n7,never\n"); w.Code != 422 {
			t.Fatal(w.Code, w.Body)
		}
	})
}

func TestSubmitErrors(t *testing.T) {
	secret := errors.New("redis://user:hunter2@10.0.0.1: connection refused")
	for _, tc := range []struct {
		err        error
		status     int
		code       string
		retryAfter bool
	}{
		{timesheet.NewError(timesheet.Invalid, "merge", errors.New("day is out of range")), 400, "invalid", false},
		{timesheet.NewError(timesheet.NotFound, "merge", nil), 404, "not_found", false},
		{timesheet.NewError(timesheet.Conflict, "merge", nil), 409, "conflict", false},
		{timesheet.NewError(timesheet.Stale, "merge", nil), 503, "unavailable", true},
		{timesheet.NewError(timesheet.Overloaded, "merge", secret), 429, "overloaded", true},
		{timesheet.NewError(timesheet.Unavailable, "merge", secret), 503, "unavailable", true},
		{timesheet.NewError(timesheet.Internal, "merge", secret), 500, "internal", false},
		{timesheet.NewError("of another version", "merge", secret), 500, "internal", false},
		{secret, 500, "internal", false},
		{context.DeadlineExceeded, 500, "internal", false},
	} {
		t.Run(string(timesheet.CodeOf(tc.err))+" "+tc.err.Error()[:5], func(t *testing.T) {
			s := newSite(t)
			s.fail = func(timesheet.Batch) error { return tc.err }
			w := ask(handler(s), http.MethodPost, "/v1/clockings", jsonType, oneClocking)
			p := problemOf(t, w)
			if p.Status != tc.status || p.Code != tc.code || (w.Header().Get("Retry-After") != "") != tc.retryAfter {
				t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
			}
			if strings.Contains(w.Body.String(), "hunter2") || strings.Contains(w.Body.String(), "10.0.0.1") {
				t.Errorf("told to outsiders: %s", w.Body)
			}
		})
	}
}

func TestRulesThatChange(t *testing.T) {
	post := func(s *site) *httptest.ResponseRecorder {
		return ask(handler(s), http.MethodPost, "/v1/clockings", jsonType,
			`[{"employee_id":"7","clocked_at":"2026-11-23T20:30:00"},{"employee_id":"7","clocked_at":"2026-11-23T08:00:00"}]`)
	}
	t.Run("are followed, and each row is judged again", func(t *testing.T) {
		s := newSite(t, rule("", 0, "Asia/Tokyo", 0)) // at 20:00 UTC, 20:30 in Tokyo is past and in UTC yet to come
		if _, err := s.SetDayRules(t.Context(), 1, []timesheet.Assignment{rule("", 0, "UTC", 12*time.Hour)}); err != nil {
			t.Fatal(err)
		}
		p := problemOf(t, post(s))
		if p.Status != 422 || *p.Accepted != 1 || p.Rejected != 1 || len(p.Errors) != 1 || p.Errors[0].Line != 1 {
			t.Fatalf("%+v", p)
		}
		es := s.all(timesheet.FirstDay, timesheet.LastDay)
		if len(es) != 1 || es[0].Day != timesheet.DayOf(2026, 11, 22) || s.batches != 2 {
			t.Fatalf("%v in %d batches", es, s.batches)
		}
	})
	t.Run("leave no row told twice", func(t *testing.T) {
		s := newSite(t, rule("", 0, "UTC", 0))
		if _, err := s.SetDayRules(t.Context(), 1, []timesheet.Assignment{rule("", 0, "UTC", 12*time.Hour)}); err != nil {
			t.Fatal(err)
		}
		if p := problemOf(t, post(s)); s.batches != 2 || *p.Accepted != 1 || p.Rejected != 1 || len(p.Errors) != 1 {
			t.Fatalf("%+v in %d batches", p, s.batches)
		}
	})
	t.Run("for ever are given up", func(t *testing.T) {
		s := newSite(t)
		s.fail = func(timesheet.Batch) error { return timesheet.Stale }
		if w := post(s); w.Code != 503 || s.batches < 2 || s.batches > 10 {
			t.Fatal(w.Code, s.batches)
		}
	})
	t.Run("but can't be read acknowledge nothing", func(t *testing.T) {
		s := newSite(t)
		s.version, s.reload = 9, errors.New("store is away")
		if w := post(s); w.Code != 503 || w.Header().Get("Retry-After") == "" {
			t.Fatal(w.Code, w.Body)
		}
	})
	t.Run("and were never read acknowledge nothing", func(t *testing.T) {
		s := newSite(t)
		s.rules = nil
		if p := problemOf(t, post(s)); p.Status != 503 || !strings.Contains(p.Detail, "starting") {
			t.Fatalf("%+v", p)
		}
	})
}

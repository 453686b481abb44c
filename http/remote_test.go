package http_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"timesheet"
	timesheethttp "timesheet/http"
)

func dial(t *testing.T, url string) *timesheethttp.Remote {
	t.Helper()
	r, err := timesheethttp.Dial(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func export(t *testing.T, r *timesheethttp.Remote, from, to timesheet.Day) []timesheet.Entry {
	t.Helper()
	var es []timesheet.Entry
	if err := r.Export(t.Context(), from, to, func(e timesheet.Entry) error { es = append(es, e); return nil }); err != nil {
		t.Fatal(err)
	}
	return es
}

func someEntries(n int) []timesheet.Entry {
	es := make([]timesheet.Entry, n)
	for i := range es {
		day := timesheet.DayOf(2026, 11, 1+i%20)
		at := timesheet.InstantOf(time.Date(2026, 11, 1+i%20, 8, 0, i%60, i%1000*1e6, time.UTC))
		es[i] = timesheet.Entry{Employee: timesheet.EmployeeID(fmt.Sprintf("Zoë %d", i)), Day: day, Earliest: at, Latest: at.Add(time.Duration(i) * time.Second), Flags: timesheet.Flags(i % 8)}
	}
	return es
}

func TestRemoteCarriesEntries(t *testing.T) {
	s := newSite(t, rule("", 0, "Europe/Berlin", 0), rule("7", timesheet.DayOf(2026, 1, 1), "Asia/Tokyo", 12*time.Hour))
	r := dial(t, serve(t, options(s)).url+"/")
	t.Run("to the service and back", func(t *testing.T) {
		receipt, err := r.Submit(t.Context(), timesheet.Batch{RulesVersion: 1, Entries: someEntries(3_000)})
		if err != nil || receipt.Accepted != 3_000 {
			t.Fatal(receipt, err)
		}
		all := s.all(timesheet.FirstDay, timesheet.LastDay)
		if len(all) != 3_000 {
			t.Fatal(len(all))
		}
		equalEntries(t, export(t, r, timesheet.FirstDay, timesheet.LastDay), all)
		from, to := timesheet.DayOf(2026, 11, 3), timesheet.DayOf(2026, 11, 4)
		equalEntries(t, export(t, r, from, to), s.all(from, to))
	})
	t.Run("but none of a batch that has none", func(t *testing.T) {
		if receipt, err := r.Submit(t.Context(), timesheet.Batch{RulesVersion: 1}); err != nil || receipt.Accepted != 0 {
			t.Fatal(receipt, err)
		}
	})
	t.Run("and none that can't be stored", func(t *testing.T) {
		bad := someEntries(2)
		bad[1].Employee = "tab\t"
		if _, err := r.Submit(t.Context(), timesheet.Batch{RulesVersion: 1, Entries: bad}); !errors.Is(err, timesheet.Invalid) {
			t.Fatal(err)
		}
	})
	t.Run("until the reader has enough", func(t *testing.T) {
		enough, n := errors.New("enough"), 0
		err := r.Export(t.Context(), timesheet.FirstDay, timesheet.LastDay, func(timesheet.Entry) error {
			if n++; n == 10 {
				return enough
			}
			return nil
		})
		if !errors.Is(err, enough) || n != 10 {
			t.Fatal(n, err)
		}
	})
	t.Run("in parts when there are many", func(t *testing.T) {
		before := s.batches
		s.expire = 2
		receipt, err := r.Submit(t.Context(), timesheet.Batch{RulesVersion: 1, Entries: someEntries(25_001)})
		if err != nil || receipt.Accepted != 25_001 || receipt.Expired != 4 || s.batches != before+2 {
			t.Fatal(receipt, err, s.batches-before)
		}
	})
}

func TestRemoteDayRules(t *testing.T) {
	s := newSite(t)
	r := dial(t, serve(t, options(s)).url)
	if v := r.DayRules().Version(); v != 1 {
		t.Fatal(v)
	}
	as := []timesheet.Assignment{
		rule("", timesheet.FirstDay, "Europe/Berlin", 0),
		rule("a/b", timesheet.DayOf(2026, 12, 1), "America/New_York", 11*time.Hour+59*time.Minute),
	}
	t.Run("are set, and in force at once on both sides", func(t *testing.T) {
		v, err := r.SetDayRules(t.Context(), 1, as)
		if err != nil || v != 2 || r.DayRules().Version() != 2 || s.DayRules().Version() != 2 {
			t.Fatal(v, err, r.DayRules().Version(), s.DayRules().Version())
		}
		for i, a := range r.DayRules().Assignments() {
			if a != as[i] || s.DayRules().Assignments()[i] != as[i] {
				t.Errorf("%+v became %+v", as[i], a)
			}
		}
	})
	t.Run("of another version are a conflict", func(t *testing.T) {
		if _, err := r.SetDayRules(t.Context(), 1, as); !errors.Is(err, timesheet.Conflict) {
			t.Fatal(err)
		}
	})
	t.Run("that mean nothing are refused by name", func(t *testing.T) {
		for _, bad := range [][]timesheet.Assignment{nil, {rule("", 0, "Mars/Olympus", 0)}, {rule("", 0, "UTC", 24*time.Hour)}, {as[0], as[1], as[1]}} {
			_, err := r.SetDayRules(t.Context(), 2, bad)
			if !errors.Is(err, timesheet.Invalid) || len(bad) == 1 && !strings.Contains(err.Error(), "Mars/Olympus") && !strings.Contains(err.Error(), "24h") {
				t.Errorf("%+v: %v", bad, err)
			}
		}
	})
	t.Run("that changed make a batch stale until they are read", func(t *testing.T) {
		if _, err := s.SetDayRules(t.Context(), 2, as[:1]); err != nil {
			t.Fatal(err)
		}
		batch := timesheet.Batch{RulesVersion: r.DayRules().Version(), Entries: someEntries(1)}
		if _, err := r.Submit(t.Context(), batch); !errors.Is(err, timesheet.Stale) {
			t.Fatal(err)
		}
		if err := r.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		batch.RulesVersion = r.DayRules().Version()
		if _, err := r.Submit(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	})
}

func TestRemoteErrors(t *testing.T) {
	s := newSite(t)
	server := serve(t, options(s))
	r := dial(t, server.url)
	submit := func() error {
		_, err := r.Submit(t.Context(), timesheet.Batch{RulesVersion: 1, Entries: someEntries(1)})
		return err
	}
	t.Run("have the service's code", func(t *testing.T) {
		for _, code := range []timesheet.Code{timesheet.Invalid, timesheet.NotFound, timesheet.Conflict, timesheet.Stale, timesheet.Overloaded, timesheet.Unavailable, timesheet.Internal} {
			s.fail = func(timesheet.Batch) error { return timesheet.NewError(code, "merge", errors.New("why")) }
			if err := submit(); timesheet.CodeOf(err) != code {
				t.Errorf("%s became %v", code, err)
			}
		}
		s.fail = nil
	})
	t.Run("tell whether it is healthy", func(t *testing.T) {
		if err := r.Healthy(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.mu.Lock()
		s.broken = errUnavailable
		s.mu.Unlock()
		if err := r.Healthy(t.Context()); !errors.Is(err, timesheet.Unavailable) || !strings.Contains(err.Error(), "the store doesn't answer") {
			t.Fatal(err)
		}
		s.mu.Lock()
		s.broken = nil
		s.mu.Unlock()
	})
	t.Run("are Unavailable when it is gone or the caller gives up", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := r.Submit(ctx, timesheet.Batch{RulesVersion: 1, Entries: someEntries(1)}); !errors.Is(err, timesheet.Unavailable) || !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := server.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := submit(); !errors.Is(err, timesheet.Unavailable) {
			t.Error(err)
		}
		if _, err := timesheethttp.Dial(t.Context(), server.url); !errors.Is(err, timesheet.Unavailable) {
			t.Error(err)
		}
	})
}

func TestDialRefusesWhatIsNoService(t *testing.T) {
	for _, url := range []string{"", "127.0.0.1:8080", "ftp://127.0.0.1", "http://", "http://x?y", "http://x#y", "http://[::1"} {
		if _, err := timesheethttp.Dial(t.Context(), url); !errors.Is(err, timesheet.Invalid) {
			t.Errorf("%q: %v", url, err)
		}
	}
	for name, answer := range map[string]http.HandlerFunc{
		"a page":     func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>hello") },
		"nothing":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) },
		"a redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
		"other JSON": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", jsonType)
			fmt.Fprint(w, "[1]")
		},
		"rules of nothing": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", jsonType)
			fmt.Fprint(w, "{}")
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := dialTo(t, answer); !errors.Is(err, timesheet.Invalid) {
				t.Fatal(err)
			}
		})
	}
	t.Run("but a gateway without a service is Unavailable", func(t *testing.T) {
		if err := dialTo(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }); !errors.Is(err, timesheet.Unavailable) {
			t.Fatal(err)
		}
	})
}

func dialTo(t *testing.T, h http.HandlerFunc) error {
	t.Helper()
	server := httptest.NewServer(h)
	defer server.Close()
	r, err := timesheethttp.Dial(t.Context(), server.URL)
	if err == nil {
		r.Close()
	}
	return err
}

// A HEAD tells what the GET would, without the body.
func TestHead(t *testing.T) {
	s := newSite(t)
	put(s, "7", "2026-11-23", "2026-11-23T08:00:00Z", "2026-11-23T16:00:00Z")
	o := options(s)
	o.Source = &clockingSource{status: polling()}
	r := serve(t, o)
	for _, path := range []string{
		"/healthz", "/readyz", "/metrics", "/v1/days/2026-11-23", "/v1/employees/7/days", "/v1/source", "/v1/source/rejected",
		"/v1/admin/dayrules", "/v1/admin/checkpoint?source=x", "/v1/admin/floor", "/v1/admin/erased?employee=7", "/v1/admin/rejected?source=x", "/v1/admin/rejected/count?source=x",
	} {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodHead, r.url+path, nil)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode != 200 || len(b) > 0 || err != nil || resp.Header.Get("Content-Type") == "" {
			t.Errorf("%s: %d %q %v", path, resp.StatusCode, b, err)
		}
	}
}

func TestServeTellsWhy(t *testing.T) {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	if err := timesheethttp.NewPlain(options(newSite(t))).Serve(l); !errors.Is(err, net.ErrClosed) || timesheet.CodeOf(err) != timesheet.Internal {
		t.Fatal(err)
	}
}

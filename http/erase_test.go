package http_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"timesheet"
	timesheethttp "timesheet/http"
	"timesheet/storetest"
)

// registry removes people from a site, and notes in which order what was asked for. The
// call that begins with fail fails.
type registry struct {
	keeper
	calls []string
	fail  string
}

func (r *registry) did(format string, args ...any) error {
	call := fmt.Sprintf(format, args...)
	if r.fail != "" && strings.HasPrefix(call, r.fail) {
		return errUnavailable
	}
	r.calls = append(r.calls, call)
	return nil
}

func (r *registry) memory() *storetest.Memory { return r.Ledger.(*storetest.Memory) }

func (r *registry) Erase(ctx context.Context, e timesheet.EmployeeID) (int, error) {
	if err := r.did("erase %s", e); err != nil {
		return 0, err
	}
	if _, err := r.memory().Erase(ctx, e); err != nil {
		return 0, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	n := len(r.entries)
	for k := range r.entries {
		if k.employee == e {
			delete(r.entries, k)
		}
	}
	return n - len(r.entries), nil
}

func (r *registry) Replace(_ context.Context, rs []timesheet.Replacement) []error {
	r.mu.Lock()
	defer r.mu.Unlock()
	errs := make([]error, len(rs))
	for i, one := range rs {
		k := key{one.Old.Employee, one.Old.Day}
		if errs[i] = r.did("replace %s", one.Old.Employee); errs[i] == nil && r.entries[k] != one.Old {
			errs[i] = timesheet.NewError(timesheet.Conflict, "replace an entry", nil)
		} else if errs[i] == nil {
			delete(r.entries, k)
		}
	}
	return errs
}

func (r *registry) EraseEmployee(_ context.Context, e timesheet.EmployeeID) (int, error) {
	return 2, r.did("sessions of %s", e)
}

func (r *registry) Forget(_ context.Context, ids []timesheet.EmployeeID) ([]string, error) {
	return []string{"take the person out of the directory file"}, r.did("forget %v", ids)
}

func erasing(t *testing.T, s *site, o timesheethttp.Options) (*registry, timesheethttp.Options) {
	t.Helper()
	r := &registry{keeper: keeper{s}}
	o.Store, o.Eraser, o.Sessions, o.Texts, o.Registry = r, r, r, r, nil
	return r, o
}

func erase(h http.Handler, id string) (int, string) {
	w := ask(h, http.MethodDelete, "/v1/employees/"+id, "", "")
	return w.Code, w.Body.String()
}

func TestErasure(t *testing.T) {
	t.Run("takes badges first, the id last, then sessions and texts", func(t *testing.T) {
		s, o := kept(t)
		o.Periods = nil
		r, o := erasing(t, s, o)
		h := newHandler(o)
		corrected(t, correct(h, "7", monday, `{"set":{"clock_out":"19:00"},"reason":"stayed"}`))
		code, body := erase(h, "7")
		if code != 200 || body != `{"entries":2,"files":["take the person out of the directory file"],"sessions":2}`+"\n" {
			t.Errorf("%d %s", code, body)
		}
		if want := []string{"erase old7", "erase 7", "sessions of 7", "forget [old7 7]"}; !slices.Equal(r.calls, want) {
			t.Errorf("%q, want %q", r.calls, want)
		}
		if cs, err := r.memory().Corrections(t.Context(), "7", timesheet.FirstDay, timesheet.LastDay); err != nil || len(cs) > 0 || len(s.entries) != 2 {
			t.Errorf("left are %v (%v) and %v", cs, err, s.entries)
		}
		if code, body := erase(h, "7"); code != 200 || !strings.HasPrefix(body, `{"entries":0,`) {
			t.Errorf("again: %d %s", code, body)
		}
	})
	t.Run("cut short anywhere, is finished by sending it again", func(t *testing.T) {
		for _, at := range []string{"erase old7", "erase 7", "sessions", "forget"} {
			s, o := kept(t)
			r, o := erasing(t, s, o)
			h := newHandler(o)
			r.fail = at
			if code, body := erase(h, "7"); code != 503 {
				t.Errorf("%s: %d %s", at, code, body)
			}
			r.fail = ""
			if code, body := erase(h, "7"); code != 200 || len(s.entries) != 2 || r.calls[len(r.calls)-1] != "forget [old7 7]" {
				t.Errorf("%s: %d %s, %v", at, code, body, r.calls)
			}
		}
	})
	t.Run("of somebody unknown is refused, once erased it is not", func(t *testing.T) {
		s, o := kept(t)
		r, o := erasing(t, s, o)
		h := newHandler(o)
		if code, body := erase(h, "nobody"); code != 404 || len(r.calls) > 0 || !strings.Contains(body, "nobody") {
			t.Errorf("%d %s", code, body)
		}
		if _, err := r.memory().Erase(t.Context(), "nobody"); err != nil {
			t.Fatal(err)
		}
		if code, body := erase(h, "nobody"); code != 200 || len(r.calls) != 3 {
			t.Errorf("%d %s %v", code, body, r.calls)
		}
	})
	t.Run("of a badge names the person", func(t *testing.T) {
		s, o := kept(t)
		r, o := erasing(t, s, o)
		if code, body := erase(newHandler(o), "old7"); code != 400 || !strings.Contains(body, `\"7\"`) || len(r.calls) > 0 {
			t.Errorf("%d %s", code, body)
		}
	})
	t.Run("of an id that ends like a table takes no other", func(t *testing.T) {
		s, o := kept(t)
		put(s, "9.csv", monday, "2026-11-23T08:30:00Z", "2026-11-23T08:30:00Z")
		r, o := erasing(t, s, o)
		h := newHandler(o)
		if e := answered[personExport](t, h, "/v1/employees/9.csv"); e.ID != "9.csv" {
			t.Errorf("%+v", e)
		}
		if code, body := erase(h, "9.csv"); code != 200 || r.calls[0] != "erase 9.csv" {
			t.Errorf("%d %s %v", code, body, r.calls)
		}
	})
	t.Run("with a parameter that isn't known is refused", func(t *testing.T) {
		s, o := kept(t)
		r, o := erasing(t, s, o)
		if code, body := erase(newHandler(o), "7?dry_run=true"); code != 400 || !strings.Contains(body, "dry_run") || len(r.calls) > 0 {
			t.Errorf("%d %s", code, body)
		}
	})
	t.Run("is not there where nothing can erase", func(t *testing.T) {
		if code, body := erase(handler(newSite(t)), "7"); code != 404 {
			t.Errorf("%d %s", code, body)
		}
	})
}

// A badge that others have on other days keeps their entries.
func TestErasureOfSharedBadges(t *testing.T) {
	day := mustDay
	people := func(rows ...timesheet.DirectoryRow) func() timesheethttp.Rules {
		directory, err := timesheet.NewDirectory(rows)
		if err != nil {
			t.Fatal(err)
		}
		rules := officeRules(t)
		rules.Directory = directory
		return func() timesheethttp.Rules { return rules }
	}
	clocked := func(s *site, id timesheet.EmployeeID, days ...string) {
		for _, d := range days {
			put(s, id, d, d+"T08:00:00Z", d+"T16:00:00Z")
		}
	}
	for name, tc := range map[string]struct {
		rows  []timesheet.DirectoryRow
		calls string
		left  int
		files int
	}{
		"another's later": {[]timesheet.DirectoryRow{
			{Employee: "1", Until: day("2026-11-10"), Aliases: []timesheet.EmployeeID{"17"}}, {Employee: "2", From: day("2026-11-11"), Aliases: []timesheet.EmployeeID{"17"}},
		}, "replace 17|replace 17|erase 1|sessions of 1|forget [1]", 2, 2},
		"nobody's, yet used, before": {[]timesheet.DirectoryRow{
			{Employee: "1", Until: day("2026-11-09")}, {Employee: "1", From: day("2026-11-10"), Aliases: []timesheet.EmployeeID{"17"}},
		}, "replace 17|replace 17|replace 17|erase 1|sessions of 1|forget [1]", 1, 2},
		"an employee before": {[]timesheet.DirectoryRow{
			{Employee: "17", Until: day("2026-11-09")}, {Employee: "1", From: day("2026-11-10"), Aliases: []timesheet.EmployeeID{"17"}},
		}, "replace 17|replace 17|replace 17|erase 1|sessions of 1|forget [1]", 1, 2},
		"an employee before, who has clocked nothing": {[]timesheet.DirectoryRow{
			{Employee: "17", Until: day("2026-11-05")}, {Employee: "1", From: day("2026-11-06"), Aliases: []timesheet.EmployeeID{"17"}},
		}, "replace 17|replace 17|replace 17|replace 17|erase 1|sessions of 1|forget [1]", 0, 2},
		"another's later, who has clocked nothing yet": {[]timesheet.DirectoryRow{
			{Employee: "1", Until: day("2026-11-15"), Aliases: []timesheet.EmployeeID{"17"}}, {Employee: "2", From: day("2026-11-16"), Aliases: []timesheet.EmployeeID{"17"}},
		}, "replace 17|replace 17|replace 17|replace 17|erase 1|sessions of 1|forget [1]", 0, 2},
		"its own always": {[]timesheet.DirectoryRow{
			{Employee: "1", Aliases: []timesheet.EmployeeID{"17"}},
		}, "erase 17|erase 1|sessions of 1|forget [17 1]", 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			clocked(s, "17", "2026-11-09", "2026-11-10", "2026-11-11", "2026-11-12")
			o := options(s)
			o.Rules = people(tc.rows...)
			r, o := erasing(t, s, o)
			code, body := erase(newHandler(o), "1")
			if got := strings.Join(r.calls, "|"); code != 200 || got != tc.calls || len(s.entries) != tc.left || strings.Count(body, `","`)+1 != tc.files {
				t.Errorf("%d %s\n%s, want %s; left are %v", code, body, got, tc.calls, s.entries)
			}
		})
	}
	t.Run("an id that is a badge of another is refused", func(t *testing.T) {
		s := newSite(t)
		o := options(s)
		o.Rules = people(timesheet.DirectoryRow{Employee: "1", Until: day("2026-11-09")}, timesheet.DirectoryRow{Employee: "2", From: day("2026-11-10"), Aliases: []timesheet.EmployeeID{"1"}})
		r, o := erasing(t, s, o)
		if code, body := erase(newHandler(o), "1"); code != 409 || !strings.Contains(body, `\"2\" on 2026-11-10`) || len(r.calls) > 0 {
			t.Errorf("%d %s", code, body)
		}
	})
}

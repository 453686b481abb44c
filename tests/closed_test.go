package tests

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"timesheet/internal/redistest"
)

// paid is what was paid for a month: the figures that may never change again.
func (o *office) paid(s *service) string {
	o.t.Helper()
	var all strings.Builder
	var sheets map[string]any
	s.must("", http.MethodGet, "/v1/timesheets/"+o.month.String(), nil, &sheets)
	delete(sheets, "as_of")
	fmt.Fprintln(&all, sheets)
	for _, who := range []string{"sentinel-ada", "sentinel-bob"} {
		var month map[string]any
		s.must("", http.MethodGet, "/v1/employees/"+who+"/months/"+o.month.String(), nil, &month)
		delete(month, "as_of")
		fmt.Fprintln(&all, month)
	}
	_, csv := s.ask("", http.MethodGet, "/v1/timesheets/"+o.month.String()+".csv", nil)
	return all.String() + csv
}

// adjustments are the lines of what changed since, as "who day cause worked→worked".
func (o *office) adjustments(s *service) (lines []string) {
	o.t.Helper()
	var page struct {
		Adjustments []struct {
			EmployeeID    string `json:"employee_id"`
			Day, Cause    string
			Before, After struct {
				Worked *int `json:"worked_seconds"`
			}
		}
	}
	s.must("", http.MethodGet, "/v1/periods/"+o.month.String()+"/adjustments", nil, &page)
	hours := func(of *int) string {
		if of == nil {
			return "-"
		}
		return fmt.Sprint(*of / 60)
	}
	for _, a := range page.Adjustments {
		lines = append(lines, fmt.Sprintf("%s %s %s %s→%s", a.EmployeeID, a.Day[len("2006-01-"):], a.Cause, hours(a.Before.Worked), hours(a.After.Worked)))
	}
	return lines
}

func (o *office) wantAdjustments(s *service, want ...string) {
	o.t.Helper()
	if got := o.adjustments(s); strings.Join(got, "\n") != strings.Join(want, "\n") {
		o.t.Errorf("adjustments:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestClosedMonthStays changes everything under a closed month.
func TestClosedMonthStays(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store string) {
		o := newOffice(t)
		s := o.serve(store)
		s.read(o.system)
		path := func(who string, n int) string {
			return fmt.Sprintf("/v1/employees/%s/days/%v/corrections", who, o.day(n))
		}
		s.must("", http.MethodPost, path("sentinel-bob", 9), correction("16:00", "left with the boss's leave"), nil)
		closing := "/v1/periods/" + o.month.String() + "/close"
		s.until("the month is settled and closed", func() bool {
			code, text := s.ask("", http.MethodPost, closing, nil)
			if code != http.StatusOK && code != http.StatusConflict {
				t.Fatalf("close: %d %s", code, text)
			}
			return code == http.StatusOK
		})
		if code, _ := s.ask("", http.MethodPost, closing, nil); code != http.StatusConflict {
			t.Errorf("closed twice: %d", code)
		}
		want := o.paid(s)
		unchanged := func(after string) {
			t.Helper()
			if got := o.paid(s); got != want {
				t.Errorf("what was paid is another after %s:\n%s\nwant:\n%s", after, got, want)
			}
		}
		o.wantAdjustments(s)

		o.clock("sentinel-ada", 8, 18, 30)
		s.read(o.system)
		unchanged("a late clocking")
		o.wantAdjustments(s, "sentinel-ada 08 clockings 480→570")

		s.must("", http.MethodPost, path("sentinel-ada", 8), correction("18:00", "the machine's clock"), nil)
		s.must("", http.MethodPost, path("sentinel-ada", 8), correction("17:30", "no, as the gate says"), nil)
		s.must("", http.MethodPost, path("sentinel-bob", 10), map[string]any{
			"set": map[string]any{"clock_in": "08:00", "clock_out": "12:00"}, "reason": "was on a course"}, nil)
		unchanged("corrections")
		three := []string{"sentinel-ada 08 clockings 480→570", "sentinel-ada 08 correction 570→540", "sentinel-ada 08 correction 540→510", "sentinel-bob 10 correction -→240"}
		o.wantAdjustments(s, three...)

		if out, errs, exit := timesheetCommand(t, "", "replay", "--store", store, "--server", s.url, "--source", o.system.DSN()); exit != 0 {
			t.Fatalf("replay: exit %d\n%s%s", exit, out, errs)
		}
		unchanged("a replay")
		o.wantAdjustments(s, three...)

		s.stop(stopWithin)
		o.write("rules.yaml", strings.Replace(officeRules, `to: "13:00"`, `to: "12:30"`, 1))
		s = o.serve(store, "--restate")
		unchanged("other rules")
		o.wantAdjustments(s, "sentinel-ada 08 rules 480→510", "sentinel-ada 08 clockings 510→600", "sentinel-ada 08 correction 600→570", "sentinel-ada 08 correction 570→540",
			"sentinel-ada 09 rules 480→510", "sentinel-bob 08 rules 480→510", "sentinel-bob 09 rules 420→450", "sentinel-bob 10 correction -→240")
		s.stop(stopWithin)

		other := "pebble:" + filepath.Join(t.TempDir(), "other")
		if strings.HasPrefix(store, "pebble:") {
			other = redistest.Start(t).URL()
		}
		for range 2 { // a copy can be made again
			if out, errs, exit := timesheetCommand(t, "", "copy", "--store", store, "--to", other); exit != 0 || !strings.Contains(out, "copied: 4 entries, 4 corrections, 2 records") {
				t.Fatalf("copy: exit %d\n%s%s", exit, out, errs)
			}
		}
		before := o.adjustmentsOn(store)
		s = o.serve(other)
		unchanged("a move to another store")
		o.wantAdjustments(s, before...)
		s.stop(stopWithin)
	})
}

// adjustmentsOn are those of a store that no service has open.
func (o *office) adjustmentsOn(store string) []string {
	o.t.Helper()
	s := o.serve(store)
	defer s.stop(stopWithin)
	return o.adjustments(s)
}

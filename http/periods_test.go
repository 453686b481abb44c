package http_test

import (
	"encoding/base64"
	"encoding/csv"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"timesheet"
	timesheethttp "timesheet/http"
)

// withOctober is an office whose October is closed.
func withOctober(t *testing.T) (*october, timesheethttp.Options) {
	t.Helper()
	_, o := office(t)
	books := newOctober(t)
	o.Periods = books
	return books, o
}

// reaching is an office that is asked by somebody of that reach, who may also close.
func reaching(o timesheethttp.Options, p timesheet.Principal) http.Handler {
	p.Name, p.Scopes = "hr", p.Scopes|timesheet.ScopeAdmin
	o.Access = oneToken{who: p}
	return bearing(newHandler(o))
}

type periodAnswer struct {
	Month     string
	Closed    struct{ At, By string }
	Employees int
	Rules     string
}

func TestPeriods(t *testing.T) {
	t.Run("are listed", func(t *testing.T) {
		_, o := withOctober(t)
		a := answered[struct{ Periods []periodAnswer }](t, newHandler(o), "/v1/periods")
		if len(a.Periods) != 1 || a.Periods[0].Month != "2026-10" || a.Periods[0].Closed.By != "payroll" || a.Periods[0].Closed.At != "2026-11-23T21:00:00+01:00" || a.Periods[0].Employees != 2 || a.Periods[0].Rules != "abc" {
			t.Errorf("%+v", a)
		}
	})
	t.Run("are closed by whoever asks", func(t *testing.T) {
		_, o := withOctober(t)
		for want, h := range map[string]http.Handler{"anonymous": newHandler(o), "hr": reaching(o, timesheet.Principal{})} {
			w := ask(h, http.MethodPost, "/v1/periods/2026-09/close", "", "")
			if w.Code != 200 || !strings.Contains(w.Body.String(), `"by":"`+want+`"`) || !strings.Contains(w.Body.String(), `"month":"2026-09"`) {
				t.Errorf("%s: %d %s", want, w.Code, w.Body)
			}
		}
	})
	t.Run("may take longer to be closed than other requests may take", func(t *testing.T) {
		books, o := withOctober(t)
		o.Timeout, books.takes = time.Second, 3500*time.Millisecond // http.Server's own deadline for it is 3 s
		r := serve(t, o)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url+"/v1/periods/2026-09/close", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != 200 {
			t.Error(resp.Status)
		}
	})
	t.Run("say why one can't be closed", func(t *testing.T) {
		books, o := withOctober(t)
		books.failure = timesheet.NewError(timesheet.Conflict, "close 2026-11", errors.New("3 days of employees aren't settled yet"))
		if p := problemOf(t, ask(newHandler(o), http.MethodPost, "/v1/periods/2026-11/close", "", "")); p.Status != 409 || !strings.Contains(p.Detail, "3 days") {
			t.Errorf("%+v", p)
		}
		if p := problemOf(t, ask(newHandler(o), http.MethodPost, "/v1/periods/2026-13/close", "", "")); p.Status != 400 || p.Errors[0].Parameter != "month" {
			t.Errorf("%+v", p)
		}
	})
	t.Run("can't be without something that keeps them", func(t *testing.T) {
		_, o := office(t)
		h := newHandler(o)
		if a := answered[struct{ Periods []periodAnswer }](t, h, "/v1/periods"); len(a.Periods) != 0 {
			t.Errorf("%+v", a)
		}
		for _, w := range []int{ask(h, http.MethodPost, "/v1/periods/2026-10/close", "", "").Code, get(h, "/v1/periods/2026-10/adjustments").Code} {
			if w != 404 {
				t.Error(w)
			}
		}
	})
	t.Run("are unavailable while the store is", func(t *testing.T) {
		books, o := withOctober(t)
		books.failure = timesheet.NewError(timesheet.Unavailable, "read", errors.New("away"))
		for _, target := range []string{"/v1/periods", "/v1/periods/2026-10/adjustments", "/v1/timesheets/2026-10", "/v1/timesheets/2026-09", "/v1/employees/7/months/2026-10"} {
			if w := get(newHandler(o), target); w.Code != 503 {
				t.Errorf("%s: %d", target, w.Code)
			}
		}
	})
}

type closedMonth struct {
	ID         string `json:"employee_id"`
	Name, Team *string
	Entries    []struct {
		row
		Schedule   string
		Correction *struct{ Reason string }
	}
	Weeks  []struct{ Week string }
	Totals map[string]any
	Closed *struct{ At, By string }
}

func TestClosedMonth(t *testing.T) {
	t.Run("of a person is what was paid", func(t *testing.T) {
		s, o := office(t)
		put(s, "7", "2026-10-05", "2026-10-05T01:00:00Z", "2026-10-05T22:00:00Z") // late
		o.Periods = newOctober(t)
		h := newHandler(o)
		a := answered[closedMonth](t, h, "/v1/employees/7/months/2026-10")
		if len(a.Entries) != 31 || *a.Name != "Ada Byron" || a.Closed == nil || a.Closed.By != "payroll" || a.Totals["worked_seconds"] != 32400. || len(a.Weeks) != 1 || a.Weeks[0].Week != "2026-W40" {
			t.Fatalf("%+v", a)
		}
		if d := a.Entries[4]; *d.Worked != 32400 || d.Schedule != "old" || !strings.HasSuffix(*d.ClockIn, "+09:00") || d.Correction == nil || d.Correction.Reason != "forgot" || *d.Name != "Ada Byron" {
			t.Errorf("%+v", d)
		}
		if a := answered[closedMonth](t, h, "/v1/employees/7/months/2026-11"); a.Closed != nil || *a.Name != "Ada Lovelace" {
			t.Errorf("%+v", a.Closed)
		}
	})
	t.Run("of a person whom nobody knows any more", func(t *testing.T) {
		_, o := withOctober(t)
		if a := answered[closedMonth](t, newHandler(o), "/v1/employees/left/months/2026-10"); len(a.Entries) != 31 || *a.Name != "Gone" {
			t.Errorf("%+v", a)
		}
	})
	t.Run("of a person who was paid nothing is empty", func(t *testing.T) {
		_, o := withOctober(t)
		a := answered[closedMonth](t, newHandler(o), "/v1/employees/9/months/2026-10")
		if len(a.Entries) != 0 || len(a.Weeks) != 0 || a.Totals["worked_seconds"] != 0. || a.Closed == nil {
			t.Errorf("%+v", a)
		}
	})
	t.Run("is shown as far as a reach went then", func(t *testing.T) {
		_, o := withOctober(t)
		for target, want := range map[string]int{"7": 200, "left": 403, "9": 403, "nobody": 403} {
			if w := get(reaching(o, timesheet.Principal{Scopes: timesheet.ScopeReadTeam, Teams: []string{"Engines"}}), "/v1/employees/"+target+"/months/2026-10"); w.Code != want {
				t.Errorf("%s: %d %s", target, w.Code, w.Body)
			}
		}
		own := reaching(o, timesheet.Principal{Scopes: timesheet.ScopeReadSelf, Employee: "9"})
		if a := answered[closedMonth](t, own, "/v1/employees/9/months/2026-10"); len(a.Entries) != 0 {
			t.Errorf("%+v", a)
		}
	})
	t.Run("of everybody comes in pages", func(t *testing.T) {
		_, o := withOctober(t)
		h := newHandler(o)
		type page struct {
			Employees []closedMonth
			Next      *string
			Closed    *struct{ By string }
		}
		first := answered[page](t, h, "/v1/timesheets/2026-10?limit=1")
		if len(first.Employees) != 1 || first.Employees[0].ID != "7" || first.Closed == nil || first.Next == nil {
			t.Fatalf("%+v", first)
		}
		second := answered[page](t, h, "/v1/timesheets/2026-10?limit=1&cursor="+*first.Next)
		if len(second.Employees) != 1 || second.Employees[0].ID != "left" || second.Next != nil {
			t.Errorf("%+v", second)
		}
		if w := get(h, "/v1/timesheets/2026-10"); !strings.Contains(w.Body.String(), `+09:00"`) {
			t.Error("its times aren't shown as they were")
		}
		if a := answered[page](t, h, "/v1/timesheets/2026-11"); a.Closed != nil {
			t.Error("November isn't closed")
		}
		if p := problemOf(t, get(h, "/v1/timesheets/2026-10?cursor="+base64.RawURLEncoding.EncodeToString([]byte("!")))); p.Status != 400 || p.Errors[0].Parameter != "cursor" {
			t.Errorf("%+v", p)
		}
	})
	t.Run("as a table", func(t *testing.T) {
		_, o := withOctober(t)
		for target, want := range map[string][]string{
			"/v1/timesheets/2026-10.csv":            {"left,Gone,Mills,9:00:00"},
			"/v1/employees/left/months/2026-10.csv": {"2026-10-05,complete,2026-10-05T", "+09:00", "by hand"},
		} {
			w := get(newHandler(o), target)
			for _, text := range want {
				if w.Code != 200 || !strings.Contains(w.Body.String(), text) {
					t.Errorf("%s: %d %s", target, w.Code, w.Body)
				}
			}
		}
	})
}

func TestAdjustments(t *testing.T) {
	type page struct {
		Month       string
		Adjustments []struct {
			ID            string `json:"employee_id"`
			Day, Cause    string
			Detail        string
			Actor, At     *string
			Before, After row
		}
		Next   *string
		Closed struct{ By string }
	}
	books, o := withOctober(t)
	h := newHandler(o)
	t.Run("come in pages", func(t *testing.T) {
		first := answered[page](t, h, "/v1/periods/2026-10/adjustments?limit=1")
		if len(first.Adjustments) != 1 || first.Next == nil || first.Month != "2026-10" || first.Closed.By != "payroll" {
			t.Fatalf("%+v", first)
		}
		if a := first.Adjustments[0]; a.ID != "7" || a.Day != "2026-10-05" || a.Cause != "clockings" || a.Actor != nil || a.At != nil || *a.Before.Worked != 32400 || *a.After.Worked != 28800 {
			t.Errorf("%+v", a)
		}
		second := answered[page](t, h, "/v1/periods/2026-10/adjustments?limit=1&cursor="+*first.Next)
		if a := second.Adjustments[0]; a.Cause != "correction" || *a.Actor != "boss" || *a.At != "2026-10-05T02:00:00+02:00" || a.Detail != "correction 3: again" || second.Next != nil {
			t.Errorf("%+v", a)
		}
		if q := books.asked[len(books.asked)-1]; q.Limit != 1 || !q.Reach.All {
			t.Errorf("%+v", q)
		}
	})
	t.Run("as tables", func(t *testing.T) {
		rows, err := csv.NewReader(get(h, "/v1/periods/2026-10/adjustments.csv").Body).ReadAll()
		if err != nil || len(rows) != 3 {
			t.Fatal(err, rows)
		}
		want := "7|Ada Byron|Engines|2026-10-05|correction|correction 3: again|boss|2026-10-05T02:00:00+02:00|complete|2026-10-05T02:00:00+02:00|2026-10-05T10:00:00+02:00|8:00:00|0:00:00|0:00:00|" +
			"complete|2026-10-05T02:00:00+02:00|2026-10-05T11:00:00+02:00|9:00:00|0:00:00|0:00:00"
		if got := strings.Join(rows[2], "|"); got != want || len(rows[0]) != 20 {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if rows, err := csv.NewReader(get(h, "/v1/periods/2026-10/adjustments.csv?limit=1").Body).ReadAll(); err != nil || len(rows) != 2 {
			t.Error(err, rows)
		}
		book, err := excelize.OpenReader(get(h, "/v1/periods/2026-10/adjustments.xlsx").Body)
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		if cell, err := book.GetCellValue("2026-10", "E3"); err != nil || cell != "correction" {
			t.Error(err, cell)
		}
	})
	t.Run("of a month that isn't closed aren't found", func(t *testing.T) {
		if p := problemOf(t, get(h, "/v1/periods/2026-09/adjustments")); p.Status != 404 || !strings.Contains(p.Detail, "2026-09 isn't closed") {
			t.Errorf("%+v", p)
		}
	})
	t.Run("are asked for within a reach", func(t *testing.T) {
		mills := reaching(o, timesheet.Principal{Scopes: timesheet.ScopeReadTeam, Teams: []string{"Mills"}})
		if a := answered[page](t, mills, "/v1/periods/2026-10/adjustments"); len(a.Adjustments) != 0 {
			t.Errorf("%+v", a)
		}
		if w := get(mills, "/v1/periods/2026-10/adjustments?team=Engines"); w.Code != 403 {
			t.Error(w.Code)
		}
		answered[page](t, mills, "/v1/periods/2026-10/adjustments?team=Mills")
		if q := books.asked[len(books.asked)-1]; q.Team != "Mills" {
			t.Errorf("%+v", q)
		}
	})
	t.Run("with a cursor of something else are refused", func(t *testing.T) {
		if p := problemOf(t, get(h, "/v1/periods/2026-10/adjustments?cursor=MmI")); p.Status != 400 || p.Errors[0].Parameter != "cursor" {
			t.Errorf("%+v", p)
		}
	})
}

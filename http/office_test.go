package http_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"timesheet"
	timesheethttp "timesheet/http"
)

func mustDay(s string) timesheet.Day {
	d, err := timesheet.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// officeRules are the schedule office (9 to 6, lunch 12 to 2), with a holiday and a leave,
// and a directory of four, of whom 7 has had the badge old7.
func officeRules(tb testing.TB) timesheethttp.Rules {
	tb.Helper()
	work, err := timesheet.NewWorkRules("office", map[string][]timesheet.Terms{"office": {{
		Hours:  timesheet.Hours{Start: timesheet.NewTimeOfDay(9, 0), End: timesheet.NewTimeOfDay(18, 0), LateGrace: 5 * time.Minute},
		Breaks: []timesheet.Break{{From: timesheet.NewTimeOfDay(12, 0), To: timesheet.NewTimeOfDay(14, 0)}},
	}}},
		[]timesheet.Holiday{{Day: mustDay("2026-11-18"), Name: "Repentance"}},
		[]timesheet.Leave{{Employee: "8", From: mustDay("2026-11-23"), To: mustDay("2026-11-24"), Name: "Vacation"}})
	if err != nil {
		tb.Fatal(err)
	}
	directory, err := timesheet.NewDirectory([]timesheet.DirectoryRow{
		{Employee: "7", Name: "Ada Lovelace", Team: "Engines", Aliases: []timesheet.EmployeeID{"old7"}},
		{Employee: "8", Name: "Mary Somerville", Team: "Engines"},
		{Employee: "9", Name: "charles babbage", Team: "Mills"},
		{Employee: "10", Team: "Mills"},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return timesheethttp.Rules{Work: work, Directory: directory}
}

// office is a site with officeRules on Monday evening, 2026-11-23: 7 worked from 08:09
// to 18:09 with the old badge first, 8 is on leave, 9 came late and is still there, 10
// hasn't come, and 99 is in no directory.
func office(tb testing.TB) (*site, timesheethttp.Options) {
	tb.Helper()
	s := newSite(tb)
	put(s, "old7", "2026-11-23", "2026-11-23T07:09:00Z", "2026-11-23T07:09:00Z")
	put(s, "7", "2026-11-23", "2026-11-23T17:09:00Z", "2026-11-23T17:09:00Z")
	put(s, "9", "2026-11-23", "2026-11-23T08:30:00Z", "2026-11-23T08:30:00Z")
	put(s, "99", "2026-11-23", "2026-11-23T08:00:00Z", "2026-11-23T17:30:00Z")
	rules := officeRules(tb)
	o := options(s)
	o.Rules = func() timesheethttp.Rules { return rules }
	return s, o
}

type row struct {
	ID            string  `json:"employee_id"`
	Name, Team    *string `json:",omitempty"`
	Day, Status   string
	ClockIn       *string `json:"clock_in"`
	Gross         *int    `json:"gross_seconds"`
	Break         *int    `json:"break_seconds"`
	Worked        *int    `json:"worked_seconds"`
	Expected      int     `json:"expected_seconds"`
	Late          *int    `json:"late_seconds"`
	Early         *int    `json:"early_seconds"`
	Overtime      *int    `json:"overtime_seconds"`
	HolidayWorked *int    `json:"holiday_worked_seconds"`
	Marks         []string
	Provisional   bool
}

// answered decodes the JSON answer to a GET.
func answered[T any](t testing.TB, h http.Handler, target string) (v T) {
	t.Helper()
	w := get(h, target)
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil || w.Code != 200 {
		t.Fatalf("%s: %d %s (%v)", target, w.Code, w.Body, err)
	}
	return v
}

type boardAnswer struct {
	Entries []row
	Next    *string
	Totals  map[string]int
}

func (b boardAnswer) ids() string {
	var ids []string
	for _, r := range b.Entries {
		ids = append(ids, r.ID)
	}
	return strings.Join(ids, " ")
}

func TestTheSketchedDay(t *testing.T) {
	_, o := office(t)
	w := get(newHandler(o), "/v1/days/2026-11-23?q=ada")
	const want = `{"entries":[{"employee_id":"7","day":"2026-11-23","earliest":"2026-11-23T08:09:00+01:00","latest":"2026-11-23T18:09:00+01:00",` +
		`"clock_in":"2026-11-23T08:09:00+01:00","clock_out":"2026-11-23T18:09:00+01:00","name":"Ada Lovelace","team":"Engines","schedule":"office",` +
		`"status":"complete","gross_seconds":36000,"break_seconds":7200,"worked_seconds":28800,"expected_seconds":25200,"late_seconds":0,` +
		`"early_seconds":0,"overtime_seconds":0,"holiday_worked_seconds":0,"marks":[],"provisional":true}],"next":null,"as_of":null,"day":"2026-11-23",` +
		`"totals":{"employees":5,"present":3,`
	if !strings.HasPrefix(w.Body.String(), want) {
		t.Fatalf("%d\n%s want\n%s", w.Code, w.Body, want)
	}
}

func TestBoardOfTheOffice(t *testing.T) {
	_, o := office(t)
	h := newHandler(o)
	board := func(t *testing.T, query string) boardAnswer {
		return answered[boardAnswer](t, h, "/v1/days/2026-11-23"+query)
	}
	t.Run("has everybody listed and everybody who clocked", func(t *testing.T) {
		b := board(t, "")
		if b.ids() != "10 7 8 9 99" {
			t.Fatal(b.ids())
		}
		absent := b.Entries[0]
		if absent.Status != "expected" || absent.ClockIn != nil || absent.Worked != nil || absent.Late != nil || absent.Name != nil || absent.Expected != 7*3600 {
			t.Errorf("%+v", absent)
		}
		if late := b.Entries[3]; late.Status != "open" || *late.Late != 1800 || late.Worked != nil || fmt.Sprint(late.Marks) != "[late presumed_present]" {
			t.Errorf("%+v", late)
		}
		if unknown := b.Entries[4]; fmt.Sprint(unknown.Marks) != "[unlisted]" || unknown.Team != nil {
			t.Errorf("%+v", unknown)
		}
		for name, want := range map[string]int{"employees": 5, "present": 3, "complete": 2, "open": 1, "expected": 1, "on_leave": 1, "late": 1, "presumed_present": 1, "unlisted": 1, "missing_out": 0} {
			if b.Totals[name] != want {
				t.Errorf("%d %s", b.Totals[name], name)
			}
		}
	})
	for query, want := range map[string]string{
		"?team=Engines":                      "7 8",
		"?team=engines":                      "",
		"?status=on_leave":                   "8",
		"?mark=late":                         "9",
		"?mark=late&team=Engines":            "",
		"?q=ADA":                             "7",
		"?q=9":                               "9 99",
		"?sort=-employee":                    "99 9 8 7 10",
		"?sort=name":                         "7 9 8 10 99",
		"?sort=-name":                        "8 9 7 99 10",
		"?sort=clock_in":                     "7 99 9 10 8",
		"?sort=-worked":                      "7 99 9 8 10",
		"?sort=worked&limit=2":               "99 7",
		"?sort=-clock_in&limit=1&team=Mills": "9",
	} {
		t.Run("by "+query, func(t *testing.T) {
			if b := board(t, query); b.ids() != want {
				t.Fatalf("%q, want %q", b.ids(), want)
			}
		})
	}
	t.Run("counts the team that is asked for, and no other filter", func(t *testing.T) {
		if n := board(t, "?team=Mills&q=nobody").Totals["employees"]; n != 2 {
			t.Fatal(n)
		}
	})
	t.Run("pages in any order", func(t *testing.T) {
		var ids []string
		for target := "?sort=name&limit=2"; ; {
			b := board(t, target)
			ids = append(ids, b.ids())
			if b.Next == nil {
				break
			}
			target = "?sort=name&limit=2&cursor=" + *b.Next
		}
		if got := strings.Join(ids, "|"); got != "7 9|8 10|99" {
			t.Fatal(got)
		}
	})
}

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

func TestAnEmployeesPeriods(t *testing.T) {
	s, o := office(t)
	for d := mustDay("2026-11-01"); d <= mustDay("2026-11-22"); d++ {
		if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday { // 9 hours net
			put(s, "7", d.String(), d.String()+"T07:00:00Z", d.String()+"T18:00:00Z")
		}
	}
	h := newHandler(o)
	type period struct {
		ID       string `json:"employee_id"`
		Name     string
		From, To string
		Entries  []row
		Weeks    []struct {
			Week, From, To string
			Totals         map[string]any
		}
		Totals map[string]any
	}
	t.Run("a week", func(t *testing.T) {
		w := answered[period](t, h, "/v1/employees/7/weeks/2026-W47")
		if w.From != "2026-11-16" || w.To != "2026-11-22" || len(w.Entries) != 7 || w.Name != "Ada Lovelace" {
			t.Fatalf("%+v", w)
		}
		if h := w.Entries[2]; h.Status != "complete" || *h.HolidayWorked != 9*3600 || h.Expected != 0 {
			t.Errorf("the holiday: %+v", h)
		}
		if sunday := w.Entries[6]; sunday.Status != "day_off" {
			t.Errorf("sunday: %+v", sunday)
		}
		for name, want := range map[string]any{"worked_seconds": 45 * 3600., "overtime_seconds": 3600., "weekly_overtime_seconds": 4 * 3600., "days_worked": 5., "expected_seconds": 28 * 3600., "provisional": false} {
			if w.Totals[name] != want {
				t.Errorf("%s: %v, want %v", name, w.Totals[name], want)
			}
		}
	})
	t.Run("a month, with the weeks that end in it", func(t *testing.T) {
		m := answered[period](t, h, "/v1/employees/7/months/2026-11")
		if m.From != "2026-11-01" || m.To != "2026-11-30" || len(m.Entries) != 30 || m.Entries[0].Day != "2026-11-01" {
			t.Fatalf("%s %s %d", m.From, m.To, len(m.Entries))
		}
		var weeks []string
		for _, w := range m.Weeks {
			weeks = append(weeks, w.Week+" "+w.From)
		}
		if got := strings.Join(weeks, ", "); got != "2026-W44 2026-10-26, 2026-W45 2026-11-02, 2026-W46 2026-11-09, 2026-W47 2026-11-16, 2026-W48 2026-11-23" {
			t.Error(got)
		}
		if m.Totals["worked_seconds"] != (15*9+8)*3600. || m.Totals["days_worked"] != 16. || m.Totals["provisional"] != true {
			t.Errorf("%v", m.Totals)
		}
	})
	t.Run("days without a clocking where they are asked for", func(t *testing.T) {
		all := answered[boardAnswer](t, h, "/v1/employees/7/days?from=2026-11-20&to=2026-11-24&empty=true")
		if len(all.Entries) != 5 || all.Entries[1].Status != "day_off" || all.Entries[4].Status != "expected" {
			t.Errorf("%+v", all.Entries)
		}
		if some := answered[boardAnswer](t, h, "/v1/employees/7/days?from=2026-11-20&to=2026-11-24"); len(some.Entries) != 2 {
			t.Errorf("%+v", some.Entries)
		}
	})
	t.Run("an alias has none of its own", func(t *testing.T) {
		if none := answered[boardAnswer](t, h, "/v1/employees/old7/days"); len(none.Entries) != 0 {
			t.Errorf("%+v", none.Entries)
		}
	})
	t.Run("400 days and no more", func(t *testing.T) {
		if w := get(h, "/v1/employees/7/days?from=2025-10-20&to=2026-11-23"); w.Code != 200 {
			t.Error(w.Code, w.Body)
		}
		if w := get(h, "/v1/employees/7/days?from=2025-10-19&to=2026-11-23"); w.Code != 400 {
			t.Error(w.Code)
		}
	})
}

// onDemand answers rows, or fails.
type onDemand struct {
	rows     []timesheet.Row
	err      error
	badges   []timesheet.EmployeeID
	from, to timesheet.Instant
}

func (d *onDemand) Rows(_ context.Context, badges []timesheet.EmployeeID, from, to timesheet.Instant) ([]timesheet.Row, bool, error) {
	d.badges, d.from, d.to = badges, from, to
	return d.rows, len(d.rows) > 3, d.err
}

func TestExplain(t *testing.T) {
	type explanation struct {
		Entry row
		Steps []struct {
			Rule, Text string
			Before     *int `json:"before_seconds"`
			After      *int `json:"after_seconds"`
		}
		Rows []struct {
			ID        int
			Employee  string  `json:"employee_id"`
			ClockedAt *string `json:"clocked_at"`
			Fault     *string
		}
		Error     *string `json:"rows_error"`
		Truncated bool    `json:"rows_truncated"`
	}
	s, o := office(t)
	put(s, "7", "2026-11-20", "2026-11-20T07:09:00Z", "2026-11-20T17:09:00Z")
	rows := new(onDemand)
	o.SourceRows = rows
	h := newHandler(o)
	t.Run("says what each rule did", func(t *testing.T) {
		e := answered[explanation](t, h, "/v1/employees/7/days/2026-11-20/explain")
		var breaks []string
		for _, s := range e.Steps {
			if s.Rule == "break" && *s.Before-*s.After == 7200 {
				breaks = append(breaks, s.Text)
			}
		}
		if *e.Entry.Worked != 28800 || len(breaks) != 1 || breaks[0] != "break 12:00–14:00 −2h0m" {
			t.Fatalf("%+v", e)
		}
	})
	t.Run("shows the source's rows of the day, of all badges", func(t *testing.T) {
		local := func(s string) timesheet.Timestamp {
			at, err := timesheet.ParseTimestamp(s)
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		rows.rows = []timesheet.Row{
			{ID: 12, Clocking: timesheet.Clocking{Employee: "7", At: local("2026-11-23T18:09:00")}},
			{ID: 11, Clocking: timesheet.Clocking{Employee: "old7", At: local("2026-11-23T08:09:00")}},
			{ID: 13, Clocking: timesheet.Clocking{Employee: "7", At: local("2026-11-24T00:00:00")}},
			{ID: 14, Clocking: timesheet.Clocking{Employee: "7"}, Fault: "it has no time"},
		}
		e := answered[explanation](t, h, "/v1/employees/7/days/2026-11-23/explain")
		if fmt.Sprint(rows.badges) != "[7 old7]" || rows.from != instant("2026-11-22T23:00:00Z") || rows.to != instant("2026-11-23T23:00:00Z") {
			t.Errorf("asked for %v from %v to %v", rows.badges, rows.from.Time(), rows.to.Time())
		}
		if len(e.Rows) != 3 || e.Rows[0].ID != 11 || *e.Rows[0].ClockedAt != "2026-11-23T08:09:00+01:00" || e.Rows[1].ID != 12 || *e.Rows[2].Fault != "it has no time" || e.Error != nil || !e.Truncated {
			t.Errorf("%+v", e.Rows)
		}
	})
	t.Run("says why there are no rows", func(t *testing.T) {
		rows.err = timesheet.NewError(timesheet.Unavailable, "query", errors.New("no route to db.internal"))
		e := answered[explanation](t, h, "/v1/employees/7/days/2026-11-23/explain")
		if e.Rows != nil || e.Error == nil || strings.Contains(*e.Error, "db.internal") || len(e.Steps) == 0 {
			t.Errorf("%+v", e)
		}
		o.SourceRows = nil
		if e := answered[explanation](t, newHandler(o), "/v1/employees/7/days/2026-11-23/explain"); e.Rows != nil || e.Error == nil {
			t.Errorf("%+v", e)
		}
	})
}

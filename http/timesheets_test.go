package http_test

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	timesheethttp "timesheet/http"
)

func TestTimesheets(t *testing.T) {
	_, o := office(t)
	h := newHandler(o)
	type answer struct {
		From, To  string
		Employees []struct {
			ID     string `json:"employee_id"`
			Name   *string
			Days   []row
			Totals map[string]any
		}
		Next *string
	}
	var seen []string
	for target := "/v1/timesheets/2026-11?limit=2"; ; {
		a := answered[answer](t, h, target)
		if a.From != "2026-11-01" || a.To != "2026-11-30" {
			t.Fatal(a.From, a.To)
		}
		for _, e := range a.Employees {
			seen = append(seen, e.ID)
			if len(e.Days) != 30 || e.Days[22].Day != "2026-11-23" {
				t.Errorf("%s has %d days", e.ID, len(e.Days))
			}
			if e.ID == "7" && (e.Totals["worked_seconds"] != 28800. || *e.Days[22].Worked != 28800 || *e.Name != "Ada Lovelace") {
				t.Errorf("%+v", e)
			}
		}
		if a.Next == nil {
			break
		}
		target = "/v1/timesheets/2026-11?limit=2&cursor=" + *a.Next
	}
	if got := strings.Join(seen, " "); got != "10 7 8 9 99" {
		t.Error(got)
	}
	for query, want := range map[string]int{"team=Mills": 2, "q=ada": 1, "team=Mills&q=babbage": 1, "q=nobody": 0} {
		if a := answered[answer](t, h, "/v1/timesheets/2026-11?"+query); len(a.Employees) != want {
			t.Errorf("%s: %d employees", query, len(a.Employees))
		}
	}
}

// slowBoards have an exception of one employee every second, for a minute.
type slowBoards struct {
	timesheethttp.Boards
	asked []timesheet.EmployeeID
}

func (b *slowBoards) Exceptions(ctx context.Context, from, _ timesheet.Day, after timesheet.EmployeeID, _ timesheet.Reach, _ timesheet.Moment) iter.Seq2[timesheethttp.BoardRow, error] {
	b.asked = append(b.asked, after)
	return func(yield func(timesheethttp.BoardRow, error) bool) {
		for i := range 60 {
			id := timesheet.EmployeeID(fmt.Sprintf("E%02d", i))
			if id <= after {
				continue
			}
			time.Sleep(time.Second) //nolint:forbidigo // in a bubble
			if err := ctx.Err(); err != nil {
				yield(timesheethttp.BoardRow{}, err)
				return
			}
			r := timesheethttp.BoardRow{Person: timesheet.Person{Employee: id, Team: "Mills"}}
			r.Work = timesheet.Workday{Employee: id, Day: from, Marks: timesheet.MarkLate, Status: timesheet.StatusOpen, ClockIn: 1}
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestExceptionsThatTakeLongComeInShortPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		o := options(s)
		boards := new(slowBoards)
		o.Boards, o.Timeout = boards, 30*time.Second
		h := newHandler(o)
		pages, next := 0, ""
		for more := true; more; pages++ {
			a := answered[struct {
				Exceptions []any
				Next       *string
			}](t, h, "/v1/exceptions?from=2026-11-23&to=2026-11-23&team=Engines"+next)
			if len(a.Exceptions) > 0 {
				t.Fatal("it isn't of the team")
			}
			if more = a.Next != nil; more {
				next = "&cursor=" + *a.Next
			}
		}
		if pages != 4 || fmt.Sprint(boards.asked) != "[ E15 E31 E47]" {
			t.Errorf("%d pages: %v", pages, boards.asked)
		}
	})
}

func TestExceptions(t *testing.T) {
	s, o := office(t)
	put(s, "7", "2026-11-20", "2026-11-20T08:00:00Z", "2026-11-20T15:00:00Z") // leaves at 16:00
	put(s, "8", "2026-11-20", "2026-11-20T06:00:00Z", "2026-11-20T19:00:00Z") // 11 hours net
	put(s, "9", "2026-11-20", "2026-11-20T08:00:00Z", "2026-11-20T08:00:00Z") // never leaves
	h := newHandler(o)
	type answer struct {
		Exceptions []struct {
			Kinds []string
			Entry row
		}
		Next *string
	}
	list := func(a answer) string {
		var all []string
		for _, e := range a.Exceptions {
			all = append(all, e.Entry.Day[8:]+" "+e.Entry.ID+fmt.Sprint(e.Kinds))
		}
		return strings.Join(all, ", ")
	}
	const whole = "20 7[early_leave], 20 8[overtime], 20 9[missing_out], 23 9[late], 23 99[unknown_employee]"
	for query, want := range map[string]string{
		"":                       whole,
		"&team=Mills":            "20 9[missing_out], 23 9[late]",
		"&kind=overtime":         "20 8[overtime]",
		"&kind=unknown_employee": "23 99[unknown_employee]",
		"&kind=long_span":        "",
	} {
		if got := list(answered[answer](t, h, "/v1/exceptions?from=2026-11-19&to=2026-11-23"+query)); got != want {
			t.Errorf("%q: %s", query, got)
		}
	}
	for limit := 1; limit <= 5; limit++ {
		var pages []string
		base := fmt.Sprintf("/v1/exceptions?from=2026-11-19&to=2026-11-23&limit=%d", limit)
		for target := base; ; {
			a := answered[answer](t, h, target)
			pages = append(pages, list(a))
			if a.Next == nil {
				break
			}
			target = base + "&cursor=" + *a.Next
		}
		if got := strings.Join(pages, ", "); got != whole || len(pages) != (5+limit-1)/limit {
			t.Errorf("by %d: %d pages: %s", limit, len(pages), got)
		}
	}
	t.Run("a cursor of another time is refused", func(t *testing.T) {
		next := answered[answer](t, h, "/v1/exceptions?from=2026-11-19&to=2026-11-23&limit=1").Next
		if p := problemOf(t, get(h, "/v1/exceptions?from=2026-11-22&to=2026-11-23&cursor="+*next)); p.Status != 400 || p.Errors[0].Parameter != "cursor" {
			t.Errorf("%+v", p)
		}
	})
}

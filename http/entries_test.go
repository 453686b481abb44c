package http_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"timesheet"
)

func instant(s string) timesheet.Instant {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return timesheet.InstantOf(t)
}

func put(s *site, e timesheet.EmployeeID, day, earliest, latest string) {
	d, err := timesheet.ParseDay(day)
	if err != nil {
		panic(err)
	}
	s.entries[key{e, d}] = timesheet.Entry{Employee: e, Day: d, Earliest: instant(earliest), Latest: instant(latest)}
}

func TestEntryInJSON(t *testing.T) {
	for _, tc := range []struct{ name, id, zone, day, earliest, latest, want string }{
		{"two clockings", "7", "Europe/Berlin", "2026-11-23", "2026-11-23T07:09:00Z", "2026-11-23T17:09:00Z",
			`{"employee_id":"7","day":"2026-11-23","earliest":"2026-11-23T08:09:00+01:00","latest":"2026-11-23T18:09:00+01:00","clock_in":"2026-11-23T08:09:00+01:00","clock_out":"2026-11-23T18:09:00+01:00"}`},
		{"one clocking", "7", "UTC", "2026-11-23", "2026-11-23T07:09:00Z", "2026-11-23T07:09:00Z",
			`{"employee_id":"7","day":"2026-11-23","earliest":"2026-11-23T07:09:00Z","latest":"2026-11-23T07:09:00Z","clock_in":"2026-11-23T07:09:00Z","clock_out":null}`},
		{"a double touch", "7", "UTC", "2026-11-23", "2026-11-23T07:09:00Z", "2026-11-23T07:10:59.999Z",
			`{"employee_id":"7","day":"2026-11-23","earliest":"2026-11-23T07:09:00Z","latest":"2026-11-23T07:10:59.999Z","clock_in":"2026-11-23T07:09:00Z","clock_out":null}`},
		{"two minutes apart", "7", "UTC", "2026-11-23", "2026-11-23T07:09:00.050Z", "2026-11-23T07:11:00.050Z",
			`{"employee_id":"7","day":"2026-11-23","earliest":"2026-11-23T07:09:00.050Z","latest":"2026-11-23T07:11:00.050Z","clock_in":"2026-11-23T07:09:00.050Z","clock_out":"2026-11-23T07:11:00.050Z"}`},
		{"the night when summer ends", "7", "Europe/Berlin", "2026-10-25", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z",
			`{"employee_id":"7","day":"2026-10-25","earliest":"2026-10-25T02:30:00+02:00","latest":"2026-10-25T02:30:00+01:00","clock_in":"2026-10-25T02:30:00+02:00","clock_out":"2026-10-25T02:30:00+01:00"}`},
		{"the night when summer begins", "7", "Europe/Berlin", "2026-03-29", "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z",
			`{"employee_id":"7","day":"2026-03-29","earliest":"2026-03-29T01:59:59+01:00","latest":"2026-03-29T03:00:00+02:00","clock_in":"2026-03-29T01:59:59+01:00","clock_out":null}`},
		{"an offset of half an hour", `"\`, "Asia/Kolkata", "2026-11-23", "2026-11-22T19:00:00Z", "2026-11-22T19:00:00Z",
			`{"employee_id":"\u0022\u005c","day":"2026-11-23","earliest":"2026-11-23T00:30:00+05:30","latest":"2026-11-23T00:30:00+05:30","clock_in":"2026-11-23T00:30:00+05:30","clock_out":null}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSite(t, rule("", 0, tc.zone, 0))
			put(s, timesheet.EmployeeID(tc.id), tc.day, tc.earliest, tc.latest)
			w := get(handler(s), "/v1/days/"+tc.day)
			if want := `{"entries":[` + strings.TrimSuffix(tc.want, "}") + `,"name":null,`; w.Code != 200 || !strings.HasPrefix(w.Body.String(), want) {
				t.Fatalf("%d\n%s want\n%s", w.Code, w.Body, want)
			}
		})
	}
	t.Run("has the offset of the employee's own rule on that day", func(t *testing.T) {
		s := newSite(t, rule("", 0, "UTC", 0), rule("7", timesheet.DayOf(2026, 11, 23), "Asia/Tokyo", 0))
		put(s, "7", "2026-11-22", "2026-11-22T08:00:00Z", "2026-11-22T08:00:00Z")
		put(s, "7", "2026-11-23", "2026-11-23T08:00:00Z", "2026-11-23T08:00:00Z")
		body := get(handler(s), "/v1/employees/7/days").Body.String()
		if !strings.Contains(body, `"2026-11-22T08:00:00Z"`) || !strings.Contains(body, `"2026-11-23T17:00:00+09:00"`) {
			t.Fatal(body)
		}
	})
}

type list struct {
	Entries []struct {
		ID       string  `json:"employee_id"`
		Day      string  `json:"day"`
		ClockOut *string `json:"clock_out"`
	} `json:"entries"`
	Next *string `json:"next"`
}

func readList(t testing.TB, body []byte) list {
	t.Helper()
	var l list
	if err := json.Unmarshal(body, &l); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return l
}

func TestBoardPages(t *testing.T) {
	s := newSite(t)
	for i := range 1500 {
		put(s, timesheet.EmployeeID(fmt.Sprintf("E%04d", i)), "2026-11-23", "2026-11-23T08:00:00Z", "2026-11-23T16:00:00Z")
	}
	h := handler(s)
	walk := func(t *testing.T, limit string) (pages int, ids []string) {
		for target := "/v1/days/2026-11-23?" + limit; ; pages++ {
			w := get(h, target)
			if w.Code != 200 {
				t.Fatal(w.Code, w.Body)
			}
			l := readList(t, w.Body.Bytes())
			for _, e := range l.Entries {
				ids = append(ids, e.ID)
			}
			if l.Next == nil {
				return pages + 1, ids
			}
			target = "/v1/days/2026-11-23?" + limit + "&cursor=" + *l.Next
		}
	}
	for limit, want := range map[string]int{"": 2, "limit=1000": 2, "limit=10000": 1, "limit=1500": 1, "limit=1499": 2, "limit=100": 15} {
		t.Run("by "+limit+" come once each", func(t *testing.T) {
			pages, ids := walk(t, limit)
			if pages != want || len(ids) != 1500 {
				t.Fatalf("%d entries on %d pages", len(ids), pages)
			}
			for i, id := range ids {
				if id != fmt.Sprintf("E%04d", i) {
					t.Fatalf("entry %d is of %s", i, id)
				}
			}
		})
	}
	t.Run("of a day without entries are one empty page", func(t *testing.T) {
		if w := get(h, "/v1/days/2001-01-01"); !strings.HasPrefix(w.Body.String(), `{"entries":[],"next":null,"as_of":null,"day":"2001-01-01"`) {
			t.Fatal(w.Body)
		}
	})
}

func TestEmployeeDays(t *testing.T) {
	s := newSite(t)
	for d := timesheet.DayOf(2026, 9, 1); d <= timesheet.DayOf(2026, 12, 1); d++ {
		put(s, "7", d.String(), d.String()+"T08:00:00Z", d.String()+"T08:00:00Z")
	}
	h := handler(s)
	for query, want := range map[string][2]string{
		"":                               {"2026-10-24", "2026-11-23"},
		"?from=2026-09-01&to=2026-09-01": {"2026-09-01", "2026-09-01"},
		"?from=2026-11-01":               {"2026-11-01", "2026-11-23"},
		"?to=2026-10-31":                 {"2026-10-01", "2026-10-31"},
		"?from=2025-10-20&to=2026-11-23": {"2026-09-01", "2026-11-23"},
	} {
		t.Run("with "+query, func(t *testing.T) {
			w := get(h, "/v1/employees/7/days"+query)
			l := readList(t, w.Body.Bytes())
			if len(l.Entries) == 0 || l.Next != nil || l.Entries[0].Day != want[0] || l.Entries[len(l.Entries)-1].Day != want[1] {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
		})
	}
	t.Run("of an unknown employee are none", func(t *testing.T) {
		if w := get(h, "/v1/employees/8/days"); w.Code != 200 || w.Body.String() != `{"entries":[],"next":null,"as_of":null}` {
			t.Fatal(w.Code, w.Body)
		}
	})
}

func TestBadQueries(t *testing.T) {
	h := handler(newSite(t))
	for target, words := range map[string][]string{
		"/v1/days/2026-13-01":                                {"day", `"2026-13-01"`, "2006-01-02"},
		"/v1/days/today":                                     {"day", `"today"`},
		"/v1/days/2026-11-23?limit=0":                        {"limit", `"0"`, "1 to 10000"},
		"/v1/days/2026-11-23?limit=10001":                    {"limit", `"10001"`},
		"/v1/days/2026-11-23?limit=":                         {"limit", `""`},
		"/v1/days/2026-11-23?limit=ten":                      {"limit", `"ten"`},
		"/v1/days/2026-11-23?cursor=!":                       {"cursor", `"!"`, "next"},
		"/v1/days/2026-11-23?cursor=YWJj":                    {"cursor"},
		"/v1/days/2026-11-23?limt=5":                         {"limt", "cursor, limit"},
		"/v1/days/2026-11-23?limit=5&limit=6":                {"limit", "more than once"},
		"/v1/days/2026-11-23?%zz":                            {"query"},
		"/v1/employees/7/days?from=2026-11-24&to=2026-11-23": {"from 2026-11-24", "to 2026-11-23"},
		"/v1/employees/7/days?from=2027-01-01":               {"from 2027-01-01", "to 2026-11-23"},
		"/v1/employees/7/days?from=2016-01-01&to=2026-11-23": {"2016-01-01 to", "400 days"},
		"/v1/employees/7/days?from=":                         {"from", `""`},
		"/v1/employees/7/days?to=yesterday":                  {"to", `"yesterday"`},
		"/v1/employees/%20/days":                             {"id", "empty"},
		"/v1/employees/%00/days":                             {"id", "U+0000"},
		"/v1/employees/%ff/days":                             {"id", "UTF-8"},
		"/v1/employees/" + strings.Repeat("x", 65) + "/days": {"id", "65 bytes"},
		"/v1/admin/export?from=2026-11-24&to=2026-11-23":     {"from 2026-11-24", "to 2026-11-23"},
	} {
		t.Run(target, func(t *testing.T) {
			p := problemOf(t, get(h, target))
			if p.Status != 400 || p.Code != "invalid" {
				t.Errorf("%+v", p)
			}
			for _, word := range words {
				if !strings.Contains(p.Detail, word) {
					t.Errorf("%q doesn't say %q", p.Detail, word)
				}
			}
		})
	}
}

// Any id that can be stored can be asked for, and comes back the same.
func TestOddEmployeeIDs(t *testing.T) {
	check := func(t interface{ Fatalf(string, ...any) }, s *site, h http.Handler, id timesheet.EmployeeID) {
		clear(s.entries)
		put(s, id, "2026-11-23", "2026-11-23T08:00:00Z", "2026-11-23T08:00:00Z")
		for _, target := range []string{"/v1/employees/" + url.PathEscape(string(id)) + "/days", "/v1/employees/" + percent(string(id)) + "/days", "/v1/days/2026-11-23"} {
			w := get(h, target)
			var l list
			if err := json.Unmarshal(w.Body.Bytes(), &l); err != nil || len(l.Entries) != 1 || l.Entries[0].ID != string(id) {
				t.Fatalf("%q by %s: %d %s", id, target, w.Code, w.Body)
			}
		}
	}
	s := newSite(t)
	h := handler(s)
	for _, id := range []timesheet.EmployeeID{"007", "a/b", "/", "//", "..", ".", "%", "%2F", "a+b", "a b", "?", "#", `"`, `\`, "<&>", "Zoë", "社員", "😀", "a:b", "*", ";", "~"} {
		check(t, s, h, id)
	}
	rapid.Check(t, func(t *rapid.T) {
		id, err := timesheet.ParseEmployeeID(rapid.StringN(1, 20, 64).Draw(t, "id"))
		if err == nil {
			check(t, s, h, id)
		}
	})
}

// percent escapes every byte.
func percent(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%%%02X", s[i])
	}
	return b.String()
}

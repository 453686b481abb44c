package http_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestTheSketchedDay(t *testing.T) {
	_, o := office(t)
	w := get(newHandler(o), "/v1/days/2026-11-23?q=ada")
	const want = `{"entries":[{"employee_id":"7","day":"2026-11-23","earliest":"2026-11-23T08:09:00+01:00","latest":"2026-11-23T18:09:00+01:00",` +
		`"clock_in":"2026-11-23T08:09:00+01:00","clock_out":"2026-11-23T18:09:00+01:00","name":"Ada Lovelace","team":"Engines","schedule":"office",` +
		`"status":"complete","gross_seconds":36000,"break_seconds":7200,"worked_seconds":28800,"expected_seconds":25200,"late_seconds":0,` +
		`"early_seconds":0,"overtime_seconds":0,"holiday_worked_seconds":0,"marks":[],"provisional":true,"correction":null}],"next":null,"as_of":null,"day":"2026-11-23",` +
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
		"?show=away":                         "8",
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

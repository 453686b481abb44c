package http_test

import (
	"strings"
	"testing"
)

// Each bad correction is refused with its place, its value and what to do.
func TestBadCorrections(t *testing.T) {
	_, _, o := correctable(t)
	h := newHandler(o)
	set := func(s string) string { return `{"set":` + s + `,"reason":"why"}` }
	long := strings.Repeat("ä", 502)
	for _, tc := range []struct{ id, body, pointer, detail string }{
		{"9", ``, "#", `{"set"`},
		{"9", `7`, "#", `{"set"`},
		{"9", `[]`, "#", `{"set"`},
		{"9", `null`, "#", `{"set"`},
		{"9", `{"set":null`, "#", "JSON"},
		{"9", `{"set":null,"reason":"x"} {}`, "#", "follows"},
		{"9", `{"set":null,"reason":"x",}`, "#", "JSON"},
		{"9", `{"reason":"x"}`, "#/set", "null to withdraw"},
		{"9", `{"set":null}`, "#/reason", "say why"},
		{"9", `{"set":null,"reason":null}`, "#/reason", "say why"},
		{"9", `{"set":null,"reason":" "}`, "#/reason", "say why"},
		{"9", `{"set":null,"reason":7}`, "#/reason", "7 is not a text"},
		{"9", set(`{}`), "#/set", "sets nothing"},
		{"9", set(`{"clock_in":null,"remark":""}`), "#/set", "sets nothing"},
		{"9", set(`"18:00"`), "#/set", `{"clock_in"`},
		{"9", set(`{"clockout":"18:00"}`), "#/set", `"clockout" is not known`},
		{"9", set(`{"Clock_Out":"18:00"}`), "#/set", `"Clock_Out" is not known`},
		{"9", set(`{"clock_out":"18:00","clock_out":"19:00"}`), "#/set/clock_out", "twice"},
		{"9", `{"set":null,"set":{"remark":"x"},"reason":"x"}`, "#/set", "twice"},
		{"9", `{"set":null,"reason":"x","actor":"boss"}`, "#", `"actor" is not known`},
		{"9", `{"set":null,"reason":"x","seq":1}`, "#", `"seq" is not known`},
		{"9", set(`{"clock_out":1800}`), "#/set/clock_out", "1800 is not a text"},
		{"9", set(`{"clock_out":["18:00"]}`), "#/set/clock_out", "is not a text"},
		{"9", set(`{"remark":{"a":1}}`), "#/set/remark", "is not a text"},
		{"9", set(`{"clock_out":"6pm"}`), "#/set/clock_out", `"6pm" is not a time; write 18:00`},
		{"9", set(`{"clock_out":""}`), "#/set/clock_out", "write 18:00"},
		{"9", set(`{"clock_out":"24:00"}`), "#/set/clock_out", `"24:00" is not a time`},
		{"9", set(`{"clock_out":"18:00Z"}`), "#/set/clock_out", `"18:00Z" is not a time`},
		{"9", set(`{"clock_out":"18.00"}`), "#/set/clock_out", "is not a time"},
		{"9", set(`{"clock_out":"2026-11-31T18:00:00"}`), "#/set/clock_out", "is not a time"},
		{"9", set(`{"clock_out":"2026-11-23 18:00"}`), "#/set/clock_out", "is not a time"},
		{"9", set(`{"clock_out":"2026-11-24T00:00:00"}`), "#/set/clock_out", "outside the day 2026-11-23"},
		{"9", set(`{"clock_in":"2026-11-22T23:59:59"}`), "#/set/clock_in", "outside the day 2026-11-23"},
		{"9", set(`{"clock_out":"9999-12-31T18:00:00"}`), "#/set/clock_out", "outside the day"},
		{"9", set(`{"clock_out":"0000-01-01T00:00:00+23:59"}`), "#/set/clock_out", "outside the day"},
		{"9", set(`{"clock_out":"21:00:01"}`), "#/set/clock_out", "in the future"}, // it is 21:00
		{"9", set(`{"clock_out":"09:30"}`), "#/set/clock_out", "not after the clock-in"},
		{"9", set(`{"clock_in":"18:00","clock_out":"17:00"}`), "#/set/clock_out", "not after the clock-in"},
		{"9", set(`{"clock_in":"09:31"}`), "#/set/clock_in", "give clock_out as well"},
		{"10", set(`{"clock_out":"18:00"}`), "#/set/clock_in", "it is missing"},
		{"9", set(`{"remark":"` + long + `"}`), "#/set/remark", "502 characters, at most 500"},
		{"9", `{"set":{"remark":"x"},"reason":"` + long + `"}`, "#/reason", "502 characters, at most 500"},
		{"9", set(`{"remark":"a\u0000b"}`), "#/set/remark", "control character"},
		{"9", "{\"set\":{\"remark\":\"a\xffb\"},\"reason\":\"x\"}", "#", "UTF-8"},
	} {
		p := problemOf(t, correct(h, tc.id, monday, tc.body))
		if p.Status != 400 || p.Code != "invalid" || len(p.Errors) == 0 || p.Errors[0].Pointer != tc.pointer || !strings.Contains(p.Errors[0].Detail, tc.detail) {
			t.Errorf("%s: %+v, want %s at %s", tc.body, p, tc.detail, tc.pointer)
		}
	}
	t.Run("tells all at once", func(t *testing.T) {
		p := problemOf(t, correct(h, "9", monday, `{"set":{"clock_in":7,"x":1},"why":""}`))
		var at []string
		for _, e := range p.Errors {
			at = append(at, e.Pointer)
		}
		if got := strings.Join(at, " "); got != "# #/set #/set/clock_in #/reason" {
			t.Errorf("%s: %+v", got, p)
		}
	})
	t.Run("beside the body", func(t *testing.T) {
		const good = `{"set":{"remark":"x"},"reason":"x"}`
		for _, tc := range []struct {
			id, day   string
			headers   []string
			status    int
			parameter string
			detail    string
		}{
			{"old7", monday, nil, 400, "id", `"old7" is a badge of "7"`},
			{"9", "2026-02-30", nil, 400, "day", "2006-01-02"},
			{"%ff", monday, nil, 400, "id", "UTF-8"},
			{"9", monday, []string{"Idempotency-Key", ""}, 400, "Idempotency-Key", "leave it out"},
			{"9", monday, []string{"Idempotency-Key", strings.Repeat("k", 201)}, 400, "Idempotency-Key", "201 characters"},
			{"9", monday, []string{"Idempotency-Key", "\xff"}, 400, "Idempotency-Key", "UTF-8"},
			{"nobody", monday, nil, 404, "", `"nobody"`},
			{"9", monday, []string{"Content-Type", "text/csv"}, 415, "", "application/json"},
			{"9", monday, []string{"Content-Type", "application/json; charset=latin1"}, 415, "", "UTF-8"},
		} {
			p := problemOf(t, correct(h, tc.id, tc.day, good, tc.headers...))
			if p.Status != tc.status || !strings.Contains(p.Detail, tc.detail) || tc.parameter != "" && p.Errors[0].Parameter != tc.parameter {
				t.Errorf("%s %s %v: %+v", tc.id, tc.day, tc.headers, p)
			}
		}
		if p := problemOf(t, ask(h, "POST", "/v1/employees/9/days/"+monday+"/corrections?force=1", jsonType, good)); p.Status != 400 || p.Errors[0].Parameter != "force" {
			t.Errorf("%+v", p)
		}
		if p := problemOf(t, correct(h, "9", monday, `{"set":{"remark":"`+strings.Repeat("x", 17<<10)+`"},"reason":"x"}`)); p.Status != 413 {
			t.Errorf("%+v", p)
		}
	})
	if all := answered[corrections](t, h, "/v1/employees/9/days/"+monday+"/corrections").Corrections; len(all) != 0 {
		t.Errorf("kept: %+v", all)
	}
}

// Who is unknown depends on whether there is a directory, and a clocking nearby makes known.
func TestWhoCanBeCorrected(t *testing.T) {
	const good = `{"set":{"clock_in":"09:00"},"reason":"x"}`
	s, kept, o := correctable(t)
	h := newHandler(o)
	t.Run("one who clocked that week", func(t *testing.T) {
		if got := corrected(t, correct(h, "99", "2026-11-20", good)); got.Entry.Earliest != nil {
			t.Errorf("%+v", got)
		}
	})
	t.Run("anybody without a directory", func(t *testing.T) {
		plain := options(s)
		plain.Corrections = kept.Another()
		corrected(t, correct(newHandler(plain), "nobody", monday, good))
	})
	t.Run("nobody whose day is no longer kept", func(t *testing.T) {
		if _, err := kept.Purge(t.Context(), mustDay("2026-11-21")); err != nil {
			t.Fatal(err)
		}
		if p := problemOf(t, correct(h, "9", "2026-11-20", good)); p.Status != 404 || !strings.Contains(p.Detail, "2026-11-20 is no longer kept") {
			t.Errorf("%+v", p)
		}
	})
	t.Run("nobody who was erased", func(t *testing.T) {
		if _, err := kept.Erase(t.Context(), "10"); err != nil {
			t.Fatal(err)
		}
		if p := problemOf(t, correct(h, "10", monday, good)); p.Status != 404 {
			t.Errorf("%+v", p)
		}
	})
	t.Run("nobody where the store can't be reached", func(t *testing.T) {
		s.mu.Lock()
		s.broken = errUnavailable
		s.mu.Unlock()
		if p := problemOf(t, correct(h, "9", monday, good)); p.Status != 503 {
			t.Errorf("%+v", p)
		}
	})
	t.Run("nobody where no corrections are kept", func(t *testing.T) {
		without := newHandler(options(newSite(t)))
		if p := problemOf(t, correct(without, "9", monday, good)); p.Status != 404 {
			t.Errorf("%+v", p)
		}
		if p := problemOf(t, get(without, "/v1/employees/9/days/"+monday+"/corrections")); p.Status != 404 {
			t.Errorf("%+v", p)
		}
	})
}

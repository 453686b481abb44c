package http_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	timesheethttp "timesheet/http"
	"timesheet/storetest"
)

// correctionAnswer is what is read of a correction.
type correctionAnswer struct {
	Seq           int
	Withdrawn     bool
	ClockIn       *string `json:"clock_in"`
	ClockOut      *string `json:"clock_out"`
	Remark        *string
	Reason, Actor string
	Review        bool
}

type correctionResult struct {
	Correction correctionAnswer
	Entry      struct {
		row
		Earliest, Latest *string
		ClockOut         *string `json:"clock_out"`
		Correction       *correctionAnswer
	}
}

type corrections struct {
	Corrections []correctionAnswer
}

// correctable is the office with a store of corrections.
func correctable(tb testing.TB) (*site, *storetest.Memory, timesheethttp.Options) {
	tb.Helper()
	s, o := office(tb)
	kept := storetest.NewMemory(4)
	o.Corrections = kept
	return s, kept, o
}

// correct posts a correction; headers come in pairs.
func correct(h http.Handler, id, day, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/v1/employees/"+id+"/days/"+day+"/corrections", strings.NewReader(body))
	r.Header.Set("Content-Type", jsonType)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func corrected(t testing.TB, w *httptest.ResponseRecorder) (v correctionResult) {
	t.Helper()
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil || w.Code != 200 {
		t.Fatalf("%d %s (%v)", w.Code, w.Body, err)
	}
	return v
}

const monday = "2026-11-23"

func TestCorrections(t *testing.T) {
	history := func(t *testing.T, h http.Handler, id string) ([]correctionAnswer, string) {
		t.Helper()
		target := "/v1/employees/" + id + "/days/" + monday + "/corrections"
		return answered[corrections](t, h, target).Corrections, get(h, target).Header().Get("ETag")
	}
	t.Run("a forgotten clock-out is set, and the clockings stay", func(t *testing.T) {
		_, _, o := correctable(t)
		h := newHandler(o)
		got := corrected(t, correct(h, "9", monday, `{"set":{"clock_out":"18:00"},"reason":"forgot; seen by the gate"}`))
		c, e := got.Correction, got.Entry
		if c.Seq != 1 || c.ClockIn != nil || *c.ClockOut != "2026-11-23T18:00:00+01:00" || c.Reason != "forgot; seen by the gate" || c.Actor != "anonymous" || c.Review || c.Remark != nil {
			t.Errorf("%+v", c)
		}
		if *e.Earliest != "2026-11-23T09:30:00+01:00" || *e.Latest != *e.Earliest || *e.ClockOut != *c.ClockOut || *e.Worked != 6*3600+1800 || e.Correction == nil || e.Correction.Seq != 1 {
			t.Errorf("%+v", e)
		}
		if all, _ := history(t, h, "9"); len(all) != 1 || all[0].Seq != 1 {
			t.Errorf("%+v", all)
		}
	})
	t.Run("every answer says it", func(t *testing.T) {
		_, _, o := correctable(t)
		h := newHandler(o)
		corrected(t, correct(h, "9", monday, `{"set":{"clock_out":"18:00","remark":"gate log"},"reason":"forgot"}`))
		for _, target := range []string{
			"/v1/days/" + monday, "/v1/employees/9/days", "/v1/employees/9/weeks/2026-W48", "/v1/employees/9/months/2026-11",
			"/v1/employees/9/days/" + monday + "/explain",
		} {
			if w := get(h, target); !strings.Contains(w.Body.String(), `"correction":{"seq":1,"withdrawn":false,"clock_in":null,"clock_out":"2026-11-23T18:00:00+01:00","remark":"gate log","reason":"forgot"`) {
				t.Errorf("%s: %d %s", target, w.Code, w.Body)
			}
		}
		if w := get(h, "/v1/employees/9/days/"+monday+"/explain"); !strings.Contains(w.Body.String(), `{"rule":"correction","key":"corrected_out","text":"clock-out 18:00 (the clockings: 09:30)"`) {
			t.Errorf("explained as %s", w.Body)
		}
		for _, target := range []string{"/v1/days/" + monday + ".csv", "/v1/employees/9/days.csv", "/v1/employees/9/months/2026-11.csv", "/v1/exceptions.csv?from=2026-11-23&to=2026-11-23"} {
			if w := get(h, target); !strings.Contains(w.Body.String(), ",corrected,gate log") || !strings.Contains(w.Body.String(), ",correction,remark") {
				t.Errorf("%s: %d %s", target, w.Code, w.Body)
			}
		}
	})
	t.Run("a day without clockings has a row by it", func(t *testing.T) {
		_, _, o := correctable(t)
		h := newHandler(o)
		got := corrected(t, correct(h, "10", monday, `{"set":{"clock_in":"09:00","clock_out":"2026-11-23T17:00:00Z"},"reason":"machine broken"}`))
		if e := got.Entry; e.Earliest != nil || e.Latest != nil || *e.ClockIn != "2026-11-23T09:00:00+01:00" || *e.Worked != 7*3600 || e.Status != "complete" {
			t.Errorf("%+v", e)
		}
		if rows := answered[boardAnswer](t, h, "/v1/employees/10/days").Entries; len(rows) != 1 || *rows[0].Worked != 7*3600 {
			t.Errorf("%+v", rows)
		}
	})
	t.Run("null withdraws, and null or nothing inside leaves it to the clockings", func(t *testing.T) {
		_, _, o := correctable(t)
		h := newHandler(o)
		corrected(t, correct(h, "9", monday, `{"set":{"clock_in":null,"clock_out":"18:00:00","remark":null},"reason":"forgot"}`))
		got := corrected(t, correct(h, "9", monday, `{"set":null,"reason":"wrong employee"}`))
		if !got.Correction.Withdrawn || got.Correction.Seq != 2 || got.Entry.Correction != nil || got.Entry.Status != "open" || got.Entry.ClockOut != nil {
			t.Errorf("%+v", got)
		}
		if all, _ := history(t, h, "9"); len(all) != 2 || all[0].ClockOut == nil || !all[1].Withdrawn {
			t.Errorf("%+v", all)
		}
		if p := problemOf(t, correct(h, "9", monday, `{"set":null,"reason":"again"}`)); p.Status != 409 || !strings.Contains(p.Detail, "withdraw") {
			t.Errorf("%+v", p)
		}
	})
	t.Run("clockings that come later ask for a review", func(t *testing.T) {
		s, _, o := correctable(t)
		h := newHandler(o)
		corrected(t, correct(h, "9", monday, `{"set":{"clock_out":"18:00"},"reason":"forgot"}`))
		put(s, "9", monday, "2026-11-23T08:30:00Z", "2026-11-23T17:10:00Z")
		all, _ := history(t, h, "9")
		e := answered[boardAnswer](t, h, "/v1/employees/9/days").Entries[0]
		if !all[0].Review || !strings.Contains(strings.Join(e.Marks, " "), "review") {
			t.Errorf("%+v, marks %v", all, e.Marks)
		}
		if w := get(h, "/v1/days/"+monday+".csv"); !strings.Contains(w.Body.String(), ",review,") {
			t.Errorf("%s", w.Body)
		}
	})
	t.Run("entries of all badges are what was seen", func(t *testing.T) {
		_, kept, o := correctable(t)
		h := newHandler(o)
		if got := corrected(t, correct(h, "7", monday, `{"set":{"clock_out":"19:00"},"reason":"stayed"}`)); got.Correction.Review {
			t.Errorf("%+v", got)
		}
		cs, err := kept.Corrections(t.Context(), "7", mustDay(monday), mustDay(monday))
		if err != nil || cs[0].SeenEarliest != instant("2026-11-23T07:09:00Z") || cs[0].SeenLatest != instant("2026-11-23T17:09:00Z") {
			t.Errorf("%v %v", cs, err)
		}
	})
	t.Run("a night worker's times after midnight are of the next date", func(t *testing.T) {
		s := newSite(t, rule("", 0, "Europe/Berlin", 0), rule("9", 0, "Europe/Berlin", 12*60*60e9))
		o := options(s)
		o.Corrections = storetest.NewMemory(4)
		got := corrected(t, correct(newHandler(o), "9", "2026-11-22", `{"set":{"clock_in":"22:00","clock_out":"06:00"},"reason":"night"}`))
		if *got.Correction.ClockIn != "2026-11-22T22:00:00+01:00" || *got.Correction.ClockOut != "2026-11-23T06:00:00+01:00" {
			t.Errorf("%+v", got.Correction)
		}
	})
}

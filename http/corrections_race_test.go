package http_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"timesheet"
	"timesheet/storetest"
)

// Two instances that correct one day at once keep both, and say the same afterwards.
func TestCorrectionsAtOnce(t *testing.T) {
	s, kept, o := correctable(t)
	other := o
	other.Store, other.Corrections, other.Registry = keeper{s}, kept.Another(), nil
	instances := []http.Handler{newHandler(o), newHandler(other)}
	const each = 20
	var all sync.WaitGroup
	for i, h := range instances {
		all.Go(func() {
			for n := range each {
				w := correct(h, "9", monday, fmt.Sprintf(`{"set":{"clock_out":"1%d:%02d"},"reason":"instance %d"}`, 5+i, n, i))
				if w.Code != 200 {
					t.Errorf("%d %s", w.Code, w.Body)
				}
			}
		})
	}
	all.Wait()
	var texts [2][2]string
	for i, h := range instances {
		history := get(h, "/v1/employees/9/days/"+monday+"/corrections").Body.String()
		texts[i] = [2]string{history, get(h, "/v1/employees/9/days?from="+monday+"&to="+monday).Body.String()}
		var v corrections
		if err := json.Unmarshal([]byte(history), &v); err != nil || len(v.Corrections) != 2*each {
			t.Fatalf("%d of %d are kept: %s", len(v.Corrections), 2*each, history)
		}
		for n, c := range v.Corrections {
			if c.Seq != n+1 {
				t.Errorf("%d. is %d", n+1, c.Seq)
			}
		}
		last, rows := v.Corrections[2*each-1], answered[boardAnswer](t, h, "/v1/days/"+monday+"?q=charles").Entries
		if len(rows) != 1 || *rows[0].Gross != 1800+3600*(last.hour(t)-10)+60*last.minute(t) {
			t.Errorf("%+v after %+v", rows, last)
		}
	}
	if texts[0] != texts[1] {
		t.Errorf("they differ:\n%v\n%v", texts[0], texts[1])
	}
}

func (c correctionAnswer) hour(t *testing.T) int   { return c.part(t, 11) }
func (c correctionAnswer) minute(t *testing.T) int { return c.part(t, 14) }

func (c correctionAnswer) part(t *testing.T, at int) (n int) {
	if _, err := fmt.Sscanf((*c.ClockOut)[at:at+2], "%02d", &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// No body makes the service fail, and what it takes is what it then says.
func FuzzCorrection(f *testing.F) {
	for _, body := range []string{
		`{"set":{"clock_out":"18:00"},"reason":"forgot"}`, `{"set":null,"reason":"x"}`, `{"set":{"clock_in":"2026-11-23T08:00:00+01:00","remark":"é"},"reason":"x"}`,
		`{"set":{"clock_in":"09:00","clock_in":"x"}}`, `{"set":{"remark":"\ud800"},"reason":"\u0000"}`, `[{}]`, `{"set":{"clock_out":"23:59:59.9999999999"},"reason":1}`,
	} {
		f.Add(body, "k", `"1.a.b.c"`)
	}
	s, _, o := correctable(f)
	f.Fuzz(func(t *testing.T, body, key, match string) {
		o := o
		kept := storetest.NewMemory(4)
		o.Store, o.Corrections, o.Registry = keeper{s}, kept, nil
		h := newHandler(o)
		w := correct(h, "9", monday, body, "Idempotency-Key", key, "If-Match", match)
		if w.Code != 200 {
			problemOf(t, w)
			if w.Code != 400 && w.Code != 409 && w.Code != 413 {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			return
		}
		got := corrected(t, w)
		cs, err := kept.Corrections(t.Context(), "9", mustDay(monday), mustDay(monday))
		if err != nil || len(cs) != 1 || cs[0].Key != key || got.Correction.Seq != 1 || got.Correction.Reason != cs[0].Reason || cs[0].Check(timesheet.Entry{Employee: "9", Day: mustDay(monday), Earliest: instant("2026-11-23T08:30:00Z"), Latest: instant("2026-11-23T08:30:00Z")}, s.DayRules().For("9"), cs[0].At) != nil {
			t.Fatalf("%+v %v %+v", cs, err, got)
		}
	})
}

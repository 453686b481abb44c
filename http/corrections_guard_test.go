package http_test

import (
	"net/http"
	"strings"
	"testing"

	"timesheet"
)

// A retry makes no second correction, and what was seen meanwhile isn't lost.
func TestCorrectionGuards(t *testing.T) {
	const out18, out19 = `{"set":{"clock_out":"18:00"},"reason":"forgot"}`, `{"set":{"clock_out":"19:00"},"reason":"forgot"}`
	setup := func(t *testing.T) (*site, http.Handler, func() string) {
		s, _, o := correctable(t)
		h := newHandler(o)
		return s, h, func() string {
			return get(h, "/v1/employees/9/days/"+monday+"/corrections").Header().Get("ETag")
		}
	}
	t.Run("the same key makes one", func(t *testing.T) {
		s, h, _ := setup(t)
		corrected(t, correct(h, "9", monday, out18, "Idempotency-Key", "k 1"))
		put(s, "9", monday, "2026-11-23T08:30:00Z", "2026-11-23T18:30:00Z") // the facts moved
		again := corrected(t, correct(h, "9", monday, out18, "Idempotency-Key", "k 1", "If-Match", `"old"`))
		if again.Correction.Seq != 1 || !again.Correction.Review || len(answered[corrections](t, h, "/v1/employees/9/days/"+monday+"/corrections").Corrections) != 1 {
			t.Errorf("%+v", again)
		}
		if p := problemOf(t, correct(h, "9", monday, out19, "Idempotency-Key", "k 1")); p.Status != 409 || p.Code != "conflict" {
			t.Errorf("%+v", p)
		}
		if two := corrected(t, correct(h, "9", monday, out18, "Idempotency-Key", "k 2")); two.Correction.Seq != 2 {
			t.Errorf("%+v", two)
		}
	})
	t.Run("a retry is answered though its time is good no more", func(t *testing.T) {
		s, h, _ := setup(t)
		const early = `{"set":{"clock_in":"09:20"},"reason":"badge"}`
		corrected(t, correct(h, "9", monday, early, "Idempotency-Key", "k"))
		put(s, "9", monday, "2026-11-23T08:10:00Z", "2026-11-23T08:10:00Z")
		s.mu.Lock()
		s.entries[key{"9", mustDay(monday)}] = timesheet.Entry{Employee: "9", Day: mustDay(monday), Earliest: instant("2026-11-23T08:10:00Z"), Latest: instant("2026-11-23T08:10:00Z")}
		s.mu.Unlock()
		if p := problemOf(t, correct(h, "9", monday, early)); p.Status != 400 {
			t.Errorf("a new one: %+v", p)
		}
		if again := corrected(t, correct(h, "9", monday, early, "Idempotency-Key", "k")); again.Correction.Seq != 1 {
			t.Errorf("%+v", again)
		}
	})
	t.Run("If-Match keeps who has not seen the newest from correcting", func(t *testing.T) {
		_, h, tag := setup(t)
		first := tag()
		w := correct(h, "9", monday, out18, "If-Match", first)
		corrected(t, w)
		if second := w.Header().Get("ETag"); second == first || second != tag() {
			t.Errorf("ETag %s after %s, then %s", second, first, tag())
		}
		for _, stale := range []string{first, `"made-up"`, `"9.1.1.1"`, "", `W/` + first} {
			if p := problemOf(t, correct(h, "9", monday, out19, "If-Match", stale)); p.Status != 409 || p.Code != "conflict" {
				t.Errorf("%s: %+v", stale, p)
			}
		}
		for i, good := range []string{"*", "", `"x", `, "W/", first + ", "} {
			if i > 0 {
				good += tag()
			}
			if got := corrected(t, correct(h, "9", monday, out19, "If-Match", good)); got.Correction.Seq != 2+i {
				t.Errorf("%s: %+v", good, got.Correction)
			}
		}
		if got := corrected(t, correct(h, "9", monday, out19)); got.Correction.Seq != 7 {
			t.Errorf("without it: %+v", got.Correction)
		}
	})
	t.Run("an ETag of another day is none", func(t *testing.T) {
		_, h, _ := setup(t)
		other := get(h, "/v1/employees/9/days/2026-11-20/corrections").Header().Get("ETag")
		if p := problemOf(t, correct(h, "9", monday, out18, "If-Match", other)); p.Status != 409 {
			t.Errorf("%+v", p)
		}
	})
	t.Run("the clockings that were seen are those of the ETag", func(t *testing.T) {
		s, h, tag := setup(t)
		before := tag()
		put(s, "9", monday, "2026-11-23T08:30:00Z", "2026-11-23T12:30:00Z")
		if tag() == before {
			t.Error("the ETag doesn't tell of clockings")
		}
		if got := corrected(t, correct(h, "9", monday, out18, "If-Match", before)); !got.Correction.Review {
			t.Errorf("%+v", got.Correction)
		}
		if got := corrected(t, correct(h, "9", monday, out18, "If-Match", tag())); got.Correction.Review {
			t.Errorf("%+v", got.Correction)
		}
	})
}

// Who may correct corrects those whom he may read, and learns nothing of others.
func TestCorrectionsWithinReach(t *testing.T) {
	const good = `{"set":{"remark":"x"},"reason":"x"}`
	_, kept, o := correctable(t)
	o.Access = oneToken{who: timesheet.Principal{Name: "mills", Scopes: timesheet.ScopeReadTeam | timesheet.ScopeCorrect, Teams: []string{"Mills"}}}
	h := bearing(newHandler(o))
	if got := corrected(t, correct(h, "9", monday, good)); got.Correction.Actor != "mills" {
		t.Errorf("%+v", got)
	}
	denied := ""
	for _, id := range []string{"7", "old7", "99", "nobody"} {
		w := correct(h, id, monday, good)
		if denied == "" {
			denied = w.Body.String()
		}
		if w.Code != 403 || w.Body.String() != denied {
			t.Errorf("%s: %d %s", id, w.Code, w.Body)
		}
		if w := get(h, "/v1/employees/"+id+"/days/"+monday+"/corrections"); w.Code != 403 || w.Header().Get("ETag") != "" {
			t.Errorf("%s: %d %s", id, w.Code, w.Body)
		}
	}
	if cs, _, err := kept.Corrected(t.Context(), timesheet.FirstDay, timesheet.LastDay, "", 10); err != nil || len(cs) != 1 || cs[0].Employee != "9" {
		t.Errorf("%v %v", cs, err)
	}
}

func TestNameOfTheActor(t *testing.T) {
	for name, want := range map[string]string{
		"hr": "hr", "a\nb": "a b", " ": "somebody without a name", strings.Repeat("ä", 60): strings.Repeat("ä", 50), strings.Repeat("x", 99) + "€": strings.Repeat("x", 99), "\xff": "�",
	} {
		_, _, o := correctable(t)
		o.Access = oneToken{who: timesheet.Principal{Name: name, Scopes: timesheet.AllScopes}}
		got := corrected(t, correct(bearing(newHandler(o)), "9", monday, `{"set":{"remark":"x"},"reason":"x"}`))
		if got.Correction.Actor != want {
			t.Errorf("%q became %q, want %q", name, got.Correction.Actor, want)
		}
	}
}

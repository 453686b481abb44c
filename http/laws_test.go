package http_test

import (
	"encoding/json"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"timesheet"
)

// sent is a row as a sender writes it.
type sent struct{ id, at string }

func drawRows(t *rapid.T) []sent {
	id := rapid.OneOf(rapid.StringMatching(`[0-9]{1,6}`), rapid.StringMatching(` {0,2}[A-Za-z /%"',äß社]{0,8}`), rapid.StringN(0, 20, 70))
	day := rapid.StringMatching(`(2026|1999|2027)-(0[1-9]|1[0-3])-([0-2][0-9]|3[0-3])`)
	clock := rapid.StringMatching(`(T| )([01][0-9]|2[0-4]):[0-6][0-9]:[0-5][0-9](\.[0-9]{1,3})?(Z|\+0[0-9]:30)?`)
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) sent {
		return sent{strings.Map(oneLine, id.Draw(t, "id")), day.Draw(t, "day") + clock.Draw(t, "clock")}
	}), 0, 300).Draw(t, "rows")
}

// oneLine drops what would break a line in one format and not in another.
func oneLine(r rune) rune {
	if r == '\n' || r == '\r' || r == utf8.RuneError {
		return -1
	}
	return r
}

func (r sent) json() string {
	b, err := json.Marshal(map[string]string{"employee_id": r.id, "clocked_at": r.at})
	if err != nil {
		panic(err)
	}
	return string(b)
}

func (r sent) csv() string { return `"` + strings.ReplaceAll(r.id, `"`, `""`) + `",` + r.at }

// outcome is what a post did: the entries handed over, and the lines refused.
type outcome struct {
	entries  []timesheet.Entry
	accepted int
	lines    []int
}

// postOf posts a body to a site whose rules differ between employees.
func postOf(t interface {
	Fatalf(string, ...any)
}, s *site, media, body string, firstLine int) outcome {
	var o outcome
	s.fail = func(b timesheet.Batch) error { o.entries = slices.Clone(b.Entries); return nil }
	w := ask(handler(s), "POST", "/v1/clockings", media, body)
	var p problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != 200 && w.Code != 422 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	o.accepted = *p.Accepted
	for _, e := range p.Errors {
		o.lines = append(o.lines, e.Line-firstLine)
	}
	return o
}

// The same rows mean the same, whatever they come in, and each is either handed over
// or told.
func TestAllTypesMeanTheSame(t *testing.T) {
	s := newSite(t, rule("", 0, "Europe/Berlin", 0), rule("7", 0, "America/New_York", 12*60*60e9))
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t)
		var array, lines, csv []string
		for _, r := range rows {
			array, lines, csv = append(array, r.json()), append(lines, r.json()), append(csv, r.csv())
		}
		a := postOf(t, s, jsonType, "["+strings.Join(array, ",")+"]", 1)
		b := postOf(t, s, ndjsonType, strings.Join(lines, "\n"), 1)
		c := postOf(t, s, csvType, "clocked_at,employee_id\n"+swap(csv), 2)
		for _, o := range []outcome{b, c} {
			if !slices.Equal(a.entries, o.entries) || a.accepted != o.accepted || !slices.Equal(a.lines, o.lines) {
				t.Fatalf("%q\n%+v\n%+v", rows, a, o)
			}
		}
		if a.accepted != len(a.entries) || a.accepted+len(a.lines) != len(rows) {
			t.Fatalf("%d rows: %d accepted, %d entries, %d refused", len(rows), a.accepted, len(a.entries), len(a.lines))
		}
		for _, e := range a.entries {
			if err := e.Validate(); err != nil || e.Flags&timesheet.Direct == 0 {
				t.Fatalf("%+v: %v", e, err)
			}
		}
	})
}

// swap writes the columns the other way round.
func swap(rows []string) string {
	for i, r := range rows {
		k := strings.LastIndex(r, ",")
		rows[i] = r[k+1:] + "," + r[:k]
	}
	return strings.Join(rows, "\n")
}

// fuzzPost posts whatever comes: the service never fails, and says how much it took.
func fuzzPost(f *testing.F, media string, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		s := newSite(t)
		handed := 0
		s.fail = func(b timesheet.Batch) error { handed = len(b.Entries); return nil }
		w := ask(handler(s), "POST", "/v1/clockings", media, string(body))
		switch w.Code {
		case 200:
			checkAccepted(t, w, handed)
		case 422:
			if p := problemOf(t, w); p.Rejected == 0 || len(p.Errors) == 0 {
				t.Fatalf("%s", w.Body)
			}
			checkAccepted(t, w, handed)
		case 400:
			if problemOf(t, w); len(s.entries) > 0 {
				t.Fatal("something was applied of a refused body")
			}
		default:
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		for _, e := range s.entries {
			if err := e.Validate(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func checkAccepted(t *testing.T, w *httptest.ResponseRecorder, handed int) {
	t.Helper()
	var answer struct{ Accepted int }
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer.Accepted != handed {
		t.Fatalf("%d handed over, answered %s (%v)", handed, w.Body, err)
	}
}

func FuzzPostJSON(f *testing.F) {
	fuzzPost(f, jsonType, oneClocking, "["+oneClocking+","+oneClocking+"]", "[]", " ", "[{}", `{"employee_id":7,"clocked_at":0}`, "[[]]", `{"employee_id":"\ud800"}`)
}

func FuzzPostNDJSON(f *testing.F) {
	fuzzPost(f, ndjsonType, oneClocking, oneClocking+"\r\n\r\n"+oneClocking, "x", "\x00\n{}")
}

func FuzzPostCSV(f *testing.F) {
	fuzzPost(f, csvType, csvOf(3), "employee_id,clocked_at", "\"employee_id\",clocked_at\n\"7\n\",x", "id;employee_id\n1;2", "\xef\xbb\xbfclocked_at,employee_id\r\n2026-11-23 08:09:00,7")
}

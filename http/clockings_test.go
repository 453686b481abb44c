package http_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"timesheet"
	timesheethttp "timesheet/http"
)

const (
	jsonType   = "application/json"
	ndjsonType = "application/x-ndjson"
	csvType    = "text/csv"
)

func options(s *site) timesheethttp.Options {
	return timesheethttp.Options{Clockings: s, Store: keeper{s}, Now: evening, Logger: quiet}
}

func handler(s *site) http.Handler { return newHandler(options(s)) }

func ask(h http.Handler, method, target, contentType, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func get(h http.Handler, target string) *httptest.ResponseRecorder {
	return ask(h, http.MethodGet, target, "", "")
}

// problem is what the tests know of the error's body, written independently.
type problem struct {
	Type, Title, Detail, Code string
	Status, Rejected, Expired int
	Accepted                  *int
	Errors                    []struct {
		Line               int
		Parameter, Pointer string
		Code, Detail       string
	}
}

// problemOf reads a problem and checks what every one has.
func problemOf(t *testing.T, w *httptest.ResponseRecorder) problem {
	t.Helper()
	var p problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("status %d with %q: %v", w.Code, w.Body, err)
	}
	if ct := w.Header().Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("Content-Type %q", ct)
	}
	if p.Status != w.Code || p.Title == "" || p.Detail == "" || p.Code == "" || !strings.HasPrefix(p.Type, "urn:timesheet:problem:") {
		t.Errorf("status %d has the incomplete problem %s", w.Code, w.Body)
	}
	return p
}

func TestPostAnswers(t *testing.T) {
	const (
		good   = `{"employee_id":"7","clocked_at":"2026-11-23T08:09:00"}`
		future = `{"employee_id":"7","clocked_at":"2026-11-24T08:09:00"}`
		header = "employee_id,clocked_at\n"
		row    = "7,2026-11-23T08:09:00\n"
	)
	for _, tc := range []struct {
		name, media, body string
		status            int
		contains          string
	}{
		{"an object", jsonType, good, 200, `{"accepted":1}`},
		{"an object with an id and spaces around", jsonType, " \n" + `{"id":12,"employee_id":"7","clocked_at":"2026-11-23T08:09:00Z"}` + "\n", 200, `{"accepted":1}`},
		{"an object with a charset", "application/json; charset=UTF-8", good, 200, `{"accepted":1}`},
		{"a large object", jsonType, `{"note":"` + strings.Repeat("x", 10_000) + `",` + good[1:], 200, `{"accepted":1}`},
		{"an array", jsonType, "[" + good + "," + good + "]", 200, `{"accepted":2}`},
		{"a large array", jsonType, "[" + strings.Repeat(good+",", 999) + good + "]", 200, `{"accepted":1000}`},
		{"an empty array", jsonType, "[]", 200, `{"accepted":0}`},
		{"NDJSON", ndjsonType, good + "\n" + good, 200, `{"accepted":2}`},
		{"no NDJSON at all", ndjsonType, "", 200, `{"accepted":0}`},
		{"CSV", csvType, header + row + row + row, 200, `{"accepted":3}`},
		{"CSV with a charset", "text/csv; charset=utf-8; header=present", header + row, 200, `{"accepted":1}`},
		{"CSV with nothing but a header", csvType, header, 200, `{"accepted":0}`},

		{"an object in the future", jsonType, future, 422, `lies in the future`},
		{"an object without a time", jsonType, `{"employee_id":"7"}`, 422, `clocked_at`},
		{"an array with a bad element", jsonType, "[" + good + `,{"employee_id":"","clocked_at":"x"}]`, 422, `"accepted":1`},
		{"NDJSON with a bad line", ndjsonType, good + "\nnothing\n" + good, 422, `"accepted":2`},
		{"CSV with a bad line", csvType, header + "7,1971--10--29 -23:-59:-53\n" + row, 422, `"accepted":1`},

		{"no body", jsonType, "", 400, "nothing of"},
		{"half an object", jsonType, good[:20], 400, "nothing of"},
		{"two objects", jsonType, good + good, 400, "nothing of"},
		{"half an array", jsonType, "[" + good + ",", 400, "nothing of"},
		{"half a large array", jsonType, "[" + strings.Repeat(good+",", 1000), 400, "nothing of"},
		{"a JSON string", jsonType, `"clocking"`, 400, "nothing of"},
		{"CSV without a header", csvType, row, 400, "employee_id"},
		{"no CSV at all", csvType, "", 400, "nothing of"},

		{"no type", "", good, 415, "application/json, application/x-ndjson, text/csv"},
		{"an unknown type", "application/xml", good, 415, "application/json, application/x-ndjson, text/csv"},
		{"a damaged type", "application/json; ;;=", good, 415, "application/x-ndjson"},
		{"an unknown charset", "text/csv; charset=latin1", header + row, 415, "UTF-8"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSite(t)
			w := ask(handler(s), http.MethodPost, "/v1/clockings", tc.media, tc.body)
			if w.Code != tc.status || !strings.Contains(w.Body.String(), tc.contains) {
				t.Fatalf("%d %s, want %d with %q", w.Code, w.Body, tc.status, tc.contains)
			}
			if w.Code == 200 {
				if ct := w.Header().Get("Content-Type"); ct != jsonType {
					t.Errorf("Content-Type %q", ct)
				}
				return
			}
			problemOf(t, w)
			if n := len(s.all(timesheet.FirstDay, timesheet.LastDay)); w.Code != 422 && n > 0 {
				t.Errorf("%d entries were made of a refused body", n)
			}
		})
	}
}

func TestPostMakesTheEntry(t *testing.T) {
	s := newSite(t, rule("", 0, "Europe/Berlin", 0), rule("night", 0, "America/New_York", 12*time.Hour))
	body := `[{"employee_id":"7","clocked_at":"2026-11-20T18:09:00"},{"employee_id":"7","clocked_at":"2026-11-20T07:09:00.5Z"},
		{"employee_id":"night","clocked_at":"2026-11-21 06:00:00"}]`
	if w := ask(handler(s), http.MethodPost, "/v1/clockings", jsonType, body); w.Code != 200 {
		t.Fatal(w.Code, w.Body)
	}
	at := func(h, m, ms int) timesheet.Instant {
		return timesheet.InstantOf(time.Date(2026, 11, 20, h, m, 0, ms*1e6, time.UTC))
	}
	day := timesheet.DayOf(2026, 11, 20)
	want := []timesheet.Entry{
		{Employee: "7", Day: day, Flags: timesheet.Direct, Earliest: at(7, 9, 500), Latest: at(17, 9, 0)},
		{Employee: "night", Day: day, Flags: timesheet.Direct, Earliest: at(35, 0, 0), Latest: at(35, 0, 0)},
	}
	equalEntries(t, s.all(timesheet.FirstDay, timesheet.LastDay), want)
}

func TestGzip(t *testing.T) {
	zip := func(s string) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = io.WriteString(z, s)
		_ = z.Close()
		return b.String()
	}
	post := func(coding, body string) *httptest.ResponseRecorder {
		o := options(newSite(t))
		o.MaxBody = 100_000
		r := httptest.NewRequest(http.MethodPost, "/v1/clockings", strings.NewReader(body))
		r.Header.Set("Content-Type", jsonType)
		r.Header.Set("Content-Encoding", coding)
		r.ContentLength = -1 // as sent in chunks: nothing is known before it is read
		w := httptest.NewRecorder()
		newHandler(o).ServeHTTP(w, r)
		return w
	}
	whole := zip(oneClocking)
	for _, tc := range []struct {
		name, coding, body string
		status             int
	}{
		{"a small body", "gzip", whole, 200},
		{"no coding", "identity", oneClocking, 200},
		{"a large body", "GZIP", zip("[" + strings.Repeat(oneClocking+",", 1000) + oneClocking + "]"), 200},
		{"a body that is cut", "gzip", whole[:len(whole)-5], 400},
		{"a body that isn't compressed", "gzip", oneClocking, 400},
		{"a body that grows too large", "gzip", zip(strings.Repeat(" ", 1_000_000) + oneClocking), 413},
		{"a body of nothing that is too large", "gzip", strings.Repeat(zip(""), 5000), 413},
		{"another coding", "br", oneClocking, 415},
		{"two codings", "gzip, gzip", whole, 415},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if w := post(tc.coding, tc.body); w.Code != tc.status {
				t.Fatal(w.Code, w.Body)
			}
		})
	}
}

package http_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"timesheet"
)

// failing is a store whose boards fail after some pages.
type failing struct {
	keeper
	pages int
	dies  bool // by a panic
}

func (f *failing) Board(ctx context.Context, d timesheet.Day, after string, limit int) ([]timesheet.Entry, string, error) {
	if f.pages--; f.pages < 0 {
		if f.dies {
			panic("secret state")
		}
		return nil, "", errUnavailable
	}
	return f.keeper.Board(ctx, d, after, limit)
}

func TestExportThatFails(t *testing.T) {
	s := newSite(t)
	for _, e := range someEntries(10_000) {
		s.entries[key{e.Employee, e.Day}] = e
	}
	for _, pages := range []int{0, 1, 19} {
		t.Run(fmt.Sprintf("after %d pages is not taken for whole", pages), func(t *testing.T) {
			o := options(s)
			o.Store = &failing{keeper: keeper{s}, pages: pages}
			n := 0
			server := serve(t, o)
			err := dial(t, server.url).Export(t.Context(), timesheet.FirstDay, timesheet.LastDay, func(timesheet.Entry) error { n++; return nil })
			if !errors.Is(err, timesheet.Unavailable) || n > 500*pages {
				t.Fatal(n, err)
			}
		})
	}
	for why, dies := range map[string]bool{"by an error": false, "by a panic": true} {
		t.Run("cuts the connection, for those who don't know its form, "+why, func(t *testing.T) {
			o := options(s)
			o.Store = &failing{keeper: keeper{s}, pages: 19, dies: dies}
			resp, err := http.Get(serve(t, o).url + "/v1/admin/export")
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if text, err := io.ReadAll(resp.Body); err == nil || strings.Contains(string(text), "problem") {
				t.Fatalf("the answer looks whole: …%.200q", text[max(0, len(text)-200):])
			}
		})
	}
}

// Wherever the connection is cut, the export says so.
func TestExportThatIsCut(t *testing.T) {
	s := newSite(t)
	for _, e := range someEntries(200) {
		s.entries[key{e.Employee, e.Day}] = e
	}
	server := serve(t, options(s))
	whole := get(server.Handler(), "/v1/admin/export").Body.String()
	rules := get(server.Handler(), "/v1/admin/dayrules").Body.String()
	var body string
	cutting := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "dayrules") {
			w.Header().Set("Content-Type", jsonType)
			fmt.Fprint(w, rules)
			return
		}
		w.Header().Set("Content-Type", "application/vnd.timesheet.entries")
		fmt.Fprint(w, body)
	}))
	defer cutting.Close()
	r := dial(t, cutting.URL)
	all := func() error {
		return r.Export(t.Context(), timesheet.FirstDay, timesheet.LastDay, func(timesheet.Entry) error { return nil })
	}
	if body = whole; all() != nil {
		t.Fatal("the whole is refused")
	}
	rapid.Check(t, func(t *rapid.T) {
		body = whole[:rapid.IntRange(0, len(whole)-1).Draw(t, "cut")]
		if err := all(); !errors.Is(err, timesheet.Unavailable) {
			t.Fatalf("cut at %d of %d: %v", len(body), len(whole), err)
		}
	})
	for name, damaged := range map[string]string{"more behind the end": whole + "x", "an entry less": whole[:len(whole)-2] + "\xc7\x01", "a long id": "\xff\x01" + whole} {
		if body = damaged; all() == nil {
			t.Errorf("%s was taken for whole", name)
		}
	}
}

func TestBadBatches(t *testing.T) {
	s := newSite(t)
	h := handler(s)
	for name, tc := range map[string]struct {
		target, body string
		status       int
	}{
		"no version":        {"/v1/admin/batches", "\x00\x00", 400},
		"no body":           {"/v1/admin/batches?rules=1", "", 400},
		"a wrong count":     {"/v1/admin/batches?rules=1", "\x00\x01", 400},
		"a damaged span":    {"/v1/admin/batches?rules=1", "\x017\x80\xc4\x02\x08\xff\x00\x00\x00\x00\x00\x00\x00\x00\x01", 400},
		"an impossible day": {"/v1/admin/batches?rules=1", "\x017\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01", 400},
		"nothing at all":    {"/v1/admin/batches?rules=1", "\x00\x00", 200},
	} {
		t.Run(name, func(t *testing.T) {
			if w := ask(h, "POST", tc.target, "application/vnd.timesheet.entries", tc.body); w.Code != tc.status {
				t.Fatal(w.Code, w.Body)
			}
		})
	}
	t.Run("day rules that are no JSON", func(t *testing.T) {
		for _, body := range []string{"", "{", `{"version":1,"other":2}`, `{"version":1,"assignments":[{"from":"soon"}]}`} {
			if w := ask(h, "PUT", "/v1/admin/dayrules", jsonType, body); w.Code != 400 {
				t.Error(body, w.Code, w.Body)
			}
		}
	})
}

func FuzzBatch(f *testing.F) {
	s := newSite(f)
	for _, e := range someEntries(3) {
		s.entries[key{e.Employee, e.Day}] = e
	}
	f.Add(get(handler(s), "/v1/admin/export").Body.Bytes())
	f.Add([]byte("\x00\x00"))
	f.Fuzz(func(t *testing.T, body []byte) {
		s := newSite(t)
		w := ask(handler(s), "POST", "/v1/admin/batches?rules=1", "", string(body))
		if w.Code != 200 && w.Code != 400 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		for _, e := range s.entries {
			if err := e.Validate(); err != nil || w.Code != 200 {
				t.Fatal(w.Code, err)
			}
		}
	})
}

package http_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"timesheet"
)

func TestSourceRejected(t *testing.T) {
	src := &clockingSource{rejected: []timesheet.Rejected{
		{Row: -5, Employee: "Zoë <7>", Reason: "clocked_at: it lies before 2000-01-01", Seen: instant("2026-10-25T00:30:00Z") + 5},
		{Row: 9_007_199_254_740_993, Reason: "no employee", Seen: instant("2026-11-23T19:00:00Z")},
	}}
	h := withSource(newSite(t), src)
	t.Run("rows are listed with reasons", func(t *testing.T) {
		want := `{"rejected":[{"id":-5,"employee_id":"Zoë \u003c7\u003e","reason":"clocked_at: it lies before 2000-01-01","seen_at":"2026-10-25T02:30:00.005+02:00"},` +
			`{"id":9007199254740993,"employee_id":null,"reason":"no employee","seen_at":"2026-11-23T20:00:00+01:00"}],"next":null}`
		if w := get(h, "/v1/source/rejected"); w.Code != 200 || w.Body.String() != want {
			t.Fatalf("%d\n%s want\n%s", w.Code, w.Body, want)
		}
	})
	t.Run("that aren't there are an empty list", func(t *testing.T) {
		if w := get(h, "/v1/source/rejected?after=9007199254740993"); w.Body.String() != `{"rejected":[],"next":null}` {
			t.Fatal(w.Body)
		}
	})
	t.Run("errors are told by their code", func(t *testing.T) {
		failing := withSource(newSite(t), &clockingSource{err: errUnavailable})
		if p := problemOf(t, get(failing, "/v1/source/rejected")); p.Status != 503 || strings.Contains(p.Detail, "route to host") {
			t.Fatalf("%+v", p)
		}
	})
}

func TestSourceRejectedPages(t *testing.T) {
	src := &clockingSource{}
	for i := range timesheet.MaxRejected {
		src.rejected = append(src.rejected, timesheet.Rejected{Row: timesheet.RowID(2*i - 5000), Reason: "no time"})
	}
	h := withSource(newSite(t), src)
	for query, want := range map[string]int{"": 10, "limit=1000": 10, "limit=9999": 2, "limit=10000": 1, "limit=3000": 4, "limit=5000": 2} {
		t.Run("by "+query+" come once each", func(t *testing.T) {
			pages, ids := walkRejected(t, h, query)
			if pages != want || len(ids) != timesheet.MaxRejected || !slices.IsSorted(ids) || len(slices.Compact(ids)) != timesheet.MaxRejected {
				t.Fatalf("%d rows on %d pages", len(ids), pages)
			}
		})
	}
	t.Run("are never asked for beyond what the contract allows", func(t *testing.T) {
		src.asked()
		get(h, "/v1/source/rejected?limit=10000&after=-7")
		if got := src.asked(); !slices.Equal(got, []string{"rejected after -7, at most 10000"}) {
			t.Fatal(got)
		}
	})
}

func walkRejected(t *testing.T, h http.Handler, query string) (pages int, ids []int64) {
	t.Helper()
	for target := "/v1/source/rejected?" + query; ; {
		var page struct {
			Rejected []struct{ ID int64 }
			Next     *string
		}
		w := get(h, target)
		if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != 200 {
			t.Fatal(w.Code, w.Body, err)
		}
		for _, r := range page.Rejected {
			ids = append(ids, r.ID)
		}
		if pages++; page.Next == nil {
			return pages, ids
		}
		target = "/v1/source/rejected?" + query + "&after=" + *page.Next
	}
}

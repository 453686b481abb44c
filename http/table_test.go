package http_test

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func asked(h http.Handler, target, accept string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	if accept != "" {
		r.Header.Set("Accept", accept)
	}
	h.ServeHTTP(w, r)
	return w
}

func TestOnlyViewsHaveForms(t *testing.T) {
	s, o := office(t)
	h, before := newHandler(o), s.batches
	for _, form := range []string{"csv", "xlsx"} {
		w := ask(h, "POST", "/v1/clockings."+form, jsonType, `{"employee_id":"7","clocked_at":"2026-11-23T20:00:00"}`)
		if w.Code != 404 || s.batches != before {
			t.Errorf("%s: %d %s", form, w.Code, w.Body)
		}
	}
}

func TestTables(t *testing.T) {
	_, o := office(t)
	h := newHandler(o)
	table := func(t *testing.T, target, file string) [][]string {
		t.Helper()
		w := asked(h, target, "")
		if w.Code != 200 || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" || w.Header().Get("Content-Disposition") != "attachment; filename="+file {
			t.Fatalf("%s: %d %v\n%s", target, w.Code, w.Header(), w.Body)
		}
		rows, err := csv.NewReader(w.Body).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	line := func(row []string) string { return strings.Join(row, "|") }
	t.Run("of a day have all rows that the filters leave, as they are sorted", func(t *testing.T) {
		rows := table(t, "/v1/days/2026-11-23.csv?sort=-employee&team=Engines", "day-2026-11-23.csv")
		want := []string{
			"employee_id|name|team|day|status|clock_in|clock_out|gross|break|worked|expected|late|early|overtime|holiday_worked|marks|provisional|correction|remark",
			"8|Mary Somerville|Engines|2026-11-23|on_leave||||||0:00:00|||||leave|yes||",
			"7|Ada Lovelace|Engines|2026-11-23|complete|2026-11-23T08:09:00+01:00|2026-11-23T18:09:00+01:00|10:00:00|2:00:00|8:00:00|7:00:00|0:00:00|0:00:00|0:00:00|0:00:00||yes||",
		}
		if len(rows) != 3 {
			t.Fatal(rows)
		}
		for i := range want {
			if got := line(rows[i]); got != want[i] {
				t.Errorf("got  %s\nwant %s", got, want[i])
			}
		}
	})
	t.Run("are a page where one is asked for", func(t *testing.T) {
		if rows := table(t, "/v1/days/2026-11-23.csv?limit=2", "day-2026-11-23.csv"); len(rows) != 3 {
			t.Error(rows)
		}
		if rows := table(t, "/v1/timesheets/2026-11.csv?limit=2", "timesheets-2026-11.csv"); len(rows) != 3 {
			t.Error(rows)
		}
		if rows := table(t, "/v1/exceptions.csv?limit=1&from=2026-11-01&to=2026-11-30", "exceptions-2026-11-01-2026-11-30.csv"); len(rows) != 2 {
			t.Error(rows)
		}
	})
	t.Run("of other views", func(t *testing.T) {
		for target, want := range map[string]struct {
			file   string
			rows   int
			column int
			first  string
		}{
			"/v1/timesheets/2026-11.csv":                             {"timesheets-2026-11.csv", 6, 37, "8:00:00"}, // 10 before 7: 22 days, totals
			"/v1/exceptions.csv?from=2026-11-01&to=2026-11-30":       {"exceptions-2026-11-01-2026-11-30.csv", 3, 0, "late"},
			"/v1/employees/7/days.csv?from=2026-11-01&to=2026-12-31": {"days-2026-11-01-2026-12-31.csv", 2, 9, "8:00:00"},
			"/v1/employees/7/weeks/2026-W48.csv":                     {"week-2026-W48.csv", 8, 9, "8:00:00"},
			"/v1/employees/7/months/2026-11.csv":                     {"month-2026-11.csv", 31, 4, "day_off"},
		} {
			rows := table(t, target, want.file)
			found := false
			for _, row := range rows[1:] {
				found = found || row[want.column] == want.first
			}
			if len(rows) != want.rows || !found {
				t.Errorf("%s: %d rows, %v", target, len(rows), rows)
			}
		}
	})
	t.Run("in XLSX have a sheet for each month", func(t *testing.T) {
		w := asked(h, "/v1/employees/7/days.xlsx?from=2026-11-01&to=2026-12-31&empty=true", "")
		f, err := excelize.OpenReader(bytes.NewReader(w.Body.Bytes()))
		if err != nil {
			t.Fatalf("%d %v: %v", w.Code, w.Header(), err)
		}
		defer func() { _ = f.Close() }()
		if got := strings.Join(f.GetSheetList(), " "); got != "2026-11 2026-12" {
			t.Error(got)
		}
		if got, err := f.GetCellValue("2026-11", "J24"); err != nil || got != "8:00" {
			t.Errorf("worked %q, %v", got, err)
		}
	})
	t.Run("are what the Accept header likes best", func(t *testing.T) {
		const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		for accept, want := range map[string]string{
			"": "application/json", "*/*": "application/json", "text/csv": "text/csv; charset=utf-8", xlsx: xlsx,
			"text/html,application/xhtml+xml,*/*;q=0.8":     "application/json",
			"application/json;q=0.5, text/csv":              "text/csv; charset=utf-8",
			"application/json, text/csv":                    "application/json",
			"text/csv;q=0, image/png":                       "application/json",
			"text/csv;q=what":                               "application/json",
			"text/csv;q=0.3, " + xlsx + ";q=0.4, */*;q=0.1": xlsx,
		} {
			w := asked(h, "/v1/days/2026-11-23", accept)
			if got := w.Header().Get("Content-Type"); w.Code != 200 || got != want || w.Header().Get("Vary") != "Accept" {
				t.Errorf("%q: %d %s, want %s", accept, w.Code, got, want)
			}
		}
	})
	t.Run("are refused as JSON is, and where there are none", func(t *testing.T) {
		for target, want := range map[string]int{
			"/v1/days/2026-02-30.csv": 400, "/v1/days/2026-11-23.xlsx?limit=0": 400, "/v1/days/2026-11-23.xlsx?cursor=%21": 400,
			"/v1/timesheets/2026-11.xlsx?cursor=%21": 400, "/v1/exceptions.csv": 400,
			"/v1/source.csv": 404, "/v1/employees/7/days/2026-11-23/explain.csv": 404, "/v1/nothing.csv": 404, "/healthz.csv": 404,
		} {
			w := asked(h, target, "")
			if w.Code != want || w.Header().Get("Content-Type") != "application/problem+json" || w.Header().Get("Content-Disposition") != "" {
				t.Errorf("%s: %d %v\n%s", target, w.Code, w.Header(), w.Body)
			}
		}
	})
	t.Run("leave an employee alone whose id ends like one", func(t *testing.T) {
		if w := asked(h, "/v1/employees/a.csv/days", ""); w.Code != 200 || w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

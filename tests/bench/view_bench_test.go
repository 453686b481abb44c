package bench

import (
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"timesheet/internal/measure"
)

// BenchmarkView asks the built program, over loopback and on Pebble, for what people look
// at: once to load it, which is told apart, then again and again. Both clock-in and
// clock-out of each employee's day are there; a page or a board is one request at a time.
func BenchmarkView(b *testing.B) {
	const days = 31 // of December 2025, whose first is 334 days after that of January
	small, large := launch(b, b.TempDir(), "--rules", "../../examples/office.yaml"), launch(b, b.TempDir())
	for day := range days {
		for round := range 2 {
			post(b, small.url, 0, 5000, 334+day, 2*round) // which reaches the next day, too
		}
	}
	for from := 0; from < active; from += postSize {
		post(b, large.url, from, active, 0, 0)
		post(b, large.url, from, active, 0, 2)
	}
	for _, v := range []struct {
		name string
		of   *process
		path string
	}{
		{"board of 5,000", small, "/v1/days/2025-12-10?limit=5000"},
		{"board of 5,000, unchanged", small, "/v1/days/2025-12-10?limit=5000"},
		{"page of 100 of 100,000", large, "/v1/days/2025-01-01?limit=100"},
		{"page of 100 of 100,000 by worked", large, "/v1/days/2025-01-01?limit=100&sort=-worked"},
		{"month of an employee", small, "/v1/employees/E0000007/months/2025-12"},
		{"timesheets of 100 of 5,000", small, "/v1/timesheets/2025-12?limit=100"},
		{"XLSX of 5,000 × 31", small, "/v1/timesheets/2025-12.xlsx"},
		{"CSV of 5,000 × 31", small, "/v1/timesheets/2025-12.csv"},
	} {
		b.Run(v.name, func(b *testing.B) {
			tag := ""
			first := look(b, v.of.url+v.path, &tag)
			if v.name != "board of 5,000, unchanged" {
				tag = ""
			}
			var took []time.Duration
			for b.Loop() {
				given := tag
				took = append(took, look(b, v.of.url+v.path, &given))
			}
			slices.Sort(took)
			b.ReportMetric(float64(first.Microseconds())/1e3, "ms-first")
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1e3, "ms-p50")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1e3, "ms-p99")
			b.ReportMetric(float64(measure.RSS(b, v.of.cmd.Process.Pid))/1e6, "MB-process")
		})
	}
	small.stop(b)
	large.stop(b)
}

// look asks for a view, with a tag if there is one, and answers how long that took. The
// tag becomes that of the answer.
func look(b *testing.B, url string, tag *string) time.Duration {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url, nil)
	if err != nil {
		b.Fatal(err)
	}
	want := http.StatusOK
	if *tag != "" {
		r.Header.Set("If-None-Match", *tag)
		want = http.StatusNotModified
	}
	begin := time.Now()
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	n, err := io.Copy(io.Discard, a.Body)
	took := time.Since(begin)
	if closing := a.Body.Close(); err != nil || closing != nil || a.StatusCode != want || want == http.StatusOK && n < 100 {
		b.Fatalf("%s: %s, %d bytes: %v %v", url, a.Status, n, err, closing)
	}
	*tag = a.Header.Get("ETag")
	return took
}

// Package bench measures parts of the service together, as a command joins them.
package bench

import (
	"bytes"
	"context"
	"io"
	"os"
	"strconv"
	"testing"
	"time"

	"timesheet"
	"timesheet/actors"
	"timesheet/formats"
	"timesheet/ingest"
	"timesheet/internal/generate"
	"timesheet/internal/measure"
	"timesheet/pebble"
)

// benchEmployees clock in one year, in the order of time.
const benchEmployees = 4410

// BenchmarkImport imports CSV into a fresh Pebble directory, in one process, with
// everything durable at the end, as `timesheet import` does: 2 million clockings, or as
// many as COUNT says. An operation is the whole import, from opening the store to
// closing it.
func BenchmarkImport(b *testing.B) {
	count := 2_000_000
	if text := os.Getenv("COUNT"); text != "" {
		var err error
		if count, err = strconv.Atoi(text); err != nil || count < 1 {
			b.Fatalf("COUNT is %q, no number of clockings", text)
		}
	}
	text := generatedCSV(b, count)
	m := measure.Start(b)
	for b.Loop() {
		importPebble(b, b.TempDir(), text, count)
	}
	m.Per("clocking", count*b.N)
	b.ReportMetric(float64(count)*float64(b.N)/b.Elapsed().Seconds(), "clockings/s")
}

// generatedCSV is a file's content: all weekdays of the year, as many clockings a day and
// employee as count needs, at least two, but for absences, which are spread evenly.
func generatedCSV(b *testing.B, count int) []byte {
	b.Helper()
	staff := generate.New(generate.Options{Seed: 1, Employees: benchEmployees, Zone: time.UTC})
	const first, last = timesheet.Day(20089), timesheet.Day(20453) // 2025
	weekdays := 0
	for d := first; d <= last; d++ {
		if isWeekday(d) {
			weekdays++
		}
	}
	perDay := max(2, 1+(count-1)/(benchEmployees*weekdays))
	planned := perDay * benchEmployees * weekdays
	year := func(yield func(timesheet.Clocking) bool) {
		k := 0
		for d := first; d <= last; d++ {
			if !isWeekday(d) {
				continue
			}
			for c := range staff.Bulk(d, 1, perDay) {
				if present := (k+1)*count/planned > k*count/planned; present && !yield(c) {
					return
				}
				k++
			}
		}
	}
	var text bytes.Buffer
	if n, err := generate.WriteCSV(&text, year); err != nil || n != count {
		b.Fatalf("%d clockings generated: %v", n, err)
	}
	return text.Bytes()
}

func isWeekday(d timesheet.Day) bool {
	return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
}

func importPebble(b *testing.B, dir string, text []byte, count int) {
	b.Helper()
	ctx := b.Context()
	store, err := pebble.Open(ctx, dir, pebble.Options{Logger: discard})
	if err != nil {
		b.Fatal(err)
	}
	site := []timesheet.Assignment{{From: timesheet.FirstDay, Rule: timesheet.DayRule{Zone: "Europe/Berlin"}}}
	if _, err := store.SetDayRules(ctx, 0, site); err != nil {
		b.Fatal(err)
	}
	system, err := actors.Start(ctx, store, actors.Options{Logger: discard})
	if err != nil {
		b.Fatal(err)
	}
	source := ingest.Source{Name: "generated", Size: int64(len(text)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(text)), nil
	}}
	summary, err := ingest.Import(ctx, system, []ingest.Source{source}, ingest.ImportOptions{Format: formats.Auto})
	if err != nil || summary.Accepted != int64(count) || summary.Rejected != 0 {
		b.Fatalf("%+v: %v", summary, err)
	}
	if err := system.Stop(context.WithoutCancel(ctx)); err != nil {
		b.Fatal(err)
	}
	if err := store.Close(); err != nil {
		b.Fatal(err)
	}
}

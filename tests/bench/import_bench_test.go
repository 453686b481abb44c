// Package bench measures parts of the service together, as a command joins them.
package bench

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"syscall"
	"testing"
	"time"

	"timesheet"
	"timesheet/actors"
	"timesheet/formats"
	"timesheet/ingest"
	"timesheet/internal/generate"
	"timesheet/pebble"
)

// The generated set: 2 million clockings of 4,410 employees in one year, in time order.
const (
	benchEmployees = 4410
	benchClockings = 2_000_000
)

// BenchmarkImportPebble imports the generated set from CSV into a fresh Pebble
// directory, in one process, with everything durable at the end, as `timesheet import`
// does. An operation is the whole import, from opening the store to closing it. On a
// busy machine clockings/cpu-s tells more than clockings/s.
func BenchmarkImportPebble(b *testing.B) {
	text := generatedCSV(b)
	b.ReportAllocs()
	before := cpuTime(b)
	for b.Loop() {
		importPebble(b, b.TempDir(), text)
	}
	done := float64(benchClockings) * float64(b.N)
	b.ReportMetric(done/b.Elapsed().Seconds(), "clockings/s")
	b.ReportMetric(done/(cpuTime(b)-before).Seconds(), "clockings/cpu-s")
}

// cpuTime is what this process used of all processors.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// generatedCSV is the set as a file's content: all weekdays of the year, two clockings
// a day and employee but for absences, which are spread evenly.
func generatedCSV(b *testing.B) []byte {
	b.Helper()
	staff := generate.New(generate.Options{Seed: 1, Employees: benchEmployees, Zone: time.UTC})
	const first, last = timesheet.Day(20089), timesheet.Day(20453) // 2025
	weekdays := 0
	for d := first; d <= last; d++ {
		if isWeekday(d) {
			weekdays++
		}
	}
	planned := 2 * benchEmployees * weekdays
	year := func(yield func(timesheet.Clocking) bool) {
		k := 0
		for d := first; d <= last; d++ {
			if !isWeekday(d) {
				continue
			}
			for c := range staff.Bulk(d, 1, 2) {
				if present := (k+1)*benchClockings/planned > k*benchClockings/planned; present && !yield(c) {
					return
				}
				k++
			}
		}
	}
	var text bytes.Buffer
	if n, err := generate.WriteCSV(&text, year); err != nil || n != benchClockings {
		b.Fatalf("%d clockings generated: %v", n, err)
	}
	return text.Bytes()
}

func isWeekday(d timesheet.Day) bool {
	return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
}

func importPebble(b *testing.B, dir string, text []byte) {
	b.Helper()
	ctx := b.Context()
	log := slog.New(slog.DiscardHandler)
	store, err := pebble.Open(ctx, dir, pebble.Options{Logger: log})
	if err != nil {
		b.Fatal(err)
	}
	site := []timesheet.Assignment{{From: timesheet.FirstDay, Rule: timesheet.DayRule{Zone: "Europe/Berlin"}}}
	if _, err := store.SetDayRules(ctx, 0, site); err != nil {
		b.Fatal(err)
	}
	system, err := actors.Start(ctx, store, actors.Options{Logger: log})
	if err != nil {
		b.Fatal(err)
	}
	source := ingest.Source{Name: "generated", Size: int64(len(text)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(text)), nil
	}}
	summary, err := ingest.Import(ctx, system, []ingest.Source{source}, ingest.ImportOptions{Format: formats.Auto})
	if err != nil || summary.Accepted != benchClockings || summary.Rejected != 0 {
		b.Fatalf("%+v: %v", summary, err)
	}
	if err := system.Stop(context.WithoutCancel(ctx)); err != nil {
		b.Fatal(err)
	}
	if err := store.Close(); err != nil {
		b.Fatal(err)
	}
}

package ingest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"timesheet"
	"timesheet/ingest"
)

// void takes everything at once.
type void struct{ rules *timesheet.DayRules }

func (v void) DayRules() *timesheet.DayRules { return v.rules }
func (v void) Reload(context.Context) error  { return nil }
func (v void) Submit(_ context.Context, b timesheet.Batch) (timesheet.Receipt, error) {
	return timesheet.Receipt{Accepted: len(b.Entries)}, nil
}

// BenchmarkImport is all that an import costs before the sink: reading CSV, assigning
// days, counting entries.
func BenchmarkImport(b *testing.B) {
	const rows, employees = 500_000, 4410
	var data strings.Builder
	data.WriteString("id,employee_id,clocked_at\n")
	begin := time.Date(2026, 1, 1, 6, 0, 0, 0, time.UTC)
	for i := range rows {
		at := begin.AddDate(0, 0, i/(4*employees)).Add(time.Duration(i%(4*employees)) * 2 * time.Second)
		fmt.Fprintf(&data, "%d,E%04d,%s\n", i+1, i*7919%employees, at.Format("2006-01-02T15:04:05"))
	}
	source := file("bench", data.String())
	b.SetBytes(source.Size)
	b.ReportAllocs()
	for b.Loop() {
		sum, err := ingest.Import(b.Context(), void{rules(1, "Europe/Berlin")}, []ingest.Source{source}, ingest.ImportOptions{Now: now})
		if err != nil || sum.Accepted != rows {
			b.Fatal(sum, err)
		}
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
}

package ingest_test

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"testing"
	"time"

	"timesheet"
	"timesheet/ingest"
	"timesheet/internal/measure"
	"timesheet/storetest"
)

// endless is a view of rows up to an id that are made when they are read, without each
// tenth one.
type endless struct {
	last  timesheet.RowID
	names []timesheet.EmployeeID
}

func newEndless(last timesheet.RowID) *endless {
	v := &endless{last: last}
	for i := range 4410 {
		v.names = append(v.names, timesheet.EmployeeID(fmt.Sprintf("E%04d", i)))
	}
	return v
}

func (v *endless) Page(ctx context.Context, after timesheet.RowID, limit int, dst []timesheet.Row) ([]timesheet.Row, error) {
	return v.Ranges(ctx, []timesheet.RowRange{{First: max(after, 0) + 1, Last: v.last}}, limit, dst)
}

func (v *endless) Ranges(_ context.Context, ranges []timesheet.RowRange, limit int, dst []timesheet.Row) ([]timesheet.Row, error) {
	limit += len(dst)
	for _, r := range ranges {
		for id := max(r.First, 1); id <= min(r.Last, v.last) && len(dst) < limit; id++ {
			if id%10 == 0 {
				continue
			}
			dst = append(dst, timesheet.Row{ID: id, Clocking: timesheet.Clocking{
				Employee: v.names[id*7919%timesheet.RowID(len(v.names))],
				At:       timesheet.LocalTime(1_767_225_600_000 + timesheet.Wall(id)*1000),
			}})
		}
	}
	return dst, nil
}

func (v *endless) Highest(context.Context, bool) (timesheet.RowID, bool, error) {
	return v.last, true, nil
}

func (v *endless) Since(context.Context, timesheet.Wall) (timesheet.RowID, bool, error) {
	return 0, false, nil
}

// BenchmarkPoll drains a backlog into nothing: what the poller adds to reading rows
// and to storing entries. A tenth of the ids is missing, so gaps are joined all the time.
func BenchmarkPoll(b *testing.B) {
	const last = 2_000_000
	view := newEndless(last)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	m := measure.Start(b)
	for b.Loop() {
		p := ingest.NewPoller(view, void{rules(1, "Europe/Berlin")}, storetest.NewMemory(16), ingest.PollerOptions{
			Now: now, Logger: slog.New(slog.DiscardHandler),
		})
		ctx, cancel := context.WithCancel(b.Context())
		done := make(chan error, 1)
		go func() { done <- p.Run(ctx) }()
		for tick := time.NewTicker(time.Millisecond); p.Status().LastID < last-1; {
			<-tick.C
		}
		cancel()
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	m.Per("row", last/10*9*b.N)
	runtime.ReadMemStats(&after)
	b.ReportMetric(last*0.9*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
	b.ReportMetric(float64(after.HeapSys-before.HeapSys)/(1<<20), "MB")
}

// BenchmarkPollBare reads the same pages and does nothing with them.
func BenchmarkPollBare(b *testing.B) {
	const last = 2_000_000
	view := newEndless(last)
	var rows []timesheet.Row
	m := measure.Start(b)
	for b.Loop() {
		for at := timesheet.RowID(0); at < last-1; at = rows[len(rows)-1].ID {
			rows, _ = view.Page(b.Context(), at, 10_000, rows[:0])
		}
	}
	m.Per("row", last/10*9*b.N)
	b.ReportMetric(last*0.9*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
}

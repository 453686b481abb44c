package bench

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"timesheet"
	"timesheet/actors"
	"timesheet/ingest"
	"timesheet/internal/clocking"
	"timesheet/mssql"
	"timesheet/pebble"
)

// BenchmarkCommitToChange lets 100 rows a second be committed at the source, in
// overlapping transactions, and measures the time from each commit to the change event
// at a waiting reader of the store's feed, with a poll interval of 200 ms. An operation
// is 20 seconds of that; over-p99 is the 99th percentile less the interval.
func BenchmarkCommitToChange(b *testing.B) {
	const interval = 200 * time.Millisecond
	for b.Loop() {
		took := commitToChange(b, interval, 2000)
		slices.Sort(took)
		p := func(share float64) float64 {
			return float64(took[int(share*float64(len(took)-1))].Microseconds()) / 1000
		}
		b.ReportMetric(p(0.5), "p50-ms")
		b.ReportMetric(p(0.99), "p99-ms")
		b.ReportMetric(p(0.99)-float64(interval.Milliseconds()), "over-p99-ms")
		b.ReportMetric(p(1), "max-ms")
	}
}

func commitToChange(b *testing.B, interval time.Duration, rows int) []time.Duration {
	b.Helper()
	log := slog.New(slog.DiscardHandler)
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	system := clocking.New(clocking.Options{})
	if err := system.Start("127.0.0.1:0"); err != nil {
		b.Fatal(err)
	}
	defer func() { _ = system.Close() }()
	store, err := pebble.Open(ctx, b.TempDir(), pebble.Options{Logger: log})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	if _, err := store.SetDayRules(ctx, 0, []timesheet.Assignment{{From: timesheet.FirstDay, Rule: timesheet.DayRule{Zone: "UTC"}}}); err != nil {
		b.Fatal(err)
	}
	service, err := actors.Start(ctx, store, actors.Options{Logger: log})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		stop, end := context.WithTimeout(context.Background(), 10*time.Second)
		defer end()
		_ = service.Stop(stop)
	}()
	view, err := mssql.Open(mssql.Options{URL: system.DSN(), View: "dbo.Clockings", Logger: log})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = view.Close() }()
	feed, err := store.Watch(ctx)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = feed.Close() }()
	poller := ingest.NewPoller(view, service, store, ingest.PollerOptions{Holder: "bench", Interval: interval, Logger: log})
	polled := make(chan error, 1)
	go func() { polled <- poller.Run(ctx) }()
	took := watch(ctx, b, feed, insert(system, rows), rows)
	cancel()
	if err := <-polled; err != nil {
		b.Error(err)
	}
	return took
}

// commits are the moments at which employees' rows became visible.
type commits struct {
	mu sync.Mutex
	at map[timesheet.EmployeeID]time.Time // guarded by mu
}

// insert begins to insert a row of another employee every 10 ms, each in a transaction
// that is open for up to 300 ms.
func insert(system *clocking.System, rows int) *commits {
	c := &commits{at: make(map[timesheet.EmployeeID]time.Time)}
	go func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for k := range rows {
			<-tick.C
			employee := fmt.Sprintf("E%05d", k)
			tx := system.Begin()
			tx.Insert(employee, clocking.Wall(timesheet.Wall(timesheet.DayOf(2026, 3, 2))*86_400_000))
			time.AfterFunc(time.Duration(k*37%300)*time.Millisecond, func() {
				c.mu.Lock()
				defer c.mu.Unlock()
				c.at[timesheet.EmployeeID(employee)] = time.Now() // before it is visible
				_ = tx.Commit()
			})
		}
	}()
	return c
}

func watch(ctx context.Context, b *testing.B, feed timesheet.Feed, c *commits, rows int) []time.Duration {
	b.Helper()
	var took []time.Duration
	for len(took) < rows {
		changes, err := feed.Next(ctx)
		if err != nil {
			b.Fatal(err)
		}
		now := time.Now()
		c.mu.Lock()
		for _, change := range changes {
			if change.Kind != timesheet.Set {
				b.Fatalf("a change of kind %v", change.Kind)
			}
			took = append(took, now.Sub(c.at[change.Entry.Employee]))
		}
		c.mu.Unlock()
	}
	return took
}

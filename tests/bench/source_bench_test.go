package bench

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	_ "github.com/microsoft/go-mssqldb" // the bare loop's driver

	"timesheet"
	"timesheet/actors"
	"timesheet/ingest"
	"timesheet/internal/measure"
	"timesheet/mssql"
	"timesheet/pebble"
)

const (
	backlogRows  = 1_000_000
	backlogStaff = 5000
)

// startClocking runs the stand-in in a process of its own and answers its DSN.
func startClocking(b *testing.B, rows int) string {
	b.Helper()
	cmd := exec.Command(program(b, "clocking"), "--listen", "127.0.0.1:0", "--zone", "UTC",
		"--employees", fmt.Sprint(backlogStaff), "--loaded", fmt.Sprint(rows), "--rate", "1/h")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	dsn, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatalf("the stand-in said no DSN: %v", err)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return strings.TrimSpace(dsn)
}

// BenchmarkDrainBacklog reads a backlog of a million rows from the stand-in, which is
// another process: once by a bare loop that does nothing with them, once by the poller
// through the actors into Pebble, until the last row is durable. Both read the same
// pages. An operation is one of each; ratio is the poller's rows/s over the bare loop's,
// and the processor times are those of this process.
func BenchmarkDrainBacklog(b *testing.B) {
	dsn := startClocking(b, backlogRows)
	var bare, ours, bareCPU, oursCPU time.Duration
	for b.Loop() {
		cpu := measure.CPU(b)
		bare += bareLoop(b, dsn, 10_000)
		bareCPU += measure.CPU(b) - cpu
		cpu = measure.CPU(b)
		ours += drain(b, dsn, 10_000)
		oursCPU += measure.CPU(b) - cpu
	}
	rows := float64(backlogRows) * float64(b.N)
	b.ReportMetric(rows/bare.Seconds(), "bare-rows/s")
	b.ReportMetric(rows/ours.Seconds(), "rows/s")
	b.ReportMetric(bare.Seconds()/ours.Seconds(), "ratio")
	b.ReportMetric(float64(bareCPU.Nanoseconds())/rows, "bare-cpu-ns/row")
	b.ReportMetric(float64(oursCPU.Nanoseconds())/rows, "cpu-ns/row")
}

func bareLoop(b *testing.B, dsn string, page int) time.Duration {
	b.Helper()
	db, err := sql.Open("sqlserver", dsn)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	began, total := time.Now(), 0
	for last, n := int64(0), page; n == page; total += n {
		n = 0
		rows, err := db.QueryContext(b.Context(), "SELECT TOP (@n) id, employee_id, clocked_at FROM dbo.Clockings WITH (READCOMMITTEDLOCK, READPAST) WHERE id > @after ORDER BY id",
			sql.Named("n", page), sql.Named("after", last))
		if err != nil {
			b.Fatal(err)
		}
		var employee string
		var at time.Time
		for ; rows.Next(); n++ {
			if err := rows.Scan(&last, &employee, &at); err != nil {
				b.Fatal(err)
			}
		}
		if err := rows.Err(); err != nil {
			b.Fatal(err)
		}
		_ = rows.Close()
	}
	if total < backlogRows {
		b.Fatalf("%d rows", total)
	}
	return time.Since(began)
}

func drain(b *testing.B, dsn string, page int) time.Duration {
	b.Helper()
	log := slog.New(slog.DiscardHandler)
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	store, err := pebble.Open(ctx, b.TempDir(), pebble.Options{Logger: log})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	if _, err := store.SetDayRules(ctx, 0, []timesheet.Assignment{{From: timesheet.FirstDay, Rule: timesheet.DayRule{Zone: "UTC"}}}); err != nil {
		b.Fatal(err)
	}
	system, err := actors.Start(ctx, store, actors.Options{Logger: log})
	if err != nil {
		b.Fatal(err)
	}
	view, err := mssql.Open(mssql.Options{URL: dsn, View: "dbo.Clockings", Logger: log})
	if err != nil {
		b.Fatal(err)
	}
	poller := ingest.NewPoller(view, system, store, ingest.PollerOptions{Holder: "bench", Page: page, Logger: log})
	began := time.Now()
	done := make(chan error, 1)
	go func() { done <- poller.Run(ctx) }()
	for poller.Status().LastID < backlogRows {
		select {
		case err := <-done:
			b.Fatalf("the poller ended: %v", err)
		case <-time.After(time.Millisecond):
		}
	}
	took := time.Since(began)
	cancel()
	if err := <-done; err != nil {
		b.Error(err)
	}
	stop, end := context.WithTimeout(context.Background(), 10*time.Second)
	defer end()
	if err := system.Stop(stop); err != nil {
		b.Error(err)
	}
	_ = view.Close()
	return took
}

package tests

import (
	"testing"
	"time"

	"timesheet"
	rows "timesheet/internal/clocking"
)

// asRows are clockings as rows of the view, under ids of the identity.
func asRows(t testing.TB, clockings []clocking) func(yield func(rows.Row) bool) {
	return func(yield func(rows.Row) bool) {
		for _, c := range clockings {
			at, err := timesheet.ParseTimestamp(c.At)
			if err != nil {
				t.Error(err)
				return
			}
			if !yield(rows.Row{Employee: c.Employee, At: rows.TimeOf(at)}) {
				return
			}
		}
	}
}

// TestSourceOfRealLogs writes each set of clockings to the machines' system as its
// machines do, in overlapping transactions of which some are rolled back and tried
// again, while the service follows.
func TestSourceOfRealLogs(t *testing.T) {
	t.Parallel()
	for _, set := range datasets(t) {
		t.Run(set.name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, store string) {
				system := startMachines(t, rows.Options{})
				s := startService(t, store, reading(system, "--page", "500")...)
				w := system.StartWriters(rows.WriterOptions{
					Rows: rows.AtOnce(asRows(t, set.clockings)), Rate: float64(len(set.clockings)) / 10, Writers: 8,
					MaxHold: 300 * time.Millisecond, Rollback: 0.1, Retry: true, JumpEvery: 3000, Seed: 9,
				})
				if counts := w.Wait(); counts.Committed != len(set.clockings) {
					t.Fatalf("%+v of %d rows", counts, len(set.clockings))
				}
				s.read(system)
				requireEqual(t, exported(t, store, "--server", s.url), set.want)
				stdout, stderr, exit := timesheetCommand(t, "", "verify", "--from", "2000-01-01", "--to", "2030-01-01", "--store", store, "--server", s.url, "--source", system.DSN())
				if exit != 0 {
					t.Errorf("verify: exit %d\n%s%s", exit, stdout, stderr)
				}
			})
		})
	}
}

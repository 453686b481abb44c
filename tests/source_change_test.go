package tests

import (
	"strings"
	"testing"
	"time"

	"timesheet"
	rows "timesheet/internal/clocking"
)

// at is a wall time of 2026-03-02.
func at(hour, minute int) rows.Time {
	return rows.Wall(timesheet.Wall(timesheet.DayOf(2026, time.March, 2))*86_400_000 + timesheet.Wall(hour*60+minute)*60_000)
}

// verify runs timesheet verify over March 2026 and answers its CSV and exit code.
func verify(t testing.TB, s *service, store string, system *rows.System, args ...string) (string, int) {
	t.Helper()
	stdout, stderr, exit := timesheetCommand(t, "", append([]string{"verify", "--from", "2026-03-01", "--to", "2026-03-31", "--format", "csv",
		"--store", store, "--server", s.url, "--source", system.DSN()}, args...)...)
	if exit != 0 && exit != 4 {
		t.Fatalf("verify: exit %d\n%s%s", exit, stdout, stderr)
	}
	return stdout, exit
}

// TestChangesAtTheSource changes rows long after they were read.
func TestChangesAtTheSource(t *testing.T) {
	t.Parallel()
	system, store := startMachines(t, rows.Options{}), "pebble:"+t.TempDir()
	system.Jump(10)
	ids := make(map[string]int64)
	for _, employee := range []string{"updated-wider", "updated-narrower", "deleted", "deleted-latest", "untouched"} {
		system.Insert(employee, at(8, 0))
		ids[employee] = system.Insert(employee, at(16, 0))
	}
	for k := range 40 {
		system.Insert("filler", at(9, k))
	}
	s := startService(t, store, reading(system, "--gap-age", "1s", "--sweep-every", "1s")...)
	s.read(system)
	s.awaitSource("settled", 30*time.Second, func(status sourceStatus) bool { return status.OpenGaps == 0 })

	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(system.Update(ids["updated-wider"], "updated-wider", at(17, 0)))
	must(system.InsertAt(3, "inserted-low", at(7, 0)))
	must(system.Update(ids["updated-narrower"], "updated-narrower", at(15, 0)))
	must(system.Delete(ids["deleted-latest"]))
	must(system.Delete(ids["deleted"]))
	must(system.Delete(ids["deleted"] - 1))

	wider := expected(shown(t, system))
	wider["updated-narrower,2026-03-02"] = facts{"2026-03-02T08:00:00", "2026-03-02T16:00:00"}
	wider["deleted-latest,2026-03-02"] = facts{"2026-03-02T08:00:00", "2026-03-02T16:00:00"}
	wider["deleted,2026-03-02"] = facts{"2026-03-02T08:00:00", "2026-03-02T16:00:00"}
	s.awaitSource("swept", 30*time.Second, func(sourceStatus) bool {
		got := exported(t, store, "--server", s.url)
		return got["inserted-low,2026-03-02"] == wider["inserted-low,2026-03-02"] && got["updated-wider,2026-03-02"] == wider["updated-wider,2026-03-02"]
	})
	requireEqual(t, exported(t, store, "--server", s.url), wider)

	ok, _, err := post(t.Context(), s.url, []clocking{{Employee: "untouched", At: "2026-03-02T19:00:00"}})
	if !ok || err != nil {
		t.Fatal(err)
	}
	text, exit := verify(t, s, store, system)
	for _, want := range []string{"wider,updated-narrower,2026-03-02", "wider,deleted-latest,2026-03-02", "extra,deleted,2026-03-02", "wider,untouched,2026-03-02"} {
		if !strings.Contains(text, want) {
			t.Errorf("verify doesn't tell %q:\n%s", want, text)
		}
	}
	if lines := strings.Count(text, "\n"); exit != 4 || lines != 5 {
		t.Errorf("exit %d and %d lines, want 4 and a head with 4 differences:\n%s", exit, lines, text)
	}
	if text, exit = verify(t, s, store, system, "--repair"); exit != 4 {
		t.Errorf("a merge can't repair what is wider, but verify exits with %d:\n%s", exit, text)
	}
	if text, exit = verify(t, s, store, system, "--repair=replace"); exit != 4 || !strings.Contains(text, "wider,untouched") {
		t.Errorf("what was posted may not be narrowed, but verify exits with %d:\n%s", exit, text)
	}
	want := expected(shown(t, system))
	want["untouched,2026-03-02"] = facts{"2026-03-02T08:00:00", "2026-03-02T19:00:00"}
	requireEqual(t, exported(t, store, "--server", s.url), want)
	s.read(system)
	requireEqual(t, exported(t, store, "--server", s.url), want)
}

// TestVerifyEqual compares while rows come.
func TestVerifyEqual(t *testing.T) {
	t.Parallel()
	system, store := loadMachines(t, rows.Options{}, 30_000), "pebble:"+t.TempDir()
	s := startService(t, store, reading(system)...)
	s.read(system)
	w := system.StartWriters(rows.WriterOptions{Rows: rows.AtOnce(allMatter()), Rate: 200, Writers: 8, MaxHold: 300 * time.Millisecond, Rollback: 0.1, Seed: 4})
	defer w.Stop()
	for range 3 {
		stdout, stderr, exit := timesheetCommand(t, "", "verify", "--from", "2026-01-01", "--to", "2026-12-31", "--store", store, "--source", system.DSN())
		if exit != 0 {
			t.Errorf("exit %d, want 0: equal\n%s%s", exit, stdout, stderr)
		}
	}
}

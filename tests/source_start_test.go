package tests

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"timesheet"
	rows "timesheet/internal/clocking"
)

// sourceCommand runs a command on the store through s.
func sourceCommand(t testing.TB, s *service, store string, args ...string) (string, int) {
	t.Helper()
	stdout, stderr, exit := timesheetCommand(t, "", append(args, "--store", store, "--server", s.url)...)
	return stdout + stderr, exit
}

func TestSourceFirstStart(t *testing.T) {
	t.Parallel()
	system := startMachines(t, rows.Options{})
	for hour := range 10 {
		system.Insert(fmt.Sprintf("E%d", hour), at(8+hour, 0)) // ids 1 to 10
	}
	for name, c := range map[string]struct {
		args  []string
		first int
	}{
		"everything":    {nil, 1},
		"from an id":    {[]string{"--from-id", "5"}, 5},
		"from a time":   {[]string{"--from-time", "2026-03-02T14:00:00"}, 0},
		"from an id up": {[]string{"--from-id", "9"}, 9},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := "pebble:" + t.TempDir()
			s := startService(t, store, reading(system, c.args...)...)
			s.read(system)
			entries := exported(t, store, "--server", s.url)
			for hour := range 10 {
				_, there := entries[fmt.Sprintf("E%d,2026-03-02", hour)]
				// A time may begin up to a day early, never late.
				if want := hour+1 >= c.first; there != want && (c.first > 0 || hour >= 6) {
					t.Errorf("row %d: there %v, want %v", hour+1, there, want)
				}
			}
			if c.first != 5 {
				return
			}
			// A later start is no first one; and what was left out can be replayed.
			s.stop(stopWithin)
			s = startService(t, store, reading(system, "--from-id", "1")...)
			s.read(system)
			if n := len(exported(t, store, "--server", s.url)); n != 6 {
				t.Errorf("%d entries after another start, want 6", n)
			}
			out, exit := sourceCommand(t, s, store, "replay", "--source", system.DSN(), "--from", "2", "--to", "3")
			if exit != 0 || !strings.Contains(out, "accepted   2\n") {
				t.Errorf("replay: exit %d\n%s", exit, out)
			}
			out, exit = sourceCommand(t, s, store, "source", "rescan", "--reason", "a test")
			if exit != 0 {
				t.Errorf("rescan: exit %d\n%s", exit, out)
			}
			s.awaitSource("rescanned", 20*time.Second, func(sourceStatus) bool {
				return len(exported(t, store, "--server", s.url)) == 10
			})
		})
	}
}

func TestRejectedRows(t *testing.T) {
	t.Parallel()
	system, store := startMachines(t, rows.Options{}), "pebble:"+t.TempDir()
	good := system.Insert("good", at(8, 0))
	noTime := system.Insert("no time", rows.NoTime())
	nobody := system.Insert("x", at(8, 0))
	if err := system.SetNull(nobody, true, false); err != nil {
		t.Fatal(err)
	}
	odd := system.Insert("odd\x01id", at(8, 0))
	reset := system.Insert("reset clock", rows.WallOf(time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)))
	ahead := time.Now().UTC().Add(timesheet.MaxAhead + 20*time.Second)
	early := system.Insert("ahead", rows.WallOf(ahead))
	last := system.Insert("good", at(17, 0))
	s := startService(t, store, reading(system, "--sweep-every", "1s")...)
	s.read(system)
	s.awaitSource("counted", 10*time.Second, func(status sourceStatus) bool { return status.Rejected == 5 && status.LastID == last })
	want := map[string]facts{"good,2026-03-02": {"2026-03-02T08:00:00", "2026-03-02T17:00:00"}}
	requireEqual(t, exported(t, store, "--server", s.url), want)
	out, exit := sourceCommand(t, s, store, "source", "rejected", "--format", "csv")
	for id, reason := range map[int64]string{noTime: "clocked_at is NULL", nobody: "employee_id is NULL", odd: "U+0001", reset: "lies before 2000-01-01", early: "lies in the future"} {
		if !strings.Contains(out, fmt.Sprintf("\n%d,", id)) || !strings.Contains(out, reason) {
			t.Errorf("row %d isn't listed with %q:\n%s", id, reason, out)
		}
	}
	if exit != 0 || strings.Contains(out, fmt.Sprintf("\n%d,", good)) {
		t.Errorf("exit %d, %s", exit, out)
	}
	if out, exit = sourceCommand(t, s, store, "source", "release", fmt.Sprint(noTime)); exit != 1 || !strings.Contains(out, "NULL") {
		t.Errorf("release of what is NULL still: exit %d, %s", exit, out)
	}
	// Its time comes, and so does a sweep: it stays aside until it is released.
	<-time.After(time.Until(ahead.Add(-timesheet.MaxAhead + 3*time.Second)))
	requireEqual(t, exported(t, store, "--server", s.url), want)
	if out, exit = sourceCommand(t, s, store, "source", "release", fmt.Sprint(early)); exit != 0 {
		t.Errorf("release of what can be used now: exit %d, %s", exit, out)
	}
	at := ahead.Format("2006-01-02T15:04:05.000")
	want["ahead,"+at[:10]] = facts{at, at}
	if got := exported(t, store, "--server", s.url); len(got) != 2 || !strings.HasPrefix(got["ahead,"+at[:10]].Earliest, at[:19]) {
		t.Errorf("got %v, want %v", got, want)
	}
	if status := s.read(system); status.Rejected != 4 {
		t.Errorf("%d rejected after one release, want 4", status.Rejected)
	}
	if out, exit = sourceCommand(t, s, store, "source", "release", fmt.Sprint(good)); exit != 1 || !strings.Contains(out, fmt.Sprint(good)) {
		t.Errorf("release of what isn't rejected: exit %d, %s", exit, out)
	}
}

// TestReseed lets the view's ids begin anew, in each of the ways that must not go unseen.
func TestReseed(t *testing.T) {
	t.Parallel()
	refill := func(system *rows.System, n int) {
		for k := range n {
			system.Insert(fmt.Sprintf("N%d", k), at(8, k%60))
		}
	}
	for name, change := range map[string]func(*rows.System){
		"the highest id falls":          func(s *rows.System) { s.Reseed(1); refill(s, 10) },
		"past the old maximum":          func(s *rows.System) { s.Reseed(1); refill(s, 200) },
		"rebuilt with other rows":       func(s *rows.System) { s.Rebuild() },
		"emptied, and nothing come yet": func(s *rows.System) { s.Reseed(1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			system, store := loadMachines(t, rows.Options{}, 100), "pebble:"+t.TempDir()
			args := reading(system, "--sweep-every", "1s")
			s := startService(t, store, args...)
			s.read(system)
			before := exported(t, store, "--server", s.url)
			change(system)
			status := s.awaitSource("stopped", 30*time.Second, func(status sourceStatus) bool { return status.State == "stopped" })
			if !strings.Contains(status.trouble(), "rescan") {
				t.Errorf("the alarm names no way out: %s", status.trouble())
			}
			t.Log(status.trouble())
			after := exported(t, store, "--server", s.url)
			for key, facts := range before { // what was read before the alarm may be there beside
				if after[key] != facts {
					t.Errorf("%s: %v became %v", key, facts, after[key])
				}
			}
			s.stop(stopWithin)
			s = startService(t, store, args...) // a restart forgets no alarm
			s.awaitSource("stopped again", 30*time.Second, func(status sourceStatus) bool { return status.State == "stopped" })
			if out, exit := sourceCommand(t, s, store, "source", "rescan", "--reason", "known"); exit != 0 {
				t.Fatalf("rescan: exit %d\n%s", exit, out)
			}
			s.awaitSource("rescanned", 30*time.Second, func(status sourceStatus) bool { return status.State == "polling" })
			s.read(system)
			requireCovered(t, exported(t, store, "--server", s.url), shown(t, system))
		})
	}
	t.Run("rescan by itself", func(t *testing.T) {
		t.Parallel()
		system, store := loadMachines(t, rows.Options{}, 100), "pebble:"+t.TempDir()
		s := startService(t, store, reading(system, "--sweep-every", "1s", "--on-reseed", "rescan")...)
		s.read(system)
		system.Reseed(1)
		refill(system, 150)
		s.awaitSource("rescanned", 30*time.Second, func(sourceStatus) bool {
			return len(exported(t, store, "--server", s.url)) > 150
		})
		s.read(system)
		requireCovered(t, exported(t, store, "--server", s.url), shown(t, system))
	})
}

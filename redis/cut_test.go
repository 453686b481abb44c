package redis_test

import (
	"testing"

	"timesheet"
	"timesheet/internal/redistest"
	"timesheet/redis"
)

// cutShort does something again and again on a prepared store, each time cut short one command
// later, by a lost connection or by a kill -9 of the server, until it isn't cut short any
// more. What it left is opened and looked at each time.
func cutShort(t *testing.T, server *redistest.Server, prepare func(*testing.T, *redis.Store), do func(*redis.Store) error, check func(t *testing.T, s *redis.Store) (begun bool)) {
	t.Helper()
	for _, kill := range []bool{false, true} {
		began, finished := 0, false
		for n := 1; !finished; n++ {
			server.Command("FLUSHALL")
			server.Command("CONFIG", "SET", "appendfsync", "no") // it writes all the same
			c := startCutter(t, server)
			direct, o := quiet(server.URL()), quiet(c.url())
			direct.Partitions = 2
			prepare(t, open(t, direct))
			server.Command("CONFIG", "SET", "appendfsync", "always")
			s := open(t, o)
			done := make(chan struct{})
			c.after(n, func() {
				if kill {
					server.Kill()
				}
				close(done)
			})
			err := do(s)
			if finished = !c.spent(); !finished {
				<-done
			} else if err != nil {
				t.Fatal(err)
			}
			if kill {
				server.Restart()
			}
			if check(t, open(t, direct)) {
				began++
			}
			if n > 100 {
				t.Fatal("it never ends")
			}
		}
		if began < 3 {
			t.Errorf("kill %v: it was cut short only %d times after it had begun", kill, began)
		}
	}
}

func TestErase_cutShort(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	full := content{2, 4, 2, 2}
	cutShort(t, server, fillUp, func(s *redis.Store) error { _, err := s.Erase(t.Context(), gone); return err },
		func(t *testing.T, s *redis.Store) bool {
			t.Helper()
			erased, err := s.Erased(t.Context(), gone)
			if err != nil {
				t.Fatal(err)
			}
			want := map[timesheet.EmployeeID]content{gone: full, "stays": full, "gone2": full}
			if erased {
				want[gone] = content{}
			}
			wantContent(t, s, want)
			if notes := server.Command("EVAL", "return #redis.call('KEYS', '*:erasing')", "0"); notes != ":0" {
				t.Errorf("%s partitions still have notes of erasures", notes)
			}
			return erased
		})
}

func TestPurge_cutShort(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	full, young := content{2, 4, 2, 2}, content{1, 2, 1, 1}
	cutShort(t, server, fillUp, func(s *redis.Store) error { _, err := s.Purge(t.Context(), newFloor); return err },
		func(t *testing.T, s *redis.Store) bool {
			t.Helper()
			floor, err := s.Floor(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			want := map[timesheet.EmployeeID]content{gone: full, "stays": full, "gone2": full}
			if floor == newFloor {
				want = map[timesheet.EmployeeID]content{gone: young, "stays": young, "gone2": young}
			}
			wantContent(t, s, want)
			return floor == newFloor
		})
}

// TestPurge_long is cut short between two calls of a partition that has many old days.
func TestPurge_long(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	const days = 4500
	var es []timesheet.Entry
	for d := range days {
		es = append(es, entryOf(1, timesheet.Day(11_000+d), 30_000))
	}
	finished := false
	for n := 1; !finished; n++ {
		server.Command("FLUSHALL")
		c := startCutter(t, server)
		direct, o := open(t, onePartition(server.URL())), onePartition(c.url())
		mergeAll(t, direct, deltasOf(es, epochs(t, direct)))
		correct(t, direct, correction("7", 11_000))
		s := open(t, o)
		done := make(chan struct{})
		c.after(n, func() { close(done) })
		_, err := s.Purge(t.Context(), 11_000+days-1)
		if finished = !c.spent(); !finished {
			<-done
		} else if err != nil {
			t.Fatal(err)
		}
		wantContents(t, open(t, onePartition(server.URL())), es[days-1:])
	}
}

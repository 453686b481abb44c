package redis_test

import (
	"testing"

	"timesheet"
	"timesheet/internal/redistest"
	"timesheet/redis"
)

// A full store has something of each kind of three employees, before and after a floor.
const (
	oldDay, newDay = timesheet.Day(20_010), timesheet.Day(20_045) // October and November 2024
	newFloor       = timesheet.Day(20_040)
	gone           = timesheet.EmployeeID("gone")
)

var (
	oldMonth = timesheet.Series{Month: timesheet.Month{Year: 2024, Month: 10}, Closing: 7}
	newMonth = timesheet.Series{Month: timesheet.Month{Year: 2024, Month: 11}, Closing: 1 << 63}
)

// content is what of an employee is in a store.
type content struct{ entries, corrections, sealed, rejected int }

func fillUp(t *testing.T, s *redis.Store) {
	t.Helper()
	var es []timesheet.Entry
	for _, day := range []timesheet.Day{oldDay, newDay} {
		for _, e := range []timesheet.EmployeeID{gone, "stays", "gone2"} {
			entry := entryOf(0, day, 30_000)
			entry.Employee = e
			es = append(es, entry)
			correct(t, s, correction(e, day))
			correct(t, s, correction(e, day))
			r := rejected(timesheet.RowID(len(es)), 1, string(e))
			r[0].Seen = timesheet.Instant(day) * 86_400_000
			reject(t, s, r)
		}
	}
	mergeAll(t, s, deltasOf(es, epochs(t, s)))
	for _, series := range []timesheet.Series{oldMonth, newMonth} {
		var records []timesheet.Sealed
		for _, e := range es[:3] {
			records = append(records, timesheet.Sealed{Employee: e.Employee, Data: []byte("paid")})
		}
		if err := s.Seal(t.Context(), series, records); err != nil {
			t.Fatal(err)
		}
	}
}

func contentOf(t *testing.T, s *redis.Store, e timesheet.EmployeeID) (c content) {
	t.Helper()
	es, err := s.Range(t.Context(), e, timesheet.FirstDay, timesheet.LastDay)
	if err != nil {
		t.Fatal(err)
	}
	cs, err := s.Corrections(t.Context(), e, timesheet.FirstDay, timesheet.LastDay)
	if err != nil {
		t.Fatal(err)
	}
	for _, series := range []timesheet.Series{oldMonth, newMonth} {
		_, err := s.SealedOf(t.Context(), series, e)
		if err == nil {
			c.sealed++
		} else if timesheet.CodeOf(err) != timesheet.NotFound {
			t.Fatal(err)
		}
	}
	rows, err := s.Rejected(t.Context(), "view", -1, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Employee == string(e) {
			c.rejected++
		}
	}
	c.entries, c.corrections = len(es), len(cs)
	return c
}

func wantContent(t *testing.T, s *redis.Store, want map[timesheet.EmployeeID]content) {
	t.Helper()
	for e, w := range want {
		if got := contentOf(t, s, e); got != w {
			t.Errorf("of %s there is %+v, want %+v", e, got, w)
		}
	}
}

// cutShort does something again and again on a full store, each time cut short one command
// later, by a lost connection or by a kill -9 of the server, until it isn't cut short any
// more. What it left is opened and looked at each time.
func cutShort(t *testing.T, server *redistest.Server, do func(*redis.Store) error, check func(t *testing.T, s *redis.Store) (begun bool)) {
	t.Helper()
	for _, kill := range []bool{false, true} {
		began, finished := 0, false
		for n := 1; !finished; n++ {
			server.Command("FLUSHALL")
			c := startCutter(t, server)
			fillUp(t, open(t, quiet(server.URL())))
			s := open(t, quiet(c.url()))
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
			if check(t, open(t, quiet(server.URL()))) {
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
	server := redistest.Start(t, "--appendfsync", "always")
	full := content{2, 4, 2, 2}
	cutShort(t, server, func(s *redis.Store) error { _, err := s.Erase(t.Context(), gone); return err },
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
	server := redistest.Start(t, "--appendfsync", "always")
	full, young := content{2, 4, 2, 2}, content{1, 2, 1, 1}
	cutShort(t, server, func(s *redis.Store) error { _, err := s.Purge(t.Context(), newFloor); return err },
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

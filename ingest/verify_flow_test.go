package ingest_test

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"timesheet"
	"timesheet/ingest"
	"timesheet/storetest"
)

// during runs do before the nth call of that name, of view or store.
func (s *scene) during(name string, n int, do func()) {
	before := func(call string) error {
		if call == name {
			if n--; n == 0 {
				do()
			}
		}
		return nil
	}
	s.view.before, s.books.before = before, before
}

func TestVerifyMeanwhile(t *testing.T) {
	for _, step := range []struct {
		call string
		n    int
	}{
		{"checkpoint", 1}, {"checkpoint", 2}, {"highest", 1}, {"rejected", 1}, {"page", 1}, {"page", 2}, {"page", 3}, {"export", 1}, {"exported a day", 1}, {"exported a day", 2},
	} {
		t.Run(fmt.Sprintf("rows that come before %s %d", step.call, step.n), func(t *testing.T) {
			t.Run("and are polled at once", func(t *testing.T) {
				s := week(t)
				s.during(step.call, step.n, func() {
					s.add(row(13, "8", "2026-03-02 06:00"), row(12, "7", "2026-03-02 19:00"), row(15, "9", "2026-03-02 19:00"))
					s.poll(13)
				})
				s.finds(ingest.RepairReplace)
			})
			t.Run("and are polled later", func(t *testing.T) {
				s := week(t)
				s.during(step.call, step.n, func() {
					s.add(row(13, "8", "2026-03-02 06:00"), row(12, "7", "2026-03-02 19:00"), row(15, "9", "2026-03-02 19:00"))
					s.during("checkpoint", 3, func() { s.poll(11) })
				})
				s.finds(ingest.RepairReplace)
			})
			t.Run("low ids that a sweep finds", func(t *testing.T) {
				s := week(t)
				s.during(step.call, step.n, func() {
					s.add(row(0, "8", "2026-03-02 06:00"), row(-3, "7", "2026-03-03 19:00"))
					s.poll(11)
				})
				s.finds(ingest.RepairReplace)
			})
			t.Run("gaps that fill", func(t *testing.T) {
				s := newScene(t)
				s.add(row(1, "7", "2026-03-02 08:00"), row(4, "7", "2026-03-02 17:00"))
				s.poll(1)
				s.during(step.call, step.n, func() {
					s.add(row(2, "7", "2026-03-02 19:00"), row(3, "8", "2026-03-02 19:00"))
					s.poll(4)
				})
				s.finds(ingest.RepairReplace)
			})
			t.Run("and are rejected", func(t *testing.T) {
				s := week(t)
				s.during(step.call, step.n, func() {
					s.add(timesheet.Row{ID: 12, Fault: "employee_id is NULL"}, row(13, "8", "2027-06-01 02:06"))
					s.poll(13)
				})
				s.finds(ingest.RepairMerge)
			})
			t.Run("rejected rows that are released", func(t *testing.T) {
				s := week(t)
				s.add(timesheet.Row{ID: 12, Fault: "employee_id is NULL"})
				s.poll(12)
				s.add(row(12, "8", "2026-03-02 06:00"))
				s.during(step.call, step.n, func() {
					s.must(ingest.Release(t.Context(), s.view, s.sink, s.store, source, 12, now()))
				})
				s.finds(ingest.RepairReplace)
			})
			t.Run("an employee who is erased, days that are purged", func(t *testing.T) {
				s := week(t)
				s.during(step.call, step.n, func() {
					s.must(second(s.store.Erase(t.Context(), "8")))
					s.must(second(s.store.Purge(t.Context(), date("2026-03-03"))))
				})
				s.finds(ingest.RepairMerge)
			})
		})
	}
	t.Run("what came meanwhile costs no second reading", func(t *testing.T) {
		s := week(t)
		readings := 0
		s.books.before = func(call string) error {
			switch call {
			case "rejected":
				readings++
			case "export":
				s.add(row(13, "8", "2026-03-02 06:00"), row(12, "7", "2026-03-02 19:00"), row(15, "9", "2026-03-02 19:00"))
				s.poll(13)
			}
			return nil
		}
		s.finds(ingest.RepairNone)
		if readings != 1 {
			t.Errorf("%d readings", readings)
		}
	})
	t.Run("a poller that is behind is waited for", func(t *testing.T) {
		s := newScene(t)
		for i := range 50 {
			s.add(row(timesheet.RowID(i+1), "7", fmt.Sprintf("2026-03-02 08:%02d", i)))
		}
		s.poll(50)
		all := s.entry("7", "2026-03-02", "08:00", "08:49", 0)
		s.drop("7", "2026-03-02")
		s.must(second(s.store.Rewind(t.Context(), source, 1, 0, nil, "again")))
		settled := timesheet.RowID(0)
		s.books.before = func(call string) error {
			if call == "checkpoint" && settled < 50 {
				settled++
				s.must(s.store.Advance(t.Context(), source, s.lease.Nonce, timesheet.Checkpoint{Generation: 2, Settled: settled}))
				if settled == 50 {
					storetest.Merge(s, s.store, all)
				}
			}
			return nil
		}
		s.finds(ingest.RepairReplace)
	})
	t.Run("one that stays behind is an error", func(t *testing.T) {
		s := week(t)
		s.drop("7", "2026-03-03")
		settled := timesheet.RowID(11)
		s.books.before = func(call string) error {
			if call == "checkpoint" {
				settled++
				s.must(s.store.Advance(t.Context(), source, s.lease.Nonce, timesheet.Checkpoint{Generation: 1, Settled: settled}))
			}
			return nil
		}
		o := s.options(ingest.RepairMerge)
		o.CatchUp = 1
		if v, err := ingest.Verify(t.Context(), s.view, s.sink, s.books, o); !errors.Is(err, timesheet.Unavailable) || len(v.Differences) > 0 {
			t.Errorf("%+v, %v", v, err)
		}
	})
	t.Run("an entry that changes at each reading is an error", func(t *testing.T) {
		s := week(t)
		wide := s.entry("7", "2026-03-02", "07:00", "17:00", 0)
		s.books.before = func(call string) error {
			if call == "rejected" { // once in a reading
				wide.Latest = wide.Latest.Add(60e9)
				s.put(wide)
			}
			return nil
		}
		if v, err := s.verify(ingest.RepairReplace); !errors.Is(err, timesheet.Conflict) || len(v.Differences) > 0 {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

// TestVerifyLaw lets rows come, in any order of commits and with polls between, at any
// step of a check. It must find what was wrong before it began, and nothing else.
func TestVerifyLaw(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newScene(t)
		people := []timesheet.EmployeeID{"7", "8", "N1"}
		next, flying := timesheet.RowID(1), []timesheet.Row(nil)
		settled := func() timesheet.RowID {
			low := next
			for _, r := range flying {
				low = min(low, r.ID)
			}
			return low - 1
		}
		steps := rapid.IntRange(0, 60).Draw(rt, "steps")
		busy := rapid.IntRange(1, 6).Draw(rt, "busy")
		act := func() {
			switch rapid.IntRange(0, 6).Draw(rt, "act") {
			case 0, 1, 2: // a transaction begins
				day := date("2026-03-28") + timesheet.Day(rapid.IntRange(0, 3).Draw(rt, "day"))
				at := fmt.Sprintf("%v %02d:%02d", day, rapid.IntRange(0, 23).Draw(rt, "hour"), rapid.IntRange(0, 59).Draw(rt, "minute"))
				r := row(next, rapid.SampledFrom(people).Draw(rt, "who"), at)
				if rapid.IntRange(0, 9).Draw(rt, "bad") == 0 {
					r.Fault = "no time"
				}
				next += timesheet.RowID(rapid.SampledFrom([]int{1, 1, 1, 2, 1000}).Draw(rt, "jump"))
				flying = append(flying, r)
			case 3, 4: // one commits
				if len(flying) > 0 {
					i := rapid.IntRange(0, len(flying)-1).Draw(rt, "which")
					s.add(flying[i])
					flying = slices.Delete(flying, i, i+1)
				}
			default:
				s.poll(settled())
			}
		}
		for ; next <= 20; next++ {
			s.add(row(next, "old", fmt.Sprintf("2026-03-%02d %02d:00", 27+next%4, next)))
		}
		for range rapid.IntRange(0, 60).Draw(rt, "before") {
			act()
		}
		s.poll(settled())
		wrong := make(map[storetest.Key]ingest.DifferenceKind)
		s.heedless = true
		for _, k := range keysOf(s.stored()) {
			e := s.stored()[k]
			if k.Employee != "old" {
				continue
			}
			switch rapid.IntRange(0, 8).Draw(rt, "damage") {
			case 0:
				wrong[k] = ingest.Missing
				s.drop(k.Employee, k.Day.String())
			case 1:
				e.Latest = e.Latest.Add(30e9)
				wrong[k] = ingest.Wider
				s.put(e)
			}
		}
		extra := s.entry("nobody", "2026-03-30", "08:00", "09:00", 0)
		s.put(extra)
		wrong[storetest.KeyOf(extra)] = ingest.Extra
		before := func(string) error {
			for range busy {
				if steps > 0 {
					steps--
					act()
				}
			}
			if steps == 0 { // the poller goes on
				s.add(flying...)
				flying = nil
				s.poll(settled())
			}
			return nil
		}
		s.view.before, s.books.before = before, before
		v, err := s.verify(ingest.RepairNone)
		if errors.Is(err, timesheet.Conflict) || errors.Is(err, timesheet.Unavailable) {
			return // no verdict: too much happened
		}
		if err != nil {
			rt.Fatal(err)
		}
		for _, d := range v.Differences {
			e := d.Source
			if e.IsZero() {
				e = d.Stored
			}
			if wrong[storetest.KeyOf(e)] != d.Kind {
				rt.Fatalf("%s, but %v", s.line(d), wrong[storetest.KeyOf(e)])
			}
			delete(wrong, storetest.KeyOf(e))
		}
		if len(wrong) > 0 {
			rt.Fatalf("not found: %v", wrong)
		}
	})
}

func keysOf(all map[storetest.Key]timesheet.Entry) []storetest.Key {
	return slices.SortedFunc(maps.Keys(all), func(a, b storetest.Key) int {
		return cmp.Or(cmp.Compare(a.Employee, b.Employee), cmp.Compare(a.Day, b.Day))
	})
}

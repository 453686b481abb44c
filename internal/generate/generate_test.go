package generate_test

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"timesheet"
	"timesheet/internal/generate"
)

var monday = timesheet.DayOf(2026, time.March, 23) // the week in which Berlin's clocks go forward

func location(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestStaff(t *testing.T) {
	s := generate.New(generate.Options{Seed: 7, Employees: 40, NightShift: 6})
	if ids := s.Employees(); len(ids) != 40 || ids[0] != "E0001" || ids[39] != "E0040" {
		t.Errorf("employees: %v", ids)
	}
	if nights := s.Nights(); len(nights) != 6 || !slices.IsSorted(nights) {
		t.Errorf("nights: %v, want 6 of them", nights)
	}
	if s.Location() != time.UTC {
		t.Errorf("location: %v, want UTC by default", s.Location())
	}
	t.Run("more night workers than employees are all", func(t *testing.T) {
		s := generate.New(generate.Options{Employees: 3, NightShift: 10})
		if got := s.Nights(); len(got) != 3 {
			t.Errorf("nights: %v, want all 3", got)
		}
	})
	t.Run("nobody clocks nothing", func(t *testing.T) {
		s := generate.New(generate.Options{})
		if got := s.Day(monday); len(got) != 0 {
			t.Errorf("touches: %v", got)
		}
		for c := range s.Bulk(monday, 3, 4) {
			t.Errorf("bulk: %v", c)
		}
	})
}

func TestDay(t *testing.T) {
	o := generate.Options{Seed: 7, Employees: 300, NightShift: 30, Zone: location(t, "Europe/Berlin")}
	s := generate.New(o)

	t.Run("is the same for the same seed whatever was asked before", func(t *testing.T) {
		want := s.Day(monday)
		again := generate.New(o)
		again.Day(monday + 5)
		if got := again.Day(monday); !slices.Equal(got, want) {
			t.Error("another answer for the same seed and day")
		}
	})
	t.Run("differs by seed and by day", func(t *testing.T) {
		other := o
		other.Seed++
		if slices.Equal(generate.New(other).Day(monday), s.Day(monday)) {
			t.Error("another seed gave the same day")
		}
		if slices.Equal(s.Day(monday), s.Day(monday+1)) {
			t.Error("two days are the same")
		}
	})
	t.Run("comes in the order of upload, never before the touch", func(t *testing.T) {
		for d := range timesheet.Day(60) {
			touches := s.Day(monday + d)
			if !slices.IsSortedFunc(touches, func(a, b generate.Touch) int { return cmp.Compare(a.Uploaded, b.Uploaded) }) {
				t.Fatalf("%v isn't sorted", monday+d)
			}
			for _, touch := range touches {
				if delay := time.Duration(touch.Uploaded-touch.Wall) * time.Millisecond; delay <= 0 || delay > generate.MaxDelay {
					t.Errorf("%v: uploaded %v after it was clocked", touch, delay)
				}
				if begin := timesheet.Wall(monday+d) * 86_400_000; touch.Wall < begin || touch.Wall >= begin+2*86_400_000 {
					t.Errorf("%v: %v is not on the day or the morning after", monday+d, touch)
				}
				if touch.Wall%1000 != 0 {
					t.Errorf("%v has parts of a second", touch)
				}
			}
		}
	})
}

// Clocks never show what was generated wrongly: 02:00 to 03:00 in Berlin, and an
// hour on the other side of the world where Go's own rule goes the other way.
func TestDayShowsOnlyTimesThatExist(t *testing.T) {
	for zone, day := range map[string]timesheet.Day{
		"Europe/Berlin":    timesheet.DayOf(2026, time.March, 28), // night to the 29th
		"America/New_York": timesheet.DayOf(2026, time.March, 7),  // night to the 8th
	} {
		t.Run(zone, func(t *testing.T) {
			rules, err := timesheet.NewDayRules(1, []timesheet.Assignment{{Rule: timesheet.DayRule{Zone: zone}}}, time.LoadLocation)
			if err != nil {
				t.Fatal(err)
			}
			o := generate.Options{Seed: 3, Employees: 400, NightShift: 400}
			moved := 0
			unaware := generate.New(o).Day(day)
			for _, touch := range unaware {
				if _, flags := rules.For("").Instant(timesheet.LocalTime(touch.Wall)); flags == timesheet.NonexistentTime {
					moved++
				}
			}
			o.Zone = location(t, zone)
			for _, touch := range generate.New(o).Day(day) {
				if _, flags := rules.For("").Instant(timesheet.LocalTime(touch.Wall)); flags == timesheet.NonexistentTime {
					t.Errorf("%v doesn't exist in %s", touch, zone)
				}
			}
			if moved == 0 {
				t.Error("no touch fell into the gap: the test shows nothing")
			}
			aware := generate.New(o).Day(day)
			slices.SortFunc(unaware, byEmployee)
			slices.SortFunc(aware, byEmployee)
			for k, touch := range aware {
				if touch.Employee != unaware[k].Employee || touch.Wall < unaware[k].Wall {
					t.Errorf("%v comes before what it was made of, %v", touch, unaware[k])
				}
			}
		})
	}
}

func byEmployee(a, b generate.Touch) int {
	return cmp.Or(cmp.Compare(a.Employee, b.Employee), cmp.Compare(a.Wall, b.Wall))
}

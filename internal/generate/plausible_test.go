package generate_test

import (
	"testing"
	"time"

	"timesheet"
	"timesheet/internal/generate"
)

// census counts what four weeks of a large staff look like.
type census struct {
	touches, late, doubles, lunches int
	shifts, single                  int
	byWeekday                       [7]int
}

func (c *census) count(d timesheet.Day, touches []generate.Touch) {
	byEmployee := make(map[timesheet.EmployeeID][]timesheet.Wall)
	for _, touch := range touches {
		byEmployee[touch.Employee] = append(byEmployee[touch.Employee], touch.Wall)
		if touch.Uploaded-touch.Wall > 60_000 {
			c.late++
		}
	}
	c.touches += len(touches)
	c.byWeekday[d.Weekday()] += len(byEmployee)
	for _, walls := range byEmployee {
		first, last := walls[0], walls[0]
		for _, w := range walls {
			first, last = min(first, w), max(last, w)
		}
		c.shifts++
		if last-first < 120_000 {
			c.single++
		}
		for _, w := range walls {
			for _, v := range walls {
				if w < v && v-w < 60_000 {
					c.doubles++
				}
			}
			if hour := w / 3_600_000 % 24; hour == 12 && w != first && w != last {
				c.lunches++
			}
		}
	}
}

func between(t *testing.T, what string, got, low, high float64) {
	t.Helper()
	if got < low || got > high {
		t.Errorf("%s: %.4f, want between %v and %v", what, got, low, high)
	}
}

func TestStaffIsPlausible(t *testing.T) {
	const employees = 1000
	s := generate.New(generate.Options{Seed: 11, Employees: employees, NightShift: 100})
	var c census
	for d := range timesheet.Day(28) {
		c.count(monday+d, s.Day(monday+d))
	}
	for weekday, n := range c.byWeekday {
		present := float64(n) / 4 / employees
		switch time.Weekday(weekday) {
		case time.Saturday:
			between(t, "there on Saturdays", present, 0.05, 0.25)
		case time.Sunday:
			between(t, "there on Sundays", present, 0.05, 0.2)
		default:
			between(t, "there on "+time.Weekday(weekday).String(), present, 0.8, 0.97)
		}
	}
	between(t, "touches a shift", float64(c.touches)/float64(c.shifts), 2.5, 4)
	between(t, "uploads over a minute late", float64(c.late)/float64(c.touches), 0.002, 0.06)
	between(t, "touches doubled within a minute", float64(c.doubles)/float64(c.touches), 0.01, 0.04)
	between(t, "shifts of one touch", float64(c.single)/float64(c.shifts), 0.001, 0.03)
	between(t, "touches at lunch", float64(c.lunches)/float64(c.touches), 0.15, 0.4)
}

func TestNightShift(t *testing.T) {
	s := generate.New(generate.Options{Seed: 11, Employees: 200, NightShift: 50})
	nights := make(map[timesheet.EmployeeID]bool)
	for _, e := range s.Nights() {
		nights[e] = true
	}
	begin := timesheet.Wall(monday) * 86_400_000
	before, after := 0, 0
	for _, touch := range s.Day(monday) {
		if !nights[touch.Employee] {
			continue
		}
		switch at := time.Duration(touch.Wall-begin) * time.Millisecond; {
		case at < 21*time.Hour || at > 34*time.Hour:
			t.Errorf("%s touched %v after midnight of the day that the shift began", touch.Employee, at)
		case at < 24*time.Hour:
			before++
		default:
			after++
		}
	}
	if before < 25 || after < 25 {
		t.Errorf("%d touches before midnight, %d after it; want most of 50 on both sides", before, after)
	}
}

func TestSomeUploadsComeDaysLate(t *testing.T) {
	s := generate.New(generate.Options{Seed: 2, Employees: 120})
	longest := time.Duration(0)
	for d := range timesheet.Day(365) {
		for _, touch := range s.Day(monday + d) {
			longest = max(longest, time.Duration(touch.Uploaded-touch.Wall)*time.Millisecond)
		}
	}
	if longest < 12*time.Hour {
		t.Errorf("the latest upload came after %v; want one after a night in a year", longest)
	}
}

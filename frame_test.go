package timesheet

import (
	"testing"
	"time"
)

// A day's frame, with or without its short cut, is what zone and calendar say.
func TestFrameIsTheCalendars(t *testing.T) {
	steady, changing := 0, 0
	for _, name := range oddZones {
		loc := mustZone(t, name).loc
		days := append(changeDays(loc), DayOf(2026, 7, 1), DayOf(2300, 1, 1), DayOf(1850, 1, 1))
		for _, boundary := range []time.Duration{0, 150 * time.Minute, 12 * time.Hour, 23*time.Hour + 59*time.Minute} {
			rule := Assignment{Rule: DayRule{Zone: name, Boundary: boundary}}
			rules, err := NewDayRules(1, []Assignment{rule}, time.LoadLocation)
			if err != nil {
				t.Fatal(err)
			}
			cal := rules.For("7")
			for i, change := range days {
				if i%7 != 0 && i < len(days)-6 {
					continue
				}
				for day := change - 3; day <= change+3; day++ {
					f := cal.frame(day)
					if f.steady {
						steady++
					} else {
						changing++
					}
					checkFrame(t, cal, f, day)
				}
			}
		}
	}
	if steady < 1000 || changing < 1000 {
		t.Errorf("%d days took the short cut, %d did not", steady, changing)
	}
}

// A change of rules cuts or lengthens days, also where no clocks change.
func TestFrameWhereRulesChange(t *testing.T) {
	change := DayOf(2026, 7, 1)
	rules, err := NewDayRules(1, []Assignment{
		{Rule: DayRule{Zone: "Europe/Berlin"}},
		{From: change, Rule: DayRule{Zone: "Europe/Berlin", Boundary: 12 * time.Hour}},
		{From: change + 3, Rule: DayRule{Zone: "America/New_York"}},
	}, time.LoadLocation)
	if err != nil {
		t.Fatal(err)
	}
	cal := rules.For("7")
	for day := change - 3; day < change+7; day++ {
		checkFrame(t, cal, cal.frame(day), day)
	}
	if f := cal.frame(change - 1); f.end.Sub(f.begin) != 36*time.Hour {
		t.Errorf("the day before has %v", f.end.Sub(f.begin))
	}
}

func checkFrame(t *testing.T, cal Calendar, f frame, day Day) {
	t.Helper()
	z, boundary := f.step.zone, f.step.boundary
	if f.begin != cal.Begin(day) || f.end != cal.Begin(day+1) {
		t.Fatalf("%v in %v: from %v to %v, want %v to %v", day, z.loc, f.begin.Time(), f.end.Time(), cal.Begin(day).Time(), cal.Begin(day+1).Time())
	}
	for _, minutes := range []int{0, 1, 150, 719, 720, 721, 1320, 1439, 1440} {
		tod := NewTimeOfDay(minutes/60, minutes%60)
		wall := Wall(day)*msPerDay + tod.wall()
		if tod.wall() < boundary {
			wall += msPerDay
		}
		if got, want := f.at(tod), z.first(wall); got != want {
			t.Fatalf("%v on %v in %v is %v, want %v", tod, day, z.loc, got.Time(), want.Time())
		}
	}
	for i := f.begin; i < f.end; i += 1_234_567 {
		if got, want := f.wall(i), z.wall(i); got != want {
			t.Fatalf("%v in %v: the wall shows %v, want %v", i.Time(), z.loc, got, want)
		}
	}
}

func TestWeekdayIsThatOfTheDate(t *testing.T) {
	for _, day := range []Day{-800_000, -8, -7, -1, 0, 1, 6, 7, FirstDay, LastDay, DayOf(2028, 2, 29)} {
		if got, want := weekday(day), day.Weekday(); got != want {
			t.Errorf("%v is a %v, want %v", day, got, want)
		}
	}
}

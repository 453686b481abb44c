package rulesfile_test

import (
	"os"
	"testing"
	"time"

	"timesheet"
	"timesheet/rulesfile"

	"github.com/google/go-cmp/cmp"
)

func readExample(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile("../examples/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func parseRules(t *testing.T, text string) *timesheet.WorkRules {
	t.Helper()
	rules, err := rulesfile.ParseRules("rules.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v\nin\n%s", err, text)
	}
	return rules
}

var berlin = func() *timesheet.DayRules {
	rules, err := timesheet.NewDayRules(1, []timesheet.Assignment{{Rule: timesheet.DayRule{Zone: "Europe/Berlin"}}}, time.LoadLocation)
	if err != nil {
		panic(err)
	}
	return rules
}()

// at is a moment of 23 November 2026, a Monday.
func at(hour, minute int) timesheet.Instant {
	return timesheet.InstantOf(time.Date(2026, 11, 23, hour, minute, 0, 0, berlin.For("").Location(monday)))
}

var monday = timesheet.DayOf(2026, 11, 23)

// TestExample is the client's sketch: 08:09 to 18:09 gives 8h0m.
func TestExample(t *testing.T) {
	rules := parseRules(t, string(readExample(t, "office.yaml")))
	directory, err := rulesfile.ParseDirectory("directory.csv", readExample(t, "directory.csv"), rules)
	if err != nil {
		t.Fatal(err)
	}
	person, listed := directory.Person(directory.Canonical("A-17", monday), monday)
	if !listed || person.Name != "Ada King" {
		t.Errorf("badge A-17 is %+v", person)
	}
	w := rules.Evaluate(timesheet.Entry{Employee: "1001", Day: monday, Earliest: at(8, 9), Latest: at(18, 9)}, nil,
		person, monday, berlin.For("1001"), timesheet.Moment{Now: at(23, 59).Add(2 * time.Hour), SettledThrough: timesheet.Forever})
	if w.Worked != 8*time.Hour || w.Expected != 8*time.Hour || w.Overtime != 0 || w.Marks != 0 || w.Provisional {
		t.Errorf("got %+v", w)
	}
}

// TestDefaults holds the example to what it says of the defaults.
func TestDefaults(t *testing.T) {
	office := parseRules(t, string(readExample(t, "office.yaml"))).Terms("office", monday)
	plain := parseRules(t, "format: 1").Terms("", monday)
	plain.From, plain.Hours, plain.Breaks = office.From, office.Hours, office.Breaks
	if diff := cmp.Diff(plain, office); diff != "" {
		t.Error(diff)
	}
}

func TestEveryKey(t *testing.T) {
	rules := parseRules(t, `format: 1
schedules:
  shop:
    from: 2020-02-29
    work_days: [sat, sun]
    start: 07:30
    end: "24:00"
    late_grace: 5m
    early_grace: 1h1m
    min_in_out_gap: 0m
    max_shift: 12h
    break: [{after: 6h, deduct: 30m}, {from: "12:00", to: "12:45"}]
    worked_cap: 10h
    rounding: [{target: in, mode: up, interval: 5m}, {target: out, mode: down, interval: 15m}]
    half_day_below: 4h
    absent_below: 90m
    overtime_daily: 7h30m
    count_before_start: true
    min_overtime: 10m
    overtime_weekly: 38h
    week_start: sun
    settle_after: 0m
`)
	want := timesheet.Terms{
		From: timesheet.DayOf(2020, 2, 29), WorkDays: timesheet.WeekdaysOf(time.Saturday, time.Sunday),
		Hours: timesheet.Hours{Start: timesheet.NewTimeOfDay(7, 30), End: timesheet.NewTimeOfDay(24, 0),
			LateGrace: 5 * time.Minute, EarlyGrace: 61 * time.Minute},
		MinInOutGap: timesheet.Off, MaxShift: 12 * time.Hour,
		Breaks:    []timesheet.Break{{After: 6 * time.Hour, Deduct: 30 * time.Minute}, {From: timesheet.NewTimeOfDay(12, 0), To: timesheet.NewTimeOfDay(12, 45)}},
		WorkedCap: 10 * time.Hour,
		Rounding: []timesheet.Rounding{{Target: timesheet.RoundIn, Mode: timesheet.RoundUp, Interval: 5 * time.Minute},
			{Target: timesheet.RoundOut, Mode: timesheet.RoundDown, Interval: 15 * time.Minute}},
		HalfDayBelow: 4 * time.Hour, AbsentBelow: 90 * time.Minute,
		OvertimeDaily: 7*time.Hour + 30*time.Minute, CountBeforeStart: true, MinOvertime: 10 * time.Minute,
		OvertimeWeekly: 38 * time.Hour, WeekStart: timesheet.WeekdaysOf(time.Sunday), SettleAfter: timesheet.Off,
	}
	if rules.Default() != "shop" {
		t.Errorf("the only schedule is not the default: %q", rules.Default())
	}
	if diff := cmp.Diff(want, rules.Versions("shop")[0]); diff != "" {
		t.Error(diff)
	}
}

func TestVersions(t *testing.T) {
	rules := parseRules(t, `format: 1
schedules:
  office:
    - {start: "09:00", end: "17:00", late_grace: 5m, break: [{from: "12:00", to: "13:00"}], overtime_daily: 7h, count_before_start: true}
    - {from: 2026-01-01, start: "08:00"}
    - {from: 2026-02-01, start: off, break: off, overtime_daily: off, overtime_weekly: off, max_shift: off, work_days: off}
    - {from: 2026-03-01, end: off, break: [], count_before_start: off, start: "10:00"}
`)
	on := func(month time.Month) timesheet.Terms { return rules.Terms("office", timesheet.DayOf(2026, month, 1)) }
	t.Run("a_later_version_inherits_what_it_does_not_name", func(t *testing.T) {
		want := on(0)
		want.From, want.Hours.Start = timesheet.DayOf(2026, 1, 1), timesheet.NewTimeOfDay(8, 0)
		if diff := cmp.Diff(want, on(1)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("off_switches_off", func(t *testing.T) {
		got := on(2)
		want := timesheet.Terms{WorkDays: timesheet.NoWeekdays, Hours: timesheet.Hours{End: timesheet.NewTimeOfDay(17, 0)},
			OvertimeDaily: timesheet.Off, OvertimeWeekly: timesheet.Off, MaxShift: timesheet.Off, CountBeforeStart: true}
		if !got.Equal(want) {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("what_was_off_can_be_on_again", func(t *testing.T) {
		if got := on(3); got.Hours != (timesheet.Hours{Start: timesheet.NewTimeOfDay(10, 0)}) || got.CountBeforeStart || len(got.Breaks) > 0 {
			t.Errorf("got %+v", got)
		}
	})
}

func TestHolidaysAndLeave(t *testing.T) {
	rules := parseRules(t, `format: 1
default_schedule: a
schedules: {a: {}, b: {}}
holidays:
  - {day: 2026-12-25, name: Christmas Day}
  - {day: 2026-12-26, name: Boxing Day, schedules: [b]}
leave:
  - {employee: 007, from: 2026-08-03, to: 2026-08-14, name: Vacation}
  - {employee: 007, from: 2026-08-15}
  - {employee: "1", from: 2026-08-03}
`)
	for _, c := range []struct {
		schedule string
		day      int
		want     string
	}{{"a", 25, "Christmas Day"}, {"b", 25, "Christmas Day"}, {"a", 26, ""}, {"b", 26, "Boxing Day"}, {"b", 27, ""}} {
		if h, _ := rules.Holiday(c.schedule, timesheet.DayOf(2026, 12, c.day)); h.Name != c.want {
			t.Errorf("%s on %d: %q, want %q", c.schedule, c.day, h.Name, c.want)
		}
	}
	for day, want := range map[int]bool{2: false, 3: true, 14: true, 15: true, 16: false} {
		if _, on := rules.Leave("007", timesheet.DayOf(2026, 8, day)); on != want {
			t.Errorf("leave on %d: %v", day, on)
		}
	}
}

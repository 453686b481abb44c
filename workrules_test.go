package timesheet_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"timesheet"
)

func day(s string) timesheet.Day {
	d, err := timesheet.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestRulesWithoutSchedulesAreTheDefaults(t *testing.T) {
	rules, err := timesheet.NewWorkRules("", nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if rules.Default() != timesheet.DefaultSchedule || !slices.Equal(rules.Schedules(), []string{"default"}) || !rules.Has("default") || rules.Has("") {
		t.Errorf("%q, %q", rules.Default(), rules.Schedules())
	}
	if got := rules.Terms("", day("2026-11-23")); !got.Equal(timesheet.Terms{}) || got.OvertimeDaily != 8*time.Hour {
		t.Errorf("%+v", got)
	}
}

func TestVersionsOfASchedule(t *testing.T) {
	version := func(from string, limit time.Duration) timesheet.Terms {
		return timesheet.Terms{From: day(from), OvertimeDaily: limit * time.Hour}
	}
	given := []timesheet.Terms{version("2026-07-01", 7), version("2026-01-01", 6), version("2027-01-01", 5)}
	rules, err := timesheet.NewWorkRules("a", map[string][]timesheet.Terms{"a": given, "b": {{OvertimeDaily: 9 * time.Hour}}}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[string]time.Duration{"2001-01-01": 6, "2026-01-01": 6, "2026-06-30": 6, "2026-07-01": 7, "2026-12-31": 7, "2027-01-01": 5, "9999-01-01": 5} {
		if got := rules.Terms("a", day(s)).OvertimeDaily; got != want*time.Hour {
			t.Errorf("on %s it is %v, want %v", s, got, want*time.Hour)
		}
	}
	for _, name := range []string{"", "a", "unknown"} {
		if got := rules.Terms(name, day("2027-01-01")).OvertimeDaily; got != 5*time.Hour {
			t.Errorf("%q: %v", name, got)
		}
	}
	if got := rules.Terms("b", day("2027-01-01")).OvertimeDaily; got != 9*time.Hour {
		t.Errorf("b: %v", got)
	}
	var limits []time.Duration
	for _, v := range rules.Versions("a") {
		limits = append(limits, v.OvertimeDaily/time.Hour)
	}
	if !slices.Equal(limits, []time.Duration{6, 7, 5}) || rules.Versions("unknown") != nil {
		t.Errorf("versions %v", limits)
	}
}

func TestRulesKeepWhatTheyWereMadeOf(t *testing.T) {
	given := []timesheet.Terms{{Breaks: []timesheet.Break{{After: time.Hour, Deduct: time.Minute}}}}
	schedules := []string{"a"}
	rules, err := timesheet.NewWorkRules("a", map[string][]timesheet.Terms{"a": given, "b": {{}}}, []timesheet.Holiday{{Day: day("2026-12-25"), Name: "X", Schedules: schedules}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	given[0].Breaks[0].Deduct, schedules[0] = time.Hour, "b"
	if got := rules.Terms("a", day("2026-12-25")).Breaks[0].Deduct; got != time.Minute {
		t.Errorf("a break became %v", got)
	}
	if got := rules.Holidays()[0].Schedules[0]; got != "a" {
		t.Errorf("a holiday became that of %s", got)
	}
}

func TestHolidaysAndLeave(t *testing.T) {
	rules, err := timesheet.NewWorkRules("a", map[string][]timesheet.Terms{"a": {{}}, "b": {{}}},
		[]timesheet.Holiday{{Day: day("2026-12-25"), Name: "Christmas Day"}, {Day: day("2026-11-01"), Name: "All Saints", Schedules: []string{"b"}}},
		[]timesheet.Leave{
			{Employee: "8", From: day("2026-08-03"), To: day("2026-08-03"), Name: "One day"},
			{Employee: "7", From: day("2026-09-01"), To: day("2026-09-02"), Name: "Second"}, {Employee: "7", From: day("2026-08-03"), To: day("2026-08-14"), Name: "First"},
		})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ schedule, day, want string }{
		{"a", "2026-12-25", "Christmas Day"}, {"b", "2026-12-25", "Christmas Day"}, {"", "2026-12-25", "Christmas Day"},
		{"a", "2026-11-01", ""}, {"b", "2026-11-01", "All Saints"}, {"b", "2026-11-02", ""},
	} {
		if h, ok := rules.Holiday(c.schedule, day(c.day)); h.Name != c.want || ok != (c.want != "") {
			t.Errorf("%s on %s: %q, %v", c.schedule, c.day, h.Name, ok)
		}
	}
	for _, c := range []struct{ employee, day, want string }{
		{"7", "2026-08-02", ""}, {"7", "2026-08-03", "First"}, {"7", "2026-08-14", "First"}, {"7", "2026-08-15", ""}, {"7", "2026-09-02", "Second"},
		{"8", "2026-08-03", "One day"}, {"8", "2026-08-04", ""}, {"9", "2026-08-03", ""},
	} {
		if l, ok := rules.Leave(timesheet.EmployeeID(c.employee), day(c.day)); l.Name != c.want || ok != (c.want != "") {
			t.Errorf("%s on %s: %q, %v", c.employee, c.day, l.Name, ok)
		}
	}
	var names []string
	for _, l := range rules.Leaves() {
		names = append(names, l.Name)
	}
	if !slices.Equal(names, []string{"First", "Second", "One day"}) || len(rules.Holidays()) != 2 || rules.Holidays()[0].Name != "All Saints" {
		t.Errorf("%v, %v", names, rules.Holidays())
	}
}

func TestUnusableRules(t *testing.T) {
	one := map[string][]timesheet.Terms{"a": {{}}}
	at := day("2026-12-25")
	leave := func(e string, from, to timesheet.Day) timesheet.Leave {
		return timesheet.Leave{Employee: timesheet.EmployeeID(e), From: from, To: to}
	}
	for _, c := range []struct {
		want      string
		fallback  string
		schedules map[string][]timesheet.Terms
		holidays  []timesheet.Holiday
		leave     []timesheet.Leave
	}{
		{want: `default_schedule: there is no schedule "b"`, fallback: "b", schedules: one},
		{want: `default_schedule: there is no schedule ""`, schedules: one},
		{want: "no name or no terms", fallback: "a", schedules: map[string][]timesheet.Terms{"a": {}}},
		{want: "no name or no terms", fallback: "", schedules: map[string][]timesheet.Terms{"": {{}}}},
		{want: "two versions from 2026-12-25", fallback: "a", schedules: map[string][]timesheet.Terms{"a": {{From: at}, {From: at}}}},
		{want: "schedule a from 2026-12-25: max_shift", fallback: "a", schedules: map[string][]timesheet.Terms{"a": {{From: at, MaxShift: 1}}}},
		{want: `there is no schedule "b"`, fallback: "a", schedules: one, holidays: []timesheet.Holiday{{Day: at, Schedules: []string{"b"}}}},
		{want: "2026-12-25 is a holiday of schedule a twice", fallback: "a", schedules: one, holidays: []timesheet.Holiday{{Day: at}, {Day: at, Schedules: []string{"a"}}}},
		{want: "1970-01-01 is outside", fallback: "a", schedules: one, holidays: []timesheet.Holiday{{}}},
		{want: `"" is no employee id`, fallback: "a", schedules: one, leave: []timesheet.Leave{leave("", at, at)}},
		{want: `" 7" is no employee id`, fallback: "a", schedules: one, leave: []timesheet.Leave{leave(" 7", at, at)}},
		{want: "2026-12-25 to 2026-12-24", fallback: "a", schedules: one, leave: []timesheet.Leave{leave("7", at, at-1)}},
		{want: "7 has two leaves on 2026-12-25", fallback: "a", schedules: one, leave: []timesheet.Leave{leave("7", at, at), leave("7", at-3, at)}},
	} {
		rules, err := timesheet.NewWorkRules(c.fallback, c.schedules, c.holidays, c.leave)
		if rules != nil || !errors.Is(err, timesheet.Invalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

func TestNamesOfStatusAndMarks(t *testing.T) {
	seen := make(map[string]bool)
	for s := timesheet.StatusOnLeave; s <= timesheet.StatusComplete; s++ {
		var again timesheet.Status
		text, _ := s.MarshalText()
		if err := again.UnmarshalText(text); err != nil || again != s || seen[s.String()] {
			t.Errorf("%v comes back as %v, %v", s, again, err)
		}
		seen[s.String()] = true
	}
	for _, s := range []string{"", "Complete", "present"} {
		if got, err := timesheet.ParseStatus(s); !errors.Is(err, timesheet.Invalid) {
			t.Errorf("%q reads as %v, %v", s, got, err)
		}
	}
	if got := timesheet.Status(200).String(); got != "status(200)" {
		t.Error(got)
	}
	all := slices.Collect(timesheet.Marks(1<<32 - 1).Names())
	if len(all) != 18 || all[0] != "late" || all[15] != "schedule_misfit" || all[17] != "review" {
		t.Fatalf("%q", all)
	}
	for i, name := range all {
		if m, err := timesheet.ParseMark(name); err != nil || m != 1<<i || !slices.Equal(slices.Collect(m.Names()), all[i:i+1]) {
			t.Errorf("%s is %b, %v", name, m, err)
		}
	}
	if _, err := timesheet.ParseMark("nothing"); !errors.Is(err, timesheet.Invalid) {
		t.Error(err)
	}
	for range timesheet.Marks(3).Names() {
		break
	}
}

func TestFormatDuration(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"0h0m": 0, "8h0m": 8 * time.Hour, "0h5m": 5 * time.Minute, "−2h0m": -2 * time.Hour, "100h59m": 101*time.Hour - time.Minute, "0h0m30s": 30 * time.Second,
		"1h0m1.5s": time.Hour + 1500*time.Millisecond, "−0h1m1s": -61 * time.Second,
	} {
		if got := timesheet.FormatDuration(d); got != want {
			t.Errorf("%v is %s, want %s", d, got, want)
		}
	}
}

package timesheet_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"timesheet"
)

// mustRules compiles assignments as version 1.
func mustRules(t interface {
	Helper()
	Fatal(...any)
}, assignments ...timesheet.Assignment) *timesheet.DayRules {
	t.Helper()
	rules, err := timesheet.NewDayRules(1, assignments, time.LoadLocation)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func TestDayRuleValidate(t *testing.T) {
	for _, c := range []struct {
		rule timesheet.DayRule
		ok   bool
	}{
		{timesheet.DayRule{Zone: "Europe/Berlin"}, true},
		{timesheet.DayRule{Zone: "UTC", Boundary: 23*time.Hour + 59*time.Minute}, true},
		{timesheet.DayRule{Zone: "UTC", Boundary: 24 * time.Hour}, false},
		{timesheet.DayRule{Zone: "UTC", Boundary: -time.Minute}, false},
		{timesheet.DayRule{Zone: "UTC", Boundary: time.Minute + time.Second}, false},
		{timesheet.DayRule{Zone: ""}, false},
		{timesheet.DayRule{Zone: "Local"}, false}, // would differ from instance to instance
	} {
		err := c.rule.Validate()
		if (err == nil) != c.ok || err != nil && !errors.Is(err, timesheet.Invalid) {
			t.Errorf("%+v: %v", c.rule, err)
		}
	}
}

func TestNewDayRules(t *testing.T) {
	utc := timesheet.DayRule{Zone: "UTC"}
	berlin := timesheet.DayRule{Zone: "Europe/Berlin"}
	for name, assignments := range map[string][]timesheet.Assignment{
		"nothing":                {},
		"no default":             {{Employee: "7", Rule: utc}},
		"twice from one day":     {{Rule: utc}, {Employee: "7", From: 20000, Rule: utc}, {Employee: "7", From: 20000, Rule: berlin}},
		"the default twice":      {{Rule: utc, From: 20000}, {Rule: berlin, From: 20000}},
		"an unknown zone":        {{Rule: timesheet.DayRule{Zone: "Europe/Atlantis"}}},
		"an unknown zone of one": {{Rule: utc}, {Employee: "7", Rule: timesheet.DayRule{Zone: "Europe/Atlantis"}}},
		"a bad boundary":         {{Rule: timesheet.DayRule{Zone: "UTC", Boundary: 25 * time.Hour}}},
	} {
		t.Run(name, func(t *testing.T) {
			if rules, err := timesheet.NewDayRules(1, assignments, time.LoadLocation); !errors.Is(err, timesheet.Invalid) || rules != nil {
				t.Errorf("%v, %v", rules, err)
			}
		})
	}

	t.Run("in any order of assignments", func(t *testing.T) {
		given := []timesheet.Assignment{
			{Employee: "b", From: 20005, Rule: utc}, {Rule: berlin, From: 20010}, {Employee: "a", From: 20001, Rule: utc}, {Rule: utc},
		}
		before := slices.Clone(given)
		rules, err := timesheet.NewDayRules(9, given, time.LoadLocation)
		if err != nil {
			t.Fatal(err)
		}
		want := []timesheet.Assignment{given[3], given[1], given[2], given[0]}
		if rules.Version() != 9 || !slices.Equal(rules.Assignments(), want) {
			t.Errorf("version %d, %v; want 9, %v", rules.Version(), rules.Assignments(), want)
		}
		if !slices.Equal(given, before) {
			t.Error("the caller's assignments were changed")
		}
	})
	t.Run("loads each zone once", func(t *testing.T) {
		var loaded []string
		_, err := timesheet.NewDayRules(1, []timesheet.Assignment{{Rule: utc}, {Employee: "a", Rule: utc}, {Employee: "b", Rule: berlin}, {Employee: "c", Rule: berlin}},
			func(name string) (*time.Location, error) {
				loaded = append(loaded, name)
				return time.LoadLocation(name)
			})
		if err != nil || !slices.Equal(loaded, []string{"UTC", "Europe/Berlin"}) {
			t.Errorf("%v, %v", loaded, err)
		}
	})
	t.Run("an unknown zone is named", func(t *testing.T) {
		_, err := timesheet.NewDayRules(1, []timesheet.Assignment{{Rule: timesheet.DayRule{Zone: "Europe/Atlantis"}}}, time.LoadLocation)
		if err == nil || !strings.Contains(err.Error(), "Europe/Atlantis") {
			t.Errorf("%v", err)
		}
	})
}

func TestFor(t *testing.T) {
	night := timesheet.DayRule{Zone: "UTC", Boundary: 12 * time.Hour}
	early := timesheet.DayRule{Zone: "UTC", Boundary: 4 * time.Hour}
	utc := timesheet.DayRule{Zone: "UTC"}
	rules := mustRules(t,
		timesheet.Assignment{Rule: utc, From: 15000}, // counts from the first day on whatever it says
		timesheet.Assignment{Rule: early, From: 20000},
		timesheet.Assignment{Employee: "7", Rule: night, From: 19000},
		timesheet.Assignment{Employee: "8", Rule: night, From: 21000},
	)
	for _, c := range []struct {
		employee timesheet.EmployeeID
		day      timesheet.Day
		want     timesheet.DayRule
	}{
		{"someone", timesheet.FirstDay, utc}, {"someone", 14999, utc}, {"someone", 19999, utc}, {"someone", 20000, early}, {"someone", timesheet.LastDay, early},
		{"7", 18999, utc}, {"7", 19000, night}, {"7", 20000, night}, {"7", timesheet.LastDay, night},
		{"8", 19999, utc}, {"8", 20999, early}, {"8", 21000, night},
	} {
		t.Run(fmt.Sprintf("%s on %v", c.employee, c.day), func(t *testing.T) {
			if got := rules.For(c.employee).Rule(c.day); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

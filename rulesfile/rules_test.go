package rulesfile_test

import (
	"os"
	"testing"
	"time"

	"timesheet"
	"timesheet/rulesfile"
)

// TestExample is the client's sketch: 08:09 to 18:09 gives 8h0m.
func TestExample(t *testing.T) {
	text, err := os.ReadFile("../examples/office.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := rulesfile.ParseRules("office.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	days, err := timesheet.NewDayRules(1, []timesheet.Assignment{{Rule: timesheet.DayRule{Zone: "Europe/Berlin"}}}, time.LoadLocation)
	if err != nil {
		t.Fatal(err)
	}
	berlin, _ := time.LoadLocation("Europe/Berlin")
	at := func(hour, minute int) timesheet.Instant {
		return timesheet.InstantOf(time.Date(2026, 11, 23, hour, minute, 0, 0, berlin))
	}
	day := timesheet.DayOf(2026, 11, 23)
	w := rules.Evaluate(timesheet.Entry{Employee: "7", Day: day, Earliest: at(8, 9), Latest: at(18, 9)},
		timesheet.Person{Employee: "7"}, day, days.For("7"), timesheet.Moment{Now: at(23, 0), SettledThrough: timesheet.Forever})
	if w.Worked != 8*time.Hour || w.Expected != 7*time.Hour || w.Overtime != 0 {
		t.Errorf("got %+v", w)
	}
}

package timesheet_test

import (
	"fmt"
	"time"

	"timesheet"
)

// The day that the client sketched: ten hours on the clock, eight of them worked.
func ExampleWorkRules_Explain() {
	nine, _ := timesheet.ParseTimeOfDay("09:00")
	six, _ := timesheet.ParseTimeOfDay("18:00")
	noon, _ := timesheet.ParseTimeOfDay("12:00")
	two, _ := timesheet.ParseTimeOfDay("14:00")
	office := timesheet.Terms{
		Hours:  timesheet.Hours{Start: nine, End: six, LateGrace: 5 * time.Minute},
		Breaks: []timesheet.Break{{From: noon, To: two}},
	}
	rules, err := timesheet.NewWorkRules("office", map[string][]timesheet.Terms{"office": {office}}, nil, nil)
	if err != nil {
		panic(err)
	}
	days, err := timesheet.NewDayRules(1, []timesheet.Assignment{{Rule: timesheet.DayRule{Zone: "Europe/Berlin"}}}, time.LoadLocation)
	if err != nil {
		panic(err)
	}
	clocked := func(s string) timesheet.Entry {
		at, _ := timesheet.ParseTimestamp(s)
		e, _ := days.Entry(timesheet.Clocking{Employee: "1042", At: at}, 0, timesheet.Forever)
		return e
	}
	entry := timesheet.Join(clocked("2026-11-23 08:09:00"), clocked("2026-11-23 18:09:00"))
	later := timesheet.Moment{Now: timesheet.Forever, SettledThrough: timesheet.Forever}
	workday, steps := rules.Explain(entry, nil, timesheet.Person{Employee: "1042"}, entry.Day, days.For("1042"), later)
	for _, s := range steps {
		fmt.Println(s.Text)
	}
	fmt.Println(workday.Status, timesheet.FormatDuration(workday.Worked))
	// Output:
	// Monday 2026-11-23 is a work day of schedule office, 09:00–18:00
	// in 08:09
	// out 18:09
	// gross 10h0m
	// break 12:00–14:00 −2h0m
	// net 8h0m
	// expected 7h0m
	// settled
	// complete 8h0m
}

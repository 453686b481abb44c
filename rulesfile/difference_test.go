package rulesfile_test

import (
	"strings"
	"testing"
	"time"

	"timesheet"
	"timesheet/rulesfile"

	"pgregory.net/rapid"
)

func compile(t *testing.T, rules, directory string) *rulesfile.Version {
	t.Helper()
	var d *rulesfile.Text
	if directory != "" {
		d = &rulesfile.Text{Name: "d.csv", Content: []byte("employee_id,name,team,schedule,aliases,from,until\n" + directory)}
	}
	v, err := rulesfile.Compile(&rulesfile.Text{Name: "r.yaml", Content: []byte("format: 1\n" + rules)}, d)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestFirstDifference(t *testing.T) {
	const office = "default_schedule: office\nschedules:\n  office: {break: [{from: 12:00, to: 14:00}]}\n"
	const people = "7,Ada,A,office,17,2026-01-01,\n8,,,,,,2026-10-31\n"
	for _, c := range []struct {
		name                  string
		rules, people         string // before
		nextRules, nextPeople string
		want                  string // "": none
	}{
		{"nothing", office, people, office, people, ""},
		{"other_words_for_the_same", office, people, strings.ReplaceAll(office, "]}", "], max_shift: 16h, late_grace: off}"), people, ""},
		{"names_and_teams", office, people, office, strings.ReplaceAll(people, "Ada,A", "Ada L.,B"), ""},
		{"a_schedule_that_nobody_is_on", office, people, office + "  nights: {start: \"22:00\"}\n", people, ""},
		{"a_later_version", office, people, strings.ReplaceAll(office, "{break", "\n  - {break") + "  - {from: 2026-12-01, break: [{from: 12:00, to: 13:00}], overtime_daily: off}\n", people,
			"on 2026-12-01: schedule office: break 12:00–14:00 → 12:00–13:00, overtime_daily 8h0m → off"},
		{"a_holiday", office, people, office + "holidays: [{day: 2026-12-25, name: Christmas Day}]", people, `on 2026-12-25: schedule office: holiday "Christmas Day" is new`},
		{"no_holiday_any_more", office + "holidays: [{day: 2026-12-25, name: Christmas Day}]", people, office, people, "on 2026-12-25: schedule office: it is no holiday any more"},
		{"another_name_of_a_holiday", office + "holidays: [{day: 2026-12-25, name: X-mas}]", people, office + "holidays: [{day: 2026-12-25, name: Christmas Day}]", people, ""},
		{"leave", office, people, office + "leave: [{employee: 7, from: 2026-08-03, to: 2026-08-14}]", people, `on 2026-08-03: employee "7" has leave now, and had none before`},
		{"longer_leave", office + "leave: [{employee: 7, from: 2026-08-03, to: 2026-08-14}]", people, office + "leave: [{employee: 7, from: 2026-08-03, to: 2026-08-10}, {employee: 7, from: 2026-08-11, to: 2026-08-15}]", people,
			`on 2026-08-15: employee "7" has leave now, and had none before`},
		{"leave_that_is_gone", office + "leave: [{employee: 7, from: 2026-08-03}]", people, office, people, `on 2026-08-03: employee "7" has no leave any more`},
		{"somebody_new", office, people, office, people + "9,,,,,2026-11-23,\n", `on 2026-11-23: employee "9" is listed from this day on, and wasn't before; say in from when the first day is`},
		{"somebody_who_leaves", office, people, office, strings.ReplaceAll(people, "2026-01-01,", "2026-01-01,2026-11-20"), `on 2026-11-21: employee "7" isn't listed any more`},
		{"another_schedule", office + "  nights: {}\n", people, office + "  nights: {}\n", people + "7,,,nights,,2026-11-01,\n",
			`on 2026-11-01: employee "7" schedule office → nights: break 12:00–14:00 → off`},
		{"another_schedule_of_the_same_terms", office + "  nights: {break: [{from: 12:00, to: 14:00}]}\n", people, office + "  nights: {break: [{from: 12:00, to: 14:00}]}\n", people + "7,,,nights,,2026-11-01,\n", ""},
		{"a_schedule_that_somebody_left_before_it_changed", office + "  nights: [{}]\n", "7,,,nights,,,\n7,,,office,,2026-02-01,\n", office + "  nights: [{}, {from: 2026-02-01, max_shift: 12h}]\n", "7,,,nights,,,\n7,,,office,,2026-02-01,\n", ""},
		{"a_schedule_that_changed_before_somebody_came", office + "  nights: {}\n", "7,,,nights,,2026-03-01,\n", office + "  nights: [{}, {from: 2026-01-01, max_shift: 12h}]\nholidays: [{day: 2026-02-01, name: x, schedules: [nights]}]", "7,,,nights,,2026-03-01,\n",
			"on 2026-03-01: schedule nights: max_shift 16h0m → 12h0m"},
		{"a_badge_that_goes_to_another", office, people, office, "7,Ada,A,office,17,2026-01-01,\n7,,,,-,2026-02-01,\n8,,,,,,\n8,,,,17,2026-02-01,2026-10-31\n", `on 2026-02-01: employee "8" has another badge`},
		{"a_badge_more", office, people, office, people + "7,,,,17;18,2026-11-01,\n", `on 2026-11-01: employee "7" has another badge's clockings as an alias, and hadn't before`},
		{"a_badge_less", office, people, office, people + "7,,,,-,2026-11-01,\n", `on 2026-11-01: employee "7" hasn't another badge's clockings any more: the alias is gone`},
		{"the_first_directory", office, "", office, people, "on 1999-12-31: there is a directory now: whoever isn't in it is unlisted"},
		{"no_directory_any_more", office, people, office, "", "on 1999-12-31: there is no directory any more: nobody is unlisted"},
		{"the_first_of_several", office, people, office + "leave: [{employee: 8, from: 2026-03-01}]", people + "9,,,,,2026-02-01,\n7,,,,-,2026-04-01,\n", `on 2026-02-01: employee "9" is`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, ok := rulesfile.FirstDifference(compile(t, c.rules, c.people), compile(t, c.nextRules, c.nextPeople))
			got := ""
			if ok {
				got = d.String()
			}
			if c.want == "" && got != "" || !strings.HasPrefix(got, c.want) {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if strings.Contains(d.What, "employee \"") {
				t.Errorf("the reason names somebody: %s", d.What)
			}
		})
	}
}

// The law of FirstDifference: its day is the first on which any badge's clockings give
// another Workday, or somebody else's.
func TestFirstDifferenceIsTheFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawVersion(t, "a"), drawVersion(t, "b")
		got, differs := rulesfile.FirstDifference(a, b)
		want, wantDiffers := firstByTrying(a, b)
		if differs != wantDiffers || differs && got.Day != want {
			t.Fatalf("got %v %v, want %v %v", differs, got, wantDiffers, want)
		}
	})
}

const window = 12 // days from monday on

func firstByTrying(a, b *rulesfile.Version) (timesheet.Day, bool) {
	for day := monday - 1; day <= monday+window; day++ {
		tried := day
		if day < monday { // stands for all days before the window
			tried = timesheet.FirstDay
		}
		for _, badge := range []timesheet.EmployeeID{"7", "8", "17", "stranger"} {
			if differ(a, b, badge, tried) {
				return tried, true
			}
		}
	}
	return 0, false
}

func differ(a, b *rulesfile.Version, badge timesheet.EmployeeID, day timesheet.Day) bool {
	who := a.Directory.Canonical(badge, day)
	if who != b.Directory.Canonical(badge, day) {
		return true
	}
	cal := berlin.For("")
	begin := cal.Begin(day)
	for _, hours := range [][2]time.Duration{{}, {8 * time.Hour, 8 * time.Hour}, {8 * time.Hour, 13 * time.Hour}, {5 * time.Hour, 23 * time.Hour}} {
		var e timesheet.Entry
		if hours[1] > 0 {
			e = timesheet.Entry{Employee: who, Day: day, Earliest: begin.Add(hours[0]), Latest: begin.Add(hours[1])}
		}
		evaluate := func(v *rulesfile.Version) timesheet.Workday {
			p, _ := v.Directory.Person(who, day)
			return v.Rules.Evaluate(e, nil, p, day, cal, timesheet.Moment{Now: begin.Add(240 * time.Hour), SettledThrough: timesheet.Forever})
		}
		if evaluate(a) != evaluate(b) {
			return true
		}
	}
	return false
}

func drawVersion(t *rapid.T, label string) *rulesfile.Version {
	someDay := rapid.Map(rapid.IntRange(0, window), func(n int) timesheet.Day { return monday + timesheet.Day(n) })
	terms := func(from timesheet.Day) timesheet.Terms {
		return timesheet.Terms{
			From:          from,
			Breaks:        rapid.SampledFrom([][]timesheet.Break{nil, {{After: 4 * time.Hour, Deduct: 30 * time.Minute}}}).Draw(t, label+" breaks"),
			MaxShift:      rapid.SampledFrom([]time.Duration{0, 4 * time.Hour}).Draw(t, label+" max shift"),
			OvertimeDaily: rapid.SampledFrom([]time.Duration{0, timesheet.Off}).Draw(t, label+" overtime"),
		}
	}
	schedules := make(map[string][]timesheet.Terms)
	for _, name := range []string{"x", "y"} {
		schedules[name] = []timesheet.Terms{terms(0)}
		if rapid.Bool().Draw(t, label+" second version") {
			schedules[name] = append(schedules[name], terms(someDay.Draw(t, label+" from")))
		}
	}
	var holidays []timesheet.Holiday
	for range rapid.IntRange(0, 1).Draw(t, label+" holidays") {
		holidays = append(holidays, timesheet.Holiday{Day: someDay.Draw(t, label+" holiday"), Name: "h",
			Schedules: rapid.SampledFrom([][]string{nil, {"x"}, {"y"}}).Draw(t, label+" whose")})
	}
	var leave []timesheet.Leave
	for _, e := range []timesheet.EmployeeID{"7", "stranger"} {
		if rapid.Bool().Draw(t, label+" leave") {
			from := someDay.Draw(t, label+" leave from")
			leave = append(leave, timesheet.Leave{Employee: e, From: from, To: from + timesheet.Day(rapid.IntRange(0, 3).Draw(t, label+" length"))})
		}
	}
	rules, err := timesheet.NewWorkRules(rapid.SampledFrom([]string{"x", "y"}).Draw(t, label+" default"), schedules, holidays, leave)
	if err != nil {
		t.Fatal(err)
	}
	rows := drawRows(t, label, someDay)
	directory, err := timesheet.NewDirectory(rows)
	if err != nil { // a badge of two people
		for i := range rows {
			rows[i].Aliases = nil
		}
		if directory, err = timesheet.NewDirectory(rows); err != nil {
			t.Fatal(err)
		}
	}
	return &rulesfile.Version{Rules: rules, Directory: directory}
}

func drawRows(t *rapid.T, label string, someDay *rapid.Generator[timesheet.Day]) []timesheet.DirectoryRow {
	var rows []timesheet.DirectoryRow
	for _, e := range []timesheet.EmployeeID{"7", "8"} {
		var from timesheet.Day
		for range rapid.IntRange(0, 2).Draw(t, label+" rows") {
			r := timesheet.DirectoryRow{Employee: e, From: from, Name: rapid.SampledFrom([]string{"A", "B"}).Draw(t, label+" name"),
				Schedule: rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, label+" schedule"),
				Aliases:  rapid.SampledFrom([][]timesheet.EmployeeID{nil, nil, {"17"}}).Draw(t, label+" aliases")}
			if rapid.IntRange(0, 3).Draw(t, label+" leaves") == 0 {
				r.Until = max(someDay.Draw(t, label+" until"), from)
			}
			rows = append(rows, r)
			from = max(from+1, someDay.Draw(t, label+" next"))
		}
	}
	return rows
}

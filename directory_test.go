package timesheet_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"timesheet"
)

func mustDirectory(t *testing.T, rows ...timesheet.DirectoryRow) *timesheet.Directory {
	t.Helper()
	d, err := timesheet.NewDirectory(rows)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPersonOverTime(t *testing.T) {
	d := mustDirectory(t,
		timesheet.DirectoryRow{Employee: "7", From: day("2026-06-01"), Until: day("2026-12-31"), Name: "Ada B.", Team: "Line 2", Schedule: "late"},
		timesheet.DirectoryRow{Employee: "7", From: day("2026-01-01"), Name: "Ada", Team: "Line 1", Schedule: "early"},
		timesheet.DirectoryRow{Employee: "8", Name: "Bob"},
	)
	for s, want := range map[string]timesheet.Person{
		"2025-12-31": {Employee: "7", Unlisted: true},
		"2026-01-01": {Employee: "7", Name: "Ada", Team: "Line 1", Schedule: "early"},
		"2026-05-31": {Employee: "7", Name: "Ada", Team: "Line 1", Schedule: "early"},
		"2026-06-01": {Employee: "7", Name: "Ada B.", Team: "Line 2", Schedule: "late"},
		"2026-12-31": {Employee: "7", Name: "Ada B.", Team: "Line 2", Schedule: "late"},
		"2027-01-01": {Employee: "7", Unlisted: true},
	} {
		if got, listed := d.Person("7", day(s)); got != want || listed == want.Unlisted {
			t.Errorf("on %s: %+v, %v", s, got, listed)
		}
	}
	if got, listed := d.Person("9", day("2026-01-01")); listed || !got.Unlisted || got.Employee != "9" {
		t.Errorf("%+v, %v", got, listed)
	}
	for s, want := range map[string][]string{"2000-01-01": {"Bob"}, "2026-02-01": {"Ada", "Bob"}, "2026-12-31": {"Ada B.", "Bob"}, "2027-01-01": {"Bob"}} {
		var names []string
		for p := range d.On(day(s)) {
			names = append(names, p.Name)
		}
		if !slices.Equal(names, want) {
			t.Errorf("on %s: %q, want %q", s, names, want)
		}
	}
	if all := d.All(); len(all) != 3 || all[0].Name != "Ada" || all[0].Until != day("2026-05-31") || all[2].Until != timesheet.LastDay {
		t.Errorf("%+v", all)
	}
}

func TestWithoutADirectoryNobodyIsUnlisted(t *testing.T) {
	for _, d := range []*timesheet.Directory{nil, mustDirectory(t)} {
		p, listed := d.Person("7", day("2026-01-01"))
		if p != (timesheet.Person{Employee: "7"}) || listed || d.Canonical("7", day("2026-01-01")) != "7" || len(d.All()) != 0 {
			t.Errorf("%+v, %v", p, listed)
		}
		for p := range d.On(day("2026-01-01")) {
			t.Errorf("%+v", p)
		}
		badges := d.Badges("7", day("2026-01-01"), day("2026-01-31"))
		if !slices.Equal(badges, []timesheet.Badge{{ID: "7", From: day("2026-01-01"), To: day("2026-01-31")}}) {
			t.Errorf("%+v", badges)
		}
	}
}

func TestABadgeGoesFromOneToAnother(t *testing.T) {
	d := mustDirectory(t,
		timesheet.DirectoryRow{Employee: "7", From: day("2026-01-01"), Aliases: []timesheet.EmployeeID{"old", "b"}},
		timesheet.DirectoryRow{Employee: "7", From: day("2026-03-01"), Aliases: []timesheet.EmployeeID{"old"}},
		timesheet.DirectoryRow{Employee: "8", From: day("2026-03-01"), Until: day("2026-06-30"), Aliases: []timesheet.EmployeeID{"b"}},
		timesheet.DirectoryRow{Employee: "b", From: day("2026-07-01")},
	)
	for s, want := range map[string]timesheet.EmployeeID{"2025-12-31": "b", "2026-01-01": "7", "2026-02-28": "7", "2026-03-01": "8", "2026-06-30": "8", "2026-07-01": "b"} {
		if got := d.Canonical("b", day(s)); got != want {
			t.Errorf("on %s it is %s's, want %s", s, got, want)
		}
	}
	for _, c := range []struct {
		id, want string
	}{
		{"7", "7 2026-01-15–2026-12-31, b 2026-01-15–2026-02-28, old 2026-01-15–2026-12-31"},
		{"8", "8 2026-01-15–2026-12-31, b 2026-03-01–2026-06-30"},
		{"b", "b 2026-07-01–2026-12-31"},
		{"old", ""},
	} {
		var parts []string
		for _, b := range d.Badges(timesheet.EmployeeID(c.id), day("2026-01-15"), day("2026-12-31")) {
			parts = append(parts, string(b.ID)+" "+b.From.String()+"–"+b.To.String())
		}
		if got := strings.Join(parts, ", "); got != c.want {
			t.Errorf("of %s: %s, want %s", c.id, got, c.want)
		}
	}
}

func TestUnusableDirectories(t *testing.T) {
	a := func(ids ...timesheet.EmployeeID) []timesheet.EmployeeID { return ids }
	for want, rows := range map[string][]timesheet.DirectoryRow{
		`employee_id: "" is no employee id`:                              {{}},
		`employee_id: "7 " is no employee id`:                            {{Employee: "7 "}},
		"from: 7: 1999-12-30 is outside":                                 {{Employee: "7", From: timesheet.FirstDay - 1}},
		"until: 7: 2026-01-01 is not a day from 2026-01-02 on":           {{Employee: "7", From: day("2026-01-02"), Until: day("2026-01-01")}},
		"from: 7 has two rows from 2026-01-02":                           {{Employee: "7", From: day("2026-01-02")}, {Employee: "7", From: day("2026-01-02")}},
		`aliases: 7: "" is no employee id`:                               {{Employee: "7", Aliases: a("")}},
		"aliases: b belongs to both 7 and 8 on 2026-01-02":               {{Employee: "8", From: day("2026-01-02"), Aliases: a("b")}, {Employee: "7", Aliases: a("b")}},
		"aliases: b belongs to both 7 and 8 on 2026-01-03":               {{Employee: "7", Until: day("2026-01-03"), Aliases: a("b")}, {Employee: "8", From: day("2026-01-03"), Aliases: a("b")}},
		"aliases: b belongs to both 7 and 7 on 2026-01-02":               {{Employee: "7", From: day("2026-01-02"), Aliases: a("b", "b")}},
		"aliases: 8, an alias of 7, is itself an employee on 2026-01-02": {{Employee: "7", Aliases: a("8")}, {Employee: "8", From: day("2026-01-02")}},
		"aliases: 7, an alias of 7, is itself an employee on 2026-01-02": {{Employee: "7", From: day("2026-01-02"), Aliases: a("7")}},
		"aliases: 7: \"\" is no employee id\naliases: 8, an alias of 7":  {{Employee: "7", Aliases: a("8", "")}, {Employee: "8", From: day("2026-01-02")}},
	} {
		d, err := timesheet.NewDirectory(rows)
		if d != nil || !errors.Is(err, timesheet.Invalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestDirectoryKeepsWhatItWasMadeOf(t *testing.T) {
	rows := []timesheet.DirectoryRow{{Employee: "8", Aliases: []timesheet.EmployeeID{"b"}}, {Employee: "7"}}
	d := mustDirectory(t, rows...)
	if rows[0].Employee != "8" || rows[0].Until != 0 {
		t.Errorf("what it was made of changed: %+v", rows)
	}
	rows[0].Aliases[0] = "c"
	if got := d.Badges("8", day("2026-01-01"), day("2026-01-01")); len(got) != 2 || got[1].ID != "b" {
		t.Errorf("%+v", got)
	}
}

// anyRows are rows of few employees, badges and days, so that they often collide.
func anyRows() *rapid.Generator[[]timesheet.DirectoryRow] {
	id := rapid.SampledFrom([]timesheet.EmployeeID{"1", "2", "3", "4", "5"})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) timesheet.DirectoryRow {
		row := timesheet.DirectoryRow{Employee: id.Draw(t, "employee"), From: 20_000 + timesheet.Day(rapid.IntRange(0, 9).Draw(t, "from"))}
		if rapid.Bool().Draw(t, "ends") {
			row.Until = row.From + timesheet.Day(rapid.IntRange(0, 9).Draw(t, "days"))
		}
		row.Name = rapid.StringMatching("[A-Z]").Draw(t, "name")
		row.Aliases = rapid.SliceOfNDistinct(id, 0, 2, rapid.ID).Draw(t, "aliases")
		return row
	}), 0, 6)
}

// plain is what rows say of an employee on a day, by looking at all of them.
func plain(rows []timesheet.DirectoryRow, id timesheet.EmployeeID, on timesheet.Day) (row timesheet.DirectoryRow, listed bool) {
	for _, r := range rows {
		if r.Employee == id && r.From <= on && (!listed || r.From > row.From) {
			row, listed = r, true
		}
	}
	return row, listed && (row.Until == 0 || on <= row.Until)
}

func TestDirectoryIsWhatItsRowsSay(t *testing.T) {
	usable := 0
	rapid.Check(t, func(t *rapid.T) {
		rows := anyRows().Draw(t, "rows")
		d, err := timesheet.NewDirectory(rows)
		ids := []timesheet.EmployeeID{"1", "2", "3", "4", "5"}
		bad := false
		for i, a := range rows {
			for _, b := range rows[:i] {
				bad = bad || a.Employee == b.Employee && a.From == b.From
			}
		}
		for on := timesheet.Day(19_999); on < 20_020 && !bad; on++ {
			owner := make(map[timesheet.EmployeeID]timesheet.EmployeeID)
			for _, id := range ids {
				row, listed := plain(rows, id, on)
				if !listed {
					continue
				}
				for _, b := range row.Aliases {
					_, both := owner[b]
					_, employee := plain(rows, b, on)
					bad = bad || both || employee
					owner[b] = id
				}
			}
			if !bad && err == nil {
				checkDirectory(t, d, rows, owner, ids, on)
			}
		}
		if bad != (err != nil) {
			t.Fatalf("unusable %v, yet %v", bad, err)
		}
		if err == nil {
			usable++
		}
	})
	if usable < 20 {
		t.Errorf("only %d directories could be used", usable)
	}
}

func checkDirectory(t *rapid.T, d *timesheet.Directory, rows []timesheet.DirectoryRow, owner map[timesheet.EmployeeID]timesheet.EmployeeID, ids []timesheet.EmployeeID, on timesheet.Day) {
	var listed []timesheet.EmployeeID
	for _, id := range ids {
		row, want := plain(rows, id, on)
		if got, ok := d.Person(id, on); ok != want || want && got.Name != row.Name || got.Unlisted == want && len(rows) > 0 {
			t.Fatalf("%s on %d is %+v, %v; want %+v, %v", id, on, got, ok, row, want)
		}
		if want {
			listed = append(listed, id)
		}
		whose, isAlias := owner[id]
		if !isAlias {
			whose = id
		}
		if got := d.Canonical(id, on); got != whose {
			t.Fatalf("%s on %d belongs to %s, want %s", id, on, got, whose)
		}
		for _, person := range ids {
			has := slices.ContainsFunc(d.Badges(person, 19_990, 20_030), func(b timesheet.Badge) bool { return b.ID == id && b.From <= on && on <= b.To })
			if has != (whose == person) || has != slices.ContainsFunc(d.Badges(person, on, on), func(b timesheet.Badge) bool { return b.ID == id }) {
				t.Fatalf("badge %s on %d belongs to %s, yet %v of %s", id, on, whose, d.Badges(person, 19_990, 20_030), person)
			}
		}
	}
	var got []timesheet.EmployeeID
	for p := range d.On(on) {
		got = append(got, p.Employee)
	}
	if !slices.Equal(got, listed) {
		t.Fatalf("on %d there are %v, want %v", on, got, listed)
	}
}

package rulesfile_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"timesheet"
	"timesheet/rulesfile"

	"github.com/google/go-cmp/cmp"
)

const twoSchedules = "format: 1\ndefault_schedule: office\nschedules: {office: {}, nights: {}}\n"

// rowText is a row as it is compared.
func rowText(r timesheet.DirectoryRow) string {
	from, until := "", ""
	if r.From != 0 {
		from = r.From.String()
	}
	if r.Until != timesheet.LastDay {
		until = r.Until.String()
	}
	return strings.Join([]string{string(r.Employee), r.Name, r.Team, r.Schedule, fmt.Sprint(r.Aliases), from, until}, "|")
}

func TestDirectory(t *testing.T) {
	rules := parseRules(t, twoSchedules)
	want := []string{
		"007|Ada King|Assembly|office|[17 A-17]||2026-02-28",
		"007|Ada King|Paint|office|[17 A-17]|2026-03-01|2026-03-31",
		"007|Ada Lovelace|Paint||[]|2026-04-01|",
		"8|Müller, Jörg||nights|[]|2026-01-01|2026-06-30",
		"9||||[]||2026-06-30",
	}
	for _, c := range []struct{ name, file, text string }{
		{"commas", "d.csv", "employee_id,name,team,schedule,aliases,from,until\n" +
			"007,Ada King,Assembly,office,17;A-17,,\n007,,Paint,,,2026-03-01,\n007,Ada Lovelace,,-,-,2026-04-01,-\n" +
			"8,\"Müller, Jörg\",,nights,,2026-01-01,2026-06-30\n9,-,-,-,-,,2026-06-30\n"},
		{"what_Excel_writes", "d.csv", "\ufeffemployee_id;name;team;schedule;aliases;from;until\r\n" +
			"007;Ada King;Assembly;office;\"17;A-17\";;\r\n007;;Paint;;;2026-03-01;\r\n007;Ada Lovelace;;-;-;2026-04-01;-\r\n" +
			";;;;;;\r\n8;Müller, Jörg;;nights;;2026-01-01;2026-06-30\r\n9;-;-;-;-;;2026-06-30\r\n;;;;;;\r\n"},
		{"tabs_and_spaces_and_another_order", "d.txt", "Until\tFrom\t Employee_ID \tAliases\tSchedule\tTeam\tName\n" +
			"-\t2026-04-01\t007\t-\t-\t\tAda Lovelace\n\t2026-03-01\t007\t\t\tPaint\t\n\t\t 007\t17; A-17 ;\toffice\tAssembly\tAda King\n" +
			"2026-06-30\t\t9\t\t\t\t\n2026-06-30\t2026-01-01\t8\t\tnights\t\tMüller, Jörg"},
		{"YAML", "d.yaml", "# people\n- {employee_id: 007, name: Ada King, team: Assembly, schedule: office, aliases: [17, A-17]}\n" +
			"- {employee_id: \"007\", team: Paint, from: 2026-03-01}\n- {employee_id: 007, name: Ada Lovelace, schedule: \"-\", aliases: [], from: 2026-04-01}\n" +
			"- employee_id: 8\n  name: Müller, Jörg\n  schedule: nights\n  from: 2026-01-01\n  until: 2026-06-30\n- {employee_id: 9, until: 2026-06-30}\n"},
		{"YAML_without_its_name", "the stored directory", "- {employee_id: 007, name: Ada King, team: Assembly, schedule: office, aliases: 17;A-17}\n" +
			"- {employee_id: \"007\", team: Paint, from: 2026-03-01}\n- {employee_id: 007, name: Ada Lovelace, schedule: \"-\", aliases: [], from: 2026-04-01}\n" +
			"- {employee_id: 8, name: \"Müller, Jörg\", schedule: nights, from: 2026-01-01, until: 2026-06-30}\n- {employee_id: 9, until: 2026-06-30}\n"},
		{"JSON", "d.json", `[{"employee_id": "007", "name": "Ada King", "team": "Assembly", "schedule": "office", "aliases": ["17", "A-17"]},
			{"employee_id": "007", "team": "Paint", "from": "2026-03-01"}, {"employee_id": "007", "name": "Ada Lovelace", "schedule": "-", "aliases": "-", "from": "2026-04-01"},
			{"employee_id": "8", "name": "Müller, Jörg", "schedule": "nights", "from": "2026-01-01", "until": "2026-06-30"}, {"employee_id": "9", "until": "2026-06-30"}]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := rulesfile.ParseDirectory(c.file, []byte(c.text), rules)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range d.All() {
				got = append(got, rowText(r))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMistakesInDirectory(t *testing.T) {
	rules := parseRules(t, twoSchedules)
	const header = "employee_id,name,team,schedule,aliases,from,until\n"
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"an_empty_file", "", []string{"0:0 | its first line has to be the header"}},
		{"an_unknown_column", "employee_id,naem\n", []string{`1:13 | "naem" is no column; did you mean name?`}},
		{"no_header", "7,Ada\n", []string{"1:1 | the header is employee_id,name", "1:3 | is no column"}},
		{"a_column_twice", "employee_id,name,name\n", []string{"1:18 | is there twice"}},
		{"no_employee_column", "name,team\n", []string{"1:0 employee_id | is missing in the header"}},
		{"UTF-16", "\xff\xfee\x00", []string{"1:0 | the file is UTF-16; save it as UTF-8"}},
		{"no_text_at_all", header + "7,\x00\n", []string{"1:0 | zero bytes"}},
		{"another_code_page", header + "7,J\xf6rg,,,,,\n8,x,,,,,\n", []string{"2:3 | is not UTF-8"}},
		{"a_value_too_many", header + "7,King, Ada,,,,,\n", []string{"2:0 | the line has 8 values, the header 7"}},
		{"a_value_without_a_column", "employee_id,,\n7,,x\n", []string{"2:4 | in a column without a name"}},
		{"a_quote_alone", header + "7,A\"da,,,,,\n8,,,nigths,,,\n", []string{"2:4 | double the quotes", "3:5 schedule | nights"}},
		{"a_quote_that_is_not_closed", header + "7,\"Ada,,,,,\n8,,,,,,\n", []string{"2:0 | isn't closed"}},
		{"no_employee", header + ",Ada,,,,,\n", []string{"2:1 employee_id | is missing"}},
		{"an_employee_that_is_too_long", header + strings.Repeat("7", 65) + ",,,,,,\n", []string{"2:1 employee_id | 1 to 64 bytes"}},
		{"an_unknown_schedule", header + "7,,,offce,,,\n", []string{`2:5 schedule | "offce" is no schedule of the rules; did you mean office?`}},
		{"a_name_of_two_lines", header + "7,\"A\nB\",,,,,\n8,,,x,,,\n", []string{"2:3 name | can't be printed", "4:5 schedule | is no schedule"}},
		{"a_name_that_is_too_long", header + "7," + strings.Repeat("x", 201) + ",,,,,\n", []string{"2:3 name | too long"}},
		{"a_day_as_Excel_likes_it", header + "7,,,,,03.01.2026,\n8,,,,,,1/31/2026\n9,,,,,2026-02-30,\n9,,,,,1999-01-01,\n",
			[]string{"2:7 from | write it as 2026-01-25 (in Excel, format the column as text)", "3:8 until | write it", "4:7 from | 2026-02-30", "5:7 from | outside"}},
		{"a_row_that_ends_before_it_begins", header + "7,,,,,2026-02-01,2026-01-31\n", []string{"2:18 until | lies before from (2026-02-01)"}},
		{"an_employee_twice", header + "7,a,,,,,\n8,,,,,,\n7,b,,,,,\n", []string{"4:1 employee_id | has two rows without from; the first is on line 2"}},
		{"an_employee_twice_from_one_day", header + "7,,,,,2026-01-01,\n7,,,,,2026-01-01,\n", []string{"3:1 employee_id | has two rows from 2026-01-01; the first is on line 2"}},
		{"an_alias_of_oneself", header + "7,,,,7;8;8,,\n", []string{"2:6 aliases | the employee's own id", "2:6 aliases | is in the list twice"}},
		{"an_alias_of_two_people", header + "7,,,,17,,\n8,,,,17,2026-03-01,\n", []string{`3:6 aliases | "17" is an alias on line 2, too: it can't be two people's on one day (2026-03-01)`}},
		{"an_alias_of_two_people_on_a_single_day", header + "7,,,,17,,2026-03-01\n8,,,,17,2026-03-01,\n", []string{"3:6 aliases | (2026-03-01)"}},
		{"an_alias_of_three_people", header + "7,,,,17,,\n8,,,,17,2026-01-01,2026-01-31\n9,,,,17,2026-03-01,\n", []string{"3:6 aliases | on line 2", "4:6 aliases | on line 2"}},
		{"an_alias_that_is_inherited", header + "7,,,,17,,\n7,x,,,,2026-02-01,\n8,,,,17,2026-03-01,\n", []string{"4:6 aliases | is an alias on line 3, too"}},
		{"an_alias_that_is_an_employee", header + "7,,,,8,,\n8,,,,,2026-02-01,\n", []string{`2:6 aliases | "8" is itself an employee on 2026-02-01, see line 3`}},
		{"an_inherited_alias_that_is_an_employee", header + "7,,,,8,,\n7,x,,,,2026-02-01,\n8,,,,,2026-03-01,\n", []string{"3:1 aliases | itself an employee on 2026-03-01, see line 4"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := rulesfile.ParseDirectory("d.csv", []byte(c.text), rules)
			if err == nil {
				t.Fatal("accepted")
			}
			wantProblems(t, err, c.want...)
		})
	}
	t.Run("YAML", func(t *testing.T) {
		_, err := rulesfile.ParseDirectory("d.yml", []byte(`- {name: x}
- {employee_id: 7, aliasses: [8]}
- {employee_id: 8, aliases: {}, team: [a]}
- {employee_id: 9, aliases: [10, [11]]}
- {employee_id: 9, schedule: night}
- 10
`), rules)
		wantProblems(t, err, "1:3 [0].employee_id | is missing", "2:20 [1] | did you mean aliases?", "3:29 aliases | has to be", "3:39 [2].team | has to be",
			"4:34 aliases[1] | has to be", "5:30 schedule | did you mean nights?", "6:3 [5] | has to be a mapping")
	})
}

func TestBoundsOfDirectory(t *testing.T) {
	const header = "employee_id,from\n"
	var versions, rows strings.Builder
	versions.WriteString(header)
	for i := range 1003 {
		fmt.Fprintf(&versions, "7,%v\n", monday+timesheet.Day(i))
	}
	rows.WriteString(header)
	for i := range 500_001 {
		fmt.Fprintf(&rows, "%d,\n", i)
	}
	for _, c := range []struct{ name, file, text, want string }{
		{"size", "d.csv", header + strings.Repeat(" ", rulesfile.MaxDirectory), "d.csv: the file has 33554449 bytes; at most 33554432 are read"},
		{"size_of_YAML", "d.yaml", strings.Repeat(" ", rulesfile.MaxYAMLDirectory) + "- {employee_id: 7}", "at most 8388608 are read of YAML: write CSV"},
		{"versions", "d.csv", versions.String(), `d.csv:1002:1: employee_id: "7" has more than 1000 rows`},
		{"rows", "d.csv", rows.String(), "d.csv:500002: there are more than 500000 rows"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := rulesfile.ParseDirectory(c.file, []byte(c.text), nil)
			if err == nil || !strings.Contains(err.Error(), c.want) || len(rulesfile.Found(err)) != 1 {
				t.Errorf("got %.300v", err)
			}
		})
	}
}

func TestWhoComesBack(t *testing.T) {
	d, err := rulesfile.ParseDirectory("d.csv", []byte("employee_id,team,from,until\n7,A,,2026-01-31\n7,,2026-06-01,\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for month, want := range map[time.Month]bool{1: true, 2: false, 5: false, 6: true} {
		if p, listed := d.Person("7", timesheet.DayOf(2026, month, 15)); listed != want || listed && p.Team != "A" {
			t.Errorf("in month %d: listed %v, %+v", month, listed, p)
		}
	}
}

func TestAliasesFollowEachOther(t *testing.T) {
	d, err := rulesfile.ParseDirectory("d.csv", []byte("employee_id,aliases,from,until\n"+
		"7,17,,2026-01-31\n8,17,2026-02-01,\n8,-,2026-03-01,\n17,,2026-04-01,\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for month, want := range map[time.Month]timesheet.EmployeeID{1: "7", 2: "8", 3: "17", 4: "17"} {
		if got := d.Canonical("17", timesheet.DayOf(2026, month, 15)); got != want {
			t.Errorf("in month %d badge 17 is %s's, want %s", month, got, want)
		}
	}
}

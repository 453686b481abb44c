package rulesfile_test

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"timesheet"
	"timesheet/rulesfile"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// without is who is erased.
func without(ids ...timesheet.EmployeeID) func(timesheet.EmployeeID) bool {
	return func(id timesheet.EmployeeID) bool { return slices.Contains(ids, id) }
}

func TestRedactDirectory(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a row and its versions", "employee_id,name,from\n1,Ada,\n7,Bob,\n1,Ada L.,2026-01-01\n8,Eve,\n", "employee_id,name,from\n7,Bob,\n8,Eve,\n"},
		{"spaces around the id", "employee_id,name\n 1 ,Ada\n7,Bob\n", "employee_id,name\n7,Bob\n"},
		{"all of it", "employee_id\n1\n", "employee_id\n"},
		{"the last line without its end", "employee_id\n7\n1", "employee_id\n7\n"},
		{"as Excel writes it", "\ufeffname;employee_id;aliases\r\n\"A; B\";1;\r\n\r\n;;\r\n\"M\"\"üller\";7;\"17;2;18\"\r\n", "\ufeffname;employee_id;aliases\r\n\r\n;;\r\n\"M\"\"üller\";7;\"17;18\"\r\n"},
		{"blank lines before what goes and after it", "employee_id\n\n1\n\n7\n\n", "employee_id\n\n\n7\n\n"},
		{"a badge among others", "employee_id,aliases,name\n7,17; 2 ;18,\"Bob, the first\"\n8,-,x\n", "employee_id,aliases,name\n7,17;18,\"Bob, the first\"\n8,-,x\n"},
		{"the only badge, of one who had another before", "employee_id,aliases,from\n7,17,\n7,2,2026-01-01\n", "employee_id,aliases,from\n7,17,\n7,-,2026-01-01\n"},
		{"a badge beside one that is called -", "employee_id\taliases\n7\t2;-\n", "employee_id\taliases\n7\t-;\n"},
		{"YAML", "# people: Ada and Bob\n- {employee_id: 1, name: Ada}\n- employee_id: \"007\" # not Ada\n  aliases: [17, \"2\"]\n  until: 2026-01-31\n- {employee_id: 8, aliases: 2, name: 😀, from: 2026-02-01, until: 2026-02-28}\n- {employee_id: 9, aliases: 2;22, from: 2026-03-01}\n",
			"- employee_id: \"007\"\n  aliases: [17]\n  until: 2026-01-31\n- {employee_id: 8, aliases: '-', name: \"\\U0001F600\", from: 2026-02-01, until: 2026-02-28}\n- {employee_id: 9, aliases: \"22\", from: 2026-03-01}\n"},
		{"JSON", `[{"employee_id": "1", "name": "Ada"}, {"employee_id": "7", "aliases": ["2"]}]`, "[{\"employee_id\": \"7\", \"aliases\": []}]\n"},
		{"JSON, all of it", `[{"employee_id": "1", "name": "Ada"}]`, "[]\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before, err := rulesfile.ParseDirectory("", []byte(c.text), nil)
			if err != nil {
				t.Fatal(err)
			}
			_, got, err := rulesfile.Redact(nil, []byte(c.text), without("1", "2"))
			if err != nil || string(got) != c.want {
				t.Fatalf("%v\n%q, want\n%q", err, got, c.want)
			}
			after, err := rulesfile.ParseDirectory("", got, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(rowsWithout(before, without("1", "2")), rowsWithout(after, without())); diff != "" {
				t.Errorf("others changed: %s", diff)
			}
			if _, again, err := rulesfile.Redact(nil, got, without("1", "2")); err != nil || !bytes.Equal(again, got) {
				t.Errorf("again: %v %q", err, again)
			}
		})
	}
}

// rowsWithout are the rows but those of the erased, without their badges.
func rowsWithout(d *timesheet.Directory, erased func(timesheet.EmployeeID) bool) (rows []string) {
	for _, row := range d.All() {
		if !erased(row.Employee) {
			row.Aliases = slices.DeleteFunc(slices.Clone(row.Aliases), erased)
			rows = append(rows, rowText(row))
		}
	}
	return rows
}

func TestRedactRules(t *testing.T) {
	const text = "# Ada's office\nformat: 1\nschedules:\n  office: {start: 09:00} # Ada\nholidays: [{day: 2026-12-25, name: Christmas Day}]\nleave:\n" +
		"  - {employee: 1, from: 2026-08-03, name: Ada rests}\n  - employee: \"007\"\n    from: 2026-08-03\n    to: 2026-08-14\n"
	got, none, err := rulesfile.Redact([]byte(text), nil, without("1"))
	const want = "format: 1\nschedules:\n  office: {start: '09:00'}\nholidays: [{day: 2026-12-25, name: Christmas Day}]\nleave:\n  - employee: \"007\"\n    from: 2026-08-03\n    to: 2026-08-14\n"
	if err != nil || none != nil || string(got) != want {
		t.Errorf("%v\n%s, want\n%s", err, got, want)
	}
	if got, _, err := rulesfile.Redact([]byte(text), nil, without("1", "007")); err != nil || !strings.Contains(string(got), "leave: []") {
		t.Errorf("%v\n%s", err, got)
	} else {
		parseRules(t, string(got))
	}
}

func TestRedactLeavesAlone(t *testing.T) {
	rules, directory := []byte("format: 1 # x\nleave: # none\n- {employee: 7, from: 2026-01-01}\n"), []byte("employee_id , name\n\n7,\"x\"\n;\n")
	gotRules, gotDirectory, err := rulesfile.Redact(rules, directory, without("1"))
	if err != nil || &gotRules[0] != &rules[0] || &gotDirectory[0] != &directory[0] {
		t.Errorf("%v\n%s\n%s", err, gotRules, gotDirectory)
	}
	for _, bad := range [][2]string{{"a: [", ""}, {"", "employee_id\n7,\"\n"}, {"", "name\nx\n"}, {"", "- {"}, {"", "\n"}} {
		var texts [2][]byte
		for i, text := range bad {
			if text != "" {
				texts[i] = []byte(text)
			}
		}
		if _, _, err := rulesfile.Redact(texts[0], texts[1], without("1")); timesheet.CodeOf(err) != timesheet.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// Whoever is erased leaves no trace in the texts, and everybody else stays as they were.
func TestRedactLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := func(n int) string { return fmt.Sprintf("id%02d", n) }
		var rows, leave [][]string
		used := make(map[int]bool) // as an employee or a badge
		for n := range rapid.IntRange(1, 8).Draw(t, "people") {
			used[n] = true
			for v := range rapid.IntRange(1, 3).Draw(t, "versions") {
				from, aliases := "", rapid.SampledFrom([]string{"", "-", id(50 + n), id(50+n) + ";" + id(70+n)}).Draw(t, "aliases")
				if v > 0 {
					from = fmt.Sprintf("2026-0%d-01", v)
				}
				rows = append(rows, []string{id(n), fmt.Sprintf("name%02d.%d", n, v), fmt.Sprintf("team%d", n%3), aliases, from})
			}
			if rapid.Bool().Draw(t, "on leave") {
				leave = append(leave, []string{id(n), fmt.Sprintf("2026-05-%02d", n+1), fmt.Sprintf("rest%02d", n)})
			}
		}
		gone := make(map[string]bool)
		for _, n := range rapid.SliceOfN(rapid.SampledFrom([]int{0, 1, 2, 3, 4, 5, 6, 7, 50, 51, 52, 53, 71, 72}), 0, 6).Draw(t, "erased") {
			gone[id(n)] = true
		}
		erased := func(e timesheet.EmployeeID) bool { return gone[string(e)] }
		rows = rapid.Permutation(rows).Draw(t, "order")
		rules := []byte(rulesText(leave))
		directory := []byte(rapid.SampledFrom([]func([][]string) string{csvText, yamlText, flowText}).Draw(t, "form")(rows))
		name := "d"
		before, err := rulesfile.Compile(&rulesfile.Text{Name: "r", Content: rules}, &rulesfile.Text{Name: name, Content: directory})
		if err != nil {
			t.Fatal(err)
		}
		lessRules, lessDirectory, err := rulesfile.Redact(rules, directory, erased)
		if err != nil {
			t.Fatal(err)
		}
		after, err := rulesfile.Compile(&rulesfile.Text{Name: "r", Content: lessRules}, &rulesfile.Text{Name: name, Content: lessDirectory})
		if err != nil {
			t.Fatalf("%v\n%s\n%s", err, lessRules, lessDirectory)
		}
		if diff := gocmp.Diff(rowsWithout(before.Directory, erased), rowsWithout(after.Directory, without())); diff != "" {
			t.Fatalf("others changed: %s\n%s", diff, lessDirectory)
		}
		byText := func(a, b timesheet.Leave) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) }
		want := slices.DeleteFunc(slices.Clone(before.Rules.Leaves()), func(l timesheet.Leave) bool { return erased(l.Employee) })
		if diff := gocmp.Diff(slices.SortedFunc(slices.Values(want), byText), slices.SortedFunc(slices.Values(after.Rules.Leaves()), byText)); diff != "" && len(want) > 0 {
			t.Fatalf("leave changed: %s\n%s", diff, lessRules)
		}
		for one, is := range gone {
			if traces := string(lessRules) + string(lessDirectory); is && (strings.Contains(traces, one) || used[number(one)] && strings.Contains(traces, "name"+one[2:]) || strings.Contains(traces, "rest"+one[2:])) {
				t.Fatalf("%s is still there:\n%s", one, traces)
			}
		}
	})
}

func number(id string) (n int) { _, _ = fmt.Sscanf(id, "id%02d", &n); return n }

func csvText(rows [][]string) string {
	text := "employee_id,name,team,aliases,from\n"
	for _, r := range rows {
		text += strings.Join(r, ",") + "\n"
	}
	return text
}

func yamlText(rows [][]string) string {
	text := "# everybody\n"
	for _, r := range rows {
		text += "- employee_id: " + r[0] + " # " + r[1] + "\n  name: " + r[1] + "\n  team: " + r[2] + "\n"
		if r[3] != "" {
			text += "  # badges of " + r[1] + "\n  aliases: \"" + r[3] + "\"\n"
		}
		if r[4] != "" {
			text += "  from: " + r[4] + "\n"
		}
	}
	return text
}

func flowText(rows [][]string) string {
	var all []string
	for _, r := range rows {
		one := fmt.Sprintf(`{"employee_id": %q, "name": %q, "team": %q`, r[0], r[1], r[2])
		switch r[3] {
		case "":
		case "-":
			one += `, "aliases": []`
		default:
			one += `, "aliases": ["` + strings.ReplaceAll(r[3], ";", `", "`) + `"]`
		}
		if r[4] != "" {
			one += `, "from": "` + r[4] + `"`
		}
		all = append(all, one+"}")
	}
	return "[" + strings.Join(all, ",\n ") + "]"
}

func rulesText(leave [][]string) string {
	text := "format: 1\nschedules: {office: {}}\n"
	for i, l := range leave {
		if i == 0 {
			text += "leave:\n"
		}
		text += "  # " + l[2] + "\n  - {employee: " + l[0] + ", from: " + l[1] + ", name: " + l[2] + "}\n"
	}
	return text
}

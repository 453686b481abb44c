package rulesfile_test

import (
	"fmt"
	"slices"
	"testing"

	"timesheet"
	"timesheet/rulesfile"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// termValues are values of each key that go with each value of all others.
var termValues = map[string][]string{
	"work_days":          {"[mon]", "[sat, sun]", "off"},
	"start":              {`"08:00"`, `"09:30"`},
	"end":                {`"17:00"`, `"24:00"`},
	"late_grace":         {"5m", "off", "0m"},
	"early_grace":        {"1h", "off"},
	"min_in_out_gap":     {"0m", "5m", "off"},
	"max_shift":          {"12h", "off"},
	"break":              {`[{from: "12:00", to: "13:00"}]`, "[{after: 6h, deduct: 30m}, {after: 9h, deduct: 45m}]", "[]", "off"},
	"worked_cap":         {"10h", "off"},
	"rounding":           {"[{target: total, mode: nearest, interval: 15m}]", "[{target: in, mode: up, interval: 5m}]", "off"},
	"half_day_below":     {"4h", "0m"},
	"absent_below":       {"1h", "off"},
	"overtime_daily":     {"7h30m", "off"},
	"count_before_start": {"true", "false", "off"},
	"min_overtime":       {"10m", "off"},
	"overtime_weekly":    {"38h", "off"},
	"week_start":         {"sun", "mon"},
	"settle_after":       {"0m", "2h", "off"},
}

// The law of inheritance: a version means what it means with everything written out
// that the versions before it named last.
func TestInheritance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		written := make(map[string]string)
		short, long := "format: 1\nschedules:\n  a:\n", "format: 1\nschedules:\n  a:\n"
		n := rapid.IntRange(1, 4).Draw(t, "versions")
		for i := range n {
			from := fmt.Sprintf("    - from: 2026-01-%02d\n", i+1)
			short, long = short+from, long+from
			for _, key := range rapid.SliceOfDistinct(rapid.SampledFrom(keys()), rapid.ID[string]).Draw(t, "keys") {
				written[key] = rapid.SampledFrom(termValues[key]).Draw(t, key)
				short += "      " + key + ": " + written[key] + "\n"
			}
			if i == 0 { // graces need their times
				for key, value := range map[string]string{"start": `"08:00"`, "end": `"17:00"`} {
					if written[key] == "" {
						written[key] = value
						short += "      " + key + ": " + value + "\n"
					}
				}
			}
			for _, key := range keys() {
				if value, ok := written[key]; ok {
					long += "      " + key + ": " + value + "\n"
				}
			}
		}
		if diff := cmp.Diff(versions(t, long), versions(t, short)); diff != "" {
			t.Fatalf("%s\n%s", diff, short)
		}
	})
}

func keys() []string {
	var all []string
	for key := range termValues {
		all = append(all, key)
	}
	slices.Sort(all)
	return all
}

func versions(t *rapid.T, text string) []timesheet.Terms {
	rules, err := rulesfile.ParseRules("r.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return rules.Versions("a")
}

func TestChanges(t *testing.T) {
	rules := parseRules(t, `format: 1
schedules:
  a:
    - {start: "08:00", late_grace: 5m, break: [{after: 6h, deduct: 30m}], rounding: [{target: in, mode: up, interval: 15m}], work_days: [sat], count_before_start: true}
    - {from: 2026-01-01, start: off, break: off, rounding: off, work_days: off, count_before_start: off, week_start: sun, settle_after: 0m}
`)
	v := rules.Versions("a")
	const want = "work_days sat → none, start 08:00 → off, late_grace 0h5m → 0h0m, break 0h30m after 6h0m → off, rounding in up 0h15m → off, " +
		"count_before_start true → false, week_start mon → sun, settle_after 1h0m → off"
	if got := rulesfile.Changes(v[0], v[1]); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := rulesfile.Changes(v[0], v[0]); got != "" {
		t.Errorf("of the same: %s", got)
	}
	const first = "work_days mon, tue, wed, thu, fri → sat, start off → 08:00, late_grace 0h0m → 0h5m, break off → 0h30m after 6h0m, " +
		"rounding off → in up 0h15m, count_before_start false → true"
	if got := rulesfile.Changes(timesheet.Terms{}, v[0]); got != first {
		t.Errorf("beside the defaults: %s", got)
	}
}

package timesheet_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"timesheet"
)

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

func placeholders(pattern string) []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(pattern, -1) {
		names = append(names, m[1])
	}
	return names
}

// asSaid holds a step's text against its sentence and its values.
func asSaid(t rapid.TB, s timesheet.Step) {
	t.Helper()
	pattern, ok := timesheet.Patterns()[s.Key]
	var names, pairs []string
	for _, v := range s.Values {
		names, pairs = append(names, v.Name), append(pairs, "{"+v.Name+"}", v.Text)
		if v.Text == "" || v.Kind == "" {
			t.Fatalf("%s has no text or no kind in %+v", v.Name, s)
		}
	}
	if want := placeholders(pattern); !ok || !slices.Equal(names, want) {
		t.Fatalf("%s: the values are %v, its sentence %q has %v", s.Key, names, pattern, want)
	}
	if text := strings.NewReplacer(pairs...).Replace(pattern); text == "" || text != s.Text {
		t.Fatalf("%s says %q, its sentence and values make %q", s.Key, s.Text, text)
	}
}

// The scenarios have something of each sentence.
func TestStepsAllSaid(t *testing.T) {
	heard := make(map[string]bool)
	for name, s := range allScenarios(t) {
		s.listen = func(t *testing.T, step timesheet.Step) {
			asSaid(t, step)
			heard[step.Key] = true
		}
		t.Run(name, s.run)
	}
	for key := range timesheet.Patterns() {
		if !heard[key] {
			t.Errorf("no scenario makes a step %s", key)
		}
	}
}

// The dashboard says each sentence in all its languages.
func TestStepsTranslated(t *testing.T) {
	patterns := timesheet.Patterns()
	if len(patterns) != timesheet.Sentences {
		t.Errorf("of %d sentences there are %d names", timesheet.Sentences, len(patterns))
	}
	files, err := filepath.Glob("web/src/i18n/*.json")
	if err != nil || len(files) < 3 {
		t.Fatalf("languages %v: %v", files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			content, err := os.ReadFile(filepath.Clean(file))
			if err != nil {
				t.Fatal(err)
			}
			var groups map[string]map[string]string
			if err := json.Unmarshal(content, &groups); err != nil {
				t.Fatal(err)
			}
			texts := groups["step"]
			for key, pattern := range patterns {
				got, want := placeholders(texts[key]), placeholders(pattern)
				slices.Sort(got)
				slices.Sort(want)
				switch {
				case texts[key] == "":
					t.Errorf("step.%s is lacking: %q", key, pattern)
				case !slices.Equal(got, want):
					t.Errorf("step.%s has the values %v, its sentence %q has %v", key, got, pattern, want)
				}
			}
			for key := range maps.Keys(texts) {
				if _, ok := patterns[key]; !ok {
					t.Errorf("step.%s: no step says it", key)
				}
			}
		})
	}
}

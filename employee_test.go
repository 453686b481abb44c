package timesheet_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"timesheet"
)

func TestParseEmployeeID(t *testing.T) {
	for s, want := range map[string]timesheet.EmployeeID{
		"7":                       "7",
		"007":                     "007", // never a number
		"  7   ":                  "7",   // CHAR columns and attlog.dat pad
		"a b":                     "a b",
		"Ädäm/北京 %&\"'":           "Ädäm/北京 %&\"'",
		"e\u0301":                 "e\u0301", // not normalised
		"!~":                      "!~",
		strings.Repeat("x", 64):   timesheet.EmployeeID(strings.Repeat("x", 64)),
		strings.Repeat("é", 32):   timesheet.EmployeeID(strings.Repeat("é", 32)),
		strings.Repeat(" ", 9999): "",
		"":                        "",
	} {
		id, err := timesheet.ParseEmployeeID(s)
		if id != want || (err != nil) != (want == "") || err != nil && !errors.Is(err, timesheet.Invalid) {
			t.Errorf("%q: %q, %v", s, id, err)
		}
	}
	for name, s := range map[string]string{
		"too long":               strings.Repeat("x", 65),
		"too many bytes":         strings.Repeat("é", 32) + "x",
		"NUL":                    "7\x00",
		"a tab around it":        "\t7",
		"a line break":           "7\n",
		"a carriage return":      "7\r",
		"escape":                 "\x1b[31m7",
		"delete":                 "7\x7f",
		"a C1 control":           "7\u0085",
		"a no-break space":       "7\u00a0",
		"an ideographic space":   "\u30007",
		"a bidi override":        "7\u202e8",
		"a bidi isolate":         "\u20667",
		"a zero-width space":     "7\u200b",
		"a byte order mark":      "\ufeff7",
		"a line separator":       "7\u2028",
		"a private use rune":     "\ue000",
		"an unassigned rune":     "\u0378",
		"broken UTF-8":           "M\xfcller",
		"half a surrogate pair":  "\xed\xa0\x80",
		"an overlong slash":      "\xc0\xaf",
		"beyond the last rune":   "\xf4\x90\x80\x80",
		"cut in a rune":          "Ä"[:1],
		"control after Unicode":  "Ä\x01",
		"replacement of nothing": "\xff",
	} {
		if id, err := timesheet.ParseEmployeeID(s); !errors.Is(err, timesheet.Invalid) || id != "" {
			t.Errorf("%s: %q, %v", name, id, err)
		}
	}
}

func FuzzParseEmployeeID(f *testing.F) {
	for _, s := range []string{"7", " 007 ", "Ä\u202e", "\xff", strings.Repeat("é", 33)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := timesheet.ParseEmployeeID(s)
		trimmed := strings.Trim(s, " ")
		want := trimmed != "" && len(trimmed) <= 64 && utf8.ValidString(trimmed)
		for _, r := range trimmed {
			want = want && unicode.IsPrint(r)
		}
		if (err == nil) != want || err == nil && string(id) != trimmed {
			t.Fatalf("%q: %q, %v; want it accepted: %v", s, id, err, want)
		}
	})
}

// The partition of an id is in every store's layout: these numbers never change.
func ExamplePartitionOf() {
	for _, id := range []timesheet.EmployeeID{"", "1", "2", "007", "E0001", "Ädäm", "北京", timesheet.EmployeeID(strings.Repeat("x", 64))} {
		fmt.Println(timesheet.PartitionOf(id, 1), timesheet.PartitionOf(id, 16), timesheet.PartitionOf(id, 64), timesheet.PartitionOf(id, 1000), timesheet.PartitionOf(id, 65536))
	}
	// Output:
	// 0 2 18 458 15442
	// 0 8 40 232 62312
	// 0 1 33 985 40097
	// 0 13 29 549 9565
	// 0 10 10 866 20682
	// 0 9 57 593 54649
	// 0 8 56 400 6840
	// 0 1 1 217 47297
}

func TestPartitionsAreEven(t *testing.T) {
	const employees = 20_000
	names := map[string]func(int) string{
		"numbers":           func(i int) string { return fmt.Sprint(i) },
		"padded":            func(i int) string { return fmt.Sprintf("%09d", i) },
		"with a prefix":     func(i int) string { return fmt.Sprintf("E%04d", i) },
		"multiples of 1024": func(i int) string { return fmt.Sprint(i * 1024) },
	}
	for name, id := range names {
		for _, n := range []int{2, 16, 64, 100, 256} {
			counts := make([]float64, n)
			for i := range employees {
				p := timesheet.PartitionOf(timesheet.EmployeeID(id(i)), n)
				if int(p) >= n {
					t.Fatalf("partition %d of %d", p, n)
				}
				counts[p]++
			}
			chi, want := 0.0, float64(employees)/float64(n)
			for _, c := range counts {
				chi += (c - want) * (c - want) / want
			}
			// Chi squared has mean n-1 and deviation sqrt(2(n-1)) where ids fall at random.
			if limit := float64(n-1) + 5*math.Sqrt(2*float64(n-1)); chi > limit {
				t.Errorf("%s over %d partitions: chi squared %.0f, more than %.0f", name, n, chi, limit)
			}
		}
	}
}

package formats_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"timesheet"
	"timesheet/formats"
)

// TestRowsAreIndependent holds rows that follow each other against each alone: nothing
// of one may be taken for the next.
func TestRowsAreIndependent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		date := rapid.SampledFrom([]string{"2026-11-23T", "2026-11-23T", "2026-11-23T", "2026-11-23 ", "2026/11/23 ", "2026-11-24T", "1969-12-31T", "0000-01-01t", "2026-13-01T", "2026-11-2:T"})
		clock := rapid.SampledFrom([]string{
			"00:00:00", "23:59:59", "06:00:00", "06:00:01", "07:30:20", "18:45:31", "19:20:42", "19:21:53", "24:00:00", "08:60:00", "08:00:60", "08-00-00", "0a:00:00", "08:00:0/", "08:00:0:", "0:8:00:00", "08:0", "é8:00:0", "08\xbb00:00", "08:00\xbb00", "",
		})
		zone := rapid.SampledFrom([]string{"", "", "Z", "z", "+00:00", "+01:00", "-11:30", "+1:00", ".5", ".5Z", ".123+01:00", " "})
		id := rapid.OneOf(rapid.SampledFrom([]string{"7", " 7", "", " ", strings.Repeat("9", 64), strings.Repeat("9", 65), "ä", "\xff", "\t"}), rapid.StringMatching(`[A-Z]{1,9}`))
		var body strings.Builder
		body.WriteString("employee_id,clocked_at\n")
		var want []string
		for n := range rapid.IntRange(1, 300).Draw(t, "rows") {
			e := id.Draw(t, "id")
			at := date.Draw(t, "date") + clock.Draw(t, "clock") + zone.Draw(t, "zone")
			fmt.Fprintf(&body, "%s,%s\n", e, at)
			if row := expected(n+2, e, at); row != "" {
				want = append(want, row)
			}
		}
		got, err := usable(formats.NewReader(strings.NewReader(body.String()), formats.CSV))
		if err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Fatalf("read %q (%v), want %q", got, err, want)
		}
	})
}

// TestRowsAreKept sees that clockings stay as they were read while the reader goes on,
// and after its buffers serve another reader.
func TestRowsAreKept(t *testing.T) {
	var kept []timesheet.Clocking
	rows := make([]formats.Row, 100)
	for pass := range 3 {
		r := formats.NewReader(strings.NewReader(many(pass)), formats.NDJSON)
		for {
			n, err := r.Read(rows)
			for _, row := range rows[:n] {
				kept = append(kept, row.Clocking)
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	for i, c := range kept {
		if want := fmt.Sprintf("P%dE%d", i/manyRows, i%manyRows); string(c.Employee) != want {
			t.Fatalf("clocking %d is of %q, want %q", i, c.Employee, want)
		}
	}
}

const manyRows = 20_000

func many(pass int) string {
	var b strings.Builder
	for i := range manyRows {
		fmt.Fprintf(&b, `{"employee_id":"P%dE%d","clocked_at":"2026-11-23T08:09:00"}`+"\n", pass, i)
	}
	return b.String()
}

// TestReaderNeedsLittle bounds what a reader of many rows takes beside its rows.
func TestReaderNeedsLittle(t *testing.T) {
	body, rows := many(0), make([]formats.Row, 256)
	readAllOf := func() {
		r := formats.NewReader(strings.NewReader(body), formats.NDJSON)
		for {
			if _, err := r.Read(rows); err != nil {
				return
			}
		}
	}
	var before, after runtime.MemStats
	const passes = 20
	readAllOf()
	runtime.ReadMemStats(&before)
	for range passes {
		readAllOf()
	}
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / passes; each > 220<<10 {
		t.Errorf("%d bytes for %d rows", each, manyRows)
	}
}

package sheet_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"timesheet"
	"timesheet/sheet"
)

var columns = []sheet.Column{
	{Name: "employee_id"}, {Name: "day", Kind: sheet.Date}, {Name: "clock_in", Kind: sheet.Clock},
	{Name: "worked", Kind: sheet.Span}, {Name: "late", Kind: sheet.Count},
}

func place(t testing.TB) *time.Location {
	t.Helper()
	l, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func at(t testing.TB, s string) sheet.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return sheet.Time{At: timesheet.InstantOf(v), Place: place(t)}
}

func day(t testing.TB, s string) timesheet.Day {
	t.Helper()
	d, err := timesheet.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// fill writes a small table.
func fill(t testing.TB, w sheet.Writer) {
	t.Helper()
	err := errors.Join(
		w.Sheet("2026-11", columns, 1),
		w.Row("007", day(t, "2026-11-23"), at(t, "2026-11-23T07:09:30Z"), 8*time.Hour, 1),
		w.Row("=cmd()", day(t, "2026-11-24"), nil, nil, nil),
		w.Row("Ö, \"x\"\r\ny", day(t, "2024-02-29"), at(t, "2024-07-01T23:59:59Z"), 100*time.Hour+59*time.Second, 0),
		w.Close())
	if err != nil {
		t.Fatal(err)
	}
}

func TestCSV(t *testing.T) {
	t.Run("is what programs and spreadsheets read", func(t *testing.T) {
		var b bytes.Buffer
		fill(t, sheet.NewCSV(&b))
		want := "employee_id,day,clock_in,worked,late\r\n" +
			"007,2026-11-23,2026-11-23T08:09:30+01:00,8:00:00,1\r\n" +
			"'=cmd(),2026-11-24,,,\r\n" +
			"\"Ö, \"\"x\"\"\r\ny\",2024-02-29,2024-07-02T01:59:59+02:00,100:00:59,0\r\n"
		if b.String() != want {
			t.Errorf("got\n%s\nwant\n%s", b.String(), want)
		}
	})
	t.Run("has no formula, whatever the text", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			begin := rapid.SampledFrom([]string{"=", "+", "-", "@", "\t", "\r", "", " "}).Draw(t, "begin")
			text := begin + rapid.StringOfN(rapid.RuneFrom([]rune("=+-@\t\r \"',;a1|ä")), 0, 8, -1).Draw(t, "rest")
			var b bytes.Buffer
			w := sheet.NewCSV(&b)
			if err := errors.Join(w.Sheet("", columns[:1], 0), w.Row(text), w.Row("end"), w.Close()); err != nil {
				t.Fatal(err)
			}
			rows, err := csv.NewReader(&b).ReadAll()
			if err != nil || text != "" && len(rows) != 3 {
				t.Fatalf("%q: %v", rows, err)
			}
			if text == "" {
				return // an empty line, which readers leave out
			}
			cell := rows[1][0]
			if strings.ContainsAny(cell[:1], "=+-@\t\r") {
				t.Errorf("%q became %q", text, cell)
			}
			same := func(s string) string { return strings.ReplaceAll(strings.TrimPrefix(s, "'"), "\r", "") } // which the reader drops
			if same(cell) != same(text) {
				t.Errorf("%q became %q", text, cell)
			}
		})
	})
	t.Run("has a header for each table that differs", func(t *testing.T) {
		var b bytes.Buffer
		w := sheet.NewCSV(&b)
		err := errors.Join(w.Sheet("2026-11", columns[:1], 0), w.Row("a"), w.Sheet("2026-12", columns[:1], 0), w.Row("b"), w.Sheet("2027-01", columns[:2], 0), w.Row("c", nil), w.Close())
		if want := "employee_id\r\na\r\nb\r\n\r\nemployee_id,day\r\nc,\r\n"; err != nil || b.String() != want {
			t.Errorf("%q, %v", b.String(), err)
		}
	})
}

func TestXLSX(t *testing.T) {
	var b bytes.Buffer
	w := sheet.NewXLSX(&b)
	if err := errors.Join(w.Sheet("2026-10", columns[:1], 0), w.Row("a")); err != nil {
		t.Fatal(err)
	}
	fill(t, w)
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	t.Run("has a sheet for each table", func(t *testing.T) {
		if got := strings.Join(f.GetSheetList(), ","); got != "2026-10,2026-11" {
			t.Error(got)
		}
	})
	t.Run("has numbers that one can calculate with", func(t *testing.T) {
		for cell, want := range map[string][2]string{ // raw, shown
			"A2": {"007", "007"}, "B2": {"46349", "2026-11-23"}, "C2": {"46349.3399305555", "08:09"}, "D2": {"0.333333333333333", "8:00"}, "E2": {"1", "1"},
			"A3": {"=cmd()", "=cmd()"}, "B3": {"46350", "2026-11-24"}, "C3": {"", ""}, "D3": {"", ""}, "E3": {"", ""},
			"A4": {"Ö, \"x\"\r\ny", "Ö, \"x\"\r\ny"}, "B4": {"45351", "2024-02-29"}, "D4": {"4.16734953703703", "100:00"},
		} {
			raw, err := f.GetCellValue("2026-11", cell, excelize.Options{RawCellValue: true})
			shown, err2 := f.GetCellValue("2026-11", cell)
			if err != nil || err2 != nil || strings.ReplaceAll(raw, "_x000D_", "\r") != want[0] && strings.ReplaceAll(raw, "\n", "\r\n") != want[0] || raw != shown && shown != want[1] {
				t.Errorf("%s: %q, shown as %q; want %q; %v %v", cell, raw, shown, want, err, err2)
			}
			if formula, _ := f.GetCellFormula("2026-11", cell); formula != "" {
				t.Errorf("%s is the formula %s", cell, formula)
			}
		}
	})
	t.Run("keeps headers in sight and prints them", func(t *testing.T) {
		panes, err := f.GetPanes("2026-11")
		if err != nil || !panes.Freeze || panes.XSplit != 1 || panes.YSplit != 1 || panes.TopLeftCell != "B2" {
			t.Errorf("%+v, %v", panes, err)
		}
		if names := f.GetDefinedName(); len(names) != 2 || names[1].RefersTo != "'2026-11'!$A:$A,'2026-11'!$1:$1" {
			t.Errorf("%+v", names)
		}
	})
}

func TestMisuse(t *testing.T) {
	for name, w := range map[string]sheet.Writer{"csv": sheet.NewCSV(io.Discard), "xlsx": sheet.NewXLSX(io.Discard)} {
		t.Run(name+" tells of a value of another kind, for good", func(t *testing.T) {
			if err := errors.Join(w.Sheet("a", columns[:2], 0), w.Row("a", nil)); err != nil {
				t.Fatal(err)
			}
			if err := w.Row(8, nil); !errors.Is(err, timesheet.Internal) {
				t.Error(err)
			}
			for _, again := range []error{w.Row("a", nil), w.Sheet("b", columns, 0), w.Close()} {
				if !errors.Is(again, timesheet.Internal) {
					t.Error(again)
				}
			}
		})
	}
	for name, w := range map[string]sheet.Writer{"csv": sheet.NewCSV(io.Discard), "xlsx": sheet.NewXLSX(io.Discard)} {
		t.Run(name+" tells of values that are too few", func(t *testing.T) {
			if err := errors.Join(w.Sheet("a", columns, 0), w.Row("a"), w.Close()); !errors.Is(err, timesheet.Internal) {
				t.Error(err)
			}
		})
		t.Run(name+" tells that nobody takes it", func(t *testing.T) {
			full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = full.Close() }()
			for _, w := range []sheet.Writer{sheet.NewCSV(full), sheet.NewXLSX(full)} {
				if err := errors.Join(w.Sheet("a", columns, 0), w.Close()); !errors.Is(err, timesheet.Unavailable) {
					t.Error(err)
				}
			}
		})
	}
}

// BenchmarkMonth writes the payroll view of a month: 5,000 employees and 31 days.
func BenchmarkMonth(b *testing.B) {
	cs := []sheet.Column{{Name: "employee_id"}, {Name: "name"}, {Name: "worked", Kind: sheet.Span}}
	row := []any{"", "Someone of a Name", 160 * time.Hour}
	for d := range timesheet.Day(31) {
		cs = append(cs, sheet.Column{Name: (day(b, "2026-12-01") + d).String(), Kind: sheet.Span})
		row = append(row, 8*time.Hour)
	}
	for name, open := range map[string]func(io.Writer) sheet.Writer{
		"csv": func(w io.Writer) sheet.Writer { return sheet.NewCSV(w) }, "xlsx": func(w io.Writer) sheet.Writer { return sheet.NewXLSX(w) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				w := open(io.Discard)
				err := w.Sheet("2026-12", cs, 2)
				for i := range 5000 {
					row[0] = "E" + string(rune('a'+i%26))
					err = errors.Join(err, w.Row(row...))
				}
				if err = errors.Join(err, w.Close()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

package formats_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"timesheet"
	"timesheet/formats"
)

// readAll is all rows of r as text: "LINE EMPLOYEE TIME", or "LINE ! ERROR".
func readAll(r *formats.Reader, chunk int) (out []string, err error) {
	rows := make([]formats.Row, chunk)
	for {
		n, err := r.Read(rows)
		for _, row := range rows[:n] {
			out = append(out, show(row))
		}
		if err != nil {
			if n != 0 {
				return out, fmt.Errorf("%d rows came with %w", n, err)
			}
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return out, err
		}
		if n == 0 {
			return out, io.ErrNoProgress
		}
	}
}

func show(row formats.Row) string {
	if row.Err != nil {
		if !errors.Is(row.Err, timesheet.Invalid) || row.Clocking != (timesheet.Clocking{}) {
			return fmt.Sprintf("%d BAD ERROR %v %v", row.Line, row.Err, row.Clocking)
		}
		return fmt.Sprintf("%d ! %v", row.Line, row.Err)
	}
	return fmt.Sprintf("%d %s", row.Line, showClocking(row.Clocking))
}

func showClocking(c timesheet.Clocking) string {
	wall, local := c.At.Local()
	if local {
		return fmt.Sprintf("%s %s", c.Employee, time.UnixMilli(int64(wall)).UTC().Format("2006-01-02T15:04:05.999"))
	}
	rules, err := timesheet.NewDayRules(1, []timesheet.Assignment{{Rule: timesheet.DayRule{Zone: "UTC"}}}, time.LoadLocation)
	if err != nil {
		panic(err)
	}
	i, _ := rules.For(c.Employee).Instant(c.At)
	return fmt.Sprintf("%s %s", c.Employee, i.Format(time.UTC))
}

// check reads input in format f and compares row by row; a wanted row with "! "
// has a part of the error behind it.
func check(t *testing.T, f formats.Format, input string, want ...string) {
	t.Helper()
	got, err := readAll(formats.NewReader(strings.NewReader(input), f), 3)
	if err != nil {
		t.Fatalf("%v, after %q", err, got)
	}
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
	}
	for i := range got {
		if !matches(got[i], want[i]) {
			t.Errorf("row %d is %q, want %q", i, got[i], want[i])
		}
	}
}

func matches(got, want string) bool {
	line, problem, bad := strings.Cut(want, "! ")
	if !bad {
		return got == want
	}
	return strings.HasPrefix(got, line+"! ") && strings.Contains(got, problem)
}

func checkRefused(t *testing.T, f formats.Format, input string, parts ...string) {
	t.Helper()
	rows, err := readAll(formats.NewReader(strings.NewReader(input), f), 3)
	if !errors.Is(err, timesheet.Invalid) {
		t.Fatalf("rows %q, error %v, want Invalid", rows, err)
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("error %q doesn't say %q", err, p)
		}
	}
}

var every = []formats.Format{formats.CSV, formats.NDJSON, formats.JSON, formats.Attlog, formats.AGL}

// damaged is generated input with some bytes changed.
func damaged(t *rapid.T) ([]byte, formats.Format) {
	f := rapid.SampledFrom(every).Draw(t, "format")
	data := generated(f, rapid.IntRange(0, 30).Draw(t, "rows"))
	pieces := []string{"\n", "\r\n", `"`, `""`, ",", "\t", "\x00", "\xff", "{", "}", "[", "]", "\\", " ", "9", ""}
	for range rapid.IntRange(0, 4).Draw(t, "damages") {
		if len(data) == 0 {
			break
		}
		at := rapid.IntRange(0, len(data)-1).Draw(t, "at")
		piece := rapid.SampledFrom(pieces).Draw(t, "piece")
		data = append(append(bytes.Clone(data[:at]), piece...), data[at+1:]...)
	}
	return data, f
}

func TestRead(t *testing.T) {
	t.Run("rows do not depend on how input arrives or is asked for", rapid.MakeCheck(func(t *rapid.T) {
		data, f := damaged(t)
		want, wantErr := readAll(formats.NewReader(bytes.NewReader(data), f), 1000)
		for name, wrap := range map[string]func(io.Reader) io.Reader{
			"bytewise": iotest.OneByteReader, "halves": iotest.HalfReader, "early EOF": iotest.DataErrReader,
		} {
			got, err := readAll(formats.NewReader(wrap(bytes.NewReader(data)), f), rapid.IntRange(1, 5).Draw(t, "chunk"))
			if d := cmp.Diff(want, got); d != "" {
				t.Fatalf("%s: %s", name, d)
			}
			if fmt.Sprint(err) != fmt.Sprint(wantErr) && f != formats.JSON { // what is unexpected is shown as far as it has come
				t.Fatalf("%s: %v, want %v", name, err, wantErr)
			}
		}
	}))
	t.Run("an error of the source comes after the whole rows before it", func(t *testing.T) {
		cause := errors.New("cable pulled")
		for _, f := range every {
			data := generated(f, 1000)
			src := io.MultiReader(bytes.NewReader(data[:len(data)-20]), iotest.ErrReader(cause))
			rows, err := readAll(formats.NewReader(src, f), 7)
			if !errors.Is(err, cause) || len(rows) != 999 {
				t.Errorf("%s: %d rows, %v", f, len(rows), err)
			}
		}
	})
	t.Run("after an error it stays", func(t *testing.T) {
		r := formats.NewReader(strings.NewReader("{}"), formats.CSV)
		_, first := r.Read(make([]formats.Row, 1))
		_, second := r.Read(make([]formats.Row, 1))
		if first == nil || !errors.Is(second, first) {
			t.Errorf("%v, then %v", first, second)
		}
	})
	t.Run("a source that never answers anything is given up", func(t *testing.T) {
		_, err := readAll(formats.NewReader(silent{}, formats.Attlog), 1)
		if !errors.Is(err, io.ErrNoProgress) {
			t.Error(err)
		}
	})
	t.Run("no room reads nothing", func(t *testing.T) {
		if n, err := formats.NewReader(strings.NewReader("x"), formats.CSV).Read(nil); n != 0 || err != nil {
			t.Error(n, err)
		}
	})
	t.Run("an unknown format is refused", func(t *testing.T) {
		checkRefused(t, "xls", "x", `"xls"`, "attlog or agl")
	})
}

type silent struct{}

func (silent) Read([]byte) (int, error) { return 0, nil }

func TestOverlongLine(t *testing.T) {
	good := "    7\t2026-11-23 08:09:00\t1\t0\t1\t0\r\n"
	t.Run("is one rejected row and stops nothing", func(t *testing.T) {
		check(t, formats.Attlog, good+strings.Repeat("\x00", 300_000)+":40\t1\t0\r\n"+good+strings.Repeat("x", formats.MaxLine+1)+"\n"+good,
			"1 7 2026-11-23T08:09:00", "2 ! line: it is longer than 65536 bytes", "3 7 2026-11-23T08:09:00",
			"4 ! longer", "5 7 2026-11-23T08:09:00")
	})
	t.Run("at the end is a row too", func(t *testing.T) {
		check(t, formats.Attlog, good+strings.Repeat("\x00", 300_000), "1 7 2026-11-23T08:09:00", "2 ! longer")
	})
	t.Run("of just the limit is read", func(t *testing.T) {
		line := "7\t2026-11-23 08:09:00\t1\t"
		line += strings.Repeat("0", formats.MaxLine-len(line))
		check(t, formats.Attlog, line+"\r\n"+line+"0\r\n", "1 7 2026-11-23T08:09:00", "2 ! longer")
	})
	t.Run("in CSV and JSON too", func(t *testing.T) {
		huge := strings.Repeat("x", 300_000)
		check(t, formats.CSV, "employee_id,clocked_at\n"+huge+"\n7,2026-11-23 08:09:00\n", "2 ! longer", "3 7 2026-11-23T08:09:00")
		check(t, formats.NDJSON, `{"x":"`+huge+"\"}\n"+`{"employee_id":"7","clocked_at":"2026-11-23 08:09:00"}`, "1 ! longer", "2 7 2026-11-23T08:09:00")
		check(t, formats.JSON, `[{"x":"]},`+huge+`"},{"employee_id":"7","clocked_at":"2026-11-23 08:09:00"}]`, "1 ! longer", "2 7 2026-11-23T08:09:00")
	})
	t.Run("costs no memory", func(t *testing.T) {
		for _, f := range []formats.Format{formats.Attlog, formats.CSV, formats.JSON} {
			begin := map[formats.Format]string{formats.CSV: "employee_id,clocked_at\n", formats.JSON: `["`}[f]
			src := io.MultiReader(strings.NewReader(begin), io.LimitReader(zeros{}, 16<<20))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			rows, err := readAll(formats.NewReader(src, f), 10)
			runtime.ReadMemStats(&after)
			if f != formats.JSON && (len(rows) != 1 || err != nil) || f == formats.JSON && !errors.Is(err, timesheet.Invalid) {
				t.Errorf("%s: %q, %v", f, rows, err)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 2<<20 {
				t.Errorf("%s: 16 MiB without a line break took %d bytes", f, used)
			}
		}
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestText(t *testing.T) {
	input := "employee_id,clocked_at\na,b\r\n" + strings.Repeat("x", 199) + "ä\n" + strings.Repeat("x", 300)
	r := formats.NewReader(strings.NewReader(input), formats.CSV)
	row := make([]formats.Row, 1)
	for _, want := range []string{"a,b", strings.Repeat("x", 199), strings.Repeat("x", 200)} {
		if _, err := r.Read(row); err != nil || string(row[0].Text) != want {
			t.Errorf("text is %q, %v; want %q", row[0].Text, err, want)
		}
	}
}

func TestAllocations(t *testing.T) {
	for _, f := range every {
		few, many := generated(f, 100), generated(f, 20_000)
		rows := make([]formats.Row, 1000)
		read := func(data []byte) float64 {
			return testing.AllocsPerRun(3, func() {
				r := formats.NewReader(bytes.NewReader(data), f)
				for {
					if _, err := r.Read(rows); err != nil {
						return
					}
				}
			})
		}
		// one id each of 5000 employees, growth of buffer and table
		if more := read(many) - read(few); more > 5000+400 {
			t.Errorf("%s: 19,900 more rows of 5000 employees took %v more allocations", f, more)
		}
	}
}

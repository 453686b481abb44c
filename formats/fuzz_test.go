package formats_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"timesheet"
	"timesheet/formats"
)

// refused is in what show makes of a row that can't be used.
const refused = " ! "

// usable is the rows of r that can be used, and how reading ended.
func usable(r *formats.Reader) ([]string, error) {
	rows, err := readAll(r, 100)
	return slices.DeleteFunc(rows, func(row string) bool { return strings.Contains(row, refused) }), err
}

// expected is a row with these fields; "" where they can't be used.
func expected(line int, employee, at string) string {
	id, err := timesheet.ParseEmployeeID(employee)
	if err != nil {
		return ""
	}
	t, err := timesheet.ParseTimestamp(strings.Trim(at, " "))
	if err != nil {
		return ""
	}
	row := show(formats.Row{Line: line, Clocking: timesheet.Clocking{Employee: id, At: t}})
	if strings.Contains(row, refused) {
		return "" // of somebody named "! 7": usable can't tell it
	}
	return row
}

func FuzzCSV(f *testing.F) {
	f.Add("1,7,2026-11-23T08:09:00\r\n\"2\",\"a\"\"b\",2026-11-23 08:09:00\n,\"\n\",\n")
	f.Add("1,7,\"2026-11-23T08:09:00\n1,7,2026-11-23T08:09:00\"\n\"\"\"\",\"x\",2026-11-23T08:09:00Z")
	f.Fuzz(func(t *testing.T, body string) {
		input := "id,employee_id,clocked_at\n" + body
		got, err := usable(formats.NewReader(strings.NewReader(input), formats.CSV))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(body, "\n") > 15 || len(body) > formats.MaxLine {
			return
		}
		r := csv.NewReader(strings.NewReader(input))
		r.FieldsPerRecord = -1
		records, err := r.ReadAll()
		if err != nil {
			return // what it refuses as a whole has good lines all the same
		}
		r = csv.NewReader(strings.NewReader(input))
		r.FieldsPerRecord = -1
		var want []string
		broken := false // a record of several lines can't be used: its lines are read one by one
		for range records {
			record, _ := r.Read()
			line, _ := r.FieldPos(0)
			row := ""
			if len(record) == 3 {
				row = expected(line, record[1], record[2])
			}
			if row != "" {
				want = append(want, row)
			} else if strings.Contains(strings.Join(record, ""), "\n") {
				broken = true
			}
		}
		if !broken && !slices.Equal(got, want) {
			t.Errorf("read %q, encoding/csv has %q", got, want)
		}
	})
}

func FuzzObject(f *testing.F) {
	f.Add([]byte(`{"id":1,"employee_id":"7","clocked_at":"2026-11-23T08:09:00"}`))
	f.Add([]byte(`{"employee_id":70 ,"clocked_at":"2026\u002d11-23T08:09:00+01:00","employee_id":"7","x":[{}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := formats.ParseJSON(b)
		if err != nil && !errors.Is(err, timesheet.Invalid) {
			t.Fatal(err)
		}
		want := ""
		var all map[string]json.RawMessage
		if json.Unmarshal(b, &all) == nil && utf8.Valid(b) && !repeats(b) {
			var at string
			errAt := json.Unmarshal(all["clocked_at"], &at)
			var id any
			d := json.NewDecoder(bytes.NewReader(all["employee_id"]))
			d.UseNumber()
			_ = d.Decode(&id)
			s, isString := id.(string)
			n, isNumber := id.(json.Number)
			if isNumber && strings.Trim(string(n), "0123456789") == "" {
				s = string(n)
			}
			if strings.Contains(s+at, "\uFFFD") {
				return // half a surrogate pair, perhaps
			}
			if errAt == nil && (isString || isNumber) {
				want = expected(0, s, at)
			}
		}
		got := ""
		if err == nil {
			got = show(formats.Row{Clocking: c})
		}
		if got != want {
			t.Errorf("read %q (%v), encoding/json has %q", got, err, want)
		}
		line, _ := usable(formats.NewReader(bytes.NewReader(b), formats.NDJSON))
		if bytes.IndexByte(b, '\n') < 0 && !bytes.HasPrefix(b, []byte("\xef\xbb\xbf")) && len(b) <= formats.MaxLine &&
			strings.Join(line, "") != strings.Replace(want, "0 ", "1 ", 1) {
			t.Errorf("as NDJSON %q, want %q", line, want)
		}
	})
}

// repeats tells whether one of the keys that count is there twice.
func repeats(b []byte) bool {
	d := json.NewDecoder(bytes.NewReader(b))
	_, _ = d.Token()
	seen := make(map[string]bool)
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return false
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return false
		}
		if name, _ := key.(string); name == "employee_id" || name == "clocked_at" {
			if seen[name] {
				return true
			}
			seen[name] = true
		}
	}
	return false
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte("[{\"employee_id\":\"7\",\"clocked_at\":\"2026-11-23T08:09:00\"}, 1 ,\"]\\\"\",\n{\"a\":[{}]},null]\n"))
	f.Add([]byte(`{"employee_id":"7","clocked_at":"2026-11-23T08:09:00"} `))
	f.Fuzz(func(t *testing.T, b []byte) {
		if bytes.HasPrefix(b, []byte("\xef\xbb\xbf")) || len(b) > formats.MaxLine {
			return
		}
		got, err := readAll(formats.NewReader(bytes.NewReader(b), formats.JSON), 3)
		var elements []json.RawMessage
		errArray := json.Unmarshal(b, &elements)
		if s := bytes.TrimLeft(b, " \t\r\n"); errArray != nil && json.Valid(b) && s[0] == '{' {
			elements, errArray = []json.RawMessage{s}, nil
		}
		if bytes.Equal(bytes.TrimSpace(b), []byte("null")) {
			errArray = errors.New("no array") // encoding/json takes it for one
		}
		if (err == nil) != (errArray == nil) {
			t.Fatalf("%v, encoding/json: %v", err, errArray)
		}
		if err != nil {
			if !errors.Is(err, timesheet.Invalid) {
				t.Fatal(err)
			}
			return
		}
		var want []string
		for i, e := range elements {
			c, err := formats.ParseJSON(e)
			want = append(want, show(formats.Row{Line: i + 1, Clocking: c, Err: err}))
		}
		if !slices.Equal(got, want) {
			t.Errorf("read %q, encoding/json has %q", got, want)
		}
	})
}

func FuzzAttlog(f *testing.F) {
	f.Add("    7\t2026-11-23 08:09:00\t1\t0\t1\t0\r\n8\tNAME\t2026/11/23 08:09:00\t1\t0\n\x00\n")
	f.Fuzz(func(t *testing.T, input string) {
		if strings.HasPrefix(input, "\xef\xbb\xbf") || len(input) > formats.MaxLine {
			return
		}
		got, err := usable(formats.NewReader(strings.NewReader(input), formats.Attlog))
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for i, line := range strings.Split(input, "\n") {
			columns := strings.Split(strings.TrimSuffix(line, "\r"), "\t")
			if len(columns) < 4 || len(columns) > 7 || strings.ContainsFunc(strings.Join(columns, ""), isControl) {
				continue
			}
			row := expected(i+1, columns[0], columns[1])
			if row == "" {
				row = expected(i+1, columns[0], columns[2])
				if c := strings.Trim(columns[1], " "); len(c) > 4 && (c[4] == '-' || c[4] == '/') && strings.Trim(c[:4], "0123456789") == "" {
					row = "" // an impossible time is a time all the same
				}
			}
			if row != "" {
				want = append(want, row)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("read %q, want %q", got, want)
		}
	})
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

func FuzzAGL(f *testing.F) {
	f.Add("1\t9\t101\tNAME\t1\t2023/01/06 10:00:17\r\n2\t9\t121\tNAME\t3\t1\t2023/01/06 10:05:05\n\x01")
	f.Fuzz(func(t *testing.T, body string) {
		if len(body) > formats.MaxLine {
			return
		}
		got, err := usable(formats.NewReader(strings.NewReader("No\tTMNo\tEnNo\tName GMNo\tMode\tDateTime\n"+body), formats.AGL))
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for i, line := range strings.Split(body, "\n") {
			columns := strings.Split(strings.TrimSuffix(line, "\r"), "\t")
			if n := len(columns); n >= 4 && n <= 16 && !strings.ContainsFunc(strings.Join(columns, ""), isControl) {
				if row := expected(i+2, columns[2], columns[n-1]); row != "" {
					want = append(want, row)
				}
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("read %q, want %q", got, want)
		}
	})
}

func FuzzAuto(f *testing.F) {
	for _, format := range every {
		f.Add(generated(format, 3))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		whole := formats.NewReader(bytes.NewReader(b), formats.Auto)
		want, err := readAll(whole, 1000)
		if err != nil && !errors.Is(err, timesheet.Invalid) {
			t.Fatal(err)
		}
		parts := formats.NewReader(iotest.HalfReader(bytes.NewReader(b)), formats.Auto)
		got, err2 := readAll(parts, 1)
		if !slices.Equal(got, want) || (err == nil) != (err2 == nil) || parts.Format() != whole.Format() {
			t.Errorf("in parts %q %v, whole %q %v", got, err2, want, err)
		}
		for _, row := range want {
			if strings.Contains(row, "BAD") {
				t.Error(row)
			}
		}
		checkLines(t, b)
	})
}

// checkLines checks what rows promise of Line and Text.
func checkLines(t *testing.T, b []byte) {
	r := formats.NewReader(bytes.NewReader(b), formats.Auto)
	rows, last := make([]formats.Row, 7), 0
	for {
		n, err := r.Read(rows)
		for _, row := range rows[:n] {
			if row.Line <= last || len(row.Text) > 200 || !bytes.Contains(b, row.Text) {
				t.Error(fmt.Errorf("line %d after %d, text %q", row.Line, last, row.Text))
			}
			last = row.Line
		}
		if err != nil {
			return
		}
	}
}

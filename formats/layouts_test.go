package formats_test

import (
	"strings"
	"testing"
	"testing/iotest"

	"timesheet/formats"
)

func TestCSV(t *testing.T) {
	t.Run("columns in any order and case, others passed over", func(t *testing.T) {
		check(t, formats.CSV, "Note, CLOCKED_AT ,Employee_ID\nx,2026-11-23T08:09:00,7\n,2026/11/23 08:09:00.5, A b \n",
			"2 7 2026-11-23T08:09:00", "3 A b 2026-11-23T08:09:00.5")
	})
	t.Run("byte order mark, CRLF, blank lines, no last line break", func(t *testing.T) {
		check(t, formats.CSV, "\xef\xbb\xbf\r\n \nid,employee_id,clocked_at\r\n\r\n1,7,2026-11-23T08:09:00+01:00\r\n   \r\n2,7,2026-11-23T08:10:00Z",
			"5 7 2026-11-23T07:09:00Z", "7 7 2026-11-23T08:10:00Z")
	})
	t.Run("quotes", func(t *testing.T) {
		check(t, formats.CSV, "\"employee_id\",\"clocked_at\",note\n\"7\",\"2026-11-23 08:09:00\",\"a, \"\"b\"\"\"\n\"a\"\"b,c\",2026-11-23 08:09:00,\"\"\n\"\",2026-11-23 08:09:00,x",
			"2 7 2026-11-23T08:09:00", `3 a"b,c 2026-11-23T08:09:00`, "4 ! employee_id: it is empty")
	})
	t.Run("quotes written twice in several fields", func(t *testing.T) {
		check(t, formats.CSV, "note,employee_id,clocked_at\n\"x\"\"y\",\"a\"\"b\"\"\",\"2026-11-23 08:09:00\"\n", `2 a"b" 2026-11-23T08:09:00`)
	})
	t.Run("line breaks in quotes", func(t *testing.T) {
		check(t, formats.CSV, "employee_id,clocked_at,note\n7,2026-11-23 08:09:00,\"one\r\n\r\n\"\"two\"\"\"\r\n8,2026-11-23 08:09:00,x\n\"9\n\",2026-11-23 08:09:00,x\n8,2026-11-23 08:10:00,x\n",
			"2 7 2026-11-23T08:09:00", "5 8 2026-11-23T08:09:00", "6 ! employee_id: it has the unprintable character U+000A",
			"7 ! line: a quoted field of it has no end", "8 8 2026-11-23T08:10:00")
	})
	t.Run("a stray quote costs its own line only", func(t *testing.T) {
		check(t, formats.CSV, "employee_id,clocked_at\n\"7,2026-11-23 08:09:00\n7,2026-11-23 08:09:01\n7,2026-11-23 08:09:02\"\n7,2026-11-23 08:09:03\n7,\"2026-11-23 08:09:04\n",
			"2 ! line: it has 1 fields, the header has 2", "3 7 2026-11-23T08:09:01", "4 ! line: it has a quote within a field",
			"5 7 2026-11-23T08:09:03", "6 ! line: a quoted field of it has no end")
	})
	t.Run("a record has at most 16 lines", func(t *testing.T) {
		note := func(lines int) string { return "7,2026-11-23 08:09:00,\"" + strings.Repeat("x\n", lines-1) + "\"\n" }
		check(t, formats.CSV, "employee_id,clocked_at,note\n"+note(16)+note(1), "2 7 2026-11-23T08:09:00", "18 7 2026-11-23T08:09:00")
		rows, err := readAll(formats.NewReader(strings.NewReader("employee_id,clocked_at,note\n"+note(17)), formats.CSV), 10)
		if err != nil || !strings.Contains(rows[0], "2 ! line: a quoted field of it has no end") {
			t.Errorf("%q, %v", rows, err)
		}
	})
	t.Run("many stray quotes are a row each", func(t *testing.T) {
		line := "7,\"" + strings.Repeat("x", 5_000) + "\n"
		rows, err := readAll(formats.NewReader(strings.NewReader("employee_id,clocked_at\n"+strings.Repeat("7,\"x\n"+line, 2_000)), formats.CSV), 10)
		if err != nil || len(rows) != 4_000 {
			t.Errorf("%d rows, %v", len(rows), err)
		}
	})
	t.Run("a wrong number of fields", func(t *testing.T) {
		check(t, formats.CSV, "id,employee_id,clocked_at\n7,2026-11-23 08:09:00\n1,7,2026-11-23 08:09:00,\n\"1\",7\n",
			"2 ! line: it has 2 fields, the header has 3", "3 ! it has 4 fields", "4 ! it has 2 fields")
	})
	t.Run("a wrong number of fields in quotes, and a quote that isn't the last", func(t *testing.T) {
		check(t, formats.CSV, "employee_id,clocked_at\n\"7\",2026-11-23 08:09:00,x\n\"7\"x,2026-11-23 08:09:00\n",
			"2 ! line: it has 3 fields, the header has 2", "3 ! line: a quoted field of it has no end")
	})
	t.Run("an impossible time names the field and the value", func(t *testing.T) {
		check(t, formats.CSV, "employee_id,clocked_at\n7,2026-02-29 08:09:00\n7,\n", `2 ! clocked_at: "2026-02-29 08:09:00" is not a time; write`, `3 ! clocked_at: "" is not`)
	})
	t.Run("headers that can't be used", func(t *testing.T) {
		checkRefused(t, formats.CSV, "", "line 1", "header is missing")
		checkRefused(t, formats.CSV, "\n\n", "line 3", "header is missing")
		checkRefused(t, formats.CSV, "\n7,2026-11-23 08:09:00\n", "line 2", "employee_id", "7,2026-11-23")
		checkRefused(t, formats.CSV, "employee_id;clocked_at\n", "separated by commas")
		checkRefused(t, formats.CSV, "id,employee_id,Employee_id,clocked_at\n", "twice", "employee_id")
		checkRefused(t, formats.CSV, "\"employee_id,clocked_at\n", "line 1", "no end")
		checkRefused(t, formats.CSV, "employee_id,clocked_at,"+strings.Repeat("x", 70_000)+"\n", "line 1: the header is longer")
		checkRefused(t, formats.CSV, "employee_id,clocked_at,"+strings.Repeat("x", 300_000), "line 1: the header is longer")
	})
}

func TestAttlog(t *testing.T) {
	t.Run("padded ids, 4 to 7 columns, LF and CRLF", func(t *testing.T) {
		check(t, formats.Attlog, "      135\t2020-01-07 10:34:08\t1\t0\t1\t0\r\n007\t2020-01-07 10:34:09\t1\t0\n\n7\t2020/01/07 10:34:10\t1\t0\t1\t0\t0\n",
			"1 135 2020-01-07T10:34:08", "2 007 2020-01-07T10:34:09", "4 7 2020-01-07T10:34:10")
	})
	t.Run("with a name before the time", func(t *testing.T) {
		check(t, formats.Attlog, "101\tNAME\t2013-04-20 09:36:49\t1\t0\n101\t\t2013-04-20 09:36:50\t1\t0\n101\tN\xe4me\t2013-04-20 09:36:51\t1\t0\n",
			"1 101 2013-04-20T09:36:49", "2 101 2013-04-20T09:36:50", "3 101 2013-04-20T09:36:51")
	})
	t.Run("damage is told and stops nothing", func(t *testing.T) {
		check(t, formats.Attlog, "  101\t1990-00--8 -16:-29:-40\t1\t255\t1\t0\r\n"+
			strings.Repeat("\x00", 300)+":40\t1\t0\t1\t0\r\n"+
			"  101\t2013-04-20 09:36\t1\t255\t1\t0\r\n"+
			"  101\t2013-04-20 09:36:49\r\n"+
			"  101\t2013-04-20 09:36:49\t1\t2\t3\t4\t5\t6\r\n"+
			"     \t2013-04-20 09:36:49\t1\t2\r\n"+
			"  10\x7f1\t2013-04-20 09:36:49\t1\t2\r\n"+
			"  \xff\t2013-04-20 09:36:49\t1\t2\r\n"+
			"  101\tNAME\t1\t2\r\n"+
			"  101\t2013-04-20 09:36:49\t1\t255\t1\t0",
			`1 ! clocked_at: "1990-00--8 -16:-29:-40" is not a time`, "2 ! line: it has the control byte 0x00 at byte 1",
			`3 ! clocked_at: "2013-04-20 09:36" is not`, "4 ! line: it has 2 columns between tabs, attlog has 4 to 7", "5 ! it has 8 columns",
			"6 ! employee_id: it is empty", "7 ! control byte 0x7f at byte 5", "8 ! employee_id: it is not valid UTF-8",
			`9 ! clocked_at: "NAME"`, "10 101 2013-04-20T09:36:49")
	})
	t.Run("nothing at all is no error", func(t *testing.T) { check(t, formats.Attlog, "") })
}

func TestAGL(t *testing.T) {
	header := "No\tTMNo\tEnNo\tName GMNo\tMode\tDateTime\r\n"
	t.Run("the employee is EnNo", func(t *testing.T) {
		check(t, formats.AGL, header+"1\t9\t101\tNAME\t1\t2023/01/06 10:00:17\r\n2\t9\t121\t\t1\t2023/01/06 10:05:05",
			"2 101 2023-01-06T10:00:17", "3 121 2023-01-06T10:05:05")
	})
	t.Run("columns behind the time", func(t *testing.T) {
		check(t, formats.AGL, "EnNo\tDateTime\tNote\n101\t2023/01/06 10:00:17\tx\n", "2 101 2023-01-06T10:00:17")
	})
	t.Run("two columns named as one", func(t *testing.T) {
		check(t, formats.AGL, header+"1\t9\t101\tNAME\t3\t1\t2023/01/06 10:00:17\r\n", "2 101 2023-01-06T10:00:17")
	})
	t.Run("damage is told and stops nothing", func(t *testing.T) {
		check(t, formats.AGL, header+"1\t9\t101\r\n1\t9\t101\tNA\x01ME\t1\t2023/01/06 10:00:17\n1\t9\t101\tNAME\t1\t2023/13/06 10:00:17\n"+strings.Repeat("\t", 20),
			"2 ! it has 3 columns", "3 ! control byte 0x01 at byte 11", `4 ! clocked_at: "2023/13/06 10:00:17"`)
		check(t, formats.AGL, header+strings.Repeat("x\t", 20), "2 ! it has 21 columns")
	})
	t.Run("without its header", func(t *testing.T) {
		checkRefused(t, formats.AGL, "1\t9\t101\tNAME\t1\t2023/01/06 10:00:17\r\n", "line 1", "EnNo", "DateTime")
	})
}

func TestAuto(t *testing.T) {
	for _, f := range every {
		t.Run("finds "+string(f), func(t *testing.T) {
			r := formats.NewReader(strings.NewReader("\xef\xbb\xbf \r\n"+string(generated(f, 100))), formats.Auto)
			rows, err := readAll(r, 10)
			if err != nil || len(rows) != 100 || r.Format() != f {
				t.Errorf("%d rows as %s, %v", len(rows), r.Format(), err)
			}
			first := map[formats.Format]string{formats.CSV: "3 ", formats.AGL: "3 ", formats.JSON: "1 "}[f]
			if first == "" {
				first = "2 "
			}
			if !strings.HasPrefix(rows[0], first) {
				t.Errorf("first row is %q", rows[0])
			}
		})
	}
	t.Run("nothing but blanks is no error", func(t *testing.T) {
		for _, input := range []string{"", " ", "\n\r\n\t \n", "\xef\xbb\xbf", "\xef"[:0]} {
			check(t, formats.Auto, input)
		}
	})
	t.Run("what it doesn't know it refuses, and says what it saw", func(t *testing.T) {
		checkRefused(t, formats.Auto, "\n,01/01/2015,02/01/2015\n1,NA,02/01/2015 09:43\n", "line 2", `",01/01/2015`, "csv, ndjson, json, attlog or agl")
		checkRefused(t, formats.Auto, "\xff\xfeN\x00o\x00", "UTF-16")
		checkRefused(t, formats.Auto, strings.Repeat("\x00", 300_000), `\x00`)
		checkRefused(t, formats.Auto, "\xef\xbb", `\xef\xbb`)
	})
	t.Run("a byte order mark that comes in parts", func(t *testing.T) {
		data := "\xef\xbb\xbfemployee_id,clocked_at\n7,2026-11-23 08:09:00\n"
		rows, err := readAll(formats.NewReader(iotest.OneByteReader(strings.NewReader(data)), formats.CSV), 1)
		if err != nil || len(rows) != 1 {
			t.Error(rows, err)
		}
	})
	t.Run("a file on one long line", func(t *testing.T) {
		data := strings.ReplaceAll(string(generated(formats.JSON, 10_000)), "\n", "")
		rows, err := readAll(formats.NewReader(strings.NewReader(data), formats.Auto), 100)
		if err != nil || len(rows) != 10_000 {
			t.Error(len(rows), err)
		}
	})
}

func TestParseFormat(t *testing.T) {
	for _, f := range append(every, formats.Auto) {
		if got, err := formats.ParseFormat(strings.ToUpper(string(f))); got != f || err != nil {
			t.Errorf("%s is %s, %v", f, got, err)
		}
	}
	if _, err := formats.ParseFormat("xlsx"); err == nil || !strings.Contains(err.Error(), `"xlsx" is unknown; use auto, csv, ndjson, json, attlog or agl`) {
		t.Error(err)
	}
}

package formats_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"timesheet"
	"timesheet/formats"
)

func TestParseJSON(t *testing.T) {
	good := map[string]string{
		`{"employee_id":"7","clocked_at":"2026-11-23T08:09:00"}`:                                                            "7 2026-11-23T08:09:00",
		" {\r\n\t\"clocked_at\" : \"2026-11-23T08:09:00+01:00\" , \"employee_id\" : \"7\" } \n":                             "7 2026-11-23T07:09:00Z",
		`{"employee_id":7,"clocked_at":"2026-11-23 08:09:00"}`:                                                              "7 2026-11-23T08:09:00",
		`{"employee_id":0,"clocked_at":"2026-11-23 08:09:00"}`:                                                              "0 2026-11-23T08:09:00",
		`{"employee_id":123456789012345678901234567890,"clocked_at":"2026-11-23 08:09:00"}`:                                 "123456789012345678901234567890 2026-11-23T08:09:00",
		`{"id":12,"employee_id":" Zoë ","clocked_at":" 2026-11-23 08:09:00 "}`:                                              "Zoë 2026-11-23T08:09:00",
		`{"id":null,"x":{"employee_id":[1,"}"]},"employee_id":"\u0037\"","clocked_at":"2026\u002d11-23 08:09:00","y":-1e9}`: `7" 2026-11-23T08:09:00`,
		`{"employee\u005fid":"7","clocked_at":"2026-11-23 08:09:00","x":true}`:                                              "7 2026-11-23T08:09:00",
		`{"employee_id":"\ud83d\ude00","clocked_at":"2026-11-23 08:09:00"}`:                                                 "😀 2026-11-23T08:09:00",
		`{"employee_id":"\uFFFD","clocked_at":"2026-11-23 08:09:00"}`:                                                       "\uFFFD 2026-11-23T08:09:00",
	}
	for in, want := range good {
		if c, err := formats.ParseJSON([]byte(in)); err != nil || showClocking(c) != want {
			t.Errorf("%s is %v, %v; want %s", in, c, err, want)
		}
	}
	bad := map[string]string{
		``:   "JSON: it is no JSON: unexpected end",
		`{`:  "JSON: it is no JSON: unexpected end",
		`{}`: "employee_id: it is missing",
		`{"employee_id":"7","clockedAt":"2026-11-23 08:09:00"}`:                                     "clocked_at: it is missing",
		`{"Employee_ID":"7","clocked_at":"2026-11-23 08:09:00"}`:                                    "employee_id: it is missing",
		`{"employee_id":"7","clocked_at":"2026-11-23 08:09:00"} x`:                                  "JSON: it is no JSON: invalid character 'x'",
		`{"employee_id":"7","clocked_at":"2026-11-23 08:09:00",}`:                                   "it is no JSON",
		`{"employee_id":007,"clocked_at":"2026-11-23 08:09:00"}`:                                    "it is no JSON",
		"{\"employee_id\":\"7\n\",\"clocked_at\":\"2026-11-23 08:09:00\"}":                          "it is no JSON",
		`{"employee_id":-7,"clocked_at":"2026-11-23 08:09:00"}`:                                     "employee_id: it is the number -7; write a string",
		`{"employee_id":7.0,"clocked_at":"2026-11-23 08:09:00"}`:                                    "employee_id: it is the number 7.0; write a string",
		`{"employee_id":1e3,"clocked_at":"2026-11-23 08:09:00"}`:                                    "employee_id: it is the number 1e3",
		`{"employee_id":null,"clocked_at":"2026-11-23 08:09:00"}`:                                   "employee_id: it is null",
		`{"employee_id":"7","clocked_at":1795421340}`:                                               "clocked_at: it is the number 1795421340; write a string",
		`{"employee_id":"7","clocked_at":{"t":1}}`:                                                  "clocked_at: it is an object",
		`{"employee_id":["7"],"clocked_at":"2026-11-23 08:09:00"}`:                                  "employee_id: it is an array",
		`{"employee_id":true,"clocked_at":"2026-11-23 08:09:00"}`:                                   "employee_id: it is a boolean",
		`{"employee_id":"7","employee_id":"8","clocked_at":"2026-11-23 08:09:00"}`:                  "employee_id: it is there twice",
		`{"employee_id":"7","clocked_at":"2026-11-23 08:09:00","clocked_at":"2026-11-23 08:09:00"}`: "clocked_at: it is there twice",
		`{"employee_id":"","clocked_at":"2026-11-23 08:09:00"}`:                                     "employee_id: it is empty",
		`{"employee_id":"7","clocked_at":""}`:                                                       `clocked_at: "" is not a time`,
		`{"employee_id":"a\u0000b","clocked_at":"2026-11-23 08:09:00"}`:                             "employee_id: it has the unprintable character U+0000",
		`{"employee_id":"\ud83d","clocked_at":"2026-11-23 08:09:00"}`:                               "employee_id: it has half of a surrogate pair",
		"{\"employee_id\":\"\xff\",\"clocked_at\":\"2026-11-23 08:09:00\"}":                         "JSON: it is not valid UTF-8",
		"{\"x\":\"\xff\",\"employee_id\":\"7\",\"clocked_at\":\"2026-11-23 08:09:00\"}":             "JSON: it is not valid UTF-8",
		`[{"employee_id":"7","clocked_at":"2026-11-23 08:09:00"}]`:                                  "JSON: it is an array; write an object",
		`"7"`:                       "it is a string",
		`12`:                        "it is the number 12",
		`null`:                      "it is null",
		strings.Repeat("[", 20_000): "it is no JSON",
	}
	for in, want := range bad {
		c, err := formats.ParseJSON([]byte(in))
		if !errors.Is(err, timesheet.Invalid) || !strings.Contains(err.Error(), want) || c != (timesheet.Clocking{}) {
			t.Errorf("%.80s is %v, %v; want %s", in, c, err, want)
		}
	}
}

func TestNDJSON(t *testing.T) {
	check(t, formats.NDJSON, "\xef\xbb\xbf{\"employee_id\":\"7\",\"clocked_at\":\"2026-11-23T08:09:00\"}\r\n\r\nnull\n{\"employee_id\":\"7\n{\"employee_id\":8,\"clocked_at\":\"2026-11-23T08:10:00\"}",
		"1 7 2026-11-23T08:09:00", "3 ! JSON: it is null", "4 ! JSON: it is no JSON", "5 8 2026-11-23T08:10:00")
	check(t, formats.NDJSON, "")
}

func TestJSON(t *testing.T) {
	const one = `{"employee_id":"7","clocked_at":"2026-11-23T08:09:00"}`
	t.Run("an array, however it is laid out", func(t *testing.T) {
		check(t, formats.JSON, "\xef\xbb\xbf [\n "+one+" ,\n\t{ \"clocked_at\":\"2026-11-23T08:10:00\",\n\"employee_id\":8}\r\n] \n", "1 7 2026-11-23T08:09:00", "2 8 2026-11-23T08:10:00")
		check(t, formats.JSON, "["+one+"]", "1 7 2026-11-23T08:09:00")
		check(t, formats.JSON, "[ ]")
	})
	t.Run("one object alone", func(t *testing.T) {
		check(t, formats.JSON, " {\"employee_id\":\"7\",\n\"clocked_at\":\"2026-11-23T08:09:00\"}\n", "1 7 2026-11-23T08:09:00")
	})
	t.Run("a bad element is a bad row", func(t *testing.T) {
		check(t, formats.JSON, `[1,"x]",null,[[{}],1],{"a":"}\"]"},true,`+"\"\xff\","+one+`,-1.5e3]`,
			"1 ! number 1", "2 ! a string", "3 ! null", "4 ! an array", "5 ! employee_id: it is missing", "6 ! boolean", "7 ! UTF-8", "8 7 2026-11-23T08:09:00", "9 ! number -1.5e3")
	})
	t.Run("an element that comes in parts", func(t *testing.T) {
		rows, err := readAll(formats.NewReader(iotest.OneByteReader(strings.NewReader(`["a}b]","\"]",`+one+`]`)), formats.JSON), 1)
		if err != nil || len(rows) != 3 || rows[2] != "3 7 2026-11-23T08:09:00" {
			t.Error(rows, err)
		}
	})
	t.Run("usual and other elements that come in parts", func(t *testing.T) {
		in := "[" + strings.Repeat(one+`,[{}],{"employee_id":"}","clocked_at":"2026-11-23T08:09:00"},`, 3) + one + "]"
		rows, err := readAll(formats.NewReader(iotest.OneByteReader(strings.NewReader(in)), formats.JSON), 1)
		if err != nil || len(rows) != 10 || rows[8] != "9 } 2026-11-23T08:09:00" || rows[9] != "10 7 2026-11-23T08:09:00" {
			t.Error(rows, err)
		}
	})
	t.Run("elements that are too long, also where the buffer has room", func(t *testing.T) {
		long := `{"x":"` + strings.Repeat("y", formats.MaxLine) + `",` + one[1:]
		in, want := "[", 0
		for i := range 20 {
			in += long + "," + strings.Repeat(one+",", 83*i)
			want += 83*i + 1
		}
		rows, err := readAll(formats.NewReader(strings.NewReader(in+one+"]"), formats.JSON), 100)
		bad := slices.DeleteFunc(slices.Clone(rows), func(row string) bool { return !strings.Contains(row, refused+"line: it is longer") })
		if err != nil || len(rows) != want+1 || len(bad) != 20 {
			t.Error(len(rows), len(bad), err)
		}
	})
	t.Run("broken syntax ends it, behind the rows before it", func(t *testing.T) {
		for _, broken := range []string{"", ",", "]", " {", `{"a":1]`, one + one, one + `,]`, one + `}`, one + ":1", `"a`, `tru]`, `{"a":}]`, one + `]x`, one + "] []", `{"a":"` + strings.Repeat("x", 100_000)} {
			in := "[" + one + "," + broken
			if broken == "]" {
				in = "[" + one + ",]"
			}
			rows, err := readAll(formats.NewReader(strings.NewReader(in), formats.JSON), 10)
			if !errors.Is(err, timesheet.Invalid) || !strings.Contains(err.Error(), "it is no JSON") || len(rows) < 1 {
				t.Errorf("%.150s: rows %q, %v", in, rows, err)
			}
		}
		checkRefused(t, formats.JSON, "", "after 0 elements", "there is nothing; write an object")
		checkRefused(t, formats.JSON, "null", "begins with \"null\"; write an object")
		checkRefused(t, formats.JSON, "x", "after 0 elements", `"x"`)
		checkRefused(t, formats.JSON, one+one, "after 1 elements")
		checkRefused(t, formats.JSON, "{", "too early")
	})
}

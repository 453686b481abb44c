package tds_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	mssqldb "github.com/microsoft/go-mssqldb"

	"timesheet/internal/tds"
)

func TestParams(t *testing.T) {
	east := at("2026-11-23T09:09:10.123+01:00")
	long := strings.Repeat("ž", 5000)
	cases := []struct{ sent, want any }{
		{int64(-5), int64(-5)}, {int32(7), int64(7)}, {int16(-7), int64(-7)}, {byte(200), int64(200)},
		{sql.NullInt64{}, nil}, {nil, nil},
		{1.5, 1.5}, {float32(-0.25), -0.25}, {true, true}, {false, false}, {sql.NullBool{}, nil}, {sql.NullFloat64{}, nil},
		{"Łódź 🕗", "Łódź 🕗"}, {"", ""}, {long, long}, {sql.NullString{}, nil},
		{mssqldb.VarChar("Ae"), "Ae"}, {mssqldb.NVarCharMax("max"), "max"}, {mssqldb.VarCharMax("max"), "max"},
		{[]byte{0, 1, 255}, []byte{0, 1, 255}}, {[]byte{}, []byte{}},
		{east, east}, {mssqldb.DateTimeOffset(east), east},
		{mssqldb.DateTime1(at("2026-11-23T08:09:10.123Z")), at("2026-11-23T08:09:10.123Z")},
		{sql.NullTime{}, nil},
	}
	s := serve(t, answers{"select params": ids(0)}, nil)
	db := s.open(t)
	var args, want []any
	for _, c := range cases {
		args, want = append(args, c.sent), append(want, c.want)
	}
	if _, err := readAll(t, db, "select params", args...); err != nil {
		t.Fatal(err)
	}
	var got []any
	for i, p := range s.handler.asked()[0].Params {
		if name := fmt.Sprintf("@p%d", i+1); p.Name != name {
			t.Errorf("parameter %d is %q", i+1, p.Name)
		}
		got = append(got, p.Value)
	}
	sameMoment := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })
	if d := cmp.Diff(want, got, sameMoment); d != "" {
		t.Error(d)
	}
}

func readAll(t testing.TB, db *sql.DB, query string, args ...any) (n int, err error) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		n++
	}
	return n, rows.Err()
}

// TestParameterTypes reads what go-mssqldb doesn't send but other drivers do; the
// bytes are of the types' definitions, [MS-TDS] 2.2.5.4 and 2.2.5.5.
func TestParameterTypes(t *testing.T) {
	const collation = "09 04 D0 00 34 "
	day := at("2026-11-23T00:00:00Z")
	for name, c := range map[string]struct {
		bytes string
		want  any
	}{
		"INT1":             {"30 FF", int64(255)},
		"INT2":             {"34 FF FF", int64(-1)},
		"INT4":             {"38 00 00 00 80", int64(math.MinInt32)},
		"INT8":             {"7F 01 00 00 00 00 00 00 80", int64(math.MinInt64 + 1)},
		"BIT":              {"32 01", true},
		"BITN, NULL":       {"68 01 00", nil},
		"FLT4":             {"3B 00 00 C0 3F", 1.5},
		"FLT8":             {"3E 00 00 00 00 00 00 F8 3F", 1.5},
		"FLTN of 4":        {"6D 04 04 00 00 C0 3F", 1.5},
		"DATETIM4":         {"3A 0B B5 E9 01", at("2026-11-23T08:09:00Z")},
		"DATETIME":         {"3D 0B B5 00 00 AD 5A 86 00", at("2026-11-23T08:09:10.123Z")},
		"DATETIMN of 4":    {"6F 04 04 0B B5 00 00", day},
		"DATE":             {"28 03 66 4A 0B", day},
		"DATE, NULL":       {"28 00", nil},
		"TIME":             {"29 00 03 B6 72 00", at("1970-01-01T08:09:26Z")},
		"DATETIME2(0)":     {"2A 00 06 B6 72 00 66 4A 0B", at("2026-11-23T08:09:26Z")},
		"NCHAR":            {"EF 04 00 " + collation + "04 00 41 00 42 01", "Ał"},
		"NVARCHAR, NULL":   {"E7 04 00 " + collation + "FF FF", nil},
		"NVARCHAR(max)":    {"E7 FF FF " + collation + "04 00 00 00 00 00 00 00 02 00 00 00 41 00 02 00 00 00 42 00 00 00 00 00", "AB"},
		"NVARCHAR(max), 0": {"E7 FF FF " + collation + "FF FF FF FF FF FF FF FF", nil},
		"VARCHAR":          {"A7 04 00 " + collation + "02 00 41 E9", "Aé"},
		"CHAR":             {"AF 02 00 " + collation + "02 00 41 20", "A "},
		"BINARY":           {"AD 02 00 02 00 01 02", []byte{1, 2}},
		"NTEXT":            {"63 FF FF FF 7F " + collation + "02 00 00 00 41 00", "A"},
		"NTEXT, NULL":      {"63 FF FF FF 7F " + collation + "FF FF FF FF", nil},
	} {
		t.Run(name, func(t *testing.T) {
			// sp_executesql by its name, in another's database, with a text and its declaration.
			call := unhex(t, "04 00 00 00 11 00")
			for _, r := range "m..sp_EXECUTEsql " {
				call = append(call, byte(r), 0)
			}
			call = append(bytes.TrimSuffix(call, []byte{' ', 0}), 0, 0)
			call[4]--
			text := unhex(t, "00 00 E7 02 00 "+collation+"02 00 73 00")
			call = append(append(call, text...), text...)
			call = append(call, unhex(t, "02 40 00 76 00 00 "+c.bytes)...)
			q, err := tds.ParseRPC(call, tds.Version74)
			if err != nil {
				t.Fatal(err)
			}
			want := tds.Query{SQL: "s", Params: []tds.Param{{Name: "@v", Value: c.want}}}
			if d := cmp.Diff(want, q, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })); d != "" {
				t.Error(d)
			}
		})
	}
	t.Run("no statement is an error", func(t *testing.T) {
		for _, rest := range []string{"", "00 00 26 04 04 01 00 00 00"} {
			q, err := tds.ParseRPC(unhex(t, "04 00 00 00 FF FF 0A 00 00 00"+rest), tds.Version74)
			if _, ok := errors.AsType[*tds.Error](err); !ok {
				t.Errorf("%+v, %v", q, err)
			}
		}
	})
}

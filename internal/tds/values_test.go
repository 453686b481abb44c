package tds_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"timesheet/internal/tds"
)

// one answers with one column and its values, one a row.
func one(t tds.Type, values ...tds.Value) func(context.Context, tds.Query, *tds.Writer) error {
	return func(_ context.Context, _ tds.Query, w *tds.Writer) error {
		if err := w.Columns([]tds.Column{{Name: "v", Type: t, Nullable: true}}); err != nil {
			return err
		}
		for _, v := range values {
			if err := w.Row([]tds.Value{v}); err != nil {
				return err
			}
		}
		return nil
	}
}

// scan reads what one answered; texts are strings and times are in UTC.
func scan(t testing.TB, db *sql.DB, query string, args ...any) []any {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got []any
	for rows.Next() {
		var v any
		if err := rows.Scan(&v); err != nil {
			t.Fatal(err)
		}
		got = append(got, v)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return got
}

func at(s string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err) // of a constant
	}
	return at
}

func wallOf(s string) int64 { return at(s).UnixMilli() }

func TestValues(t *testing.T) {
	morning := wallOf("2026-11-23T08:09:10.123Z")
	east := at("2026-11-23T09:09:10.123+01:00")
	long := strings.Repeat("ž", 4000)
	cases := []struct {
		columnType tds.Type
		sent       tds.Value
		want       any
	}{
		{tds.IntType(), tds.Int(-2147483648), int64(-2147483648)},
		{tds.IntType(), tds.Null(), nil},
		{tds.BigIntType(), tds.Int(9223372036854775807), int64(9223372036854775807)},
		{tds.BigIntType(), tds.Null(), nil},
		{tds.NVarCharType(10), tds.String("Łódź 🕗 x"), "Łódź 🕗 x"},
		{tds.NVarCharType(10), tds.String(""), ""},
		{tds.NVarCharType(10), tds.Null(), nil},
		{tds.NVarCharType(4000), tds.String(long), long},
		{tds.CharType(6), tds.String("A7é"), "A7é   "},
		{tds.CharType(6), tds.Null(), nil},
		{tds.VarCharType(6), tds.String("A7Ł"), "A7?"},
		{tds.VarCharType(6), tds.Null(), nil},
		{tds.DateTimeType(), tds.DateTime(morning), at("2026-11-23T08:09:10.123Z")},
		{tds.DateTimeType(), tds.DateTime(wallOf("2026-11-23T23:59:59.999Z")), at("2026-11-24T00:00:00Z")},
		{tds.DateTimeType(), tds.DateTime(wallOf("1753-01-01T00:00:00Z")), at("1753-01-01T00:00:00Z")},
		{tds.DateTimeType(), tds.Null(), nil},
		{tds.DateTime2Type(3), tds.DateTime(morning), at("2026-11-23T08:09:10.123Z")},
		{tds.DateTime2Type(0), tds.DateTime(wallOf("2026-11-23T23:59:59.500Z")), at("2026-11-24T00:00:00Z")},
		{tds.DateTime2Type(7), tds.DateTimeTicks(morning*10_000 + 4567), at("2026-11-23T08:09:10.1234567Z")},
		{tds.DateTime2Type(7), tds.DateTime(wallOf("0001-01-01T00:00:00Z")), at("0001-01-01T00:00:00Z")},
		{tds.DateTime2Type(2), tds.DateTime(wallOf("9999-12-31T23:59:59.99Z")), at("9999-12-31T23:59:59.99Z")},
		{tds.DateTime2Type(3), tds.Null(), nil},
		{tds.DateTimeOffsetType(3), tds.DateTimeOffset(east.UnixMilli(), 60), east},
		{tds.DateTimeOffsetType(7), tds.DateTimeOffset(east.UnixMilli(), -840), east},
		{tds.DateTimeOffsetType(3), tds.Null(), nil},
	}
	a := answers{}
	for i, c := range cases {
		a[fmt.Sprintf("select %d", i)] = one(c.columnType, c.sent, c.sent)
	}
	db := serve(t, a, nil).open(t)
	sameMoment := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })
	for i, c := range cases {
		got := scan(t, db, fmt.Sprintf("select %d", i))
		if d := cmp.Diff([]any{c.want, c.want}, got, sameMoment); d != "" {
			t.Errorf("%v %v:\n%s", c.columnType, c.sent, d)
		}
	}
	t.Run("an offset arrives as it was written", func(t *testing.T) {
		got := scan(t, db, fmt.Sprintf("select %d", len(cases)-2))[0].(time.Time)
		if _, seconds := got.Zone(); seconds != -840*60 {
			t.Errorf("%d s", seconds)
		}
	})
}

func TestColumnsSayWhatTheyAre(t *testing.T) {
	columns := []tds.Column{
		{Name: "id", Type: tds.BigIntType()}, {Name: "Größe", Type: tds.NVarCharType(7), Nullable: true},
		{Name: "", Type: tds.CharType(3)}, {Name: "at", Type: tds.DateTime2Type(3)}, {Name: "n", Type: tds.IntType()},
		{Name: "d", Type: tds.DateTimeType()}, {Name: "o", Type: tds.DateTimeOffsetType(5)},
	}
	db := serve(t, answers{"select all": func(_ context.Context, _ tds.Query, w *tds.Writer) error { return w.Columns(columns) }}, nil).open(t)
	rows, err := db.QueryContext(t.Context(), "select all")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	got, err := rows.ColumnTypes()
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range got {
		name := strings.ToLower(c.DatabaseTypeName())
		nullable, _ := c.Nullable()
		if c.Name() != columns[i].Name || !strings.HasPrefix(columns[i].Type.String(), name) || nullable != columns[i].Nullable {
			t.Errorf("%s %s, %v; want %+v", c.Name(), name, nullable, columns[i])
		}
	}
	if rows.Next() || rows.Err() != nil {
		t.Error("a row, or", rows.Err())
	}
}

func TestWriterRefuses(t *testing.T) {
	bad := map[string]struct {
		column tds.Column
		value  tds.Value
	}{
		"a NULL where there is none":   {tds.Column{Type: tds.IntType()}, tds.Null()},
		"more than an int":             {tds.Column{Type: tds.IntType()}, tds.Int(1 << 31)},
		"a text that is too long":      {tds.Column{Type: tds.NVarCharType(3)}, tds.String("abcd")},
		"as many bytes too many":       {tds.Column{Type: tds.CharType(3)}, tds.String("abcd")},
		"a text for a number":          {tds.Column{Type: tds.IntType()}, tds.String("1")},
		"a moment for a wall time":     {tds.Column{Type: tds.DateTimeType()}, tds.DateTimeOffset(0, 0)},
		"a DATETIME before 1753":       {tds.Column{Type: tds.DateTimeType()}, tds.DateTime(wallOf("1752-12-31T00:00:00Z"))},
		"a DATETIME2 after 9999":       {tds.Column{Type: tds.DateTime2Type(0)}, tds.DateTime(wallOf("9999-12-31T23:59:59.9Z"))},
		"an offset of more than 14 h":  {tds.Column{Type: tds.DateTimeOffsetType(0)}, tds.DateTimeOffset(0, 841)},
		"a column of no type":          {tds.Column{}, tds.Int(1)},
		"a text of no length":          {tds.Column{Type: tds.NVarCharType(0)}, tds.String("")},
		"more digits than a time has":  {tds.Column{Type: tds.DateTime2Type(8)}, tds.DateTime(0)},
		"more bytes than a CHAR's":     {tds.Column{Type: tds.CharType(8001)}, tds.String("")},
		"more than NVARCHAR's letters": {tds.Column{Type: tds.NVarCharType(4001)}, tds.String("")},
	}
	var errs []error
	a := answers{}
	for name, c := range bad {
		a["select "+name] = func(_ context.Context, _ tds.Query, w *tds.Writer) error {
			err := w.Columns([]tds.Column{c.column})
			if err == nil {
				err = w.Row([]tds.Value{c.value})
			}
			errs = append(errs, err)
			return err
		}
	}
	a["select short"] = func(_ context.Context, _ tds.Query, w *tds.Writer) error { return w.Row([]tds.Value{tds.Int(1)}) }
	db := serve(t, a, nil).open(t)
	for query := range a {
		if n, err := readIDs(t.Context(), db, query); n != 0 || err == nil || !strings.Contains(err.Error(), "(50000)") {
			t.Errorf("%s: %d rows, %v", query, n, err)
		}
	}
}

func TestTimesRoundTrip(t *testing.T) {
	s := serve(t, nil, nil)
	db := s.open(t)
	rapid.Check(t, func(rt *rapid.T) {
		ms := rapid.Int64Range(wallOf("1753-01-01T00:00:00Z"), wallOf("9999-12-31T23:59:58Z")).Draw(rt, "ms")
		offset := rapid.IntRange(-840, 840).Draw(rt, "offset")
		s.handler.answers = answers{"select times": func(_ context.Context, _ tds.Query, w *tds.Writer) error {
			if err := w.Columns([]tds.Column{
				{Name: "a", Type: tds.DateTimeType()}, {Name: "b", Type: tds.DateTime2Type(3)}, {Name: "c", Type: tds.DateTimeOffsetType(3)},
			}); err != nil {
				return err
			}
			return w.Row([]tds.Value{tds.DateTime(ms), tds.DateTime(ms), tds.DateTimeOffset(ms, offset)})
		}}
		var a, b, c time.Time
		if err := db.QueryRowContext(t.Context(), "select times").Scan(&a, &b, &c); err != nil {
			rt.Fatal(err)
		}
		if d := a.UnixMilli() - ms; d < -2 || d > 2 || b.UnixMilli() != ms || c.UnixMilli() != ms {
			rt.Fatalf("%v %v %v, want %v", a, b, c, time.UnixMilli(ms).UTC())
		}
	})
}

package clocking_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"timesheet"
	"timesheet/internal/clocking"
)

// readBack is the rows as go-mssqldb reads them, employee and time as text.
func readBack(t *testing.T, s *clocking.System) []string {
	t.Helper()
	rows, err := client(t, s).QueryContext(t.Context(), "SELECT id, employee_id, clocked_at FROM dbo.Clockings ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var found []string
	for rows.Next() {
		var id int64
		var employee, at any
		if err := rows.Scan(&id, &employee, &at); err != nil {
			t.Fatal(err)
		}
		if b, ok := employee.([]byte); ok {
			employee = string(b)
		}
		if moment, ok := at.(time.Time); ok {
			at = moment.Format("2006-01-02T15:04:05.000Z07:00")
		}
		found = append(found, fmt.Sprintf("%d %#v %v", id, employee, at))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}

func TestTypes(t *testing.T) {
	wall := at(123)
	zoned := clocking.Zoned(time.Date(2026, 11, 23, 8, 0, 0, 0, time.FixedZone("", 3600)))
	for _, c := range []struct {
		employee string // its type
		id       string
		column   clocking.TimeType
		at       clocking.Time
		want     string
	}{
		{"nvarchar", "Ångström-7", clocking.DateTime2, wall, `"Ångström-7" 2026-11-23T08:00:00.123Z`},
		{"nvarchar(20)", "007", clocking.DateTime2, zoned, `"007" 2026-11-23T08:00:00.000Z`},
		{"char(6)", "007", clocking.DateTime, wall, `"007   " 2026-11-23T08:00:00.123Z`},
		{"char(6)", "Å", clocking.DateTime, at(1), `"Å     " 2026-11-23T08:00:00.000Z`},
		{"char(6)", "B", clocking.DateTime, at(5), `"B     " 2026-11-23T08:00:00.007Z`},
		{"int", "-7", clocking.DateTimeOffset, wall, `-7 2026-11-23T08:00:00.123Z`},
		{"int", "2147483647", clocking.DateTimeOffset, zoned, `2147483647 2026-11-23T08:00:00.000+01:00`},
		{"bigint", "9007199254740993", clocking.DateTime2, clocking.Wall(-1), `9007199254740993 1969-12-31T23:59:59.999Z`},
	} {
		t.Run(fmt.Sprintf("%s and %s", c.employee, c.column), func(t *testing.T) {
			kind, err := clocking.ParseEmployeeType(c.employee)
			if err != nil {
				t.Fatal(err)
			}
			s := started(t, clocking.Options{Employee: kind, Time: c.column}, 0)
			for range 3 {
				s.Insert(c.id, c.at)
			}
			if err := s.SetNull(2, true, true); err != nil {
				t.Fatal(err)
			}
			got := readBack(t, s)
			want := []string{"1 " + c.want, "2 <nil> <nil>", "3 " + c.want}
			if !slices.Equal(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
			for r := range s.Rows() {
				if _, whole := r.Clocking(); whole != (r.ID != 2) {
					t.Errorf("%+v: whole %v", r, whole)
				}
			}
		})
	}
}

// What a reader should make of a row is what the driver's answer means.
func TestRowsAreAsTheyAreRead(t *testing.T) {
	for _, column := range []clocking.TimeType{clocking.DateTime, clocking.DateTime2, clocking.DateTimeOffset} {
		s := started(t, clocking.Options{Time: column}, 0)
		for ms := range 40 {
			s.Insert("E", at(ms*33))
			s.Insert("E", clocking.Moment(timesheet.Instant(morning)+timesheet.Instant(ms), -210))
		}
		rows, err := client(t, s).QueryContext(t.Context(), "SELECT id, employee_id, clocked_at FROM dbo.Clockings ORDER BY id")
		if err != nil {
			t.Fatal(err)
		}
		for r := range s.Rows() {
			var id int64
			var read time.Time
			if !rows.Next() || rows.Scan(&id, new(any), &read) != nil || id != r.ID {
				t.Fatalf("%s: row %d instead of %d; %v", column, id, r.ID, rows.Err())
			}
			c, _ := r.Clocking()
			want := timesheet.LocalTime(timesheet.Wall(read.UnixMilli()))
			if column == clocking.DateTimeOffset {
				want = timesheet.At(timesheet.InstantOf(read))
			}
			if c.At != want {
				t.Errorf("%s: row %d was read as %v, and should be %v", column, id, want, c.At)
			}
		}
		rows.Close()
	}
}

func TestTypeNames(t *testing.T) {
	for text, want := range map[string]string{
		"INT": "int", "bigint": "bigint", "NVarChar": "nvarchar(255)", "char(1)": "char(1)", " nvarchar(255)": "nvarchar(255)",
		"varchar(20)": "", "char": "", "char(0)": "", "char(256)": "", "char(7": "", "int(4)": "", "": "",
	} {
		got, err := clocking.ParseEmployeeType(text)
		if (err != nil) != (want == "") || err == nil && got.String() != want {
			t.Errorf("%q: %v, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"DATETIME", "datetime2", "DateTimeOffset"} {
		if _, err := clocking.ParseTimeType(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := clocking.ParseTimeType("date"); err == nil {
		t.Error("date is none of the types")
	}
}

func TestCheckEmployee(t *testing.T) {
	for _, c := range []struct {
		kind clocking.EmployeeType
		id   string
		ok   bool
	}{
		{clocking.Int(), "12", true}, {clocking.Int(), "E12", false}, {clocking.Int(), "2147483648", false},
		{clocking.BigInt(), "2147483648", true}, {clocking.BigInt(), "", false},
		{clocking.Char(3), "abc", true}, {clocking.Char(3), "abcd", false}, {clocking.Char(9), "日本", false}, {clocking.Char(3), "äöü", true},
		{clocking.NVarChar(2), "日本", true}, {clocking.NVarChar(2), "😀", true}, {clocking.NVarChar(2), "😀a", false},
	} {
		s := clocking.New(clocking.Options{Employee: c.kind})
		if err := s.CheckEmployee(c.id); (err == nil) != c.ok {
			t.Errorf("%v %q: %v", c.kind, c.id, err)
		}
	}
	t.Run("what can't be kept panics on insert", func(t *testing.T) {
		defer func() {
			if recover() == nil {
				t.Error("inserted")
			}
		}()
		clocking.New(clocking.Options{Employee: clocking.Int()}).Insert("E1", at(0))
	})
}

package timesheet_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"timesheet"
)

func TestDay(t *testing.T) {
	t.Run("is the calendar's of package time", rapid.MakeCheck(func(t *rapid.T) {
		d := timesheet.Day(rapid.Int32Range(int32(timesheet.FirstDay)-800_000, int32(timesheet.LastDay)+1).Draw(t, "day"))
		want := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(d))
		y, m, day := d.Date()
		if wy, wm, wd := want.Date(); y != wy || m != wm || day != wd || d.Weekday() != want.Weekday() {
			t.Fatalf("%d is %d-%d-%d, want %v", d, y, m, day, want)
		}
		if timesheet.DayOf(y, m, day) != d {
			t.Fatalf("DayOf(%d, %d, %d) isn't %d", y, m, day, d)
		}
		if y < 0 {
			return // can't be written with four digits
		}
		if s := d.String(); s != want.Format("2006-01-02") {
			t.Fatalf("%s, want %v", s, want)
		}
		if back, err := timesheet.ParseDay(d.String()); err != nil || back != d {
			t.Fatalf("%v, %v; want %v", back, err, d)
		}
		text, err := d.MarshalText()
		var back timesheet.Day
		if err != nil || back.UnmarshalText(text) != nil || back != d {
			t.Fatalf("%s, %v, %v", text, back, err)
		}
	}))
	t.Run("the first and the last", func(t *testing.T) {
		if timesheet.FirstDay.String() != "1999-12-31" || timesheet.LastDay.String() != "9999-12-30" {
			t.Errorf("%v, %v", timesheet.FirstDay, timesheet.LastDay)
		}
	})
	t.Run("DayOf normalises", func(t *testing.T) {
		if got := timesheet.DayOf(2026, 14, 0); got.String() != "2027-01-31" {
			t.Errorf("%v", got)
		}
	})
	t.Run("is a string in JSON", func(t *testing.T) {
		b, err := json.Marshal(map[timesheet.Day]timesheet.Day{someDay: someDay + 1})
		if err != nil || string(b) != `{"2026-11-23":"2026-11-24"}` {
			t.Errorf("%s, %v", b, err)
		}
		var d timesheet.Day
		if err := json.Unmarshal([]byte(`"2026-02-30"`), &d); !errors.Is(err, timesheet.Invalid) {
			t.Errorf("30 February: %v, %v", d, err)
		}
	})
}

func TestParseDay(t *testing.T) {
	if d, err := timesheet.ParseDay("2024-02-29"); err != nil || d != timesheet.DayOf(2024, 2, 29) {
		t.Errorf("%v, %v", d, err)
	}
	for _, s := range []string{"", "2026-2-3", "2026-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "2026-11-31", "2026-11-23T", " 2026-11-23", "26-11-23", "-026-11-23", "today"} {
		if d, err := timesheet.ParseDay(s); !errors.Is(err, timesheet.Invalid) {
			t.Errorf("%q: %v, %v", s, d, err)
		}
	}
}

func FuzzParseDay(f *testing.F) {
	f.Add("2026-11-23")
	f.Add("2026/11/23")
	f.Add("2026-02-29")
	f.Fuzz(func(t *testing.T, s string) {
		d, err := timesheet.ParseDay(s)
		want, wantErr := time.Parse("2006-01-02", s)
		if wantErr != nil && err == nil {
			want, wantErr = time.Parse("2006/01/02", s)
		}
		if (err == nil) != (wantErr == nil) || err == nil && int64(d)*86400 != want.Unix() {
			t.Fatalf("%q: %v, %v; package time says %v, %v", s, d, err, want, wantErr)
		}
	})
}

package timesheet_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"timesheet"
)

// instant is the moment of a timestamp that has an offset.
func instant(t timesheet.Timestamp) timesheet.Instant {
	at, _ := timesheet.Calendar{}.Instant(t)
	return at
}

func TestParseTimestamp(t *testing.T) {
	for s, want := range map[string]time.Time{ // local ones as if in UTC
		"2026-11-23T08:09:00":            time.Date(2026, 11, 23, 8, 9, 0, 0, time.UTC),
		"2026-11-23 08:09:00":            time.Date(2026, 11, 23, 8, 9, 0, 0, time.UTC),
		"2026/11/23 08:09:00":            time.Date(2026, 11, 23, 8, 9, 0, 0, time.UTC),
		"2026-11-23T08:09:00.5":          time.Date(2026, 11, 23, 8, 9, 0, 500e6, time.UTC),
		"2026-11-23T08:09:00.0019":       time.Date(2026, 11, 23, 8, 9, 0, 1e6, time.UTC), // cut, not rounded
		"2026-11-23T23:59:59.999999999":  time.Date(2026, 11, 23, 23, 59, 59, 999e6, time.UTC),
		"2024-02-29T00:00:00":            time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC),
		"2000-02-29T00:00:00":            time.Date(2000, 2, 29, 0, 0, 0, 0, time.UTC),
		"0000-01-01T00:00:00":            time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC),
		"9999-12-31T23:59:59":            time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
		"2026-11-23T08:09:00Z":           time.Date(2026, 11, 23, 8, 9, 0, 0, time.UTC),
		"2026-11-23t08:09:00z":           time.Date(2026, 11, 23, 8, 9, 0, 0, time.UTC),
		"2026-11-23T08:09:00+01:00":      time.Date(2026, 11, 23, 7, 9, 0, 0, time.UTC),
		"2026-11-23T08:09:00.25-03:30":   time.Date(2026, 11, 23, 11, 39, 0, 250e6, time.UTC),
		"2026-01-01T00:30:00.999+05:45":  time.Date(2025, 12, 31, 18, 45, 0, 999e6, time.UTC),
		"1900-03-01T00:00:00":            time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC),
		"1969-12-31T23:59:59.999Z":       time.Date(1969, 12, 31, 23, 59, 59, 999e6, time.UTC),
		"2026-11-23T08:09:00.123456789Z": time.Date(2026, 11, 23, 8, 9, 0, 123e6, time.UTC),
	} {
		got, err := timesheet.ParseTimestamp(s)
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		wall, local := got.Local()
		if wantLocal := !strings.ContainsAny(s[19:], "+-Zz"); local != wantLocal {
			t.Errorf("%s: local is %v", s, local)
		}
		at := timesheet.Instant(wall)
		if !local {
			at = instant(got)
		}
		if at != timesheet.InstantOf(want) {
			t.Errorf("%s: %v, want %v", s, at.Time(), want)
		}
	}
}

// Times as machines have really written them, and others that no clock shows.
func TestImpossibleTimesAreRefused(t *testing.T) {
	for _, s := range []string{
		"1971--10--29 -23:-59:-53", "1990-00--8 -16:-29:-40", "1990-00--8 16:29:40", "0000-00-00 00:00:00",
		"2026-13-01T00:00:00", "2026-00-01T00:00:00", "2026-01-00T00:00:00", "2026-01-32T00:00:00",
		"2026-04-31T00:00:00", "2026-02-29T00:00:00", "1900-02-29T00:00:00", "2100-02-29T00:00:00", "2024-02-30T00:00:00",
		"2026-11-23T24:00:00", "2026-11-23T25:00:00", "2026-11-23T08:60:00", "2026-11-23T08:09:60", "2016-12-31T23:59:60Z",
		"", " ", "2026-11-23", "2026-11-23T08:09", "2026-11-23T08:09:", "2026-11-23X08:09:00", "2026-11-2308:09:00",
		"2026-11/23T08:09:00", "2026.11.23 08:09:00", "23-11-2026 08:09:00", "11/23/2026 08:09:00", "20261123T080900",
		"2026-11-23T08:09:00.", "2026-11-23T08:09:00,5", "2026-11-23T08:09:00.1234567890", "2026-11-23T08:09:00.-5",
		"2026-11-23T08:09:00+1:00", "2026-11-23T08:09:00+0100", "2026-11-23T08:09:00+24:00", "2026-11-23T08:09:00+01:60",
		"2026-11-23T08:09:00 +01:00", "2026-11-23T08:09:00+", "2026-11-23T08:09:00ZZ", "2026-11-23T08:09:00 CET",
		" 2026-11-23T08:09:00", "2026-11-23T08:09:00 ", "+026-11-23T08:09:00", "2026-11-23T08:09:0\x00", "٢٠٢٦-11-23T08:09:00",
	} {
		if got, err := timesheet.ParseTimestamp(s); !errors.Is(err, timesheet.Invalid) {
			t.Errorf("%q: %v, %v", s, got, err)
		}
		if _, err := timesheet.ParseTimestamp([]byte(s)); !errors.Is(err, timesheet.Invalid) {
			t.Errorf("%q as bytes: %v", s, err)
		}
	}
	t.Run("the message shows the value, cut, and what to write", func(t *testing.T) {
		_, err := timesheet.ParseTimestamp(strings.Repeat("x", 1000))
		if s := err.Error(); len(s) > 300 || !strings.Contains(s, "xxx…") || !strings.Contains(s, "2026-11-23T08:09:00+01:00") {
			t.Error(s)
		}
	})
}

// compareTimestamp holds ParseTimestamp against time.Parse, which takes more: one
// digit for hours, a comma, any number of decimals.
func compareTimestamp(t interface{ Fatalf(string, ...any) }, s string) {
	got, err := timesheet.ParseTimestamp(s)
	bytes, errBytes := timesheet.ParseTimestamp([]byte(s))
	if bytes != got || (err == nil) != (errBytes == nil) {
		t.Fatalf("%q: %v %v as a string, %v %v as bytes", s, got, err, bytes, errBytes)
	}
	canonical := strings.ToUpper(strings.Replace(strings.Replace(s, " ", "T", 1), "/", "-", 2))
	want, wantErr := time.Parse("2006-01-02T15:04:05", canonical)
	wantLocal := wantErr == nil
	if !wantLocal {
		want, wantErr = time.Parse(time.RFC3339Nano, canonical)
	}
	if err != nil {
		return // that nothing good is refused is for the generated times
	}
	if wantErr != nil {
		t.Fatalf("%q is accepted, but not by package time: %v", s, wantErr)
	}
	wall, local := got.Local()
	at := timesheet.Instant(wall)
	if !local {
		at = instant(got)
	}
	if local != wantLocal || at != timesheet.InstantOf(want) {
		t.Fatalf("%q: %v (local %v), package time says %v (local %v)", s, at.Time(), local, want, wantLocal)
	}
}

func TestTimestampsAreThoseOfPackageTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-62_167_132_800, 253_402_214_400).Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanos"))
		layout := rapid.SampledFrom([]string{
			"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006/01/02 15:04:05.000", "2006-01-02T15:04:05.999999999",
			time.RFC3339, time.RFC3339Nano, "2006-01-02 15:04:05.00Z07:00",
		}).Draw(t, "layout")
		offset := rapid.IntRange(-23*60, 23*60).Draw(t, "offset in minutes")
		s := at.In(time.FixedZone("", offset*60)).Format(layout)
		if _, err := timesheet.ParseTimestamp(s); err != nil {
			t.Fatal(err)
		}
		compareTimestamp(t, s)
	})
}

func FuzzParseTimestamp(f *testing.F) {
	for _, s := range []string{"2026-11-23T08:09:00", "2026/11/23 08:09:00.123", "2026-11-23T08:09:00.5+01:00", "2024-02-29t00:00:00z", "1971--10--29 -23:-59:-53"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { compareTimestamp(t, s) })
}

func TestInstant(t *testing.T) {
	t.Run("cuts to the millisecond, before 1970 too", func(t *testing.T) {
		for nanos, want := range map[int64]timesheet.Instant{0: 0, 999_999: 0, 1_000_000: 1, 1_999_999: 1, -1: -1, -1_000_000: -1, -1_000_001: -2} {
			if got := timesheet.InstantOf(time.Unix(0, nanos)); got != want {
				t.Errorf("%d ns: %d, want %d", nanos, got, want)
			}
		}
	})
	t.Run("Time and InstantOf are inverse, Add and Sub too", rapid.MakeCheck(func(t *rapid.T) {
		i := timesheet.Instant(rapid.Int64Range(-1e14, 1e14).Draw(t, "i"))
		d := time.Duration(rapid.Int64Range(-1e9, 1e9).Draw(t, "ms")) * time.Millisecond
		if timesheet.InstantOf(i.Time()) != i || i.Add(d).Sub(i) != d || i.Time().Location() != time.UTC {
			t.Fatalf("%v %v", i, d)
		}
	}))
}

func ExampleInstant_Format() {
	berlin, _ := time.LoadLocation("Europe/Berlin")
	at := timesheet.InstantOf(time.Date(2026, 11, 23, 7, 9, 0, 0, time.UTC))
	fmt.Println(at.Format(berlin))
	fmt.Println((at + 250).Format(time.UTC))
	// Output:
	// 2026-11-23T08:09:00+01:00
	// 2026-11-23T07:09:00.250Z
}

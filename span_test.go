package timesheet_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"timesheet"
)

// span encodes an entry that Validate accepts.
func span(t interface{ Fatal(...any) }, e timesheet.Entry) []byte {
	b, err := timesheet.AppendSpan(nil, e)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSpan(t *testing.T) {
	t.Run("is read as it was written", rapid.MakeCheck(func(t *rapid.T) {
		e := anyEntry().Draw(t, "entry")
		if got, err := timesheet.ParseSpan(e.Employee, e.Day, span(t, e)); err != nil || got != e {
			t.Fatalf("%+v, %v; want %+v", got, err, e)
		}
	}))
	t.Run("what Validate accepts can be stored", rapid.MakeCheck(func(t *rapid.T) {
		reach := rapid.Int64Range(-5*dayMS, 5*dayMS)
		day := timesheet.Day(rapid.Int32Range(int32(timesheet.FirstDay), int32(timesheet.LastDay)).Draw(t, "day"))
		e := timesheet.Entry{
			Employee: "7", Day: day, Flags: timesheet.Flags(rapid.IntRange(0, 7).Draw(t, "flags")),
			Earliest: midnight(day) + timesheet.Instant(reach.Draw(t, "earliest")),
			Latest:   midnight(day) + timesheet.Instant(reach.Draw(t, "latest")),
		}
		if e.Validate() != nil {
			return
		}
		if got, err := timesheet.ParseSpan("7", day, span(t, e)); err != nil || got != e {
			t.Fatalf("%+v, %v; want %+v", got, err, e)
		}
	}))
	t.Run("bytes sort like times", rapid.MakeCheck(func(t *rapid.T) {
		a, b := anyEntry().Draw(t, "a"), anyEntry().Draw(t, "b")
		x, y := span(t, a), span(t, b)
		if (bytes.Compare(x[:4], y[:4]) < 0) != (a.Earliest < b.Earliest) || (bytes.Compare(x[4:8], y[4:8]) < 0) != (a.Latest < b.Latest) {
			t.Fatalf("%x and %x", x, y)
		}
	}))
	t.Run("8 bytes, 9 with flags", func(t *testing.T) {
		e := timesheet.Entry{Employee: "7", Day: someDay, Earliest: midnight(someDay), Latest: midnight(someDay) + 1}
		if got := hex.EncodeToString(span(t, e)); got != "8000000080000001" {
			t.Errorf("%s: the layout is in every store and never changes", got)
		}
		e.Flags = timesheet.Direct | timesheet.NonexistentTime
		if got := hex.EncodeToString(span(t, e)); got != "800000008000000105" {
			t.Errorf("%s: the layout is in every store and never changes", got)
		}
	})
	t.Run("appends", func(t *testing.T) {
		e := timesheet.Entry{Employee: "7", Day: someDay, Earliest: midnight(someDay), Latest: midnight(someDay)}
		if got, err := timesheet.AppendSpan([]byte("key"), e); err != nil || !bytes.Equal(got, append([]byte("key"), span(t, e)...)) {
			t.Errorf("%q, %v", got, err)
		}
	})
}

func TestAppendSpanRefuses(t *testing.T) {
	const reach = 1 << 31
	at := midnight(someDay)
	for name, e := range map[string]timesheet.Entry{
		"too early":         {Earliest: at - reach - 1, Latest: at},
		"too late":          {Earliest: at, Latest: at + reach},
		"the wrong order":   {Earliest: at + 1, Latest: at},
		"another day's":     {Earliest: 0, Latest: 0},
		"far out of bounds": {Earliest: -1 << 62, Latest: 1 << 62},
	} {
		t.Run(name, func(t *testing.T) {
			e.Employee, e.Day = "7", someDay
			if got, err := timesheet.AppendSpan([]byte("x"), e); !errors.Is(err, timesheet.Invalid) || string(got) != "x" {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

func TestJoinSpan(t *testing.T) {
	t.Run("is Join", rapid.MakeCheck(func(t *rapid.T) {
		a, b := anyEntry().Draw(t, "a"), anyEntry().Draw(t, "b")
		y := span(t, b)
		before := bytes.Clone(y)
		got, err := timesheet.JoinSpan(span(t, a), y)
		if want := span(t, timesheet.Join(a, b)); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%x, %v; want %x", got, err, want)
		}
		if !bytes.Equal(y, before) {
			t.Fatal("the second argument was changed")
		}
	}))
	t.Run("leaves what lies behind the first alone when there's no room", func(t *testing.T) {
		e := timesheet.Entry{Employee: "7", Day: someDay, Earliest: midnight(someDay), Latest: midnight(someDay)}
		page := append(span(t, e), 0xEE)
		e.Flags = timesheet.Direct
		if _, err := timesheet.JoinSpan(page[:8:8], span(t, e)); err != nil || page[8] != 0xEE {
			t.Errorf("%x, %v", page, err)
		}
	})
}

func TestDamagedSpans(t *testing.T) {
	whole := []byte{0x80, 0, 0, 0, 0x80, 0, 0, 1}
	for name, damaged := range map[string][]byte{
		"empty":             {},
		"short":             whole[:7],
		"flags of zero":     append(bytes.Clone(whole), 0),
		"long":              append(bytes.Clone(whole), 1, 1),
		"latest earlier":    {0x80, 0, 0, 1, 0x80, 0, 0, 0},
		"longer than a day": bytes.Repeat([]byte{1}, 40),
	} {
		t.Run(name, func(t *testing.T) {
			if e, err := timesheet.ParseSpan("7", someDay, damaged); !errors.Is(err, timesheet.Internal) || !e.IsZero() {
				t.Errorf("parsed: %+v, %v", e, err)
			}
			if _, err := timesheet.JoinSpan(bytes.Clone(whole), damaged); !errors.Is(err, timesheet.Internal) {
				t.Errorf("joined: %v", err)
			}
			if _, err := timesheet.JoinSpan(bytes.Clone(damaged), whole); !errors.Is(err, timesheet.Internal) {
				t.Errorf("joined to: %v", err)
			}
		})
	}
}

func FuzzSpan(f *testing.F) {
	f.Add([]byte{0x80, 0, 0, 0, 0x80, 0, 0, 1}, []byte{0x80, 0, 0, 0, 0x80, 0, 0, 1, 5})
	f.Fuzz(func(t *testing.T, a, b []byte) {
		x, errX := timesheet.ParseSpan("7", someDay, a)
		y, errY := timesheet.ParseSpan("7", someDay, b)
		joined, err := timesheet.JoinSpan(bytes.Clone(a), b)
		if (err == nil) != (errX == nil && errY == nil) {
			t.Fatalf("%v, though parsing said %v and %v", err, errX, errY)
		}
		if err != nil {
			return
		}
		if got, err := timesheet.ParseSpan("7", someDay, joined); err != nil || got != timesheet.Join(x, y) {
			t.Fatalf("%+v, %v; want %+v", got, err, timesheet.Join(x, y))
		}
	})
}

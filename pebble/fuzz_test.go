package pebble_test

import (
	"testing"

	"timesheet"
	"timesheet/pebble"

	"github.com/google/go-cmp/cmp"
)

// FuzzParseCursor takes nothing for a cursor but what formatCursor makes.
func FuzzParseCursor(f *testing.F) {
	f.Add(pebble.FormatCursor(firstDay, "007"))
	f.Add("")
	f.Add("AAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, s string) {
		last, err := pebble.ParseCursor(s, firstDay)
		if err != nil {
			if timesheet.CodeOf(err) != timesheet.Invalid {
				t.Errorf("%v", err)
			}
			return
		}
		if again, err := pebble.ParseCursor(pebble.FormatCursor(firstDay, last), firstDay); err != nil || again != last {
			t.Errorf("%q became %q, %v", last, again, err)
		}
	})
}

// FuzzParseCheckpoint reads back what was written, and damage is Internal.
func FuzzParseCheckpoint(f *testing.F) {
	f.Add(pebble.AppendCheckpoint(nil, timesheet.Checkpoint{Generation: 3, Settled: -1, State: []byte("state"), Reason: "reseed"}))
	f.Add([]byte{0, 0, 200})
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := pebble.ParseCheckpoint(b)
		if err != nil {
			if timesheet.CodeOf(err) != timesheet.Internal {
				t.Errorf("%v", err)
			}
			return
		}
		again, err := pebble.ParseCheckpoint(pebble.AppendCheckpoint(nil, c))
		if diff := cmp.Diff(c, again); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
	})
}

// FuzzParseRejected reads back what was written, and damage is Internal.
func FuzzParseRejected(f *testing.F) {
	f.Add(pebble.AppendRejected(nil, timesheet.Rejected{Employee: "7", Reason: "it has no time", Seen: 1}))
	f.Add(pebble.AppendRejected(nil, timesheet.Rejected{Reason: ".", Seen: -1 << 63}))
	f.Add([]byte{0, 200, 1, 'x'})
	f.Add([]byte{0, 0}) // no reason
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := pebble.ParseRejected(7, b)
		if err != nil {
			if timesheet.CodeOf(err) != timesheet.Internal {
				t.Errorf("%v", err)
			}
			return
		}
		again, err := pebble.ParseRejected(7, pebble.AppendRejected(nil, r))
		if diff := cmp.Diff(r, again); err != nil || diff != "" || r.Reason == "" {
			t.Errorf("%v %s", err, diff)
		}
	})
}

// FuzzDecodeCorrection reads back what was written, and damage is Internal.
func FuzzDecodeCorrection(f *testing.F) {
	f.Add(pebble.EncodeCorrection(nil, correction(firstDay, "k")))
	f.Add(pebble.EncodeCorrection(nil, timesheet.Correction{Withdrawn: true, At: -1 << 63}))
	f.Add([]byte{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})    // nothing in it
	f.Add([]byte{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) // and a byte more
	f.Add([]byte{2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})    // another form
	f.Add([]byte{1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0})    // withdrawn twice
	f.Add([]byte{1, 0, 0, 0, 0, 0, 0, 200, 'x'})
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := pebble.DecodeCorrection(b)
		if err != nil {
			if timesheet.CodeOf(err) != timesheet.Internal || c != (timesheet.Correction{}) {
				t.Errorf("%+v, %v", c, err)
			}
			return
		}
		if again, err := pebble.DecodeCorrection(pebble.EncodeCorrection(nil, c)); err != nil || again != c {
			t.Errorf("%+v became %+v, %v", c, again, err)
		}
	})
}

// FuzzParsePlace takes nothing for a cursor but what formatPlace makes.
func FuzzParsePlace(f *testing.F) {
	f.Add(pebble.FormatPlace(firstDay, firstDay+1, firstDay, "007"))
	f.Add(pebble.FormatCursor(firstDay, "007"))
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		day, last, err := pebble.ParsePlace("test", s, firstDay, firstDay+1)
		if err != nil {
			if timesheet.CodeOf(err) != timesheet.Invalid {
				t.Errorf("%v", err)
			}
			return
		}
		_, again, err := pebble.ParsePlace("test", pebble.FormatPlace(firstDay, firstDay+1, day, last), firstDay, firstDay+1)
		if err != nil || again != last {
			t.Errorf("%q became %q, %v", last, again, err)
		}
	})
}

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

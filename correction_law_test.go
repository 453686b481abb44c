package timesheet_test

import (
	"testing"

	"timesheet"

	"pgregory.net/rapid"
)

func TestCorrectionLaws(t *testing.T) {
	draw := func(t *rapid.T) (anyDay, *timesheet.Correction) {
		d := drawDay(t)
		return d, d.correction
	}
	t.Run("applying it again changes nothing", rapid.MakeCheck(func(t *rapid.T) {
		d, c := draw(t)
		once := c.Apply(d.entry)
		if twice := c.Apply(once); twice != once {
			t.Fatalf("%v, applied again %v", once, twice)
		}
		if once.Earliest > once.Latest || !once.IsZero() && (once.Employee != "7" || once.Day != d.day) {
			t.Fatalf("%v is no entry of the day", once)
		}
	}))
	t.Run("what it sets is what counts, and nothing else changes", rapid.MakeCheck(func(t *rapid.T) {
		d, c := draw(t)
		got := c.Apply(d.entry)
		switch {
		case !c.Counts() || c.ClockIn == 0 && c.ClockOut == 0:
			if got != d.entry {
				t.Fatalf("%v became %v", d.entry, got)
			}
		case c.ClockIn != 0 && got.Earliest != c.ClockIn, c.ClockOut > got.Earliest && got.Latest != c.ClockOut:
			t.Fatalf("%+v makes %v", c, got)
		case c.ClockIn == 0 && !d.entry.IsZero() && got.Earliest != d.entry.Earliest:
			t.Fatalf("%+v makes %v of %v", c, got, d.entry)
		case c.ClockOut == 0 && got.Latest != max(d.entry.Latest, c.ClockIn):
			t.Fatalf("%+v makes %v of %v", c, got, d.entry)
		}
	}))
	t.Run("withdrawn it is as if it weren't there", rapid.MakeCheck(func(t *rapid.T) {
		d, _ := draw(t)
		d.correction = &timesheet.Correction{Employee: "7", Day: d.day, Seq: 2, Withdrawn: true, Reason: "r", Actor: "a"}
		none := d
		none.correction = nil
		if w, plain := d.evaluate(), none.evaluate(); w != plain {
			t.Fatalf("withdrawn %+v, without one %+v", w, plain)
		}
	}))
	t.Run("a remark alone changes nothing but marks", rapid.MakeCheck(func(t *rapid.T) {
		d, _ := draw(t)
		d.correction = &timesheet.Correction{Employee: "7", Day: d.day, Seq: 1, Remark: "x", Reason: "r", Actor: "a", SeenEarliest: d.entry.Earliest}
		w, review := d.evaluate(), timesheet.Marks(0)
		if d.entry.Latest != 0 {
			review = timesheet.MarkReview
		}
		d.correction = nil
		plain := d.evaluate()
		if plain.Marks |= timesheet.MarkCorrected | review; w != plain {
			t.Fatalf("remarked %+v, without it %+v", w, plain)
		}
	}))
	t.Run("setting what was clocked changes no figure that is known", rapid.MakeCheck(func(t *rapid.T) {
		d, _ := draw(t)
		d.correction = nil
		plain := d.evaluate()
		known := func() bool { return plain.Complete() && !plain.Marks.Has(timesheet.MarkPresumedPresent) }
		for tries := 0; !known(); tries++ { // no clock-out, or one that may not be the last
			if tries == 20 {
				return
			}
			d, _ = draw(t)
			d.correction = nil
			plain = d.evaluate()
		}
		d.correction = &timesheet.Correction{
			Employee: "7", Day: d.day, Seq: 1, ClockIn: d.entry.Earliest, ClockOut: d.entry.Latest, Reason: "r", Actor: "a",
			SeenEarliest: d.entry.Earliest, SeenLatest: d.entry.Latest,
		}
		w := d.evaluate()
		const guessed = timesheet.MarkAmbiguousTime | timesheet.MarkNonexistentTime
		plain.Marks = plain.Marks&^guessed | timesheet.MarkCorrected
		if w.Next, plain.Next = 0, 0; w != plain {
			t.Fatalf("set %+v, clocked %+v", w, plain)
		}
	}))
	t.Run("it is marked, and to be reviewed exactly if the clockings are others", rapid.MakeCheck(func(t *rapid.T) {
		d, c := draw(t)
		w := d.evaluate()
		others := c.Counts() && (c.SeenEarliest != d.entry.Earliest || c.SeenLatest != d.entry.Latest)
		if w.Marks.Has(timesheet.MarkCorrected) != c.Counts() || w.Marks.Has(timesheet.MarkReview) != others {
			t.Fatalf("%+v of %v: %+v", c, d.entry, w)
		}
	}))
}

package storetest

import (
	"errors"
	"slices"

	"timesheet"

	"pgregory.net/rapid"
)

// anyCorrections makes random corrections and erasures, and compares with histories
// in a map after each.
func anyCorrections(k *kit, rt *rapid.T, n int) {
	model := make(map[Key][]timesheet.Correction)
	erased := make(map[timesheet.EmployeeID]bool)
	for range rapid.IntRange(1, 15).Draw(rt, "steps") {
		c := genCorrection(n).Draw(rt, "correction")
		if rapid.IntRange(0, 19).Draw(rt, "erase") == 0 {
			_, err := k.s.Erase(k.ctx, c.Employee)
			k.must(err, "erase")
			erased[c.Employee] = true
			for d := firstOf(n); d < firstOf(n)+10; d++ {
				delete(model, Key{c.Employee, d})
			}
		} else {
			expected := timesheet.AnySeq
			if rapid.Bool().Draw(rt, "expects") {
				expected = uint64(rapid.IntRange(0, 3).Draw(rt, "expected"))
			}
			want, code := foresee(model, erased, c, expected)
			got, err := k.s.Correct(k.ctx, c, expected)
			if got != want || timesheet.CodeOf(err) != code || (err != nil && !errors.Is(err, code)) {
				k.Fatalf("correct %+v expecting %d: %+v and %v, want %+v and %q", c, expected, got, err, want, code)
			}
		}
		k.sameAs(model, n)
	}
}

// foresee is what becomes of c, and does it to the model.
func foresee(model map[Key][]timesheet.Correction, erased map[timesheet.EmployeeID]bool, c timesheet.Correction, expected uint64) (timesheet.Correction, timesheet.Code) {
	key := Key{c.Employee, c.Day}
	if erased[c.Employee] {
		return timesheet.Correction{}, timesheet.NotFound
	}
	for _, old := range model[key] {
		if c.Key != "" && old.Key == c.Key {
			if !old.Same(c) {
				return timesheet.Correction{}, timesheet.Conflict
			}
			return old, ""
		}
	}
	if expected != timesheet.AnySeq && expected != uint64(len(model[key])) {
		return timesheet.Correction{}, timesheet.Conflict
	}
	c.Seq = uint64(len(model[key]) + 1)
	model[key] = append(model[key], c)
	return c, ""
}

func genCorrection(n int) *rapid.Generator[timesheet.Correction] {
	return rapid.Custom(func(rt *rapid.T) timesheet.Correction {
		e := rapid.SampledFrom(employees(n)).Draw(rt, "employee")
		d := firstOf(n) + timesheet.Day(rapid.IntRange(0, 2).Draw(rt, "day"))
		c := withdrawal(e, d)
		if rapid.IntRange(0, 3).Draw(rt, "withdrawn") > 0 {
			c = correction(e, d, rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "text"))
		}
		c.Key = rapid.SampledFrom([]string{"", "", "k", "k2"}).Draw(rt, "key")
		c.At += timesheet.Instant(rapid.IntRange(0, 5).Draw(rt, "at"))
		return c
	})
}

// sameAs says that the store must have the model's corrections of case n.
func (k *kit) sameAs(model map[Key][]timesheet.Correction, n int) {
	k.Helper()
	from, to := firstOf(n), firstOf(n)+2
	var newest []timesheet.Correction
	for _, e := range employees(n) {
		var want []timesheet.Correction
		for d := from; d <= to; d++ {
			history := model[Key{e, d}]
			want = append(want, history...)
			if len(history) > 0 && !history[len(history)-1].Withdrawn {
				newest = append(newest, history[len(history)-1])
			}
		}
		got, err := k.s.Corrections(k.ctx, e, from, to)
		k.must(err, "corrections")
		if !slices.Equal(got, want) {
			k.Fatalf("of %q there are\n%+v, want\n%+v", e, got, want)
		}
	}
	k.corrected(from, to, newest...)
}

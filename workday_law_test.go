package timesheet_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"timesheet"
)

func minutes(from, to int) *rapid.Generator[time.Duration] {
	return rapid.Map(rapid.IntRange(from, to), func(n int) time.Duration { return time.Duration(n) * time.Minute })
}

// anyTimeOfDay is a time such as schedules have, none for one.
func anyTimeOfDay() *rapid.Generator[timesheet.TimeOfDay] {
	return rapid.Custom(func(t *rapid.T) timesheet.TimeOfDay {
		if rapid.IntRange(0, 5).Draw(t, "none") == 0 {
			return 0
		}
		return timesheet.NewTimeOfDay(0, 0) + timesheet.TimeOfDay(rapid.OneOf(rapid.IntRange(0, 24*60), rapid.Map(rapid.IntRange(0, 48), func(n int) int { return 30 * n })).Draw(t, "minute"))
	})
}

// anyRounding is none, in and out, or the total.
func anyRounding() *rapid.Generator[[]timesheet.Rounding] {
	return rapid.Custom(func(t *rapid.T) []timesheet.Rounding {
		one := func(target timesheet.RoundingTarget) timesheet.Rounding {
			return timesheet.Rounding{
				Target:   target,
				Mode:     rapid.SampledFrom([]timesheet.RoundingMode{timesheet.RoundDown, timesheet.RoundNearest, timesheet.RoundUp}).Draw(t, "mode"),
				Interval: rapid.SampledFrom([]time.Duration{1, 5, 6, 15, 30, 60}).Draw(t, "interval") * time.Minute,
			}
		}
		switch rapid.IntRange(0, 4).Draw(t, "rounding") {
		case 0:
			return []timesheet.Rounding{one(timesheet.RoundTotal)}
		case 1:
			return []timesheet.Rounding{one(timesheet.RoundIn)}
		case 2, 3:
			return []timesheet.Rounding{one(timesheet.RoundOut), one(timesheet.RoundIn)}
		}
		return nil
	})
}

func anyBreaks() *rapid.Generator[[]timesheet.Break] {
	tier := rapid.Custom(func(t *rapid.T) timesheet.Break {
		return timesheet.Break{After: minutes(0, 12*60).Draw(t, "after"), Deduct: minutes(1, 4*60).Draw(t, "deduct")}
	})
	window := rapid.Custom(func(t *rapid.T) timesheet.Break {
		from := rapid.IntRange(0, 24*60-1).Draw(t, "from")
		to := (from + rapid.IntRange(1, 5*60).Draw(t, "for")) % (24 * 60)
		return timesheet.Break{From: timesheet.NewTimeOfDay(from/60, from%60), To: timesheet.NewTimeOfDay(to/60, to%60)}
	})
	return rapid.SliceOfN(rapid.OneOf(tier, window), 0, 4)
}

// anyTerms are terms that Validate accepts.
func anyTerms() *rapid.Generator[timesheet.Terms] {
	off := func(g *rapid.Generator[time.Duration]) *rapid.Generator[time.Duration] {
		return rapid.OneOf(rapid.SampledFrom([]time.Duration{0, timesheet.Off}), g)
	}
	return rapid.Custom(func(t *rapid.T) timesheet.Terms {
		terms := timesheet.Terms{
			WorkDays:         timesheet.Weekdays(rapid.IntRange(0, 127).Draw(t, "work days")),
			Hours:            timesheet.Hours{Start: anyTimeOfDay().Draw(t, "start"), End: anyTimeOfDay().Draw(t, "end")},
			MinInOutGap:      off(minutes(1, 60)).Draw(t, "gap"),
			MaxShift:         off(minutes(60, 24*60)).Draw(t, "max shift"),
			Breaks:           anyBreaks().Draw(t, "breaks"),
			WorkedCap:        off(minutes(1, 12*60)).Draw(t, "cap"),
			Rounding:         anyRounding().Draw(t, "rounding"),
			AbsentBelow:      off(minutes(1, 3*60)).Draw(t, "absent below"),
			HalfDayBelow:     off(minutes(3*60, 5*60)).Draw(t, "half day below"),
			OvertimeDaily:    off(minutes(0, 12*60)).Draw(t, "overtime"),
			CountBeforeStart: rapid.Bool().Draw(t, "count before start"),
			MinOvertime:      off(minutes(0, 60)).Draw(t, "least overtime"),
			SettleAfter:      off(minutes(0, 600)).Draw(t, "settle after"),
		}
		if terms.Hours.Start != 0 {
			terms.Hours.LateGrace = minutes(0, 30).Draw(t, "late grace")
		}
		if terms.Hours.End != 0 {
			terms.Hours.EarlyGrace = minutes(0, 30).Draw(t, "early grace")
		}
		if terms.Validate() != nil {
			t.Skip("breaks that overlap")
		}
		return terms
	})
}

// anyDay is the evaluation of some entry, or none, of a day under any rules.
type anyDay struct {
	terms  timesheet.Terms
	rules  *timesheet.WorkRules
	cal    timesheet.Calendar
	day    timesheet.Day
	entry  timesheet.Entry
	person timesheet.Person
	// correction is nil for none.
	correction *timesheet.Correction
	moment     timesheet.Moment
}

func drawDay(t *rapid.T) anyDay {
	var d anyDay
	d.terms = anyTerms().Draw(t, "terms")
	d.cal, d.day = anyCalendar(t)
	d.person = timesheet.Person{Employee: "7", Unlisted: rapid.IntRange(0, 9).Draw(t, "unlisted") == 0}
	d.compile(t)
	begin, end := d.cal.Begin(d.day), d.cal.Begin(d.day+1)
	if rapid.IntRange(0, 5).Draw(t, "clockings") > 0 && begin < end {
		in := anyInstant(begin, end-1).Draw(t, "in")
		d.entry = timesheet.Entry{Employee: "7", Day: d.day, Earliest: in, Latest: rapid.OneOf(rapid.Just(in), anyInstant(in, end-1)).Draw(t, "out")}
	}
	d.correction = anyCorrection(d.cal, d.day).Draw(t, "correction")
	d.moment.Now = anyInstant(begin-48*60*minute, end+48*60*minute).Draw(t, "now")
	d.moment.SettledThrough = rapid.OneOf(rapid.SampledFrom([]timesheet.Instant{0, end, timesheet.Forever}), anyInstant(begin, end+minute)).Draw(t, "settled through")
	return d
}

func (d *anyDay) compile(t *rapid.T) {
	var holidays []timesheet.Holiday
	var leave []timesheet.Leave
	switch rapid.IntRange(0, 9).Draw(t, "rest") {
	case 0:
		holidays = []timesheet.Holiday{{Day: d.day, Name: "Holiday"}}
	case 1:
		leave = []timesheet.Leave{{Employee: "7", From: d.day - 1, To: d.day, Name: "Leave"}}
	}
	var err error
	if d.rules, err = timesheet.NewWorkRules("any", map[string][]timesheet.Terms{"any": {d.terms}}, holidays, leave); err != nil {
		t.Fatal(err)
	}
}

// anyInstant is a moment, often on a whole minute.
func anyInstant(from, to timesheet.Instant) *rapid.Generator[timesheet.Instant] {
	exact := rapid.Int64Range(int64(from), int64(to))
	return rapid.Map(rapid.OneOf(exact, rapid.Map(exact, func(i int64) int64 { return max(int64(from), i-i%minute) })), func(i int64) timesheet.Instant {
		return timesheet.Instant(i)
	})
}

func (d anyDay) evaluate() timesheet.Workday {
	return d.rules.Evaluate(d.entry, d.correction, d.person, d.day, d.cal, d.moment)
}

// with is the same day under other terms.
func (d anyDay) with(t *rapid.T, change func(*timesheet.Terms)) anyDay {
	change(&d.terms)
	rules, err := timesheet.NewWorkRules("any", map[string][]timesheet.Terms{"any": {d.terms}}, d.rules.Holidays(), d.rules.Leaves())
	if err != nil {
		t.Fatal(err)
	}
	d.rules = rules
	return d
}

func TestWorkdayIsWellFormed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDay(t)
		w := d.evaluate()
		for _, duration := range []time.Duration{w.Gross, w.BreakTime, w.Worked, w.Expected, w.Late, w.Early, w.Overtime, w.HolidayWorked} {
			if duration < 0 {
				t.Fatalf("negative: %+v", w)
			}
		}
		switch {
		case w.Complete() != (w.Status == timesheet.StatusComplete):
			t.Fatalf("status %v: %+v", w.Status, w)
		case !w.Complete() && w.Gross+w.BreakTime+w.Worked+w.Overtime+w.HolidayWorked+w.Early != 0:
			t.Fatalf("worked time without a clock-out: %+v", w)
		case (w.ClockIn == 0) != d.correction.Apply(d.entry).IsZero():
			t.Fatalf("clock-in: %+v", w)
		case (w.Late > 0) != w.Marks.Has(timesheet.MarkLate) || (w.Early > 0) != w.Marks.Has(timesheet.MarkEarlyLeave):
			t.Fatalf("marks: %+v", w)
		case w.Marks.Has(timesheet.MarkMissingOut) != (w.Status == timesheet.StatusMissingOut):
			t.Fatalf("marks: %+v", w)
		case w.Status == timesheet.StatusAbsent && w.Provisional:
			t.Fatalf("absent before it is settled: %+v", w)
		case w.Overtime > w.Worked || d.terms.WorkedCap > 0 && w.Worked > d.terms.WorkedCap:
			t.Fatalf("more than worked, or than the cap: %+v", w)
		}
	})
}

func TestNetNeverExceedsGrossAndGrowsWithTheClockOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDay(t).with(t, func(terms *timesheet.Terms) { terms.Rounding = nil })
		w := d.evaluate()
		if w.Worked > w.Gross || w.Worked+w.BreakTime > w.Gross {
			t.Fatalf("worked %v, breaks %v, gross %v", w.Worked, w.BreakTime, w.Gross)
		}
		later := d
		later.entry.Latest = anyInstant(d.entry.Latest, max(d.entry.Latest, d.cal.Begin(d.day+1)-1)).Draw(t, "later")
		if more := later.evaluate(); !d.entry.IsZero() && more.Worked < w.Worked {
			t.Fatalf("worked %v until %v, %v until %v", w.Worked, d.entry.Latest.Time(), more.Worked, later.entry.Latest.Time())
		}
	})
}

func TestRoundingMovesLessThanTwoIntervals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDay(t)
		rounded, plain := d.evaluate(), d.with(t, func(terms *timesheet.Terms) { terms.Rounding = nil }).evaluate()
		var most time.Duration
		for _, r := range d.terms.Rounding {
			most = max(most, 2*r.Interval)
		}
		if by := (rounded.Worked - plain.Worked).Abs(); by >= max(most, 1) {
			t.Fatalf("rounding moved %v, intervals %v", by, most/2)
		}
		if rounded.ClockIn != plain.ClockIn || rounded.ClockOut != plain.ClockOut || rounded.Gross != plain.Gross || rounded.Late != plain.Late || rounded.Early != plain.Early {
			t.Fatalf("rounding touched what was clocked: %+v, %+v", rounded, plain)
		}
	})
}

func TestBreakNeverTakesNetBelowAfter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := timesheet.Break{After: minutes(0, 12*60).Draw(t, "after"), Deduct: minutes(1, 4*60).Draw(t, "deduct")}
		w := drawDay(t).with(t, func(terms *timesheet.Terms) {
			terms.Rounding, terms.WorkedCap, terms.Breaks = nil, 0, []timesheet.Break{b}
		}).evaluate()
		want := w.Gross
		if w.Gross > b.After {
			want = max(b.After, w.Gross-b.Deduct)
		}
		if w.Worked != want {
			t.Fatalf("worked %v of %v with %+v, want %v", w.Worked, w.Gross, b, want)
		}
	})
}

func TestNextIsWhenItChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDay(t)
		w := d.evaluate()
		until := d.moment.Now.Add(400 * 24 * time.Hour)
		if w.Next != 0 {
			if w.Next <= d.moment.Now {
				t.Fatalf("next %v is not after now %v", w.Next.Time(), d.moment.Now.Time())
			}
			until = w.Next - 1
		}
		for _, now := range []timesheet.Instant{until, anyInstant(d.moment.Now, until).Draw(t, "until")} {
			later := d
			later.moment.Now = now
			if got := later.evaluate(); got != w {
				t.Fatalf("at %v it is\n%+v, at %v\n%+v", d.moment.Now.Time(), w, now.Time(), got)
			}
		}
	})
}

func TestExplainedIsEvaluated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDay(t)
		w, steps := d.rules.Explain(d.entry, d.correction, d.person, d.day, d.cal, d.moment)
		if plain := d.evaluate(); w != plain {
			t.Fatalf("explained %+v, evaluated %+v", w, plain)
		}
		var net time.Duration
		for _, s := range steps {
			asSaid(t, s)
			if s.Before != net || s.Rule == "" {
				t.Fatalf("step %+v does not follow a net of %v", s, net)
			}
			net = s.After
			if s.Rule == "net" && net != w.Worked {
				t.Fatalf("the steps lead to %v, worked is %v: %+v", net, w.Worked, steps)
			}
		}
		if net != w.Worked {
			t.Fatalf("the steps end with %v, worked is %v: %+v", net, w.Worked, steps)
		}
	})
}

package timesheet_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"timesheet"
)

func tod(s string) timesheet.TimeOfDay {
	t, err := timesheet.ParseTimeOfDay(s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestTimeOfDay(t *testing.T) {
	for _, s := range []string{"00:00", "00:01", "09:00", "23:59", "24:00"} {
		read, err := timesheet.ParseTimeOfDay(s)
		if err != nil || read.String() != s || read.IsZero() {
			t.Errorf("%s reads as %v, %v", s, read, err)
		}
		var again timesheet.TimeOfDay
		if text, _ := read.MarshalText(); again.UnmarshalText(text) != nil || again != read {
			t.Errorf("%s comes back as %v", s, again)
		}
	}
	for _, s := range []string{"", "9:00", "24:01", "25:00", "12:60", "12.00", "12:00:00", "-1:00", "1200", "12:0x"} {
		if read, err := timesheet.ParseTimeOfDay(s); !errors.Is(err, timesheet.Invalid) || read != 0 {
			t.Errorf("%q reads as %v, %v", s, read, err)
		}
	}
	none := tod("09:00")
	if err := none.UnmarshalText(nil); err != nil || !none.IsZero() || none.String() != "" {
		t.Errorf("nothing reads as %v, %v", none, err)
	}
	if timesheet.NewTimeOfDay(24, 1)+timesheet.NewTimeOfDay(-1, 0)+timesheet.NewTimeOfDay(1, 60) != 0 {
		t.Error("impossible times are not none")
	}
}

func TestWeekdays(t *testing.T) {
	s := timesheet.WeekdaysOf(time.Sunday, time.Monday)
	if !s.Has(time.Sunday) || !s.Has(time.Monday) || s.Has(time.Tuesday) || s.String() != "mon, sun" {
		t.Errorf("%v", s)
	}
	if none := timesheet.WeekdaysOf(); none != timesheet.NoWeekdays || none.Has(time.Sunday) || none.String() != "none" {
		t.Errorf("%v", none)
	}
}

func TestTermsDefaults(t *testing.T) {
	d := timesheet.Terms{}.WithDefaults()
	if d.MinInOutGap != 2*time.Minute || d.MaxShift != 16*time.Hour || d.OvertimeDaily != 8*time.Hour || d.OvertimeWeekly != 40*time.Hour ||
		d.SettleAfter != time.Hour || d.WorkDays.String() != "mon, tue, wed, thu, fri" || d.StartOfWeek() != time.Monday {
		t.Errorf("%+v", d)
	}
	if (timesheet.Terms{}).StartOfWeek() != time.Monday {
		t.Error("weeks without defaults don't begin on Monday")
	}
	off := timesheet.Terms{WorkedCap: timesheet.Off, HalfDayBelow: timesheet.Off, AbsentBelow: timesheet.Off, MinOvertime: timesheet.Off}
	if !off.Equal(timesheet.Terms{}) || off.Equal(timesheet.Terms{OvertimeDaily: timesheet.Off}) {
		t.Error("to switch off what is off makes a difference")
	}
	rapid.Check(t, func(t *rapid.T) {
		terms := anyTerms().Draw(t, "terms")
		filled := terms.WithDefaults()
		if !terms.Equal(filled) || !filled.WithDefaults().Equal(filled) || filled.Validate() != nil {
			t.Fatalf("%+v, with defaults %+v: %v", terms, filled, filled.Validate())
		}
		other := terms
		switch rapid.IntRange(0, 4).Draw(t, "other") {
		case 0:
			other.Hours.Start++
		case 1:
			other.Breaks = append(slices.Clone(terms.Breaks), timesheet.Break{After: time.Minute, Deduct: time.Minute})
		case 2:
			other.CountBeforeStart = !terms.CountBeforeStart
		case 3:
			other.SettleAfter += 2 * time.Minute
		case 4:
			other.WorkDays = filled.WorkDays ^ timesheet.WeekdaysOf(time.Monday)
		}
		if terms.Equal(other) {
			t.Fatalf("%+v equals %+v", terms, other)
		}
	})
}

func TestUnusableTerms(t *testing.T) {
	const m, h = time.Minute, time.Hour
	at := timesheet.NewTimeOfDay
	for want, terms := range map[string]timesheet.Terms{
		"end: 09:00 is also the start":                           {Hours: timesheet.Hours{Start: at(9, 0), End: at(9, 0)}},
		"start: 26:40 is after 24:00":                            {Hours: timesheet.Hours{Start: 1601}},
		"late_grace: there is no start":                          {Hours: timesheet.Hours{LateGrace: m}},
		"early_grace: there is no end":                           {Hours: timesheet.Hours{EarlyGrace: m}},
		"late_grace: -2m0s is not":                               {Hours: timesheet.Hours{Start: at(9, 0), LateGrace: -2 * m}},
		"min_in_out_gap: 1s is not whole minutes":                {MinInOutGap: time.Second},
		"max_shift: 24h1m0s is not":                              {MaxShift: 24*h + m},
		"worked_cap: -1h0m0s is not":                             {WorkedCap: -h},
		"absent_below: 5h0m is above half_day_below":             {HalfDayBelow: 4 * h, AbsentBelow: 5 * h},
		"overtime_daily: 25h0m0s":                                {OvertimeDaily: 25 * h},
		"overtime_weekly: 169h0m0s is not":                       {OvertimeWeekly: 169 * h},
		"settle_after: 745h0m0s is not":                          {SettleAfter: 745 * h},
		"min_overtime: 30s is not":                               {MinOvertime: 30 * time.Second},
		"half_day_below: -2ns is not":                            {HalfDayBelow: -2},
		"from: 1999-12-30 is outside":                            {From: timesheet.FirstDay - 1},
		"week_start: it has to be one day":                       {WeekStart: timesheet.WeekdaysOf(time.Monday, time.Sunday)},
		"week_start: it has to be one day such as mon, not none": {WeekStart: timesheet.NoWeekdays},
		"work_days: it can't be both none and mon":               {WorkDays: timesheet.NoWeekdays | timesheet.WeekdaysOf(time.Monday)},
		"break: number 1: deduct: 0s is not":                     {Breaks: []timesheet.Break{{After: h}}},
		"break: number 1: after: 1s is not":                      {Breaks: []timesheet.Break{{After: time.Second, Deduct: m}}},
		"break: number 1: from: it is missing":                   {Breaks: []timesheet.Break{{To: at(12, 0)}}},
		"break: number 1: to: it is missing":                     {Breaks: []timesheet.Break{{From: at(12, 0)}}},
		"break: number 1: to: 12:00 is also from":                {Breaks: []timesheet.Break{{From: at(12, 0), To: at(12, 0)}}},
		"break: number 1: to: 26:40 is after":                    {Breaks: []timesheet.Break{{From: at(12, 0), To: 1601}}},
		"break: number 1: break: it has both":                    {Breaks: []timesheet.Break{{From: at(12, 0), To: at(13, 0), Deduct: m}}},
		"break: number 2: from: 12:59 to 13:30 over":             {Breaks: []timesheet.Break{{From: at(12, 0), To: at(13, 0)}, {From: at(12, 59), To: at(13, 30)}}},
		"break: number 2: from: 23:00 to 00:01 over":             {Breaks: []timesheet.Break{{From: at(0, 0), To: at(1, 0)}, {From: at(23, 0), To: at(0, 1)}}},
		"break: number 2: after: there is another":               {Breaks: []timesheet.Break{{After: h, Deduct: m}, {After: h, Deduct: 2 * m}}},
		"rounding: number 1: target: \"net\" is not":             {Rounding: []timesheet.Rounding{{"net", timesheet.RoundUp, m}}},
		"rounding: number 1: mode: \"off\" is not":               {Rounding: []timesheet.Rounding{{timesheet.RoundIn, "off", m}}},
		"rounding: number 1: interval: 7m0s is not":              {Rounding: []timesheet.Rounding{{timesheet.RoundIn, timesheet.RoundUp, 7 * m}}},
		"rounding: number 1: interval: 2h0m0s is not":            {Rounding: []timesheet.Rounding{{timesheet.RoundIn, timesheet.RoundUp, 2 * h}}},
		"rounding: number 2: target: there is another": {Rounding: []timesheet.Rounding{
			{timesheet.RoundIn, timesheet.RoundUp, m}, {timesheet.RoundIn, timesheet.RoundDown, m},
		}},
		"rounding: number 2: target: total can't be rounded": {Rounding: []timesheet.Rounding{
			{timesheet.RoundOut, timesheet.RoundUp, m}, {timesheet.RoundTotal, timesheet.RoundDown, m},
		}},
		"rounding: number 2: target: total can't be rounded beside": {Rounding: []timesheet.Rounding{
			{timesheet.RoundTotal, timesheet.RoundUp, m}, {timesheet.RoundIn, timesheet.RoundDown, m},
		}},
	} {
		if err := terms.Validate(); !errors.Is(err, timesheet.Invalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestAllProblemsOfTermsAtOnce(t *testing.T) {
	err := timesheet.Terms{MaxShift: time.Second, Breaks: []timesheet.Break{{}, {After: -1}}, WeekStart: 3}.Validate()
	if err == nil || strings.Count(err.Error(), "\n") != 3 {
		t.Fatal(err)
	}
	element, ok := errors.AsType[*timesheet.ElementError](err)
	if !ok || element.Index != 0 {
		t.Errorf("%v", element)
	}
}

func TestWindowsThatTouchDontOverlap(t *testing.T) {
	terms := timesheet.Terms{Breaks: []timesheet.Break{
		{From: tod("12:00"), To: tod("13:00")}, {From: tod("13:00"), To: tod("14:00")}, {From: tod("22:00"), To: tod("24:00")}, {From: tod("00:00"), To: tod("00:30")},
	}}
	if err := terms.Validate(); err != nil {
		t.Error(err)
	}
}

package timesheet_test

import (
	"strings"
	"testing"
	"time"

	"timesheet"

	"pgregory.net/rapid"
)

// said is a correction of 7's someDay that a store can keep.
func said() timesheet.Correction {
	return timesheet.Correction{
		Employee: "7", Day: someDay, Seq: 1, ClockIn: midnight(someDay).Add(8 * time.Hour), ClockOut: midnight(someDay).Add(17 * time.Hour),
		Remark: "at the customer's", Reason: "forgot the badge", Actor: "hr", At: midnight(someDay + 1), Key: "k",
	}
}

func TestCorrectionValidate(t *testing.T) {
	far := midnight(someDay).Add(5 * 24 * time.Hour)
	for name, c := range map[string]struct {
		change  func(c *timesheet.Correction)
		refused string // a part of the reason; "" where it is none
	}{
		"all is said": {func(*timesheet.Correction) {}, ""},
		"withdrawn": {func(c *timesheet.Correction) {
			*c = timesheet.Correction{Employee: "7", Day: someDay, Withdrawn: true, Reason: "r", Actor: "a"}
		}, ""},
		"lines and tabs": {func(c *timesheet.Correction) { c.Remark = "a\n\tb" }, ""},
		"texts as long as can be": {func(c *timesheet.Correction) {
			c.Remark, c.Reason = strings.Repeat("ä", 500), strings.Repeat("😀", 500)
		}, ""},
		"no employee":                  {func(c *timesheet.Correction) { c.Employee = "" }, "employee_id"},
		"spaces around the id":         {func(c *timesheet.Correction) { c.Employee = " 7" }, "spaces"},
		"a day before all":             {func(c *timesheet.Correction) { c.Day = timesheet.FirstDay - 1 }, "day"},
		"a day after all":              {func(c *timesheet.Correction) { c.Day = timesheet.LastDay + 1 }, "day"},
		"withdrawn, yet in":            {func(c *timesheet.Correction) { c.Withdrawn, c.ClockOut, c.Remark = true, 0, "" }, "withdrawn"},
		"withdrawn, yet out":           {func(c *timesheet.Correction) { c.Withdrawn, c.ClockIn, c.Remark = true, 0, "" }, "withdrawn"},
		"withdrawn, yet remarked":      {func(c *timesheet.Correction) { c.Withdrawn, c.ClockIn, c.ClockOut = true, 0, 0 }, "withdrawn"},
		"in days later":                {func(c *timesheet.Correction) { c.ClockIn = far }, "from its day"},
		"out days earlier":             {func(c *timesheet.Correction) { c.ClockOut = midnight(someDay).Add(-5 * 24 * time.Hour) }, "from its day"},
		"seen days later":              {func(c *timesheet.Correction) { c.SeenLatest = far }, "from its day"},
		"seen first days later":        {func(c *timesheet.Correction) { c.SeenEarliest = far }, "from its day"},
		"no reason":                    {func(c *timesheet.Correction) { c.Reason = "" }, "reason"},
		"a reason too long":            {func(c *timesheet.Correction) { c.Reason = strings.Repeat("r", 501) }, "at most 500"},
		"a remark too long":            {func(c *timesheet.Correction) { c.Remark = strings.Repeat("ä", 501) }, "remark"},
		"a remark with half a rune":    {func(c *timesheet.Correction) { c.Remark = "\xc3" }, "UTF-8"},
		"a reason with a control code": {func(c *timesheet.Correction) { c.Reason = "a\x00b" }, "control"},
		"nobody":                       {func(c *timesheet.Correction) { c.Actor = "" }, "actor"},
		"somebody with a long name":    {func(c *timesheet.Correction) { c.Actor = strings.Repeat("a", 101) }, "actor"},
		"a key too long":               {func(c *timesheet.Correction) { c.Key = strings.Repeat("k", 201) }, "Idempotency-Key"},
	} {
		t.Run(name, func(t *testing.T) {
			s := said()
			c.change(&s)
			err := s.Validate()
			if c.refused == "" && err != nil || c.refused != "" && (timesheet.CodeOf(err) != timesheet.Invalid || !strings.Contains(err.Error(), c.refused)) {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestCorrectionCheck has what scenarios (corrections.day) don't say.
func TestCorrectionCheck(t *testing.T) {
	cal := mustRules(t, timesheet.Assignment{Rule: timesheet.DayRule{Zone: "Europe/Berlin"}}).For("7")
	begin, entry := cal.Begin(someDay), timesheet.Entry{Employee: "7", Day: someDay, Earliest: midnight(someDay), Latest: midnight(someDay + 1)}
	for name, c := range map[string]struct {
		change  func(c *timesheet.Correction)
		refused string
	}{
		"nothing":             {func(c *timesheet.Correction) { c.ClockIn, c.ClockOut, c.Remark = 0, 0, "" }, "set: it sets nothing"},
		"nothing but a word":  {func(c *timesheet.Correction) { c.ClockIn, c.ClockOut = 0, 0 }, ""},
		"withdrawn":           {func(c *timesheet.Correction) { *c = timesheet.Correction{Withdrawn: true} }, ""},
		"from the first on":   {func(c *timesheet.Correction) { c.ClockIn = begin }, ""},
		"before the first":    {func(c *timesheet.Correction) { c.ClockIn = begin - 1 }, "clock_in"},
		"until the last":      {func(c *timesheet.Correction) { c.ClockOut = cal.Begin(someDay+1) - 1 }, ""},
		"after the last":      {func(c *timesheet.Correction) { c.ClockOut = cal.Begin(someDay + 1) }, "clock_out"},
		"not given a number":  {func(c *timesheet.Correction) { c.Seq = 0 }, ""},
		"not yet numbered":    {func(c *timesheet.Correction) { c.Seq, c.ClockOut = 0, c.ClockIn }, "clock_out"},
		"in at the last one":  {func(c *timesheet.Correction) { c.ClockIn, c.ClockOut = midnight(someDay).Add(22*time.Hour), 0 }, ""},
		"until now":           {func(c *timesheet.Correction) { c.ClockIn, c.ClockOut = 0, midnight(someDay).Add(22*time.Hour) }, ""},
		"until a moment past": {func(c *timesheet.Correction) { c.ClockIn, c.ClockOut = 0, midnight(someDay).Add(22*time.Hour)+1 }, "clock_out"},
	} {
		t.Run(name, func(t *testing.T) {
			s := said()
			c.change(&s)
			now := timesheet.Forever
			if strings.HasPrefix(name, "until a") || name == "until now" {
				now = midnight(someDay).Add(22 * time.Hour)
			}
			err := s.Check(entry, cal, now)
			if c.refused == "" && err != nil || c.refused != "" && (timesheet.CodeOf(err) != timesheet.Invalid || !strings.Contains(err.Error(), c.refused)) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestCorrectionSame(t *testing.T) {
	for name, c := range map[string]struct {
		change func(c *timesheet.Correction)
		same   bool
	}{
		"at another time":          {func(c *timesheet.Correction) { c.At++ }, true},
		"under another number":     {func(c *timesheet.Correction) { c.Seq++ }, true},
		"seeing another clocking":  {func(c *timesheet.Correction) { c.SeenEarliest, c.SeenLatest = 1, 1 }, true},
		"of somebody else":         {func(c *timesheet.Correction) { c.Employee = "8" }, false},
		"of another day":           {func(c *timesheet.Correction) { c.Day++ }, false},
		"setting another clock-in": {func(c *timesheet.Correction) { c.ClockIn++ }, false},
		"setting no clock-out":     {func(c *timesheet.Correction) { c.ClockOut = 0 }, false},
		"withdrawing":              {func(c *timesheet.Correction) { c.Withdrawn = true }, false},
		"with another remark":      {func(c *timesheet.Correction) { c.Remark = "" }, false},
		"for another reason":       {func(c *timesheet.Correction) { c.Reason = "x" }, false},
		"by somebody else":         {func(c *timesheet.Correction) { c.Actor = "x" }, false},
		"with another key":         {func(c *timesheet.Correction) { c.Key = "x" }, false},
	} {
		a, b := said(), said()
		if c.change(&b); a.Same(b) != c.same || b.Same(a) != c.same {
			t.Errorf("%s: same is %v", name, a.Same(b))
		}
	}
}

// anyCorrection is one that a store could keep of 7's day, also such as contradict what
// was clocked.
func anyCorrection(cal timesheet.Calendar, on timesheet.Day) *rapid.Generator[*timesheet.Correction] {
	begin, end := cal.Begin(on), max(cal.Begin(on)+1, cal.Begin(on+1))
	return rapid.Custom(func(t *rapid.T) *timesheet.Correction {
		c := timesheet.Correction{Employee: "7", Day: on, Seq: uint64(rapid.IntRange(1, 3).Draw(t, "seq")), Reason: "r", Actor: "a"}
		time := rapid.OneOf(rapid.Just[timesheet.Instant](0), anyInstant(begin, end-1))
		switch rapid.IntRange(0, 5).Draw(t, "correction") {
		case 0:
			return nil
		case 1:
			c.Withdrawn = true
		case 2:
			c.Remark = "remark"
		default:
			c.ClockIn, c.ClockOut = time.Draw(t, "set in"), time.Draw(t, "set out")
		}
		c.SeenEarliest, c.SeenLatest = time.Draw(t, "seen earliest"), time.Draw(t, "seen latest")
		return &c
	})
}

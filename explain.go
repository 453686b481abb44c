package timesheet

import (
	"fmt"
	"time"
)

// Step is one rule's part in a Workday.
type Step struct {
	// Rule is the rule's stable name, that of its row or key in RULES: for translations.
	Rule string
	// Text says in plain English what the rule found or changed.
	Text string
	// Before and After are the net time so far, before and after the rule; where the
	// rule left it alone they are equal.
	Before, After time.Duration
}

// Explain is Evaluate, and step by step which rule did what, in the order in which
// they apply.
func (r *WorkRules) Explain(entry Entry, c *Correction, p Person, day Day, cal Calendar, m Moment) (Workday, []Step) {
	var v evaluation
	var x trace
	r.evaluate(&v, entry, c, p, day, cal, m, &x)
	return v.Workday, x.steps
}

// FormatDuration writes d as "8h0m", with seconds only where there are any ("8h0m30s"),
// a negative one with a minus sign (U+2212).
func FormatDuration(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "−", -d
	}
	s := fmt.Sprintf("%s%dh%dm", sign, d/time.Hour, d%time.Hour/time.Minute)
	if rest := d % time.Minute; rest != 0 {
		s += rest.String()
	}
	return s
}

// trace collects steps; a nil one collects none, which makes evaluation and
// explanation one code.
type trace struct {
	steps []Step
	net   time.Duration
}

func (x *trace) say(rule, format string, args ...any) {
	x.steps = append(x.steps, Step{Rule: rule, Text: fmt.Sprintf(format, args...), Before: x.net, After: x.net})
}

// now says it of a rule after which the net is another.
func (x *trace) now(net time.Duration, rule, format string, args ...any) {
	x.steps = append(x.steps, Step{Rule: rule, Text: fmt.Sprintf(format, args...), Before: x.net, After: net})
	x.net = net
}

// clock is what the wall showed, with the date where it isn't the day's.
func (v *evaluation) clock(i Instant) string {
	wall := v.frame.wall(i)
	date := floorDay(wall)
	t := Instant(wall).Time()
	layout := "15:04"
	if wall%60_000 != 0 {
		layout = "15:04:05"
	}
	if wall%1000 != 0 {
		layout = "15:04:05.000"
	}
	if date != v.Day {
		layout = "2006-01-02 " + layout
	}
	return t.Format(layout)
}

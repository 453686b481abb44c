package timesheet

import (
	"fmt"
	"time"
)

// Step is one rule's part in a Workday.
type Step struct {
	// Rule is the rule's stable name, that of its row or key in RULES: for translations.
	Rule string
	// Key is the sentence's stable name, "late_grace" for one: by it, and Values, it is
	// said in other languages.
	Key string
	// Text says in plain English what the rule found or changed, Values in it.
	Text string
	// Values are what the sentence says it of, in the order in which Text names them.
	Values []StepValue
	// Before and After are the net time so far, before and after the rule; where the
	// rule left it alone they are equal.
	Before, After time.Duration
}

// StepValue is a value in a Step's sentence.
type StepValue struct {
	Name string // within the sentence
	Kind ValueKind
	Text string // as it stands in the Step's Text
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

// say adds a step, values being those of its sentence, in the order in which it names them.
func (x *trace) say(s sentence, values ...any) { x.now(x.net, s, values...) }

// now says it of a rule after which the net is another.
func (x *trace) now(net time.Duration, s sentence, values ...any) {
	one := sentences()[s]
	step := Step{Rule: one.rule, Key: one.key, Before: x.net, After: net}
	step.Text, step.Values = one.with(values)
	x.steps = append(x.steps, step)
	x.net = net
}

package rulesfile

import (
	"strconv"
	"time"

	"timesheet"

	"go.yaml.in/yaml/v3"
)

// term is a key of a schedule's version: how its value is read, set off, and shown.
type term struct {
	key  string
	read func(f *finder, n *yaml.Node, path string, t *timesheet.Terms)
	off  func(t *timesheet.Terms)        // nil: it can't be off
	show func(t *timesheet.Terms) string // of terms with defaults
}

// zero is what a duration of 0m means.
type zero int

const (
	zeroIsZero  zero = iota // 0m is a duration as any other
	zeroIsOff               // as for a gap: none at all, where the root's zero means the default
	zeroIsWrong             // it would mean that everything is above: surely off was meant
)

// span is a term of a duration.
func span(key string, z zero, field func(*timesheet.Terms) *time.Duration) term {
	return term{
		key: key,
		read: func(f *finder, n *yaml.Node, path string, t *timesheet.Terms) {
			d, ok := f.duration(n, path)
			switch {
			case !ok:
				return
			case d == 0 && z == zeroIsWrong:
				f.at(n, path, "would hold for every day; write off to switch the rule off")
				return
			case d == 0 && z == zeroIsOff:
				d = timesheet.Off
			}
			*field(t) = d
		},
		off:  func(t *timesheet.Terms) { *field(t) = timesheet.Off },
		show: func(t *timesheet.Terms) string { return showDuration(*field(t)) },
	}
}

// clock is a term of a time of day, and grace the one that is of no use without it.
func clock(key string, field func(*timesheet.Terms) *timesheet.TimeOfDay, grace func(*timesheet.Terms) *time.Duration) term {
	return term{
		key:  key,
		read: func(f *finder, n *yaml.Node, path string, t *timesheet.Terms) { *field(t) = f.clock(n, path) },
		off:  func(t *timesheet.Terms) { *field(t), *grace(t) = 0, 0 },
		show: func(t *timesheet.Terms) string { return cmpOr(field(t).String(), off) },
	}
}

func lateGrace(t *timesheet.Terms) *time.Duration  { return &t.Hours.LateGrace }
func earlyGrace(t *timesheet.Terms) *time.Duration { return &t.Hours.EarlyGrace }

// terms are the keys of a version beside from, start and end before their graces. They
// and their meaning are those of RULES' table.
var terms = []term{
	{"work_days", readWorkDays, func(t *timesheet.Terms) { t.WorkDays = timesheet.NoWeekdays }, func(t *timesheet.Terms) string { return t.WorkDays.String() }},
	clock("start", func(t *timesheet.Terms) *timesheet.TimeOfDay { return &t.Hours.Start }, lateGrace),
	clock("end", func(t *timesheet.Terms) *timesheet.TimeOfDay { return &t.Hours.End }, earlyGrace),
	span("late_grace", zeroIsZero, lateGrace),
	span("early_grace", zeroIsZero, earlyGrace),
	span("min_in_out_gap", zeroIsOff, func(t *timesheet.Terms) *time.Duration { return &t.MinInOutGap }),
	span("max_shift", zeroIsWrong, func(t *timesheet.Terms) *time.Duration { return &t.MaxShift }),
	{"break", readBreaks, func(t *timesheet.Terms) { t.Breaks = nil }, showBreaks},
	span("worked_cap", zeroIsWrong, func(t *timesheet.Terms) *time.Duration { return &t.WorkedCap }),
	{"rounding", readRounding, func(t *timesheet.Terms) { t.Rounding = nil }, showRounding},
	span("half_day_below", zeroIsZero, func(t *timesheet.Terms) *time.Duration { return &t.HalfDayBelow }),
	span("absent_below", zeroIsZero, func(t *timesheet.Terms) *time.Duration { return &t.AbsentBelow }),
	span("overtime_daily", zeroIsWrong, func(t *timesheet.Terms) *time.Duration { return &t.OvertimeDaily }),
	{
		key: "count_before_start",
		read: func(f *finder, n *yaml.Node, path string, t *timesheet.Terms) {
			t.CountBeforeStart = f.boolean(n, path)
		},
		off:  func(t *timesheet.Terms) { t.CountBeforeStart = false },
		show: func(t *timesheet.Terms) string { return strconv.FormatBool(t.CountBeforeStart) },
	},
	span("min_overtime", zeroIsZero, func(t *timesheet.Terms) *time.Duration { return &t.MinOvertime }),
	span("overtime_weekly", zeroIsWrong, func(t *timesheet.Terms) *time.Duration { return &t.OvertimeWeekly }),
	{
		key: "week_start",
		read: func(f *finder, n *yaml.Node, path string, t *timesheet.Terms) {
			if d, ok := f.weekday(n, path); ok {
				t.WeekStart = timesheet.WeekdaysOf(d)
			}
		},
		show: func(t *timesheet.Terms) string { return t.WeekStart.String() },
	},
	span("settle_after", zeroIsOff, func(t *timesheet.Terms) *time.Duration { return &t.SettleAfter }),
}

var versionKeys = func() []string {
	keys := []string{"from"}
	for _, t := range terms {
		keys = append(keys, t.key)
	}
	return keys
}()

// readTerms reads the rules that a version names over those that it inherits.
func (f *finder) readTerms(o *object, t *timesheet.Terms) {
	for _, k := range terms {
		n, path := o.values[k.key], o.field(k.key)
		if n == nil {
			continue
		}
		if n.Kind == yaml.ScalarNode && n.Value == off && f.plain(n, path) {
			if k.off == nil {
				f.at(n, path, "can't be off")
				continue
			}
			k.off(t)
			continue
		}
		k.read(f, n, path, t)
	}
}

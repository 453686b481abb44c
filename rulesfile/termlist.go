package rulesfile

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"timesheet"

	"go.yaml.in/yaml/v3"
)

func readWorkDays(f *finder, n *yaml.Node, path string, t *timesheet.Terms) {
	var days []time.Weekday
	for i, n := range f.list(n, path, "days: [mon, tue, wed, thu, fri]") {
		d, ok := f.weekday(n, index(path, i))
		if ok && slices.Contains(days, d) {
			f.at(n, index(path, i), "is in the list twice")
		} else if ok {
			days = append(days, d)
		}
	}
	t.WorkDays = timesheet.WeekdaysOf(days...)
}

func readBreaks(f *finder, n *yaml.Node, path string, t *timesheet.Terms) {
	t.Breaks = nil // never what the version before holds
	for i, n := range f.list(n, path, `breaks: - {from: "12:00", to: "14:00"} or - {after: 6h, deduct: 30m}`) {
		at := index(path, i)
		o := f.object(n, at, []string{"after", "deduct", "from", "to"})
		if o == nil {
			continue
		}
		var b timesheet.Break
		if n := o.values["after"]; n != nil {
			b.After, _ = f.duration(n, o.field("after"))
		}
		if n := o.values["deduct"]; n != nil {
			b.Deduct, _ = f.duration(n, o.field("deduct"))
		}
		if n := o.values["from"]; n != nil {
			b.From = f.clock(n, o.field("from"))
		}
		if n := o.values["to"]; n != nil {
			b.To = f.clock(n, o.field("to"))
		}
		t.Breaks = append(t.Breaks, b)
	}
}

func readRounding(f *finder, n *yaml.Node, path string, t *timesheet.Terms) {
	t.Rounding = nil
	for i, n := range f.list(n, path, "roundings: - {target: in, mode: nearest, interval: 15m}") {
		at := index(path, i)
		o := f.object(n, at, []string{"target", "mode", "interval"}, "target", "mode", "interval")
		if o == nil {
			continue
		}
		var r timesheet.Rounding
		if s, ok := f.text(o.values["target"], o.field("target"), "in, out or total"); ok {
			r.Target = timesheet.RoundingTarget(s)
		}
		if s, ok := f.text(o.values["mode"], o.field("mode"), "down, nearest or up"); ok {
			r.Mode = timesheet.RoundingMode(s)
		}
		if n := o.values["interval"]; n != nil {
			r.Interval, _ = f.duration(n, o.field("interval"))
		}
		t.Rounding = append(t.Rounding, r)
	}
}

func showDuration(d time.Duration) string {
	if d == timesheet.Off {
		return off
	}
	return timesheet.FormatDuration(d)
}

func showBreaks(t *timesheet.Terms) string {
	all := make([]string, len(t.Breaks))
	for i, b := range t.Breaks {
		all[i] = fmt.Sprintf("%v–%v", b.From, b.To)
		if !b.Window() {
			all[i] = fmt.Sprintf("%s after %s", timesheet.FormatDuration(b.Deduct), timesheet.FormatDuration(b.After))
		}
	}
	return cmpOr(strings.Join(all, ", "), off)
}

func showRounding(t *timesheet.Terms) string {
	all := make([]string, len(t.Rounding))
	for i, r := range t.Rounding {
		all[i] = fmt.Sprintf("%s %s %s", r.Target, r.Mode, timesheet.FormatDuration(r.Interval))
	}
	return cmpOr(strings.Join(all, ", "), off)
}

// Changes are the keys of a rules file in which a and b differ, with both values, as
// "late_grace 0h5m → off"; "" where they mean the same.
func Changes(a, b timesheet.Terms) string {
	a, b = a.WithDefaults(), b.WithDefaults()
	var all []string
	for _, k := range terms {
		if x, y := k.show(&a), k.show(&b); x != y {
			all = append(all, fmt.Sprintf("%s %s → %s", k.key, x, y))
		}
	}
	return strings.Join(all, ", ")
}

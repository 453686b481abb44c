package timesheet

import (
	"fmt"
	"strings"
	"time"
)

// ValueKind says how the text of a StepValue is to be read.
type ValueKind string

// The kinds of values.
const (
	// ValueDuration is as FormatDuration writes it: "0h6m".
	ValueDuration ValueKind = "duration"
	// ValueClock is a time on the site's wall: "08:09", with seconds only where there are
	// any, and after its date where that is not the day's: "2026-11-24 01:00".
	ValueClock ValueKind = "clock"
	// ValueDate is a date: "2026-11-23".
	ValueDate ValueKind = "date"
	// ValueWeekday is a day of the week in English: "Monday".
	ValueWeekday ValueKind = "weekday"
	// ValueNumber is a whole number.
	ValueNumber ValueKind = "number"
	// ValueText is what people wrote, or an id: the same in all languages.
	ValueText ValueKind = "text"
)

// clockText is a ValueClock.
type clockText string

// with is the sentence with values in it, each where the next name stands.
func (s said) with(values []any) (string, []StepValue) {
	var text strings.Builder
	var named []StepValue
	rest := s.pattern
	for _, value := range values {
		before, after, _ := strings.Cut(rest, "{")
		name, after, _ := strings.Cut(after, "}")
		v := valueOf(name, value)
		text.WriteString(before)
		text.WriteString(v.Text)
		named, rest = append(named, v), after
	}
	text.WriteString(rest)
	return text.String(), named
}

func valueOf(name string, value any) StepValue {
	switch v := value.(type) {
	case time.Duration:
		return StepValue{name, ValueDuration, FormatDuration(v)}
	case clockText:
		return StepValue{name, ValueClock, string(v)}
	case TimeOfDay:
		return StepValue{name, ValueClock, v.String()}
	case Day:
		return StepValue{name, ValueDate, v.String()}
	case time.Weekday:
		return StepValue{name, ValueWeekday, v.String()}
	case int:
		return StepValue{name, ValueNumber, fmt.Sprint(v)}
	default:
		return StepValue{name, ValueText, fmt.Sprint(v)}
	}
}

// clock is what the wall showed, with the date where it isn't the day's.
func (v *evaluation) clock(i Instant) clockText {
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
	return clockText(t.Format(layout))
}

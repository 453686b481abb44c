package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"timesheet/internal/load"
)

// live is one line on a terminal that shows how a run goes. On anything else it shows
// nothing.
type live struct {
	w     io.Writer // nil: no terminal
	plan  load.Plan
	shown bool
}

func newLive(w io.Writer, p load.Plan) *live {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return &live{w: w, plan: p}
	}
	return &live{plan: p}
}

// tick shows the second that has passed.
func (l *live) tick(s load.Second) {
	rate := float64(s.Acknowledged) / s.Length.Seconds()
	line := fmt.Sprintf("%s  %s/s  p99 %s  in flight %d", l.progress(s), thousands(int64(rate)), short(s.P99), s.InFlight)
	problems := int64(0)
	for _, n := range s.Kinds {
		problems += n
	}
	if problems > 0 {
		line += fmt.Sprintf("  problems %s", thousands(problems))
	}
	l.say(line)
}

const barWidth = 20

// progress is a bar, with the time or the count, whichever is further.
func (l *live) progress(s load.Second) string {
	done, text := 0.0, ""
	if l.plan.For > 0 {
		done, text = s.At.Seconds()/l.plan.For.Seconds(), fmt.Sprintf("%.0f/%.0f s", s.At.Seconds(), l.plan.For.Seconds())
	}
	if l.plan.Count > 0 {
		if of := float64(s.Total) / float64(l.plan.Count); of >= done {
			done, text = of, thousands(s.Total)+" of "+thousands(l.plan.Count)
		}
	}
	full := int(barWidth * min(max(done, 0), 1))
	return "[" + strings.Repeat("=", full) + strings.Repeat(" ", barWidth-full) + "] " + text
}

func (l *live) say(line string) {
	if l.w != nil {
		fmt.Fprintf(l.w, "\r\x1b[2K%.110s", line)
		l.shown = true
	}
}

func (l *live) clear() {
	if l.shown {
		fmt.Fprint(l.w, "\r\x1b[2K")
		l.shown = false
	}
}

// short is a duration in three digits or so.
func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.2f ms", d.Seconds()*1e3)
	case d < time.Second:
		return fmt.Sprintf("%.0f ms", d.Seconds()*1e3)
	default:
		return fmt.Sprintf("%.2f s", d.Seconds())
	}
}

// thousands is n with its digits in groups.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	for at := len(s) - 3; at > 0 && s[at-1] != '-'; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}

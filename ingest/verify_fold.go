package ingest

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"timesheet"
)

// fold is a set of entries: what rows make together, in 16 bytes for an employee's day.
// Rows mostly come in the order of their days, so most are appended.
type fold map[timesheet.EmployeeID]*history

// history is the spans of one employee, by day.
type history []span

// span is an entry without its employee. Its times are milliseconds from 00:00 UTC of
// the day; an entry's never lie more than four days off.
type span struct {
	day              timesheet.Day
	earliest, latest int32
	flags            timesheet.Flags
	mark             mark
}

// mark is the user's of a fold.
type mark uint8

const (
	compared mark = 1 << iota // an entry of the store came
	absent                    // the span stands for no entry at all
)

const msPerDay = 86_400_000

func spanOf(e timesheet.Entry) span {
	base := timesheet.Instant(e.Day) * msPerDay
	return span{day: e.Day, earliest: int32(e.Earliest - base), latest: int32(e.Latest - base), flags: e.Flags}
}

func (s span) entry(e timesheet.EmployeeID) timesheet.Entry {
	base := timesheet.Instant(s.day) * msPerDay
	return timesheet.Entry{Employee: e, Day: s.day, Flags: s.flags,
		Earliest: base + timesheet.Instant(s.earliest), Latest: base + timesheet.Instant(s.latest)}
}

// within tells whether the times of t cover those of s.
func (s span) within(t span) bool { return t.earliest <= s.earliest && t.latest >= s.latest }

// find is the span of that day, nil for none; it moves when another is added.
func (f fold) find(e timesheet.EmployeeID, day timesheet.Day) *span {
	h := f[e]
	if h == nil {
		return nil
	}
	at, ok := h.search(day)
	if !ok {
		return nil
	}
	return &(*h)[at]
}

// search is where the day is, or belongs.
func (h history) search(day timesheet.Day) (at int, ok bool) {
	n := len(h)
	if n == 0 || h[n-1].day < day {
		return n, false
	}
	if h[n-1].day == day {
		return n - 1, true
	}
	return slices.BinarySearchFunc(h, day, func(s span, d timesheet.Day) int { return int(s.day) - int(d) })
}

// join joins s, of e, into f.
func (f fold) join(e timesheet.EmployeeID, s span) {
	h := f[e]
	if h == nil {
		h = new(history)
		f[timesheet.EmployeeID(strings.Clone(string(e)))] = h // not the page that e is cut from
	}
	at, ok := h.search(s.day)
	if !ok {
		*h = slices.Insert(*h, at, s)
		return
	}
	old := &(*h)[at]
	old.earliest, old.latest = min(old.earliest, s.earliest), max(old.latest, s.latest)
	old.flags |= s.flags
	old.mark |= s.mark
}

// all is every span; its mark may be changed.
func (f fold) all() iter.Seq2[timesheet.EmployeeID, *span] {
	return func(yield func(timesheet.EmployeeID, *span) bool) {
		for e, h := range f {
			for i := range *h {
				if !yield(e, &(*h)[i]) {
					return
				}
			}
		}
	}
}

// retain removes what keep doesn't want.
func (f fold) retain(keep func(timesheet.EmployeeID, *span) bool) {
	for e, h := range f {
		kept := (*h)[:0]
		for i := range *h {
			if keep(e, &(*h)[i]) {
				kept = append(kept, (*h)[i])
			}
		}
		if *h = kept; len(kept) == 0 {
			delete(f, e)
		}
	}
}

func (f fold) size() (n int) {
	for h := range maps.Values(f) {
		n += len(*h)
	}
	return n
}

// days is every day that f has, ascending.
func (f fold) days() []timesheet.Day {
	set := make(map[timesheet.Day]struct{})
	for _, s := range f.all() {
		set[s.day] = struct{}{}
	}
	return slices.Sorted(maps.Keys(set))
}

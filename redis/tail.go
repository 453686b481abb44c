package redis

import (
	"context"
	"strconv"
	"strings"
	"time"

	"timesheet"
)

// tail is what follows a place in a partition's stream.
type tail struct {
	place  place // the stream's end
	events []any // after the place asked for, at most the partition's share of feedCount
}

// pull reads what follows in the streams of partitions, and moves on.
func (f *feed) pull(ctx context.Context, ps []timesheet.Partition) (changes []timesheet.Change, err error) {
	tails, err := f.tails(ctx, ps)
	if err != nil {
		return nil, err
	}
	if len(ps) == len(f.places) {
		f.checked = time.Now()
	}
	for _, p := range ps {
		t := tails[p]
		part, to, ok, err := follow(p, f.places[p], t)
		if err != nil {
			return changes, err
		}
		if !ok {
			part, to = []timesheet.Change{{Kind: timesheet.Reset, Partition: p}}, t.place
		}
		changes, f.places[p] = append(changes, part...), to
	}
	return changes, nil
}

// tails asks for the ends of streams and what follows the feed's places.
func (f *feed) tails(ctx context.Context, ps []timesheet.Partition) (map[timesheet.Partition]tail, error) {
	answers := f.s.ask(ctx, false, tailScript, ps, func(p timesheet.Partition) []any {
		at := f.places[p]
		if at.server == "" {
			return []any{"", 0} // just begun: only the end is wanted
		}
		return []any{at.after(), max(1, feedCount/len(f.places))}
	})
	tails := make(map[timesheet.Partition]tail, len(ps))
	for p, a := range answers {
		if a.err != nil {
			return nil, a.err
		}
		t, ok := parseTail(a)
		if !ok {
			return nil, damaged("read the feed", a.rest)
		}
		tails[p] = t
	}
	return tails, nil
}

// after is the id to read after; the first id of a stream may be 0 itself.
func (p place) after() string {
	if p.n < 0 {
		return "-"
	}
	return "(" + p.id()
}

func parseTail(a answer) (t tail, ok bool) {
	if len(a.rest) < 2 {
		return t, false
	}
	w, ok := words(a.rest[:2])
	if !ok {
		return t, false
	}
	t.place = place{server: a.server, generation: w[0], n: -1}
	if w[1] != "" {
		generation, n, ok := splitID(w[1])
		if !ok {
			return t, false
		}
		t.place.generation, t.place.n = generation, n
		if generation != w[0] { // the stream is older than the partition: nothing of it counts
			t.place.generation, t.place.n = w[0], -1
		}
	}
	if len(a.rest) > 2 {
		t.events, ok = a.rest[2].([]any)
	}
	return t, ok
}

func splitID(id string) (generation string, n int64, ok bool) {
	generation, number, ok := strings.Cut(id, "-")
	n, err := strconv.ParseInt(number, 10, 64)
	return generation, n, ok && err == nil
}

// follow turns events into changes and answers the place after them. Not ok: data
// went back, or events are missing, and only the stream's end is known.
func follow(p timesheet.Partition, from place, t tail) (changes []timesheet.Change, to place, ok bool, err error) {
	if t.place.server != from.server || t.place.generation != from.generation || t.place.n < from.n {
		return nil, to, false, nil
	}
	to = from
	for _, event := range t.events {
		id, w, ok := parseEvent(event)
		if !ok {
			return nil, to, false, damaged("read the feed", event)
		}
		generation, n, ok := splitID(id)
		if !ok || generation != to.generation || n != to.n+1 {
			return nil, to, false, nil
		}
		to.n = n
		if changes, err = appendChanges(changes, p, w); err != nil {
			return nil, to, false, err
		}
	}
	if len(t.events) == 0 && t.place.n != from.n {
		return nil, to, false, nil // they are trimmed away already
	}
	return changes, to, true, nil
}

// parseEvent is the id of a stream's event and its words.
func parseEvent(event any) (id string, w []string, ok bool) {
	pair, _ := event.([]any)
	if len(pair) != 2 {
		return "", nil, false
	}
	id, okID := pair[0].(string)
	fields, okFields := pair[1].([]any)
	w, okWords := words(fields)
	return id, w, okID && okFields && okWords && len(w) >= 2 && len(w)%2 == 0
}

// appendChanges reads an event: "reset", which with a day, an id and a correction is one
// that doesn't reset whoever knows corrections; or a day and its changes as announce writes
// them.
func appendChanges(changes []timesheet.Change, p timesheet.Partition, w []string) ([]timesheet.Change, error) {
	if w[0] == "reset" && len(w) == 4 {
		var o overlays
		if err := o.add("read the feed", w[1], w[2], w[3]); err != nil {
			return nil, err
		}
		c := timesheet.Change{Kind: timesheet.Corrected, Partition: p, Correction: &o[0]}
		c.Entry.Employee, c.Entry.Day = o[0].Employee, o[0].Day
		return append(changes, c), nil
	}
	if w[0] == "reset" {
		return append(changes, timesheet.Change{Kind: timesheet.Reset, Partition: p}), nil
	}
	day, ok := parseDayKey(w[0])
	if !ok {
		return nil, damaged("read the feed", w[0])
	}
	for rest := w[1]; rest != ""; {
		id, after, ok := strings.Cut(rest, "\x00")
		if !ok {
			return nil, damaged("read the feed", w)
		}
		c := timesheet.Change{Kind: timesheet.Removed, Partition: p}
		c.Entry.Employee, c.Entry.Day = timesheet.EmployeeID(id), day
		rest = ""
		if after != "" {
			var span string
			span, rest = cutSpan(after)
			e, err := timesheet.ParseSpan(c.Entry.Employee, day, []byte(span))
			if err != nil {
				return nil, fail("read the feed", err)
			}
			c.Kind, c.Entry = timesheet.Set, e
		}
		changes = append(changes, c)
	}
	return changes, nil
}

// cutSpan cuts a span and the zero byte after it from the beginning of s. The flags, its
// last byte, are left out when they would be zero, so they are no end.
func cutSpan(s string) (span, rest string) {
	n := min(len(s), minSpan)
	if end := strings.IndexByte(s[n:], 0); end >= 0 {
		return s[:n+end], s[n+end+1:]
	}
	return s, ""
}

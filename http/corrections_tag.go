package http

import (
	"hash/fnv"
	"strconv"
	"strings"

	"timesheet"
)

// seen is the state of a day that an ETag of its corrections stands for: the Seq of the
// newest one and what the clockings said. It is the same on all instances.
type seen struct {
	seq              uint64
	earliest, latest timesheet.Instant
}

// tagBase is of the numbers in a tag.
const tagBase = 36

func (d *correctedDay) seen() seen {
	at := seen{earliest: d.entry.Earliest, latest: d.entry.Latest}
	if c := newest(d.history); c != nil {
		at.seq = c.Seq
	}
	return at
}

// tag is the strong ETag of the corrections of a day.
func (d *correctedDay) tag() string { return `"` + d.text(d.seen()) + `"` }

// text is at and a sum by which a tag of another employee's day, or one that somebody made
// up, doesn't pass for one of d.
func (d *correctedDay) text(at seen) string {
	b := strconv.AppendUint(nil, at.seq, tagBase)
	b = strconv.AppendInt(append(b, '.'), int64(at.earliest), tagBase)
	b = strconv.AppendInt(append(b, '.'), int64(at.latest), tagBase)
	h := fnv.New64a()
	_, _ = h.Write(append(b, '\n')) // a Hash never fails
	_, _ = h.Write([]byte(d.day.String() + string(d.id)))
	return string(strconv.AppendUint(append(b, '.'), h.Sum64(), tagBase))
}

// parse reads one of d's tags. That a proxy made it a weak one doesn't matter: it stands
// for a state, not for bytes.
func (d *correctedDay) parse(tag string) (at seen, ok bool) {
	tag = strings.Trim(strings.TrimPrefix(strings.TrimSpace(tag), "W/"), `"`)
	parts := strings.Split(tag, ".")
	if len(parts) != 4 {
		return at, false
	}
	seq, errSeq := strconv.ParseUint(parts[0], tagBase, 64)
	earliest, errEarliest := strconv.ParseInt(parts[1], tagBase, 64)
	latest, errLatest := strconv.ParseInt(parts[2], tagBase, 64)
	at = seen{seq, timesheet.Instant(earliest), timesheet.Instant(latest)}
	return at, errSeq == nil && errEarliest == nil && errLatest == nil && d.text(at) == tag
}

// noSeq is a Seq that no newest correction has: nothing matches it.
const noSeq = timesheet.AnySeq - 1

// match is the Seq that an If-Match (RFC 9110, 13.1.1) expects, and puts into next what the
// clockings said to the sender: what the ETag stands for, else what they say now.
func (n *newCorrection) match(d *correctedDay, next *timesheet.Correction) (expected uint64) {
	now := d.seen()
	next.SeenEarliest, next.SeenLatest = now.earliest, now.latest
	if n.ifMatch == nil || strings.TrimSpace(*n.ifMatch) == "*" {
		return timesheet.AnySeq
	}
	expected = noSeq
	for one := range strings.SplitSeq(*n.ifMatch, ",") {
		if at, ok := d.parse(one); ok && (expected == noSeq || at.seq == now.seq) {
			expected, next.SeenEarliest, next.SeenLatest = at.seq, at.earliest, at.latest
		}
	}
	return expected
}

package timesheet

import "time"

// ends are the two ends of a span, rounded.
func (v *evaluation) ends(in, out Instant, x *trace) (Instant, Instant) {
	if r := v.terms.in; r.Interval != 0 {
		from := in
		in = v.roundEnd(in, r)
		x.rounded(v, from, in, r, out.Sub(in))
	}
	if r := v.terms.out; r.Interval != 0 {
		from := out
		out = v.roundEnd(out, r)
		x.rounded(v, from, out, r, out.Sub(in))
	}
	return in, out
}

// roundEnd moves i to where the clock on the wall shows a multiple.
func (v *evaluation) roundEnd(i Instant, r Rounding) Instant {
	wall := int64(v.frame.wall(i))
	return i + Instant(round(wall, r)-wall)
}

// round is the multiple of r's interval that ms milliseconds count as.
func round(ms int64, r Rounding) int64 {
	interval := r.Interval.Milliseconds()
	switch rest := (ms%interval + interval) % interval; {
	case rest == 0:
		return ms
	case r.Mode == RoundUp, r.Mode == RoundNearest && 2*rest >= interval:
		return ms - rest + interval
	default:
		return ms - rest
	}
}

// net is the time that counts between two ends: without breaks, the total rounded,
// at most the cap.
func (v *evaluation) net(in, out Instant, x *trace) (net, breaks time.Duration) {
	span := max(0, out.Sub(in))
	breaks = v.breaks(in, out, span, x)
	net = span - breaks
	if r := v.terms.total; r.Interval != 0 {
		before := net
		net = time.Duration(round(net.Milliseconds(), r)) * time.Millisecond
		x.roundedTotal(before, net, r)
	}
	if most := v.terms.WorkedCap; most > 0 && net > most {
		x.capped(net, most)
		net = most
	}
	return net, breaks
}

// breaks is what is taken off a span. Of several lengths that it passes the one that
// takes most counts, so that the net grows with the span: of 30m after 6h and 45m
// after 9h, 9h10m loses 30m, since with these it is below 9h.
func (v *evaluation) breaks(in, out Instant, span time.Duration, x *trace) time.Duration {
	var windows, longest time.Duration
	for _, b := range v.terms.windows {
		windows += v.window(in, out, b)
	}
	var passed Break
	for _, b := range v.terms.tiers {
		if d := min(b.Deduct, span-b.After); d > longest {
			longest, passed = d, b
		}
	}
	if x != nil {
		if longest > windows {
			x.tier(span, longest, passed, windows)
		} else {
			x.windows(v, in, out, span)
		}
	}
	return max(windows, longest)
}

// window is how much of a span lies in a break by the clock. One that goes on past
// the boundary of days is cut in two by it.
func (v *evaluation) window(in, out Instant, b Break) time.Duration {
	from, to := v.frame.at(b.From), v.frame.at(b.To)
	if from <= to {
		return overlap(in, out, from, to)
	}
	return overlap(in, out, v.frame.begin, to) + overlap(in, out, from, v.frame.end)
}

func overlap(in, out, from, to Instant) time.Duration {
	return max(0, min(out, to).Sub(max(in, from)))
}

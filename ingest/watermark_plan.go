package ingest

import (
	"slices"

	"timesheet"
)

// with is g and a later gap as one, known rows between them included.
func (g gap) with(later gap) gap {
	return gap{timesheet.RowRange{First: g.First, Last: later.Last}, add(g.missing, later.missing)}
}

// bound joins the gaps that are nearest to one another until at most maxGaps are left.
func (w *watermark) bound() {
	excess := len(w.gaps) - maxGaps
	if excess <= 0 {
		return
	}
	between := make([]uint64, len(w.gaps)-1) // known rows
	for i := range between {
		between[i] = uint64(w.gaps[i+1].First) - uint64(w.gaps[i].Last)
	}
	sorted := slices.Clone(between)
	slices.Sort(sorted)
	far := sorted[excess-1] // all that are nearer are joined, and some that are as far
	as := excess
	for _, b := range sorted[:excess] {
		if b < far {
			as--
		}
	}
	kept := 0
	for i := 1; i < len(w.gaps); i++ {
		join := between[i-1] < far
		if between[i-1] == far && as > 0 {
			join = true
			as--
		}
		if join {
			w.gaps[kept] = w.gaps[kept].with(w.gaps[i])
			continue
		}
		kept++
		w.gaps[kept] = w.gaps[i]
	}
	w.gaps = w.gaps[:kept+1]
}

// plan is what one poll reads again: ranges that lie in one gap each, ascending. Known
// rows in gaps cost reading, so there is a bound for them; missing ones cost next to
// nothing, so there is one for ranges.
type plan struct {
	ranges []timesheet.RowRange
	rows   int64 // that may still be taken in
	limit  int   // of ranges
}

// take adds r of g, or as much as the bound allows, from its end or from its start. It
// tells whether there was room for all.
func (p *plan) take(g gap, r timesheet.RowRange, fromEnd bool) bool {
	if len(p.ranges) >= p.limit {
		return false
	}
	known := min(g.known(), count(r))
	if known <= p.rows {
		p.ranges, p.rows = append(p.ranges, r), p.rows-known
		return true
	}
	if p.rows <= 0 {
		return false
	}
	if fromEnd {
		r.First = r.Last - timesheet.RowID(p.rows) + 1
	} else {
		r.Last = r.First + timesheet.RowID(p.rows) - 1
	}
	p.ranges, p.rows = append(p.ranges, r), 0
	return false
}

// newest plans to read the gaps nearest to head. It answers from which id on all gaps
// are in the plan.
func (w *watermark) newest(rows int64, limit int) (p plan, from timesheet.RowID) {
	p, from = plan{rows: rows, limit: limit}, w.head+1
	for _, g := range slices.Backward(w.gaps) {
		n := len(p.ranges)
		all := p.take(g, g.RowRange, true)
		if len(p.ranges) > n {
			from = p.ranges[n].First
		}
		if !all {
			slices.Reverse(p.ranges)
			return p, from
		}
	}
	slices.Reverse(p.ranges)
	return p, lowest
}

// upwards plans to read gaps from id on and below end. It answers whether that is all
// there is.
func (w *watermark) upwards(id, end timesheet.RowID, rows int64, limit int) (p plan, all bool) {
	p = plan{rows: rows, limit: limit}
	for _, g := range w.gaps {
		r := timesheet.RowRange{First: max(g.First, id), Last: g.Last}
		if end <= r.First {
			return p, true
		}
		r.Last = min(r.Last, end-1)
		if r.First <= r.Last && !p.take(g, r, false) {
			return p, false
		}
	}
	return p, true
}

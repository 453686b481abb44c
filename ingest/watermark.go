package ingest

import (
	"math"

	"timesheet"
)

// lowest is where a source begins that is read whole: below every row.
const lowest = timesheet.RowID(math.MinInt64)

// youngGap bounds the gap that is assumed below the first row of a source that is read
// whole: rows with lower ids may be in flight. SQL Server's identity jumps by as much
// at a restart.
const youngGap = 10_000

// maxGaps bounds how many ranges a watermark keeps open.
const maxGaps = 1024

// gap is a range of ids of which some were not seen.
type gap struct {
	timesheet.RowRange
	missing int64 // at least one; the others are rows that were read
}

// known is how many ids of g were read.
func (g gap) known() int64 { return count(g.RowRange) - g.missing }

// watermark is how far a source was read: up to head, but for what is missing in the
// gaps. It knows neither time nor rows, only ids.
type watermark struct {
	head timesheet.RowID // the highest id seen, or where reading began
	gaps []gap           // ascending, disjoint, below head, at most maxGaps
}

// settled is the id up to which nothing is awaited any more.
func (w *watermark) settled() timesheet.RowID {
	if len(w.gaps) > 0 {
		return w.gaps[0].First - 1
	}
	return w.head
}

// missing is how many ids below head were not seen and may still come.
func (w *watermark) missing() (n int64) {
	for _, g := range w.gaps {
		n = add(n, g.missing)
	}
	return n
}

// pass moves head over rows, ascending and above it. Ids that are skipped become gaps.
func (w *watermark) pass(rows []timesheet.Row) {
	for i := range rows {
		id := rows[i].ID
		from := w.head + 1
		if w.head == lowest {
			from = youngest(id)
		}
		if from < id {
			r := timesheet.RowRange{First: from, Last: id - 1}
			w.gaps = append(w.gaps, gap{r, count(r)})
		}
		w.head = id
	}
	w.bound()
}

// youngest is the first id that may be in flight below the first row of a source.
// Nearly all count from 1, some from 0.
func youngest(id timesheet.RowID) timesheet.RowID {
	switch {
	case id > 0:
		return max(1, id-youngGap)
	case id == 0:
		return 0
	default:
		return max(id, lowest+1+youngGap) - youngGap
	}
}

// reread takes in what was seen in covered, ascending ranges of which each lies in one
// gap: rows, ascending. What is missing now stays missing, unless it is aged (its id is
// at most that): then it won't come any more. It answers how many missing ids came.
func (w *watermark) reread(covered []timesheet.RowRange, rows []timesheet.Row, aged timesheet.RowID) (came int64) {
	next := make([]gap, 0, len(w.gaps)+len(covered))
	for _, g := range w.gaps {
		first, still := len(next), int64(0)
		var outside []int // of next: parts of g that were not covered
		at := g.First
		for len(covered) > 0 && covered[0].First <= g.Last {
			c := covered[0]
			covered = covered[1:]
			if at < c.First {
				outside = append(outside, len(next))
				next = append(next, gap{RowRange: timesheet.RowRange{First: at, Last: c.First - 1}})
			}
			n := 0
			for n < len(rows) && rows[n].ID <= c.Last {
				n++
			}
			var absent int64
			next, absent = absences(next, c, rows[:n], aged)
			rows, still, at = rows[n:], add(still, absent), c.Last+1
		}
		if at <= g.Last {
			outside = append(outside, len(next))
			next = append(next, gap{RowRange: timesheet.RowRange{First: at, Last: g.Last}})
		}
		left := g.missing - still
		for i, o := range outside {
			others := int64(len(outside) - i - 1)
			next[o].missing = max(1, min(left-others, count(next[o].RowRange)))
			left -= next[o].missing
		}
		if len(outside) == 0 {
			came = add(came, max(left, 0))
		}
		next = adjoin(next, first)
	}
	w.gaps = next
	w.bound()
	return came
}

// absences appends the runs of ids in c that no row has, and counts them. Aged ones are
// counted, but not appended.
func absences(dst []gap, c timesheet.RowRange, rows []timesheet.Row, aged timesheet.RowID) (_ []gap, n int64) {
	run := func(r timesheet.RowRange) {
		if r.First > r.Last {
			return
		}
		n = add(n, count(r))
		if r.First <= aged {
			r.First = min(aged, r.Last) + 1
		}
		if r.First <= r.Last {
			dst = append(dst, gap{r, count(r)})
		}
	}
	at := c.First
	for i := range rows {
		run(timesheet.RowRange{First: at, Last: rows[i].ID - 1})
		at = rows[i].ID + 1
	}
	run(timesheet.RowRange{First: at, Last: c.Last})
	return dst, n
}

// adjoin joins those of gaps from index first on that touch one another.
func adjoin(gaps []gap, first int) []gap {
	kept := first
	for i := first; i < len(gaps); i++ {
		if kept > first && gaps[kept-1].Last+1 == gaps[i].First {
			gaps[kept-1] = gaps[kept-1].with(gaps[i])
			continue
		}
		gaps[kept] = gaps[i]
		kept++
	}
	return gaps[:kept]
}

// upTo is w as it would be had nothing above an id been read, at most head.
func (w *watermark) upTo(id timesheet.RowID) watermark {
	c := watermark{head: id}
	for _, g := range w.gaps {
		if g.First > id {
			break
		}
		g.Last = min(g.Last, id)
		g.missing = min(g.missing, count(g.RowRange))
		c.gaps = append(c.gaps, g)
	}
	return c
}

// count is how many ids r has, or the largest number where there are more.
func count(r timesheet.RowRange) int64 {
	n := uint64(r.Last) - uint64(r.First)
	return int64(min(n, math.MaxInt64-1)) + 1
}

// add is a+b for numbers that aren't negative, or the largest.
func add(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

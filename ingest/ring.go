package ingest

import (
	"time"

	"timesheet"
)

// moment says: at this time all ids up to head had been seen or passed over.
type moment struct {
	wall     timesheet.Instant
	readable time.Duration // how long the source had been readable, in all
	head     timesheet.RowID
}

// ring remembers moments, ascending by head and by readable: so the age of an id needs
// no storage of its own. It is fine where gaps age, and coarse back to the sweep's age.
type ring struct {
	moments []moment
	fine    time.Duration // readable time between two moments
	keep    time.Duration // readable time that is kept fine
	coarse  time.Duration // wall time between two older moments
	reach   time.Duration // wall time that is kept
}

// Source of the figures: what is aged or swept is so by at most this fraction too late.
const (
	finesse    = 60
	coarseness = 288 // 5 minutes in 24 hours
)

func newRing(o *PollerOptions, moments []moment) ring {
	reach := max(o.SweepAge, o.RewindBy)
	return ring{
		moments: moments,
		fine:    o.GapAge / finesse, keep: 2 * o.GapAge,
		coarse: reach / coarseness, reach: reach,
	}
}

// add remembers m if it says something new.
func (r *ring) add(m moment) {
	if n := len(r.moments); n > 0 {
		last := r.moments[n-1]
		if m.head <= last.head || m.readable-last.readable < r.fine {
			return
		}
	}
	r.moments = append(r.moments, m)
	r.thin(m)
}

// thin forgets what is finer, or lies further back, than what is needed now.
func (r *ring) thin(now moment) {
	kept := 0
	for i, m := range r.moments {
		last := i == len(r.moments)-1
		switch {
		case !last && kept == 0 && r.moments[i+1].wall.Add(r.reach) < now.wall:
			continue // the next one reaches back far enough
		case !last && kept > 0 && m.readable+r.keep < now.readable && r.moments[i+1].wall.Sub(r.moments[kept-1].wall) < r.coarse:
			continue
		}
		r.moments[kept] = m
		kept++
	}
	r.moments = r.moments[:kept]
}

// horizon is the highest id that had been seen, or passed over, when the source had
// been readable for so long; too low rather than too high.
func (r *ring) horizon(readable time.Duration) timesheet.RowID {
	id := lowest
	for _, m := range r.moments {
		if m.readable > readable {
			break
		}
		id = m.head
	}
	return id
}

// before is an id below which all had been seen at a wall time; too low rather than too
// high, also where the clock was set back. ok is false where nothing is known so far
// back.
func (r *ring) before(wall timesheet.Instant) (id timesheet.RowID, ok bool) {
	id = lowest
	for _, m := range r.moments {
		if m.wall > wall {
			break
		}
		id, ok = m.head, true
	}
	return id, ok
}

// truncate forgets the moments above an id.
func (r *ring) truncate(id timesheet.RowID) {
	for n := len(r.moments); n > 0 && r.moments[n-1].head > id; n-- {
		r.moments = r.moments[:n-1]
	}
}

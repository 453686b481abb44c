package clocking

import (
	"context"
	"math"
	"sort"
	"time"
)

const (
	minID = math.MinInt64
	maxID = math.MaxInt64
)

// reading is how a reader treats rows in flight.
type reading uint8

const (
	waiting  reading = iota // READ COMMITTED: waits until they are committed or rolled back
	skipping                // READPAST: passes over them
	versions                // READ_COMMITTED_SNAPSHOT: sees what was committed when the query began
)

// span is the ids from first to last, both included.
type span struct{ first, last int64 }

// burst is how many rows a locking reader takes at one moment. What is committed
// between two of them, ahead of where the reader is, it sees: as a scan of SQL Server.
const burst = 256

// scan reads rows by ascending id, in spans that ascend and don't overlap.
type scan struct {
	system  *System
	how     reading
	spans   []span
	limit   int64         // how many rows at most
	timeout time.Duration // LOCK_TIMEOUT; negative is for ever
	buffer  []row
}

// each hands each row to use, until there are no more, or use answers an error, or
// false for enough. staff is who the rows' employees are.
func (c *scan) each(ctx context.Context, use func(rows []row, staff []employee) (more bool, err error)) error {
	shots, staff := c.snapshot()
	left := c.limit
	for i, sp := range c.spans {
		for left > 0 {
			var rows []row
			if c.how == versions {
				rows, shots[i] = cut(shots[i], sp, left)
			} else {
				var err error
				if rows, staff, err = c.locked(ctx, &sp, left); err != nil {
					return err
				}
			}
			if len(rows) == 0 {
				break
			}
			left -= int64(len(rows))
			if more, err := use(rows, staff); err != nil || !more {
				return err
			}
		}
	}
	return nil
}

// snapshot is the committed rows of each span, all of one moment, and the staff; none
// for a reader that takes locks.
func (c *scan) snapshot() (shots [][]*chunk, staff []employee) {
	if c.how != versions {
		return nil, nil
	}
	c.system.mu.Lock()
	defer c.system.mu.Unlock()
	for _, sp := range c.spans {
		shots = append(shots, c.system.rows.share(sp.first, sp.last, int(min(c.limit, math.MaxInt))))
	}
	return shots, c.system.staff
}

// cut takes the next rows of a snapshot.
func cut(chunks []*chunk, sp span, left int64) ([]row, []*chunk) {
	for len(chunks) > 0 {
		rows := chunks[0].rows
		chunks = chunks[1:]
		from := sort.Search(len(rows), func(i int) bool { return rows[i].id >= sp.first })
		to := sort.Search(len(rows), func(i int) bool { return rows[i].id > sp.last })
		if from < to {
			return rows[from:min(int64(to), int64(from)+left)], chunks
		}
	}
	return nil, nil
}

// locked takes the next rows of the span, and moves the span behind them. None says
// that there are no more.
func (c *scan) locked(ctx context.Context, sp *span, left int64) ([]row, []employee, error) {
	for {
		rows, staff, holder := c.take(sp, int(min(left, burst)))
		if holder == nil || len(rows) > 0 {
			return rows, staff, nil
		}
		if err := c.system.wait(ctx, holder, c.timeout); err != nil {
			return nil, nil, err
		}
	}
}

// take copies at most n rows. It stops at a row in flight unless it may skip it, and
// answers who holds it.
func (c *scan) take(sp *span, n int) ([]row, []employee, *Tx) {
	s := c.system
	s.mu.Lock()
	defer s.mu.Unlock()
	c.buffer = c.buffer[:0]
	flight := s.inFlight[sort.Search(len(s.inFlight), func(i int) bool { return s.inFlight[i].id >= sp.first }):]
	k, i := s.rows.position(sp.first)
	for n > len(c.buffer) {
		next := int64(maxID)
		if k < len(s.rows.chunks) {
			next = s.rows.chunks[k].rows[i].id
		}
		if len(flight) > 0 && flight[0].id <= min(next, sp.last) {
			if c.how == waiting {
				sp.first = flight[0].id
				return c.buffer, s.staff, flight[0].tx
			}
			skipped := flight[0].id
			flight = flight[1:]
			if k == len(s.rows.chunks) || skipped != next {
				continue
			}
		} else if k == len(s.rows.chunks) || next > sp.last {
			sp.first, sp.last = maxID, minID
			return c.buffer, s.staff, nil
		} else {
			c.buffer = append(c.buffer, s.rows.chunks[k].rows[i])
			sp.first = next + 1
		}
		if i++; i == len(s.rows.chunks[k].rows) {
			k, i = k+1, 0
		}
	}
	return c.buffer, s.staff, nil
}

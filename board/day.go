package board

import (
	"cmp"
	"context"
	"hash/maphash"
	"slices"
	"sync"
	"sync/atomic"

	"timesheet"
)

// What things take, in rows of days that aren't shown, which take 36 bytes: a row of a
// day that is shown some 280, with the Workday, the person and an order or two; a day
// without rows about a thousand.
const (
	viewWeight = 8
	dayWeight  = 32
	// saidWeight is what a correction takes beside its row.
	saidWeight = 12
)

// day is the projection of one day: compact rows, and the view that pages need.
type day struct {
	on       timesheet.Day
	seed     maphash.Seed  // of what versions are made from
	loading  chan struct{} // has a token while somebody loads
	used     atomic.Uint64 // Boards.uses at the last use
	weight   atomic.Int64  // what it takes, in rows
	rowCount atomic.Int64

	mu          sync.RWMutex                               // guards all below
	ready       bool                                       // it was read from the store
	void        bool                                       // it isn't kept: nothing is applied any more
	pending     map[pendingOf]timesheet.Change             // while it isn't ready
	dir         *timesheet.Directory                       // by which badges are joined and people listed
	rows        []row                                      // in no order; a row keeps its index, its slot
	free        []int32                                    // slots without a row
	byID        []int32                                    // slots by employee id
	others      map[timesheet.EmployeeID][]timesheet.Entry // by person: entries of badges that aren't the person's own id
	corrections corrections
	view        *view // nil until a page was asked for
}

// pendingOf says what a change is of, the last of which says all.
type pendingOf struct {
	id        timesheet.EmployeeID // a badge; of corrections a person
	corrected bool
}

func (b *Boards) newDay(on timesheet.Day) *day {
	return &day{on: on, seed: b.seed, loading: make(chan struct{}, 1)}
}

func (d *day) base() timesheet.Instant { return timesheet.Instant(d.on) * 86_400_000 }

func (d *day) dropped() bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.void
}

func (d *day) drop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.void, d.pending = true, nil
}

// load reads the day unless that was done; own says that this call did, and sure that
// it shows all that was durable before. One at a time does, the others wait.
func (d *day) load(ctx context.Context, b *Boards) (own, sure bool, err error) {
	const op = "read a day's board"
	select {
	case d.loading <- struct{}{}:
	case <-ctx.Done():
		return false, false, timesheet.NewError(timesheet.Unavailable, op, ctx.Err())
	}
	defer func() { <-d.loading }()
	d.mu.RLock()
	ready := d.ready
	d.mu.RUnlock()
	if ready {
		return false, false, nil
	}
	b.counted.loads.Add(1)
	var entries []timesheet.Entry
	for after := ""; ; {
		page, next, err := b.o.Store.Board(ctx, d.on, after, timesheet.MaxBoard)
		if err != nil {
			return false, false, err
		}
		if entries = append(entries, page...); next == "" {
			break
		}
		after = next
	}
	said, err := b.corrected(ctx, d.on)
	if err != nil {
		return false, false, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	_, dir := b.o.Rules()
	d.build(entries, said, dir)
	d.ready = true
	var ts []touched
	for _, c := range d.pending {
		if t, ok := d.put(c); ok {
			ts = append(ts, t)
		}
	}
	// What the feed told meanwhile may be older than what was read, and is what counts
	// until the feed tells the rest.
	sure = len(d.pending) == 0
	d.pending = nil
	d.settle(ts)
	return true, sure, nil
}

// build makes the rows of entries, one for each badge, and of corrections; mu is held.
func (d *day) build(entries []timesheet.Entry, said corrections, dir *timesheet.Directory) {
	d.dir, d.free, d.view, d.others, d.corrections = dir, nil, nil, nil, said
	rows := make([]row, 0, len(entries))
	for p := range dir.On(d.on) {
		rows = append(rows, row{id: p.Employee, listed: true})
	}
	for _, e := range entries {
		person := dir.Canonical(e.Employee, d.on)
		r := row{id: person}
		if person == e.Employee {
			r.set(e, d.base())
		} else {
			d.join(person, e)
			r.joined = true
		}
		rows = append(rows, r)
	}
	for id := range said {
		rows = append(rows, row{id: id, corrected: true})
	}
	// The listed come first among equals: their ids are the directory's own strings,
	// which all days share.
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.id, b.id) })
	n := 0
	for i := range rows {
		if n > 0 && rows[n-1].id == rows[i].id {
			rows[n-1].merge(rows[i])
			continue
		}
		rows[n] = rows[i]
		n++
	}
	d.rows = slices.Clone(rows[:n]) // there was room for everybody twice
	d.byID = make([]int32, n)
	for i := range d.byID {
		d.byID[i] = int32(i)
	}
	d.weigh()
}

func (d *day) weigh() {
	n := int64(len(d.rows))
	d.rowCount.Store(n)
	if d.view != nil {
		n *= viewWeight
	}
	d.weight.Store(n + dayWeight + saidWeight*int64(len(d.corrections)))
}

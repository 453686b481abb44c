package board

import (
	"context"
	"slices"
	"time"

	"timesheet"
)

const (
	// patience is how long a page waits for the feed to tell what was merged through a
	// tap before; then it is shown without, and counted in Stats.Unseen.
	patience = 250 * time.Millisecond
	// maxExpected bounds what is waited for of one day; a feed so far behind is given up.
	maxExpected = 65_536
	// tidyAt is from how many on it is looked whether any have come.
	tidyAt = 256
)

// Tap is s for those who write in this process: a page that is asked for after a Merge
// through the tap was answered shows it, and waits for the feed if it must. Without a
// tap, and for what others write, a page is within the feed's delay. After Replace,
// Purge and Erase the days concerned are read afresh.
//
// One gap is left. A day that was read for the first time within the feed's delay can
// be told of older states once more: for that long a merge may be out of sight again.
func (b *Boards) Tap(s timesheet.Store) timesheet.Store { return tap{Store: s, boards: b} }

type tap struct {
	timesheet.Store
	boards *Boards
}

// Merge implements timesheet.Merger.
func (t tap) Merge(ctx context.Context, deltas []timesheet.Delta) []timesheet.Merged {
	out := t.Store.Merge(ctx, deltas)
	for i, m := range out {
		// Of what may have expired nobody knows which will come; nor after an error,
		// after which nothing is acknowledged.
		if m.Err == nil && m.Expired == 0 {
			t.boards.expect(deltas[i].Entries)
		}
	}
	return out
}

// Replace implements timesheet.Remover.
func (t tap) Replace(ctx context.Context, rs []timesheet.Replacement) []error {
	errs := t.Store.Replace(ctx, rs)
	for _, r := range rs {
		if d := t.boards.kept(r.Named().Day); d != nil {
			t.boards.forget(d)
		}
	}
	return errs
}

// Purge implements timesheet.Remover.
func (t tap) Purge(ctx context.Context, floor timesheet.Day) (int, error) {
	defer t.boards.forgetAll()
	return t.Store.Purge(ctx, floor)
}

// Erase implements timesheet.Remover.
func (t tap) Erase(ctx context.Context, e timesheet.EmployeeID) (int, error) {
	defer t.boards.forgetAll()
	return t.Store.Erase(ctx, e)
}

// expected is an entry that was merged, which the feed must tell of.
type expected struct {
	timesheet.Entry
	until time.Time // when it is given up
}

// expect says that entries were merged.
func (b *Boards) expect(entries []timesheet.Entry) {
	until := time.Now().Add(patience)
	for len(entries) > 0 {
		n := 1
		for n < len(entries) && entries[n].Day == entries[0].Day {
			n++
		}
		if d := b.kept(entries[0].Day); d != nil {
			d.expecting.Lock()
			for _, e := range entries[:n] {
				d.expects = append(d.expects, expected{e, until})
			}
			if len(d.expects) > maxExpected {
				b.counted.unseen.Add(uint64(len(d.expects)))
				d.expects = nil
			}
			d.expecting.Unlock()
		}
		entries = entries[n:]
	}
}

// await waits until the day shows what was expected when the call began.
func (d *day) await(ctx context.Context, b *Boards) error {
	d.expecting.Lock()
	expects := slices.Clone(d.expects)
	d.expecting.Unlock()
	if len(expects) == 0 {
		return nil
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		d.mu.Lock()
		expects, _ = d.missing(expects)
		if len(expects) == 0 || d.void {
			d.mu.Unlock()
			d.tidy(b)
			return nil
		}
		if d.applied == nil {
			d.applied = make(chan struct{})
		}
		applied := d.applied
		d.mu.Unlock()
		select {
		case <-applied:
		case <-timer.C:
		case <-ctx.Done():
			return timesheet.NewError(timesheet.Unavailable, "wait for the feed", ctx.Err())
		}
	}
}

// missing is what the rows don't show yet, in the same memory, and how many of the
// others were given up. mu is held.
func (d *day) missing(expects []expected) (rest []expected, late int) {
	now := time.Now()
	rest = slices.DeleteFunc(expects, func(e expected) bool {
		if d.badge(e.Employee).Covers(e.Entry) {
			return true
		}
		over := !now.Before(e.until)
		if over {
			late++
		}
		return over
	})
	return rest, late
}

// tidy forgets what has come.
func (d *day) tidy(b *Boards) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	d.expecting.Lock()
	defer d.expecting.Unlock()
	rest, late := d.missing(d.expects)
	b.counted.unseen.Add(uint64(late))
	if d.expects = rest; len(rest) == 0 {
		d.expects = nil
	}
}

// tidyLarge is tidy where it is worth it.
func (d *day) tidyLarge(b *Boards) {
	d.expecting.Lock()
	many := len(d.expects) > tidyAt
	d.expecting.Unlock()
	if many {
		d.tidy(b)
	}
}

// badge is the entry of one badge; one that covers nothing where there is none.
func (d *day) badge(id timesheet.EmployeeID) timesheet.Entry {
	none := timesheet.Entry{Earliest: timesheet.Forever}
	person := d.dir.Canonical(id, d.on)
	at, ok := d.find(person)
	if !ok {
		return none
	}
	r := &d.rows[d.byID[at]]
	if person == id {
		if r.own {
			return d.ownEntry(r)
		}
		return none
	}
	for _, e := range d.others[person] {
		if e.Employee == id {
			return e
		}
	}
	return none
}

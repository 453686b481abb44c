package board

import (
	"cmp"
	"context"
	"errors"
	"time"

	"timesheet"
)

// How long one waits for the feed to tell all that was durable when he asked; then days
// are read from the store. One day is read in some 2 µs a row, so that one who waits for
// a feed which is far behind, beside a bulk import, loses little; the rest of the wait is
// for a Redis cluster, whose feed polls.
const (
	leastPatience  = 25 * time.Millisecond
	patiencePerRow = 10 * time.Microsecond
	mostPatience   = time.Second
)

// patience is how long one waits until d is current.
func (d *day) patience() time.Duration {
	return min(leastPatience+time.Duration(d.rowCount.Load())*patiencePerRow, mostPatience)
}

// current tells whether what is kept shows all that was durable before the call, as the
// feed is done telling it. Where the store doesn't answer at all, what is kept is the
// best there is, and since says since when.
func (b *Boards) current(ctx context.Context, patience time.Duration) (ok bool, since timesheet.Instant) {
	b.want()
	if since := timesheet.Instant(b.stale.Load()); since != 0 {
		return true, since
	}
	feed := b.feed.Load()
	if feed == nil {
		return false, 0
	}
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := (*feed).Sync(within); err != nil {
		b.counted.behind.Add(1)
		return false, 0
	}
	return true, 0
}

// day answers a day that shows all that was durable before the call, or says since when
// the store hasn't answered.
func (b *Boards) day(ctx context.Context, on timesheet.Day) (d *day, own bool, since timesheet.Instant, err error) {
	for {
		var sure bool
		d, own, sure, err = b.open(ctx, on)
		if err != nil || sure {
			break // what this call read itself needs no feed
		}
		var ok bool
		if ok, since = b.current(ctx, d.patience()); !ok {
			d, err = b.alone(ctx, on)
			own = true
			break
		}
		if !d.dropped() {
			return d, own, since, nil
		}
	}
	if errors.Is(err, timesheet.Unavailable) && ctx.Err() == nil {
		if d := b.kept(on); d != nil && d.usable() {
			return d, false, cmp.Or(timesheet.Instant(b.stale.Load()), timesheet.InstantOf(time.Now())), nil
		}
	}
	return d, own, 0, err
}

// alone reads a day for the caller alone.
func (b *Boards) alone(ctx context.Context, on timesheet.Day) (*day, error) {
	d := b.newDay(on)
	d.void = true
	_, _, err := d.load(ctx, b)
	return d, err
}

// usable tells whether d has been read, and is still kept.
func (d *day) usable() bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.ready && !d.void
}

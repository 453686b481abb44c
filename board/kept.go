package board

import (
	"context"

	"timesheet"
)

// open answers a day that is loaded, whether this call read it, and whether it is then
// sure to show what was durable before the call. A day that isn't kept any more counts
// only for the call that read it.
func (b *Boards) open(ctx context.Context, on timesheet.Day) (d *day, own, sure bool, err error) {
	for {
		d = b.keep(on)
		if own, sure, err = d.load(ctx, b); err != nil {
			b.forget(d)
			return nil, false, false, err
		}
		if own || !d.dropped() {
			d.used.Store(b.uses.Add(1))
			return d, own, sure, nil
		}
	}
}

// keep is the day that is kept of on, if any can be.
func (b *Boards) keep(on timesheet.Day) *day {
	b.mu.Lock()
	defer b.mu.Unlock()
	if d := b.days[on]; d != nil {
		return d
	}
	d := b.newDay(on)
	if b.live {
		b.days[on] = d
	} else {
		d.void = true
	}
	return d
}

// kept is the day on, nil if it isn't kept.
func (b *Boards) kept(on timesheet.Day) *day {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.days[on]
}

// forget drops d.
func (b *Boards) forget(d *day) {
	b.mu.Lock()
	if b.days[d.on] == d {
		delete(b.days, d.on)
	}
	b.mu.Unlock()
	d.drop()
}

// forgetAll drops all days: some are no longer right, and nobody knows which. Who
// follows the feed calls it.
func (b *Boards) forgetAll() {
	b.mu.Lock()
	days := b.days
	b.days = make(map[timesheet.Day]*day)
	b.mu.Unlock()
	for _, d := range days {
		d.drop()
	}
	b.recollected.forget()
}

// fed says whether there is a feed from now on. Nothing that was kept stays.
func (b *Boards) fed(live bool) {
	b.mu.Lock()
	b.live = live
	b.mu.Unlock()
	b.forgetAll()
}

// trim drops days that were used longest ago until the others are within the bound.
// in, today and yesterday stay, whatever they take.
func (b *Boards) trim(in *day) {
	today := b.today()
	for {
		b.mu.Lock()
		total, oldest := 0, (*day)(nil)
		for _, d := range b.days {
			total += int(d.weight.Load())
			if d != in && d.on != today && d.on != today-1 && (oldest == nil || d.used.Load() < oldest.used.Load()) {
				oldest = d
			}
		}
		b.mu.Unlock()
		if total <= b.o.Rows || oldest == nil {
			return
		}
		b.forget(oldest)
	}
}

func (b *Boards) today() timesheet.Day {
	rules := b.o.DayRules()
	if rules == nil {
		return 0
	}
	return rules.For("").Day(b.o.Moment().Now)
}

// scan is open for one who goes through many days: it never drops a day for another
// that it used itself since began, so that a scan of more than can be kept reads the
// surplus again each time, and not everything. current says that what is kept may be
// shown.
func (b *Boards) scan(ctx context.Context, on timesheet.Day, began uint64, current bool) (*day, error) {
	if !current || b.kept(on) == nil && !b.room(began) {
		return b.alone(ctx, on)
	}
	d, _, _, err := b.open(ctx, on)
	if err == nil {
		b.trim(d)
	}
	return d, err
}

// room tells whether another day can be kept without one that was used since began.
func (b *Boards) room(began uint64) bool {
	today := b.today()
	b.mu.Lock()
	defer b.mu.Unlock()
	held, largest := 0, 0
	for _, d := range b.days {
		w := int(d.weight.Load())
		largest = max(largest, int(d.rowCount.Load())+dayWeight)
		if d.used.Load() > began || d.on == today || d.on == today-1 {
			held += w
		}
	}
	return held+largest <= b.o.Rows
}

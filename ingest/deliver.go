package ingest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"

	"timesheet"
)

// maxStale bounds how often a batch is made again under newer day rules. Rules change
// by hand; a sink that says stale more often is broken.
const maxStale = 8

// The first and the longest pause before a batch is sent again, before jitter.
const (
	minPause = 50 * time.Millisecond
	maxPause = 5 * time.Second
)

// deliver makes a parcel durable, however often it has to be sent.
func (im *importer) deliver(ctx context.Context, p *parcel) error {
	stale := 0
	return patiently(ctx, im.options.Patience, func() error { return im.attempt(ctx, p, &stale) })
}

// patiently tries until it works, ctx ends (then it answers ctx's error), patience is at
// its end, or the error is none that passes: neither Overloaded nor Unavailable.
func patiently(ctx context.Context, patience time.Duration, try func() error) error {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = minPause, maxPause
	began := time.Now()
	for {
		err := try()
		switch code := timesheet.CodeOf(err); {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case code != timesheet.Overloaded && code != timesheet.Unavailable:
			return err
		case time.Since(began) >= patience:
			return fmt.Errorf("gave up after %v: %w", patience, err)
		}
		timer := time.NewTimer(min(pause.NextBackOff(), patience-time.Since(began)))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// attempt sends p once for each version of the day rules that turns up meanwhile.
func (im *importer) attempt(ctx context.Context, p *parcel, stale *int) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(p.batch.Entries) == 0 {
			return nil
		}
		receipt, err := im.sink.Submit(ctx, p.batch)
		if err == nil {
			im.acknowledge(p, receipt)
			return nil
		}
		if !errors.Is(err, timesheet.Stale) {
			return err
		}
		if *stale++; *stale > maxStale {
			return fmt.Errorf("%d times in turn: %w", maxStale, err)
		}
		if err := im.sink.Reload(ctx); err != nil {
			return fmt.Errorf("reload the day rules: %w", err)
		}
		if err := im.remake(p); err != nil {
			return err
		}
	}
}

// remake makes p's batch again under the day rules of now. A row that only these make
// unusable is rejected, without its text.
func (im *importer) remake(p *parcel) error {
	rules, now := im.sink.DayRules(), timesheet.InstantOf(im.options.Now())
	p.batch.RulesVersion = rules.Version()
	kept := 0
	for i, c := range p.clockings {
		entry, err := rules.Entry(c, timesheet.Direct, now)
		if err != nil {
			if err := im.reject(p.origins[i], err, nil); err != nil {
				return err
			}
			continue
		}
		p.batch.Entries[kept], p.clockings[kept], p.origins[kept] = entry, c, p.origins[i]
		kept++
	}
	p.batch.Entries, p.clockings, p.origins = p.batch.Entries[:kept], p.clockings[:kept], p.origins[:kept]
	return nil
}

// acknowledge counts a parcel that is durable.
func (im *importer) acknowledge(p *parcel, r timesheet.Receipt) {
	im.accepted.Add(int64(r.Accepted))
	im.mu.Lock()
	defer im.mu.Unlock()
	s := &im.summary
	s.Accepted += int64(r.Accepted)
	s.Expired += int64(r.Expired)
	for i := range p.batch.Entries {
		e := &p.batch.Entries[i]
		if im.touched.add(e.Employee, e.Day) {
			s.Entries++
		}
		if e.Flags&timesheet.AmbiguousTime != 0 {
			s.Ambiguous++
		}
		if e.Flags&timesheet.NonexistentTime != 0 {
			s.Nonexistent++
		}
	}
}

// touched is a set of employees' days: a bit for each day between an employee's first
// and last.
type touched map[timesheet.EmployeeID]*days

type days struct {
	first timesheet.Day // of the first word; a multiple of 64
	words []uint64
}

// add tells whether the day was not yet there.
func (t touched) add(e timesheet.EmployeeID, day timesheet.Day) bool {
	d := t[e]
	if d == nil {
		d = &days{first: day &^ 63}
		t[timesheet.EmployeeID(strings.Clone(string(e)))] = d // not the rows that e is cut from
	}
	if day < d.first {
		grown := make([]uint64, int(d.first-day+63)/64, int(d.first-day+63)/64+len(d.words))
		d.first -= timesheet.Day(len(grown)) * 64
		d.words = append(grown, d.words...)
	}
	at := int(day-d.first) / 64
	for at >= len(d.words) {
		d.words = append(d.words, 0)
	}
	bit := uint64(1) << (day & 63)
	isNew := d.words[at]&bit == 0
	d.words[at] |= bit
	return isNew
}

package period

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"timesheet"
)

const (
	// somePeople is how many people are held at once, with all days of theirs some 50 MB:
	// where a store has so many that the boards can't keep a month, they read all of it for
	// each call.
	somePeople = 5000
	// atOnce is for how many of them the store is asked at the same time.
	atOnce = 8
	// undoing bounds the time in which what came to nothing is taken back.
	undoing = 10 * time.Second
)

// Close freezes what a month comes to at a moment, for everybody, and answers when that
// is durable. by is who closes it. Conflict: it is closed already (also by another at the
// same time), isn't over, has days that aren't settled, or the rules changed meanwhile.
// NotFound: some of its days are no longer kept. Invalid: a month that has no days. Other
// errors are the store's; then it may be closed, and closing it again tells. What is
// changed while it runs is in the record, or is an adjustment.
func (p *Periods) Close(ctx context.Context, month timesheet.Month, by string, m timesheet.Moment) (timesheet.Closing, error) {
	closing, err := p.close(ctx, month, by, m)
	if err != nil {
		return timesheet.Closing{}, fmt.Errorf("close %v: %w", month, err)
	}
	return closing, nil
}

func (p *Periods) close(ctx context.Context, month timesheet.Month, by string, m timesheet.Moment) (timesheet.Closing, error) {
	series := timesheet.Series{Month: month, Closing: random()}
	if err := series.Validate(); err != nil {
		return timesheet.Closing{}, err
	}
	rules, err := p.o.Rules()
	if err != nil {
		return timesheet.Closing{}, err
	}
	h, err := p.closable(ctx, month, rules, m)
	if err != nil {
		return timesheet.Closing{}, err
	}
	closing := timesheet.Closing{Series: series, At: m.Now, By: by, Rules: rules.Digest}
	if closing.Employees, err = p.seal(ctx, series, p.freezing(rules, month, m)); err == nil {
		err = p.same(ctx, month, rules)
	}
	if err != nil {
		return timesheet.Closing{}, errors.Join(err, p.undo(ctx, series))
	}
	return p.publish(ctx, h.version, closing, rules)
}

// random is the number of a closing.
func random() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return max(1, binary.BigEndian.Uint64(b[:]))
}

// closable tells whether a month can be closed, people aside.
func (p *Periods) closable(ctx context.Context, month timesheet.Month, rules Rules, m timesheet.Moment) (header, error) {
	h, err := p.header(ctx, month)
	if err != nil {
		return h, err
	}
	if h.closing != nil {
		return h, closedBy(h.closing)
	}
	if end := rules.Days.For("").Begin(month.Last() + 1); m.Now < end {
		return h, conflict("it isn't over before %s", end.Format(rules.Days.For("").Location(month.Last())))
	}
	return h, p.kept(ctx, month)
}

// kept refuses a month of which days, or of whose weeks, are no longer kept.
func (p *Periods) kept(ctx context.Context, month timesheet.Month) error {
	first, _ := timesheet.WeeksOf(month)
	floor, err := p.o.Store.Floor(ctx)
	if err == nil && floor > max(first, timesheet.FirstDay) {
		err = timesheet.NewError(timesheet.NotFound, "", fmt.Errorf("days before %v are no longer kept", floor))
	}
	return err
}

// same refuses to close a month by rules that are no longer in force, or below a floor
// that rose meanwhile: its records were silently not kept.
func (p *Periods) same(ctx context.Context, month timesheet.Month, before Rules) error {
	now, err := p.o.Rules()
	if err != nil {
		return err
	}
	if now.Digest != before.Digest || now.Days.Version() != before.Days.Version() {
		return conflict("the rules or the directory changed while it was being closed; close it again")
	}
	return p.kept(ctx, month)
}

// seal writes everybody's record, and answers how many. Once a day isn't settled
// it only counts those.
func (p *Periods) seal(ctx context.Context, series timesheet.Series, f freezing) (people int, err error) {
	var unsettled frozen
	for cursor, more := "", true; more; more = cursor != "" {
		var page [][]timesheet.PersonDay
		if page, cursor, err = p.o.People(ctx, series.Month, cursor, somePeople, f.at); err != nil {
			return 0, err
		}
		results := make([]frozen, len(page))
		group, within := errgroup.WithContext(ctx)
		group.SetLimit(atOnce)
		for i, days := range page {
			group.Go(func() (err error) {
				results[i], err = f.freeze(within, days)
				return err
			})
		}
		if err := group.Wait(); err != nil {
			return 0, err
		}
		records := make([]timesheet.Sealed, len(results))
		for i, r := range results {
			records[i] = r.sealed
			if unsettled.unsettled += r.unsettled; r.unsettled > 0 {
				unsettled.example = r.example
			}
		}
		people += len(records)
		if unsettled.unsettled > 0 || len(records) == 0 {
			continue
		}
		for some := range slices.Chunk(records, timesheet.MaxSealedPage) {
			if err := p.o.Store.Seal(ctx, series, some); err != nil {
				return 0, err
			}
		}
	}
	if unsettled.unsettled > 0 {
		return 0, conflict("%d days of employees aren't settled yet, such as one on %v; wait until the source has brought everything", unsettled.unsettled, unsettled.example)
	}
	return people, nil
}

// publish makes a series the valid one, if no other is.
func (p *Periods) publish(ctx context.Context, expected uint64, closing timesheet.Closing, rules Rules) (timesheet.Closing, error) {
	text, err := p.codec.header(closing, rules.Days.For("").Rule(closing.Month.Last()).Zone, texts{rules.RulesText, rules.DirectoryText})
	if err == nil {
		err = timesheet.CheckDocument(documentName(closing.Month), text)
	}
	if err != nil {
		return timesheet.Closing{}, errors.Join(err, p.undo(ctx, closing.Series))
	}
	_, err = p.o.Store.SetDocument(ctx, documentName(closing.Month), expected, text)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoing)
	defer cancel()
	if err != nil {
		// It may be set all the same, now or a little later: whoever takes the records away
		// has to know that it is another one.
		now, lookErr := p.Closed(ctx, closing.Month)
		switch {
		case lookErr != nil || now == nil:
			return timesheet.Closing{}, errors.Join(err, lookErr)
		case now.Closing != closing.Closing:
			return timesheet.Closing{}, errors.Join(closedBy(now), p.o.Store.Unseal(ctx, closing.Series))
		}
	}
	// What else was sealed of the month came to nothing, and its closing can't be valid any
	// more. It does no harm if it stays.
	_ = p.sweep(ctx, closing.Month)
	return closing, nil
}

// undo takes back what was sealed, if it can: nobody made it valid, nobody will.
func (p *Periods) undo(ctx context.Context, series timesheet.Series) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoing)
	defer cancel()
	return p.o.Store.Unseal(ctx, series)
}

func conflict(format string, args ...any) error {
	return timesheet.NewError(timesheet.Conflict, "", fmt.Errorf(format, args...))
}

func closedBy(c *timesheet.Closing) error {
	return conflict("it is closed already, since %s by %s", c.At.Time().Format(time.RFC3339), c.By)
}

package ingest

import (
	"context"
	"encoding/binary"
	"hash/fnv"
	"slices"
	"time"

	"timesheet"
)

// begin makes a tenure from the stored checkpoint. Tokens are asked for before it is
// read, so what the store loses later shows as another token.
func (p *Poller) begin(ctx context.Context) (*tenure, error) {
	tokens, err := p.probe(ctx)
	if err != nil {
		return nil, err
	}
	c, err := p.store.Checkpoint(ctx, p.o.Source)
	if err != nil {
		return nil, err
	}
	at, damage := positionOf(c)
	if damage != nil {
		p.log.Error("the checkpoint's state is of no use; reading begins at the settled row", "settled", c.Settled, "err", damage)
	}
	digest := digestOf(tokens)
	lost := p.tokens != nil && !slices.Equal(tokens, p.tokens) || at.tokens != 0 && at.tokens != digest
	switch {
	case c.Generation == 0:
		reason := "first start"
		if p.tokens != nil {
			reason = "the store has lost its checkpoint"
		}
		c, at, err = p.fromStart(ctx, c.Generation, at, digest, p.o.FromID, reason)
	case at.alarm != "" && p.o.OnReseed == RescanOnReseed:
		c, at, err = p.fromStart(ctx, c.Generation, at, digest, nil, at.alarm)
	case lost:
		c, at, err = p.goBack(ctx, c, at, digest)
	}
	if err != nil {
		return nil, err
	}
	p.tokens, at.tokens = tokens, digest
	if len(at.moments) == 0 { // first seen is at least now
		at.moments = []moment{{p.now(), at.readable, at.settled()}}
	}
	if at.asOf == 0 {
		at.asOf = p.now()
	}
	if err := p.rejected.refresh(ctx, p.store, p.o.Source); err != nil {
		return nil, err
	}
	p.update(func(s *timesheet.SourceStatus) { s.State = timesheet.SourceStarting })
	s := at.status()
	p.log.Info("reading the source", "generation", c.Generation, "settled", s.SettledID, "last_id", s.LastID, "open_gaps", s.OpenGaps)
	return p.newTenure(c.Generation, at), nil
}

func (p *Poller) newTenure(generation uint64, at position) *tenure {
	t := &tenure{
		p: p, generation: generation,
		flights: newFlights(p.o.Unacknowledged, at.clone()), landed: make(chan struct{}, 1),
	}
	t.polling = polling{
		at: at, ring: newRing(&p.o, at.moments), state: timesheet.SourceStarting, inspect: true,
		clock: clock{cap: max(3*p.o.Interval, min(3*time.Second, p.o.GapAge/10))},
		sweep: sweep{due: time.Now().Add(max(0, min(p.o.SweepEvery, at.swept.Add(p.o.SweepEvery).Sub(p.now()))))},
	}
	if at.swept == 0 {
		t.sweep.due = time.Now().Add(p.o.SweepEvery)
	}
	t.keeping = keeping{renewed: time.Now(), probed: time.Now(), written: at.clone()}
	return t
}

// fromStart begins a generation in which everything is read again, from an id on where
// one is given.
func (p *Poller) fromStart(ctx context.Context, generation uint64, was position, digest uint64, from *timesheet.RowID, reason string) (timesheet.Checkpoint, position, error) {
	start, err := p.start(ctx, from)
	if err != nil {
		return timesheet.Checkpoint{}, was, err
	}
	at := was.anew(start)
	at.tokens, at.asOf = digest, p.now()
	at.moments = []moment{{at.asOf, at.readable, start}}
	c, err := p.store.Rewind(ctx, p.o.Source, generation, start, at.encode(), reason)
	return c, at, err
}

// goBack begins a generation further back: the store has lost what it once had.
func (p *Poller) goBack(ctx context.Context, c timesheet.Checkpoint, was position, digest uint64) (timesheet.Checkpoint, position, error) {
	const reason = "the store was rolled back, emptied or restarted, or its entries were lowered"
	days, err := p.store.Days(ctx)
	if err != nil {
		return c, was, err
	}
	r := newRing(&p.o, was.moments)
	to, ok := r.before(p.now().Add(-p.o.RewindBy))
	if len(days) == 0 || !ok {
		if to, err = p.start(ctx, p.o.FromID); err != nil {
			return c, was, err
		}
	}
	to = min(to, c.Settled)
	at := was.rewound(to)
	if at.tokens = digest; len(at.moments) == 0 {
		at.asOf = p.now()
	}
	p.log.Warn(reason+"; rows are read again", "settled", c.Settled, "from", to, "everything", len(days) == 0 || !ok)
	c, err = p.store.Rewind(ctx, p.o.Source, c.Generation, to, at.encode(), reason)
	return c, at, err
}

// startOver begins a generation for a source whose ids began anew: a first id that was
// chosen among the old ones would leave rows out.
func (p *Poller) startOver(ctx context.Context, generation uint64, words string) {
	p.log.Error("everything is read again", "why", words)
	if _, _, err := p.fromStart(ctx, generation, position{}, digestOf(p.tokens), nil, words); err != nil {
		p.log.Warn("the checkpoint couldn't be rewound; the source will be looked at again", "err", err)
	}
}

// start is the id after which reading begins that has no checkpoint: below from, and
// where the first time to read was first seen.
func (p *Poller) start(ctx context.Context, from *timesheet.RowID) (timesheet.RowID, error) {
	id := lowest
	if from != nil {
		id = max(*from, lowest+1) - 1
	}
	if p.o.FromTime == nil {
		return id, nil
	}
	first, known, err := p.view.Since(ctx, *p.o.FromTime)
	if err != nil {
		return 0, err
	}
	if known {
		return max(id, first-1), nil
	}
	last, known, err := p.view.Highest(ctx, false)
	if err != nil || !known {
		return id, err
	}
	return max(id, last-youngGap), nil // rows in flight may have lower ids
}

// digestOf is a number for the store's state between two losses, the same for all
// instances. The server parts count only where partitions have different ones: a single
// server that goes back takes the checkpoint with it, and Pebble's names but one life.
func digestOf(tokens []timesheet.Token) uint64 {
	h := fnv.New64a()
	several := slices.ContainsFunc(tokens, func(t timesheet.Token) bool { return t.Server != tokens[0].Server })
	for _, t := range tokens {
		_ = binary.Write(h, binary.LittleEndian, uint64(t.Epoch)) // a hash takes everything
		if several {
			_, _ = h.Write(append([]byte(t.Server), 0))
		}
	}
	return max(1, h.Sum64())
}

package ingest

import (
	"context"
	"errors"
	"time"

	"timesheet"
)

// Source of the figures: a lease is renewed three times in its life, so one lost call
// doesn't lose it; a holder's death is noticed within LeaseFor and a third.
const (
	renewals  = 3
	probeFor  = time.Second     // between two looks at the store's tokens, at least
	writeFor  = time.Second     // between two checkpoints while something changes
	heartbeat = 2 * time.Second // between two while nothing does
)

// await waits until this instance holds the lease, and tells meanwhile what the one
// who does tells. false: ctx ended.
func (p *Poller) await(ctx context.Context) bool {
	holder := ""
	for ctx.Err() == nil {
		l, err := p.acquire(ctx)
		switch {
		case err != nil:
			p.storeAway(err, "the lease can't be asked for")
		case l.Nonce == p.nonce:
			return true
		default:
			if holder != l.Holder {
				p.calm()
				p.log.Info("another instance reads the source", "holder", l.Holder)
				holder = l.Holder
			}
			p.follow(ctx, l.Holder)
		}
		if !rest(ctx, min(max(p.o.Interval, time.Second), p.o.LeaseFor/renewals)) {
			return false
		}
	}
	return false
}

// acquire takes or renews the lease.
func (p *Poller) acquire(ctx context.Context) (timesheet.Lease, error) {
	within, cancel := context.WithTimeout(ctx, p.o.LeaseFor/2)
	defer cancel()
	return p.store.Acquire(within, p.o.Source, timesheet.Lease{Holder: p.o.Holder, Nonce: p.nonce}, p.o.LeaseFor)
}

// giveUp lets another instance begin at once. The context may have ended.
func (p *Poller) giveUp(ctx context.Context) {
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), 300*time.Millisecond)
	defer cancel()
	if err := p.store.Release(within, p.o.Source, p.nonce); err != nil {
		p.log.Warn("the lease couldn't be given up; it ends by itself", "err", err)
	}
	p.calm()
	p.update(func(s *timesheet.SourceStatus) { s.State, s.Holder = timesheet.SourceStarting, "" })
}

// follow tells what another holder tells.
func (p *Poller) follow(ctx context.Context, holder string) {
	within, cancel := context.WithTimeout(ctx, p.o.LeaseFor/2)
	defer cancel()
	c, err := p.store.Checkpoint(within, p.o.Source)
	if err != nil {
		p.storeAway(err, "the checkpoint can't be read")
		return
	}
	s, err := ReadState(c)
	if err != nil {
		p.storeAway(err, "the checkpoint of another instance can't be read")
		return
	}
	count, err := p.store.CountRejected(within, p.o.Source)
	if err != nil {
		p.storeAway(err, "rejected rows can't be counted")
		return
	}
	p.over(fromStore, "the store is back")
	s.Holder, s.Rejected = holder, count
	if c.Generation == 0 {
		s.AsOf = p.now()
	}
	p.update(func(now *timesheet.SourceStatus) { *now = s })
}

// storeAway tells that checkpoint and lease can't be had.
func (p *Poller) storeAway(err error, what string) {
	if errors.Is(err, context.Canceled) {
		return
	}
	if p.say(fromStore, trouble{"the store is out of reach: " + what, timesheet.SourceRetrying}) {
		p.log.Warn("the store is out of reach", "what", what, "err", err)
	}
}

// probe asks the store for the tokens of all partitions.
func (p *Poller) probe(ctx context.Context) ([]timesheet.Token, error) {
	within, cancel := context.WithTimeout(ctx, p.o.LeaseFor/2)
	defer cancel()
	deltas := make([]timesheet.Delta, p.store.Partitions())
	for i := range deltas {
		deltas[i].Partition = timesheet.Partition(i)
	}
	tokens := make([]timesheet.Token, len(deltas))
	for i, m := range p.store.Merge(within, deltas) {
		if m.Err != nil {
			return nil, m.Err
		}
		tokens[i] = m.Token
	}
	return tokens, nil
}

package ingest

import (
	"context"
	"errors"
	"slices"
	"time"

	"timesheet"
)

// keeping is what the goroutine that keeps lease and checkpoint knows.
type keeping struct {
	renewed time.Time // when the last renewal that succeeded was asked for
	asked   time.Time // when the last one was
	probed  time.Time
	wrote   time.Time // when the last checkpoint was, or should have been
	failed  bool      // whether the store was away since
	written position  // in it
	counted time.Time // when rejected rows were
	rates   []landing // of the last seconds
}

// landing says how many rows had landed at a time.
type landing struct {
	at   time.Time
	rows int64
}

// keep renews the lease, watches the store and writes checkpoints until ctx ends, or
// there is a reason to stop reading.
func (t *tenure) keep(ctx context.Context) error {
	tick := time.NewTicker(min(time.Second, t.p.o.LeaseFor/renewals))
	defer tick.Stop()
	for {
		for _, duty := range []func(context.Context) error{t.renew, t.watch, t.publish, t.count} {
			if err := duty(ctx); err != nil {
				return err
			}
		}
		select {
		case <-tick.C:
		case <-t.landed:
		case <-t.p.rescan:
			return errRewound
		case <-ctx.Done():
			return nil
		}
	}
}

// renew keeps the lease. One that may have been another's in between is as good as lost.
func (t *tenure) renew(ctx context.Context) error {
	p, now := t.p, time.Now()
	if now.Sub(t.asked) < p.o.LeaseFor/renewals {
		return nil
	}
	t.asked = now
	l, err := p.acquire(ctx)
	switch {
	case err == nil && l.Nonce != p.nonce:
		return errLeaseLost
	case time.Since(t.renewed) >= p.o.LeaseFor:
		return errLeaseInDoubt
	case err != nil:
		t.away(err, "the lease can't be renewed")
	default:
		t.renewed = now
	}
	return nil
}

// watch looks whether the store still is the one it was.
func (t *tenure) watch(ctx context.Context) error {
	if time.Since(t.probed) < probeFor {
		return nil
	}
	t.probed = time.Now()
	tokens, err := t.p.probe(ctx)
	if err != nil {
		t.away(err, "it can't be asked whether it is whole")
		return nil
	}
	if !slices.Equal(tokens, t.p.tokens) {
		return errStoreChanged
	}
	return nil
}

// publish tells how far the source is durable, and stores that from time to time.
func (t *tenure) publish(ctx context.Context) error {
	at, rows, _ := t.flights.durable()
	at.told = t.tell(&at, rows)
	since := time.Since(t.wrote)
	switch news := newsIn(&at, &t.written); {
	case news == urgent && !t.failed:
	case (news == some || t.failed) && since >= writeFor:
	case since >= heartbeat:
	default:
		return nil
	}
	err := t.write(ctx)
	switch {
	case err == nil:
		t.p.over(fromStore, "the store is back")
	case errors.Is(err, timesheet.Conflict):
		return errors.Join(errRewound, err)
	default:
		t.away(err, "the checkpoint can't be stored")
	}
	return nil
}

// away tells that the store is; the next checkpoint that it takes is the end of that.
func (t *tenure) away(err error, what string) {
	t.failed = true
	t.p.storeAway(err, what)
}

// write stores what is durable.
func (t *tenure) write(ctx context.Context) error {
	within, cancel := context.WithTimeout(ctx, t.p.o.LeaseFor/2)
	defer cancel()
	at, rows, _ := t.flights.durable()
	at.told = t.tell(&at, rows)
	t.wrote = time.Now()
	err := t.p.store.Advance(within, t.p.o.Source, t.p.nonce, timesheet.Checkpoint{
		Generation: t.generation, Settled: at.settled(), State: at.encode(),
	})
	if t.failed = err != nil; !t.failed {
		t.written = at
	}
	return err
}

// news is how much a checkpoint matters.
type news int

const (
	none news = iota
	some
	urgent // an alarm, or a backlog is done
)

func newsIn(at, written *position) news {
	switch {
	case at.alarm != written.alarm,
		at.told.state != written.told.state && at.told.state == timesheet.SourcePolling:
		return urgent
	case at.head != written.head, len(at.gaps) != len(written.gaps), at.missing() != written.missing(),
		at.told.state != written.told.state, at.told.trouble != written.told.trouble:
		return some
	default:
		return none
	}
}

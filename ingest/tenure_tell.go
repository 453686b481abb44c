package ingest

import (
	"context"
	"time"

	"timesheet"
)

// rateOver is over which time rows are counted for their rate.
const rateOver = 5 * time.Second

// tell tells the status of what is durable, and answers what others are to be told.
func (t *tenure) tell(at *position, rows int64) told {
	p, rate := t.p, t.rate(rows)
	p.update(func(s *timesheet.SourceStatus) {
		was := *s
		*s = at.status()
		s.Holder, s.Rejected, s.RowsPerSecond = p.o.Holder, was.Rejected, rate
		s.State, s.Error, s.LagRows = was.State, "", was.LagRows // the reader tells these
	})
	s := p.statusFor(fromStore) // who reads it in the store knows that this worked
	return told{holder: p.o.Holder, state: s.State, trouble: s.Error, lagRows: s.LagRows, rate: rate}
}

// rate is rows per second of the last seconds.
func (t *tenure) rate(rows int64) float64 {
	now := time.Now()
	if n := len(t.rates); n == 0 || now.Sub(t.rates[n-1].at) >= rateOver/10 {
		t.rates = append(t.rates, landing{now, rows})
	}
	for len(t.rates) > 1 && now.Sub(t.rates[1].at) >= rateOver {
		t.rates = t.rates[1:]
	}
	first := t.rates[0]
	if over := now.Sub(first.at); over > 0 {
		return float64(rows-first.rows) / over.Seconds()
	}
	return 0
}

// count tells how many rows are rejected.
func (t *tenure) count(ctx context.Context) error {
	if time.Since(t.counted) < time.Second {
		return nil
	}
	within, cancel := context.WithTimeout(ctx, t.p.o.LeaseFor/2)
	defer cancel()
	t.counted = time.Now()
	n, err := t.p.store.CountRejected(within, t.p.o.Source)
	if err != nil {
		t.away(err, "rejected rows can't be counted")
		return nil
	}
	t.p.update(func(s *timesheet.SourceStatus) { s.Rejected = n })
	return nil
}

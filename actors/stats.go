package actors

import "sync/atomic"

// Stats are counts since Start, except for the gauges Employees and Pending.
type Stats struct {
	Clockings   uint64 // reached their employee's actor; each counts once
	Redelivered uint64 // reached it again, since a merge failed or a token changed
	Unchanged   uint64 // of both: changed nothing that their actor knew
	Merged      uint64 // entries that were merged: joins of clockings that changed something
	Expired     uint64 // of them: dropped below the floor or under a tombstone
	Flushes     uint64 // calls of Store.Merge
	Retries     uint64 // deltas of a partition that failed and were tried again
	Stale       uint64 // tokens of partitions that turned out to be out of date
	Passivated  uint64 // employee actors that were stopped for idleness
	Panics      uint64 // recovered panics, each a defect
	DeadLetters uint64 // messages to actors that are gone

	Employees int // actors that live
	Pending   int // entries accepted and not answered
}

// counters are the fields of Stats, written by all shards and lanes.
type counters struct {
	clockings, redelivered, unchanged, merged, expired   atomic.Uint64
	flushes, retries, stale, passivated, panics, letters atomic.Uint64
	employees, pending                                   atomic.Int64
}

func (c *counters) stats() Stats {
	return Stats{
		Clockings:   c.clockings.Load(),
		Redelivered: c.redelivered.Load(),
		Unchanged:   c.unchanged.Load(),
		Merged:      c.merged.Load(),
		Expired:     c.expired.Load(),
		Flushes:     c.flushes.Load(),
		Retries:     c.retries.Load(),
		Stale:       c.stale.Load(),
		Passivated:  c.passivated.Load(),
		Panics:      c.panics.Load(),
		DeadLetters: c.letters.Load(),
		Employees:   int(c.employees.Load()),
		Pending:     int(c.pending.Load()),
	}
}

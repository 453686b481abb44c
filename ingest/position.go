package ingest

import (
	"slices"
	"time"

	"timesheet"
)

// position is how far a source was read, and all that is needed to read on from there.
// The store keeps it as Checkpoint.State.
type position struct {
	watermark
	moments  []moment
	readable time.Duration // how long the source could be read, since it was first read
	prints   []fingerprint // of the last rows read, ascending by id
	anchor   []fingerprint // of the last rows when they were checked last, likewise
	tokens   uint64        // digest of the store's tokens, see digestOf; 0 for unknown
	swept    timesheet.Instant
	asOf     timesheet.Instant
	complete timesheet.Instant // see SourceStatus.SettledAsOf
	next     candidate
	alarm    string // why nothing is read any more; "" for no alarm
	told     told
}

// told is what the one who reads a source tells the other instances.
type told struct {
	holder  string
	state   timesheet.SourceState
	trouble string
	lagRows int64
	rate    float64
}

// candidate is a moment at which all that was visible had been read, up to head. Ids below
// head that are missing may be rows on their way; once none is awaited, the moment is
// complete. The zero candidate stands for none.
type candidate struct {
	at   timesheet.Instant
	head timesheet.RowID
}

// settle notes that all that was visible at a moment, not after now, has been read. Where
// complete is still to come, a clock was wrong.
func (p *position) settle(at, now timesheet.Instant) {
	if p.complete > now {
		p.complete, p.next = 0, candidate{}
	}
	if p.next.at > 0 && p.next.at <= now && p.settled() >= p.next.head {
		p.complete, p.next = max(p.complete, p.next.at), candidate{}
	}
	if p.settled() == p.head {
		p.complete, p.next = max(p.complete, at), candidate{}
	} else if p.next.at <= 0 || p.next.at > now {
		p.next = candidate{at, p.head}
	}
}

// maxTrouble bounds each text of a position, in bytes.
const maxTrouble = 500

// clone is a copy that shares nothing with p.
func (p *position) clone() position {
	c := *p
	c.gaps, c.moments = slices.Clone(p.gaps), slices.Clone(p.moments)
	c.prints, c.anchor = slices.Clone(p.prints), slices.Clone(p.anchor)
	return c
}

// rewound is p set back to settled, or forward: all above it is to be read, as if it
// had never been.
func (p *position) rewound(settled timesheet.RowID) position {
	c := p.clone()
	c.watermark = watermark{head: settled}
	r := ring{moments: c.moments}
	r.truncate(settled)
	c.moments = r.moments
	if n := len(c.moments); n > 0 {
		c.asOf = min(c.asOf, c.moments[n-1].wall)
	}
	c.complete, c.next = min(c.complete, c.asOf), candidate{}
	return c
}

// anew is p for ids that began anew: only what is independent of them stays.
func (p *position) anew(settled timesheet.RowID) position {
	return position{watermark: watermark{head: settled}, readable: p.readable, tokens: p.tokens}
}

// positionOf is the position that a checkpoint has. An error says that the state was of
// no use; the position then is that of Settled alone.
func positionOf(c timesheet.Checkpoint) (position, error) {
	if len(c.State) == 0 {
		return position{watermark: watermark{head: c.Settled}}, nil
	}
	p, err := decodePosition(c.State)
	if err != nil {
		return position{watermark: watermark{head: c.Settled}}, err
	}
	if p.settled() != c.Settled {
		p = p.rewound(c.Settled)
	}
	return p, nil
}

// status is what p tells.
func (p *position) status() timesheet.SourceStatus {
	s := timesheet.SourceStatus{
		LastID: p.head, SettledID: p.settled(), OpenGaps: p.missing(), AsOf: p.asOf, SettledAsOf: p.complete,
		LagRows: p.told.lagRows, RowsPerSecond: p.told.rate,
		Holder: p.told.holder, State: p.told.state, Error: p.told.trouble,
	}
	if s.State == "" {
		s.State = timesheet.SourceStarting
	}
	if p.alarm != "" {
		s.State, s.Error = timesheet.SourceStopped, p.alarm
	}
	return s
}

// ReadState is what a checkpoint of a Poller tells: what the one who reads the source
// told when it was written. Rejected rows aren't in it. Errors: Internal for a state
// that no Poller wrote, or that is damaged; then the ids are those of Settled.
func ReadState(c timesheet.Checkpoint) (timesheet.SourceStatus, error) {
	p, err := positionOf(c)
	return p.status(), err
}

package actors

import (
	"timesheet"
)

// partition is a shard's view of one of its partitions; the shard and, during a
// visit, its employee actors touch it, all on one goroutine.
type partition struct {
	id      timesheet.Partition
	token   timesheet.Token // under which caches are valid
	version uint64          // of day rules that were read after token's epoch was learned

	// Rounds number what is handed to the employee actors: all between two
	// departures is one round. They grow and are never used twice. The first is 1,
	// so that 0 is before any since.
	round uint64 // gathers now
	since uint64 // what was handed over in earlier rounds counts as unknown

	deltas  []timesheet.Entry // of round
	waiting []*run            // handed over in round; answered when it has landed
	queue   []*run            // not handed over yet

	// The flight in the air, where airborne. Its deltas belong to the store until
	// it answers.
	airborne bool
	sent     []timesheet.Entry
	riding   []*run
	seats    []*run // empty: the memory of riding, for those who wait next
	flown    uint64 // round of the last flight

	listed   bool // in shard.ready
	held     bool // pauses after a failure
	refresh  bool // a run needs day rules that were read after it came
	alone    int  // so many runs at the queue's front are to fly one by one
	failures int  // in a row

	failing *outage // of the store here; nil while there is none
	down    error   // what runs are answered while held, once patience ended
}

// open tells whether a run may be handed over now.
func (p *partition) open() bool { return !p.held && !p.refresh && p.alone == 0 }

// pending tells whether what was handed over in round isn't durable yet.
func (p *partition) pending(round uint64) bool {
	return round >= p.since && (round == p.round || p.airborne && round == p.flown)
}

// depart makes the round that gathered a delta that is in the air; it is a probe
// where nothing gathered.
func (p *partition) depart() timesheet.Delta {
	p.airborne, p.flown = true, p.round
	p.round++
	p.sent, p.deltas = p.deltas, p.sent[:0]
	p.riding, p.waiting, p.seats = p.waiting, p.seats, nil
	return timesheet.Delta{Partition: p.id, Epoch: p.token.Epoch, Entries: p.sent}
}

// arrive takes the riders off the flight. The buffer of the deltas is used again
// only if the store answered: after a timeout it may still be read.
func (p *partition) arrive(answered bool) []*run {
	riders := p.riding
	p.airborne = false
	if !answered {
		p.sent = nil
	}
	p.sent, p.riding = p.sent[:0], nil
	return riders
}

// disembark takes the riders' memory back, when nobody else holds on to it.
func (p *partition) disembark(riders []*run) {
	clear(riders)
	p.seats = riders[:0]
}

// void forgets all that the employee actors know and what gathered; the runs of
// it are the caller's to place.
func (p *partition) void() []*run {
	waiting := p.waiting
	p.round++
	p.since = p.round
	p.deltas, p.waiting = p.deltas[:0], nil
	return waiting
}

// requeue voids p and puts all that waited in the air and on the ground in front
// of the queue.
func (p *partition) requeue(riders []*run) {
	queue := append(riders, p.void()...)
	p.queue = append(queue, p.queue...)
}

// settle counts a run that flew alone as done with.
func (p *partition) settle(riders []*run) {
	if p.alone > 0 && len(riders) > 0 {
		p.alone--
	}
}

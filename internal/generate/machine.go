package generate

import (
	"math/rand/v2"

	"timesheet"
)

const wallDay = timesheet.Wall(86_400_000)

// uploaded is when machine sends what was clocked on it: seconds later, or after
// the end of an outage. What waited for a connection trickles in within a minute.
func (s *Staff) uploaded(machine int, clocked timesheet.Wall, rng *rand.Rand) timesheet.Wall {
	sent := clocked + timesheet.Wall(1+rng.IntN(8))*1000
	today := timesheet.Day(clocked / wallDay)
	for d := today - 2; d <= today; d++ {
		from, to := s.outage(machine, d)
		if sent >= from && sent < to {
			return to + timesheet.Wall(rng.IntN(60))*1000
		}
	}
	return sent
}

// outage is when machine has no connection, if it loses it on d: on 1 day in 30 for
// up to four hours, on 1 in 120 until the morning a day or two later. from = to
// where it doesn't.
func (s *Staff) outage(machine int, d timesheet.Day) (from, to timesheet.Wall) {
	rng := rand.New(rand.NewPCG(s.seed+1, mix(uint64(machine), uint64(d))))
	from = midnight(d) + 5*hour*1000 + timesheet.Wall(rng.IntN(15*hour))*1000
	switch kind := rng.IntN(120); {
	case kind == 0:
		return from, midnight(d+1+timesheet.Day(rng.IntN(2))) + 9*hour*1000 + timesheet.Wall(rng.IntN(hour))*1000
	case kind <= 4:
		return from, from + 20*minute*1000 + timesheet.Wall(rng.IntN(4*hour-20*minute))*1000
	default:
		return from, from
	}
}

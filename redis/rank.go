package redis

import (
	"sync"

	"timesheet"
)

// rank is where an entry stands among the others: by one comparison, nearly always.
type rank struct {
	order uint64 // the day and what tells employees apart
	at    int    // its index in the delta
}

// rankings keeps the memory of ranks.
var rankings = sync.Pool{New: func() any { return new([]rank) }}

// rankOf ranks e. Only in a day that is split does it matter by which hash; in others
// the end of an id, which differs most, is one.
func rankOf(e *timesheet.Entry, split, at int) rank {
	var low uint32
	if split > 1 {
		low = hashOf(e.Employee)
	} else {
		for i := max(0, len(e.Employee)-4); i < len(e.Employee); i++ {
			low = low<<8 | uint32(e.Employee[i])
		}
	}
	return rank{uint64(e.Day)<<32 | uint64(low), at}
}

// splits are the splits of the days of a delta, which mostly has one: into how many
// hashes each is split.
type splits struct {
	day   timesheet.Day
	n     int                   // of day; 0 for none yet
	other map[timesheet.Day]int // of other days
}

func (s *splits) of(day timesheet.Day) int {
	if day == s.day {
		return s.n
	}
	return s.other[day]
}

func (s *splits) set(day timesheet.Day, n int) {
	if s.n == 0 {
		s.day, s.n = day, n
		return
	}
	if s.other == nil {
		s.other = make(map[timesheet.Day]int)
	}
	s.other[day] = n
}

package load

import (
	"time"

	"timesheet"
)

// Clocking is one clocking of a workload, by numbers alone: texts are made of it when
// it is sent, and arrays are enough to keep account of it.
type Clocking struct {
	Employee int32 // index, 0 to Employees-1
	Day      int32 // days after Workload.From
	Second   int32 // of the day, by the clock on the wall
}

// Machines are used from opening on, for openSeconds.
const (
	opening     = 6 * 3600
	openSeconds = 14 * 3600
)

// Stream is a workload's clockings, one after another without end, the same for the
// same workload. It is not safe for concurrent use.
type Stream struct {
	w       Workload
	perDay  int64 // clockings of all employees on a day
	pass    uint64
	day     int64   // the first of the current window
	window  int64   // its days
	at      int64   // how many clockings of the window are out
	walks   []walk  // of the window's days and rounds
	shuffle shuffle // of the window
	held    held
}

// NewStream begins w. Its errors are Invalid and name all that is wrong.
func NewStream(w Workload, now time.Time) (*Stream, error) {
	if err := w.Validate(now); err != nil {
		return nil, err
	}
	w = w.withDefaults(now)
	s := &Stream{w: w, perDay: int64(w.Employees) * int64(w.PerDay), day: -1}
	s.held = newHeld(w, s.perDay)
	s.open(0)
	return s, nil
}

// Workload is what s is made of, with its defaults.
func (s *Stream) Workload() Workload { return s.w }

// Date is the day of c.
func (w Workload) Date(c Clocking) timesheet.Day { return w.From + timesheet.Day(c.Day) }

// Next appends the next n clockings to dst.
func (s *Stream) Next(dst []Clocking, n int) []Clocking {
	if s.held.idle() {
		for range n {
			dst = append(dst, s.fresh())
		}
		return dst
	}
	for range n {
		dst = append(dst, s.held.next(s.fresh))
	}
	return dst
}

// open begins the window of days that starts at day.
func (s *Stream) open(day int64) {
	if day >= int64(s.w.Days) {
		day = 0
		s.pass++
	}
	s.day, s.window, s.at = day, 1, 0
	if s.w.Order == Shuffled {
		s.window = min(shuffleDays, int64(s.w.Days)-day)
		s.shuffle = newShuffle(uint64(s.window*s.perDay), mix(s.w.Seed^s.pass, uint64(day)))
	}
	s.walks = s.walks[:0]
	for d := range s.window {
		for nth := range s.w.PerDay {
			s.walks = append(s.walks, newWalk(s.w, s.pass, uint64(day+d), uint64(nth)))
		}
	}
}

// fresh is the next clocking that wasn't there before.
func (s *Stream) fresh() Clocking {
	if s.at == s.window*s.perDay {
		s.open(s.day + s.window)
	}
	k, n := s.at, int64(s.w.Employees)
	s.at++
	switch s.w.Order {
	case ByID:
		e, nth := k/int64(s.w.PerDay), k%int64(s.w.PerDay)
		w := &s.walks[nth]
		return s.clocking(e, 0, nth, w.slotOf(e, n), w)
	case Shuffled:
		k = int64(s.shuffle.of(uint64(k)))
	}
	round, slot := k/n, k%n // rounds of all days of the window
	w := &s.walks[round]
	return s.clocking(w.employee(slot, n), round/int64(s.w.PerDay), round%int64(s.w.PerDay), slot, w)
}

// clocking is that of the employee who comes slot-th in the nth round of a day.
func (s *Stream) clocking(employee, day, nth, slot int64, w *walk) Clocking {
	length := int64(openSeconds / s.w.PerDay)
	second := opening + openSeconds*nth/int64(s.w.PerDay) + (length*slot+w.jitter)/int64(s.w.Employees)
	return Clocking{Employee: int32(employee), Day: int32(s.day + day), Second: int32(second)}
}

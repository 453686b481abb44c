package clocking

import (
	"iter"
	"slices"
	"time"

	"timesheet"
	"timesheet/internal/generate"
)

// Live is a made-up staff that comes and goes, as seen by the system: its touches
// arrive when the machines upload them.
type Live struct {
	Staff *generate.Staff
	// Now is the moment at which the arrivals begin, From the moment that the staff
	// is at then; From is Now or earlier.
	Now, From time.Time
	// Speed is how much faster than a clock the staff lives until it has come from From
	// to the present; 1 by default. From there on it lives as everybody: machines show no
	// time to come.
	Speed float64
	Days  int // of history before From
}

// History are the touches of Days uploaded before From, in their order.
func (l Live) History() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for t := range l.touches(timesheet.DayOf(l.start().Date()) - timesheet.Day(l.Days)) {
			if !t.uploaded.Before(l.From) || !yield(t.row) {
				return
			}
		}
	}
}

// Arrivals are the touches uploaded from From on, without end.
func (l Live) Arrivals() iter.Seq[Arrival] {
	earliest := timesheet.DayOf(l.start().Date()) - timesheet.Day(min(l.Days, int(generate.MaxDelay/(24*time.Hour))+2))
	return func(yield func(Arrival) bool) {
		for t := range l.touches(earliest) {
			if !t.uploaded.Before(l.From) && !yield(Arrival{t.row, l.due(t.uploaded)}) {
				return
			}
		}
	}
}

func (l Live) start() time.Time { return l.From.In(l.Staff.Location()) }

// due is when the staff gets to the moment, counted from Now.
func (l Live) due(at time.Time) time.Duration {
	ahead, behind := at.Sub(l.From), l.Now.Sub(l.From)
	fast := time.Duration(float64(ahead) / max(l.Speed, 1))
	return max(fast, ahead-behind)
}

// uploadedRow is a touch that has become a moment.
type uploadedRow struct {
	row      Row
	uploaded time.Time
}

// touches are those of the shifts from a day on, by their upload, without end.
func (l Live) touches(day timesheet.Day) iter.Seq[uploadedRow] {
	return func(yield func(uploadedRow) bool) {
		var queue []uploadedRow
		for ; ; day++ {
			for _, t := range l.Staff.Day(day) {
				queue = append(queue, l.row(t))
			}
			slices.SortStableFunc(queue, func(a, b uploadedRow) int { return a.uploaded.Compare(b.uploaded) })
			tomorrow := l.moment(timesheet.Wall(day+1) * timesheet.Wall(24*time.Hour/time.Millisecond))
			n, _ := slices.BinarySearchFunc(queue, tomorrow, func(u uploadedRow, t time.Time) int { return u.uploaded.Compare(t) })
			for _, u := range queue[:n] { // nothing of the days to come is uploaded before
				if !yield(u) {
					return
				}
			}
			queue = append(queue[:0], queue[n:]...)
		}
	}
}

func (l Live) row(t generate.Touch) uploadedRow {
	return uploadedRow{Row{Employee: string(t.Employee), At: Zoned(l.moment(t.Wall))}, l.moment(t.Uploaded)}
}

// moment is when clocks at the staff's place show w.
func (l Live) moment(w timesheet.Wall) time.Time {
	utc := timesheet.Instant(w).Time()
	return time.Date(utc.Year(), utc.Month(), utc.Day(), utc.Hour(), utc.Minute(), utc.Second(), 0, l.Staff.Location())
}

// Stamped are rows of all employees in turn, without end, each with the time at which
// it is taken: load at any rate whose times are plausible.
func Stamped(staff *generate.Staff, now func() time.Time) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for {
			for _, id := range staff.Employees() {
				at := now().In(staff.Location()).Truncate(time.Second)
				if !yield(Row{Employee: string(id), At: Zoned(at)}) {
					return
				}
			}
		}
	}
}

// Backlog are n rows of the days before day, spread over all employees with four
// clockings a day each: made fast, for benchmarks.
func Backlog(staff *generate.Staff, day timesheet.Day, n int) iter.Seq[Row] {
	const perDay = 4
	aDay := max(len(staff.Employees())*perDay, 1)
	days := (n + aDay - 1) / aDay
	return func(yield func(Row) bool) {
		left := n
		for r := range Clockings(staff.Bulk(day-timesheet.Day(days), days, perDay)) {
			if left--; left < 0 || !yield(r) {
				return
			}
		}
	}
}

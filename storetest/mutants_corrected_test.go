package storetest

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"timesheet"
)

// correctedMutants read, tell and remove corrections wrongly.
var correctedMutants = []mutant{
	{"the withdrawn count", "correct/the withdrawn counts no more, until the next", func(m *Memory, b *broken) {
		b.corrected = func(_ context.Context, from, to timesheet.Day, _ string, _ int) ([]timesheet.Correction, string, error) {
			return m.counting(from, to, func(history []timesheet.Correction) timesheet.Correction { return history[len(history)-1] }), "", nil
		}
	}},
	{"what was said before a withdrawal counts", "correct/the withdrawn counts no more, until the next", func(m *Memory, b *broken) {
		b.corrected = func(_ context.Context, from, to timesheet.Day, _ string, _ int) ([]timesheet.Correction, string, error) {
			return m.counting(from, to, func(history []timesheet.Correction) (c timesheet.Correction) {
				for _, old := range history {
					if !old.Withdrawn {
						c = old
					}
				}
				return c
			}), "", nil
		}
	}},
	{"the oldest counts", "correct/pages of any size make the whole", func(m *Memory, b *broken) {
		b.corrected = func(_ context.Context, from, to timesheet.Day, _ string, _ int) ([]timesheet.Correction, string, error) {
			return m.counting(from, to, func(history []timesheet.Correction) timesheet.Correction { return history[0] }), "", nil
		}
	}},
	{"Corrections leaves out its last day", "correct/a range has both its ends and no more", func(m *Memory, b *broken) {
		b.corrections = func(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Correction, error) {
			return m.Corrections(ctx, e, from, to-1)
		}
	}},
	{"Corrected takes the day after", "correct/a range has both its ends and no more", func(m *Memory, b *broken) {
		b.corrected = func(ctx context.Context, from, to timesheet.Day, after string, limit int) ([]timesheet.Correction, string, error) {
			return m.Corrected(ctx, from, to+1, after, limit)
		}
	}},
	{"Corrections comes newest first", "correct/a range has both its ends and no more", func(m *Memory, b *broken) {
		b.corrections = func(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Correction, error) {
			cs, err := m.Corrections(ctx, e, from, to)
			slices.Reverse(cs)
			return cs, err
		}
	}},
	{"a page goes from number to number", "correct/what is there all the time comes exactly once", func(m *Memory, b *broken) {
		b.corrected = func(ctx context.Context, from, to timesheet.Day, after string, limit int) ([]timesheet.Correction, string, error) {
			all, _, err := m.Corrected(ctx, from, to, "", timesheet.MaxBoard)
			at, _ := strconv.Atoi(after)
			breathe() // so that others correct between two pages
			if end := at + limit; err == nil && end < len(all) {
				return all[at:end], strconv.Itoa(end), nil
			}
			return all[min(at, len(all)):], "", err
		}
	}},
	{"a cursor fits every range", "correct/bad pages are Invalid", func(m *Memory, b *broken) {
		b.corrected = func(ctx context.Context, from, to timesheet.Day, after string, limit int) ([]timesheet.Correction, string, error) {
			if _, err := parseCorrected(monday, monday+1, after); err == nil {
				from, to = monday, monday+1
			}
			return m.Corrected(ctx, from, to, after, limit)
		}
	}},
	{"corrections aren't told", "correct/the newest is told", func(m *Memory, b *broken) {
		b.watch = m.telling(func(_ int, c timesheet.Change) []timesheet.Change {
			if c.Kind == timesheet.Corrected {
				return nil
			}
			return []timesheet.Change{c}
		})
	}},
	{"a correction is told without its partition", "correct/the newest is told", func(m *Memory, b *broken) {
		b.watch = m.telling(func(_ int, c timesheet.Change) []timesheet.Change {
			c.Partition++
			return []timesheet.Change{c}
		})
	}},
	{"the withdrawal isn't told", "correct/odd ids are told", func(m *Memory, b *broken) {
		b.watch = m.telling(func(_ int, c timesheet.Change) []timesheet.Change {
			if c.Correction != nil && c.Correction.Withdrawn {
				return nil
			}
			return []timesheet.Change{c}
		})
	}},
	{"a correction removes its entry from the feed", "correct/an entry and its correction are told apart", func(m *Memory, b *broken) {
		b.watch = m.telling(func(_ int, c timesheet.Change) []timesheet.Change {
			if c.Kind == timesheet.Corrected {
				return []timesheet.Change{c, {Kind: timesheet.Removed, Partition: c.Partition, Entry: c.Entry}}
			}
			return []timesheet.Change{c}
		})
	}},
	{"what is kept already is told again", "correct/what changes nothing isn't told", func(m *Memory, b *broken) {
		b.correct = func(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
			kept, err := m.Correct(ctx, c, expected)
			if err == nil && kept == c && c.Key != "" {
				m.mu.Lock()
				defer m.mu.Unlock()
				m.tell(timesheet.Change{Kind: timesheet.Corrected, Partition: m.partitionOf(c.Employee), Entry: timesheet.Entry{Employee: c.Employee, Day: c.Day}, Correction: &kept})
			}
			return kept, err
		}
	}},
	{"a correction is told, then kept", "correct/what is told is durable, and in order", func(m *Memory, b *broken) {
		b.watch = m.telling(func(_ int, c timesheet.Change) []timesheet.Change {
			if c.Correction != nil {
				next := *c.Correction
				next.Seq++
				c.Correction = &next
			}
			return []timesheet.Change{c}
		})
	}},
	{"corrections are told in any order", "correct/what is told is durable, and in order", func(m *Memory, b *broken) {
		var held []timesheet.Change
		b.watch = m.telling(func(_ int, c timesheet.Change) []timesheet.Change {
			if held = append(held, c); len(held) < 2 {
				return nil
			}
			told := []timesheet.Change{held[1], held[0]}
			held = nil
			return told
		})
	}},
	{"Sync doesn't wait for corrections", "correct/Sync waits for corrections", func(m *Memory, b *broken) {
		b.watch = func(ctx context.Context) (timesheet.Feed, error) {
			f, err := m.telling(func(_ int, c timesheet.Change) []timesheet.Change {
				breathe()
				return []timesheet.Change{c}
			})(ctx)
			return hasty{f}, err
		}
	}},
	{"Purge leaves corrections", "purge/corrections before the floor are gone", func(m *Memory, b *broken) {
		b.purge = func(ctx context.Context, floor timesheet.Day) (n int, err error) {
			m.keepingSaid(func() { n, err = m.Purge(ctx, floor) })
			return n, err
		}
	}},
	{"Purge takes the corrections of the floor's day", "purge/corrections before the floor are gone", func(m *Memory, b *broken) {
		b.purge = func(ctx context.Context, floor timesheet.Day) (int, error) {
			m.mu.Lock()
			delete(m.data.corrections, floor)
			m.mu.Unlock()
			return m.Purge(ctx, floor)
		}
	}},
	{"Purge counts corrections", "purge/corrections before the floor are gone", func(m *Memory, b *broken) {
		b.purge = func(ctx context.Context, floor timesheet.Day) (int, error) {
			gone := len(m.counting(timesheet.FirstDay, floor-1, func(h []timesheet.Correction) timesheet.Correction { return h[0] }))
			n, err := m.Purge(ctx, floor)
			return n + gone, err
		}
	}},
	{"a purge of corrections alone isn't told", "purge/a purge of corrections alone is told", func(m *Memory, b *broken) {
		b.watch = m.telling(func(_ int, c timesheet.Change) []timesheet.Change {
			if c.Kind == timesheet.Reset {
				return nil
			}
			return []timesheet.Change{c}
		})
	}},
	{"Correct ignores the floor", "purge/corrections before the floor are gone", func(m *Memory, b *broken) {
		b.correct = m.unguarded(func(s *state) { s.floor = timesheet.FirstDay }, func() {})
	}},
	{"Correct looks at the floor, then keeps", "purge/corrections and records during a purge end on one side of it", func(m *Memory, b *broken) {
		b.correct = m.unguarded(func(*state) {}, breathe)
	}},
	{"Erase leaves corrections", "erase/corrections of the employee are gone, and no others", func(m *Memory, b *broken) {
		b.erase = func(ctx context.Context, e timesheet.EmployeeID) (n int, err error) {
			m.keepingSaid(func() { n, err = m.Erase(ctx, e) })
			return n, err
		}
	}},
	{"Erase takes the corrections of its days", "erase/corrections of the employee are gone, and no others", func(m *Memory, b *broken) {
		b.erase = func(ctx context.Context, e timesheet.EmployeeID) (int, error) {
			m.mu.Lock()
			maps.DeleteFunc(m.data.corrections, func(_ timesheet.Day, hs map[timesheet.EmployeeID][]timesheet.Correction) bool { return hs[e] != nil })
			m.mu.Unlock()
			return m.Erase(ctx, e)
		}
	}},
	{"Correct ignores tombstones", "erase/corrections of the employee are gone, and no others", func(m *Memory, b *broken) {
		b.correct = m.unguarded(func(s *state) { s.tombstones = nil }, func() {})
	}},
	{"Correct looks for a tombstone, then keeps", "erase/nothing of the erased is corrected or sealed meanwhile", func(m *Memory, b *broken) {
		b.correct = m.unguarded(func(*state) {}, breathe)
	}},
}

// counting is what counts of each history from day to day, as choose says.
func (m *Memory) counting(from, to timesheet.Day, choose func([]timesheet.Correction) timesheet.Correction) (cs []timesheet.Correction) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for d, histories := range m.data.corrections {
		for _, history := range histories {
			if c := choose(history); from <= d && d <= to && c.Seq > 0 {
				cs = append(cs, c)
			}
		}
	}
	return cs
}

// keepingSaid does what must leave corrections and sealed records alone.
func (m *Memory) keepingSaid(do func()) {
	m.mu.Lock()
	before := m.data.clone()
	m.mu.Unlock()
	do()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.data.corrections, m.data.sealed = before.corrections, before.sealed
}

// unguarded is a Correct that checks the floor and the tombstones of a state that it
// changes, and keeps what it is given a moment later.
func (m *Memory) unguarded(change func(*state), between func()) func(context.Context, timesheet.Correction, uint64) (timesheet.Correction, error) {
	return func(_ context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
		m.mu.Lock()
		seen := m.data.clone()
		m.mu.Unlock()
		change(&seen)
		if seen.expired(timesheet.Entry{Employee: c.Employee, Day: c.Day}) {
			return timesheet.Correction{}, timesheet.NotFound
		}
		between()
		m.mu.Lock()
		defer m.mu.Unlock()
		floor, tombstones := m.data.floor, m.data.tombstones
		m.data.floor, m.data.tombstones = timesheet.FirstDay, nil
		kept, _, err := m.data.correct(c, expected)
		m.data.floor, m.data.tombstones = floor, tombstones
		return kept, err
	}
}

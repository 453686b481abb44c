package storetest

import (
	"context"
	"slices"
	"strconv"

	"timesheet"
)

// correctMutants keep corrections wrongly.
var correctMutants = []mutant{
	{"numbers count all days of an employee", "correct/each day of each employee counts from 1", func(m *Memory, b *broken) {
		b.correct = func(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
			before, err := m.Corrections(ctx, c.Employee, timesheet.FirstDay, timesheet.LastDay)
			if err != nil {
				return c, err
			}
			kept, err := m.Correct(ctx, c, expected)
			kept.Seq = uint64(len(before) + 1)
			return kept, err
		}
	}},
	{"whatever is expected is right", "correct/another expected number is a conflict and changes nothing", func(m *Memory, b *broken) {
		b.correct = func(ctx context.Context, c timesheet.Correction, _ uint64) (timesheet.Correction, error) {
			return m.Correct(ctx, c, timesheet.AnySeq)
		}
	}},
	{"an older number will do", "correct/another expected number is a conflict and changes nothing", func(m *Memory, b *broken) {
		b.correct = func(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
			if newest := m.newestOf(c); expected < newest {
				expected = newest
			}
			return m.Correct(ctx, c, expected)
		}
	}},
	{"a refused correction is there all the same", "correct/another expected number is a conflict and changes nothing", func(m *Memory, b *broken) {
		b.correct = func(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
			kept, err := m.Correct(ctx, c, expected)
			if err != nil {
				_, _ = m.Correct(ctx, c, timesheet.AnySeq)
			}
			return kept, err
		}
	}},
	{"corrections are compared, then kept", "correct/of many that expect the same one wins", func(m *Memory, b *broken) {
		b.correct = func(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
			if m.newestOf(c) != expected {
				return m.Correct(ctx, c, expected)
			}
			breathe()
			return m.Correct(ctx, c, timesheet.AnySeq)
		}
	}},
	{"corrections are counted, then kept", "correct/of many at once all are in the history, each with a number of its own", func(m *Memory, b *broken) {
		b.correct = func(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
			seq := m.newestOf(c) + 1
			breathe()
			kept, err := m.Correct(ctx, c, expected)
			kept.Seq = seq
			return kept, err
		}
	}},
	{"the caller's number counts", "correct/the number given is ignored", func(m *Memory, b *broken) {
		b.correct = func(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
			kept, err := m.Correct(ctx, c, expected)
			if c.Seq > 0 {
				kept.Seq = c.Seq
			}
			return kept, err
		}
	}},
	{"keys are ignored", "correct/a key makes sending again harmless", func(m *Memory, b *broken) {
		b.correct = func(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
			key := c.Key
			c.Key += strconv.FormatUint(m.newestOf(c), 10)
			kept, err := m.Correct(ctx, c, expected)
			kept.Key = key
			return kept, err
		}
	}},
	{"what is expected comes before the key", "correct/a key makes sending again harmless", func(m *Memory, b *broken) {
		b.correct = func(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
			if expected != timesheet.AnySeq && expected != m.newestOf(c) {
				return timesheet.Correction{}, timesheet.Conflict
			}
			return m.Correct(ctx, c, expected)
		}
	}},
	{"a key stands for whatever came first", "correct/a key makes sending again harmless", func(m *Memory, b *broken) {
		b.correct = func(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
			kept, err := m.Correct(ctx, c, expected)
			if old := m.keyedAs(c); err != nil && c.Key != "" && old.Seq > 0 {
				return old, nil
			}
			return kept, err
		}
	}},
	{"sending again needs the same moment", "correct/a key makes sending again harmless", func(m *Memory, b *broken) {
		b.correct = func(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
			if old := m.keyedAs(c); c.Key != "" && old.Seq > 0 && old.At != c.At {
				return timesheet.Correction{}, timesheet.Conflict
			}
			return m.Correct(ctx, c, expected)
		}
	}},
	{"keys are all employees'", "correct/keys are those of one employee and day", func(m *Memory, b *broken) {
		used := make(map[string]timesheet.Correction)
		b.correct = func(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
			if old, ok := used[c.Key]; ok && c.Key != "" {
				return old, nil
			}
			kept, err := m.Correct(ctx, c, expected)
			used[c.Key] = kept
			return kept, err
		}
	}},
	{"no key is a key", "correct/each day of each employee counts from 1", func(m *Memory, b *broken) {
		b.correct = func(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
			if old := m.keyedAs(c); old.Seq > 0 {
				return old, nil
			}
			return m.Correct(ctx, c, expected)
		}
	}},
	{"keys are looked for, then kept", "correct/one key sent many times at once is kept once", func(m *Memory, b *broken) {
		b.correct = func(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
			if m.keyedAs(c).Seq > 0 {
				return m.Correct(ctx, c, expected)
			}
			breathe()
			c.Key += strconv.FormatUint(m.newestOf(c), 10)
			return m.Correct(ctx, c, timesheet.AnySeq)
		}
	}},
	{"a history has no end", "correct/a history has an end", func(m *Memory, b *broken) {
		b.correct = func(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
			kept, err := m.Correct(ctx, c, expected)
			if n := m.newestOf(c); err != nil && n >= timesheet.MaxCorrections {
				c.Seq = n + 1
				return c, nil
			}
			return kept, err
		}
	}},
	{"a full history knows no keys", "correct/a history has an end", func(m *Memory, b *broken) {
		b.correct = func(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
			if m.newestOf(c) >= timesheet.MaxCorrections {
				return timesheet.Correction{}, timesheet.Conflict
			}
			return m.Correct(ctx, c, expected)
		}
	}},
	{"everything can be kept", "correct/what can't be kept is Invalid and changes nothing", func(m *Memory, b *broken) {
		b.correct = func(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
			kept, err := m.Correct(ctx, c, expected)
			if timesheet.CodeOf(err) == timesheet.Invalid {
				err = nil
			}
			return kept, err
		}
	}},
	{"what was seen isn't kept", "correct/what is said is kept, whatever it is", func(m *Memory, b *broken) {
		b.corrections = func(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Correction, error) {
			cs, err := m.Corrections(ctx, e, from, to)
			for i := range cs {
				cs[i].SeenLatest = 0
			}
			return cs, err
		}
	}},
	{"a correction mints an epoch", "correct/entries and epochs stay as they are", func(m *Memory, b *broken) {
		b.correct = func(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
			m.mintAll()
			return m.Correct(ctx, c, expected)
		}
	}},
	{"a correction makes an entry", "correct/entries and epochs stay as they are", func(m *Memory, b *broken) {
		b.correct = func(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
			m.mu.Lock()
			m.data.put(entry(c.Employee, c.Day, 8, 17))
			m.mu.Unlock()
			return m.Correct(ctx, c, expected)
		}
	}},
	{"removing an entry takes its corrections", "correct/replacing and removing an entry leaves its corrections", func(m *Memory, b *broken) {
		b.replace = func(ctx context.Context, rs []timesheet.Replacement) []error {
			if rs[0].New.IsZero() {
				m.mu.Lock()
				delete(m.data.corrections, rs[0].Old.Day)
				m.mu.Unlock()
			}
			return m.Replace(ctx, rs)
		}
	}},
	{"corrections are lost at a restart", "again/corrections", func(m *Memory, b *broken) {
		b.again = func() *Memory {
			m.mu.Lock()
			clear(m.data.corrections)
			m.mu.Unlock()
			return m.Another()
		}
	}},
	{"corrections are each handle's own", "correct/of many at once all are in the history, each with a number of its own", func(_ *Memory, b *broken) {
		own := NewMemory(16)
		b.correct, b.corrections, b.corrected = own.Correct, own.Corrections, own.Corrected
	}},
}

// newestOf is the number of the newest correction of c's employee and day.
func (m *Memory) newestOf(c timesheet.Correction) uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return uint64(len(m.data.corrections[c.Day][c.Employee]))
}

// keyedAs is the correction of c's employee and day with its key, or with none either.
func (m *Memory) keyedAs(c timesheet.Correction) timesheet.Correction {
	m.mu.Lock()
	defer m.mu.Unlock()
	history := m.data.corrections[c.Day][c.Employee]
	if i := slices.IndexFunc(history, func(old timesheet.Correction) bool { return old.Key == c.Key }); i >= 0 {
		return history[i]
	}
	return timesheet.Correction{}
}

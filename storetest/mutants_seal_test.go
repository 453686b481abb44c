package storetest

import (
	"context"
	"maps"
	"slices"

	"timesheet"
)

// sealMutants keep sealed records wrongly.
var sealMutants = []mutant{
	{"records come in the order of sealing", "seal/records come by employee, in pages of any size", func(m *Memory, b *broken) {
		b.sealed = func(ctx context.Context, s timesheet.Series, after timesheet.EmployeeID, limit int) ([]timesheet.Sealed, error) {
			rs, err := m.Sealed(ctx, s, after, limit)
			slices.Reverse(rs)
			return rs, err
		}
	}},
	{"a page begins with the last of the one before", "seal/records come by employee, in pages of any size", func(m *Memory, b *broken) {
		b.sealed = func(ctx context.Context, s timesheet.Series, after timesheet.EmployeeID, limit int) ([]timesheet.Sealed, error) {
			if after != "" {
				return m.Sealed(ctx, s, after[:len(after)-1], limit)
			}
			return m.Sealed(ctx, s, after, limit)
		}
	}},
	{"a page is one longer", "seal/records come by employee, in pages of any size", func(m *Memory, b *broken) {
		b.sealed = func(ctx context.Context, s timesheet.Series, after timesheet.EmployeeID, limit int) ([]timesheet.Sealed, error) {
			return m.Sealed(ctx, s, after, min(limit+1, timesheet.MaxSealedPage))
		}
	}},
	{"a record of nobody is an empty one", "seal/each is found by its employee", func(m *Memory, b *broken) {
		b.sealedOf = func(ctx context.Context, s timesheet.Series, e timesheet.EmployeeID) (timesheet.Sealed, error) {
			r, err := m.SealedOf(ctx, s, e)
			if timesheet.CodeOf(err) == timesheet.NotFound {
				return timesheet.Sealed{Employee: e}, nil
			}
			return r, err
		}
	}},
	{"all closings of a month are one", "seal/each is found by its employee", func(m *Memory, b *broken) {
		b.sealedOf = func(ctx context.Context, s timesheet.Series, e timesheet.EmployeeID) (timesheet.Sealed, error) {
			s.Closing = november.Closing
			return m.SealedOf(ctx, s, e)
		}
	}},
	{"the former record stays", "seal/a record takes the place of the former one", func(m *Memory, b *broken) {
		b.seal = func(ctx context.Context, s timesheet.Series, rs []timesheet.Sealed) error {
			return m.Seal(ctx, s, slices.DeleteFunc(slices.Clone(rs), func(r timesheet.Sealed) bool {
				_, err := m.SealedOf(ctx, s, r.Employee)
				return err == nil
			}))
		}
	}},
	{"a call takes the place of the series", "seal/a record takes the place of the former one", func(m *Memory, b *broken) {
		b.seal = func(ctx context.Context, s timesheet.Series, rs []timesheet.Sealed) error {
			if err := m.Unseal(ctx, s); err != nil {
				return err
			}
			return m.Seal(ctx, s, rs)
		}
	}},
	{"series come by closing", "seal/series are listed by month, and are independent", func(m *Memory, b *broken) {
		b.series = func(ctx context.Context) ([]timesheet.Series, error) {
			all, err := m.Series(ctx)
			slices.Reverse(all)
			return all, err
		}
	}},
	{"a month has one series", "seal/series are listed by month, and are independent", func(m *Memory, b *broken) {
		b.series = func(ctx context.Context) ([]timesheet.Series, error) {
			all, err := m.Series(ctx)
			return slices.CompactFunc(all, func(a, b timesheet.Series) bool { return a.Month == b.Month }), err
		}
	}},
	{"Unseal takes all closings of the month", "seal/a dropped series is gone", func(m *Memory, b *broken) {
		b.unseal = func(_ context.Context, s timesheet.Series) error {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.data.unseal(func(other timesheet.Series, _ timesheet.EmployeeID) bool { return other.Month == s.Month })
			return nil
		}
	}},
	{"Unseal takes the name alone", "seal/a dropped series is gone", func(m *Memory, b *broken) {
		gone := make(map[timesheet.Series]bool)
		b.unseal = func(_ context.Context, s timesheet.Series) error {
			gone[s] = true
			return nil
		}
		b.series = func(ctx context.Context) ([]timesheet.Series, error) {
			all, err := m.Series(ctx)
			return slices.DeleteFunc(all, func(s timesheet.Series) bool { return gone[s] }), err
		}
	}},
	{"a series without records is listed", "seal/no records are none", func(m *Memory, b *broken) {
		b.seal = func(ctx context.Context, s timesheet.Series, rs []timesheet.Sealed) error {
			err := m.Seal(ctx, s, rs)
			m.mu.Lock()
			defer m.mu.Unlock()
			if m.data.sealed[s] == nil {
				m.data.sealed[s] = make(map[timesheet.EmployeeID][]byte)
			}
			return err
		}
	}},
	{"large records are cut", "seal/a page as large as can be", func(m *Memory, b *broken) {
		b.seal = func(ctx context.Context, s timesheet.Series, rs []timesheet.Sealed) error {
			rs = slices.Clone(rs)
			for i := range rs {
				rs[i].Data = rs[i].Data[:min(len(rs[i].Data), timesheet.MaxSealed-1)]
			}
			return m.Seal(ctx, s, rs)
		}
	}},
	{"the good ones of a bad call are kept", "seal/bad ones make the whole call Invalid", func(m *Memory, b *broken) {
		b.seal = func(ctx context.Context, s timesheet.Series, rs []timesheet.Sealed) error {
			err := m.Seal(ctx, s, rs)
			for _, r := range rs[:min(len(rs), timesheet.MaxSealedPage)] {
				_ = m.Seal(ctx, s, []timesheet.Sealed{r})
			}
			return err
		}
	}},
	{"any series will do", "seal/bad ones make the whole call Invalid", func(m *Memory, b *broken) {
		b.unseal = func(ctx context.Context, s timesheet.Series) error {
			if err := s.Validate(); err != nil {
				return nil
			}
			return m.Unseal(ctx, s)
		}
	}},
	{"the record given is kept", "seal/a record is the caller's before and after", func(m *Memory, b *broken) {
		b.seal = func(ctx context.Context, s timesheet.Series, rs []timesheet.Sealed) error {
			err := m.Seal(ctx, s, rs)
			m.mu.Lock()
			defer m.mu.Unlock()
			for _, r := range rs {
				m.data.sealed[s][r.Employee] = r.Data
			}
			return err
		}
	}},
	{"the record kept is given", "seal/a record is the caller's before and after", func(m *Memory, b *broken) {
		b.sealed = func(_ context.Context, s timesheet.Series, _ timesheet.EmployeeID, _ int) (rs []timesheet.Sealed, _ error) {
			m.mu.Lock()
			defer m.mu.Unlock()
			for _, e := range slices.Sorted(maps.Keys(m.data.sealed[s])) {
				rs = append(rs, timesheet.Sealed{Employee: e, Data: m.data.sealed[s][e]})
			}
			return rs, nil
		}
	}},
	{"of many seals at once one counts", "seal/many seal one series at once", func(m *Memory, b *broken) {
		b.seal = func(ctx context.Context, s timesheet.Series, rs []timesheet.Sealed) error {
			before, err := m.Sealed(ctx, s, "", timesheet.MaxSealedPage)
			if err != nil {
				return err
			}
			breathe()
			if err := m.Unseal(ctx, s); err != nil {
				return err
			}
			return m.Seal(ctx, s, append(before, rs...))
		}
	}},
	{"Purge leaves sealed months", "purge/sealed months that end before the floor are gone", func(m *Memory, b *broken) {
		b.purge = func(ctx context.Context, floor timesheet.Day) (n int, err error) {
			m.keepingSaid(func() { n, err = m.Purge(ctx, floor) })
			return n, err
		}
	}},
	{"Purge takes the floor's month", "purge/sealed months that end before the floor are gone", func(m *Memory, b *broken) {
		b.purge = func(ctx context.Context, floor timesheet.Day) (int, error) {
			m.mu.Lock()
			m.data.unseal(func(s timesheet.Series, _ timesheet.EmployeeID) bool { return s.Month.First() < floor })
			m.mu.Unlock()
			return m.Purge(ctx, floor)
		}
	}},
	{"Seal ignores the floor", "purge/sealed months that end before the floor are gone", func(m *Memory, b *broken) {
		b.seal = m.sealing(func(timesheet.Series, timesheet.EmployeeID) bool { return true })
	}},
	{"Erase leaves sealed records", "erase/sealed records of the employee are gone from all series", func(m *Memory, b *broken) {
		b.erase = func(ctx context.Context, e timesheet.EmployeeID) (n int, err error) {
			m.keepingSaid(func() { n, err = m.Erase(ctx, e) })
			return n, err
		}
	}},
	{"Erase takes whole series", "erase/sealed records of the employee are gone from all series", func(m *Memory, b *broken) {
		b.erase = func(ctx context.Context, e timesheet.EmployeeID) (int, error) {
			m.mu.Lock()
			m.data.unseal(func(s timesheet.Series, _ timesheet.EmployeeID) bool { return m.data.sealed[s][e] != nil })
			m.mu.Unlock()
			return m.Erase(ctx, e)
		}
	}},
	{"Seal ignores tombstones", "erase/sealed records of the employee are gone from all series", func(m *Memory, b *broken) {
		b.seal = m.sealing(func(timesheet.Series, timesheet.EmployeeID) bool { return true })
	}},
	{"Seal looks for tombstones, then keeps", "erase/nothing of the erased is corrected or sealed meanwhile", func(m *Memory, b *broken) {
		b.seal = m.sealing(func(_ timesheet.Series, e timesheet.EmployeeID) bool {
			m.mu.Lock()
			gone := m.data.erased(e)
			m.mu.Unlock()
			breathe()
			return !gone
		})
	}},
	{"sealed records are lost at a restart", "again/sealed records", func(m *Memory, b *broken) {
		b.again = func() *Memory {
			m.mu.Lock()
			clear(m.data.sealed)
			m.mu.Unlock()
			return m.Another()
		}
	}},
}

// sealing is a Seal that keeps what keep says, whatever the floor and the tombstones are.
func (m *Memory) sealing(keep func(timesheet.Series, timesheet.EmployeeID) bool) func(context.Context, timesheet.Series, []timesheet.Sealed) error {
	return func(_ context.Context, s timesheet.Series, rs []timesheet.Sealed) error {
		for _, r := range rs {
			if !keep(s, r.Employee) {
				continue
			}
			m.mu.Lock()
			if m.data.sealed[s] == nil {
				m.data.sealed[s] = make(map[timesheet.EmployeeID][]byte)
			}
			m.data.sealed[s][r.Employee] = r.Data
			m.mu.Unlock()
		}
		return nil
	}
}

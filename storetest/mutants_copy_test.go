package storetest

import (
	"bytes"
	"context"
	"slices"

	"timesheet"
)

// copyMutants answer what a copy needs wrongly.
var copyMutants = []mutant{
	{"empty documents have no name", "copy/the names of all documents", func(m *Memory, b *broken) {
		b.documents = func(ctx context.Context) ([]string, error) {
			names, err := m.Documents(ctx)
			return slices.DeleteFunc(names, func(name string) bool {
				d, err := m.Document(ctx, name)
				return err == nil && len(d.Text) == 0
			}), err
		}
	}},
	{"names come in any order", "copy/the names of all documents", func(m *Memory, b *broken) {
		b.documents = func(ctx context.Context) ([]string, error) {
			names, err := m.Documents(ctx)
			slices.Reverse(names)
			return names, err
		}
	}},
	{"a page cuts a history", "copy/all histories, whole, in pages of any size", func(m *Memory, b *broken) {
		b.histories = func(ctx context.Context, after string, limit int) ([]timesheet.Correction, string, error) {
			cs, next, err := m.Histories(ctx, after, limit)
			return cs[:min(len(cs), limit)], next, err
		}
	}},
	{"the withdrawn are in no history", "copy/all histories, whole, in pages of any size", func(m *Memory, b *broken) {
		b.histories = func(ctx context.Context, after string, limit int) ([]timesheet.Correction, string, error) {
			cs, next, err := m.Histories(ctx, after, limit)
			return slices.DeleteFunc(cs, func(c timesheet.Correction) bool { return c.Withdrawn }), next, err
		}
	}},
	{"the newest is the history", "copy/all histories, whole, in pages of any size", func(m *Memory, b *broken) {
		b.histories = func(ctx context.Context, after string, limit int) ([]timesheet.Correction, string, error) {
			return m.Corrected(ctx, timesheet.FirstDay, timesheet.LastDay, after, limit)
		}
	}},
	{"any page of histories will do", "copy/bad pages of histories are Invalid", func(m *Memory, b *broken) {
		b.histories = func(ctx context.Context, _ string, limit int) ([]timesheet.Correction, string, error) {
			return m.Histories(ctx, "", min(max(limit, 1), timesheet.MaxBoard))
		}
	}},
	{"tombstones are ids", "copy/tombstones are hashes by the secret", func(m *Memory, b *broken) {
		b.graves = func(ctx context.Context) (timesheet.Graves, error) {
			g, err := m.Graves(ctx)
			for i := range g.Hashes {
				g.Hashes[i] = bytes.Repeat([]byte{byte(i)}, timesheet.GraveBytes)
			}
			return g, err
		}
	}},
	{"tombstones come in any order", "copy/tombstones are hashes by the secret", func(m *Memory, b *broken) {
		b.graves = func(ctx context.Context) (timesheet.Graves, error) {
			g, err := m.Graves(ctx)
			slices.Reverse(g.Hashes)
			return g, err
		}
	}},
	{"Bury keeps its own secret", "copy/the buried are erased", func(m *Memory, b *broken) {
		b.bury = func(ctx context.Context, g timesheet.Graves) error {
			own, err := m.Graves(ctx)
			if err != nil {
				return err
			}
			return m.Bury(ctx, timesheet.Graves{Secret: own.Secret, Hashes: g.Hashes})
		}
	}},
	{"Bury leaves out the last", "copy/the buried are erased", func(m *Memory, b *broken) {
		b.bury = func(ctx context.Context, g timesheet.Graves) error {
			g.Hashes = g.Hashes[:max(len(g.Hashes)-1, 0)]
			return m.Bury(ctx, g)
		}
	}},
	{"Bury always fences", "copy/burying the same again changes nothing", func(m *Memory, b *broken) {
		b.bury = func(ctx context.Context, g timesheet.Graves) error {
			m.mintAll()
			return m.Bury(ctx, g)
		}
	}},
	{"Bury takes the place of what is there", "copy/what comes later is added", func(m *Memory, b *broken) {
		b.bury = func(ctx context.Context, g timesheet.Graves) error {
			m.mu.Lock()
			clear(m.data.tombstones)
			m.mu.Unlock()
			return m.Bury(ctx, g)
		}
	}},
	{"Bury doesn't fence", "copy/a merge on its way brings in nobody who is buried", func(m *Memory, b *broken) {
		b.bury = func(ctx context.Context, g timesheet.Graves) (err error) {
			m.keepingEpochs(func() { err = m.Bury(ctx, g) })
			return err
		}
	}},
	{"Bury takes anything", "copy/bad tombstones are Invalid", func(m *Memory, b *broken) {
		b.bury = func(ctx context.Context, g timesheet.Graves) error {
			if g.Validate() != nil {
				return nil
			}
			return m.Bury(ctx, g)
		}
	}},
	{"tombstones of another store are lost at a restart", "again/tombstones of another store", func(m *Memory, b *broken) {
		b.again = func() *Memory {
			m.mu.Lock()
			clear(m.data.tombstones)
			m.mu.Unlock()
			return m.Another()
		}
	}},
}

func (b *broken) Correct(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
	return b.correct(ctx, c, expected)
}

func (b *broken) Corrections(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Correction, error) {
	return b.corrections(ctx, e, from, to)
}

func (b *broken) Corrected(ctx context.Context, from, to timesheet.Day, after string, limit int) ([]timesheet.Correction, string, error) {
	return b.corrected(ctx, from, to, after, limit)
}

func (b *broken) Seal(ctx context.Context, s timesheet.Series, rs []timesheet.Sealed) error {
	return b.seal(ctx, s, rs)
}

func (b *broken) Sealed(ctx context.Context, s timesheet.Series, after timesheet.EmployeeID, limit int) ([]timesheet.Sealed, error) {
	return b.sealed(ctx, s, after, limit)
}

func (b *broken) SealedOf(ctx context.Context, s timesheet.Series, e timesheet.EmployeeID) (timesheet.Sealed, error) {
	return b.sealedOf(ctx, s, e)
}

func (b *broken) Series(ctx context.Context) ([]timesheet.Series, error) { return b.series(ctx) }

func (b *broken) Unseal(ctx context.Context, s timesheet.Series) error { return b.unseal(ctx, s) }

func (b *broken) Documents(ctx context.Context) ([]string, error) { return b.documents(ctx) }

func (b *broken) Histories(ctx context.Context, after string, limit int) ([]timesheet.Correction, string, error) {
	return b.histories(ctx, after, limit)
}

func (b *broken) Graves(ctx context.Context) (timesheet.Graves, error) { return b.graves(ctx) }

func (b *broken) Bury(ctx context.Context, g timesheet.Graves) error { return b.bury(ctx, g) }

package ingest

import (
	"encoding/binary"
	"hash/fnv"
	"slices"

	"timesheet"
)

// maxPrints is how many rows are fingerprinted: the last ones.
const maxPrints = 16

// fingerprint is how a row looked when it was read.
type fingerprint struct {
	id   timesheet.RowID
	hash uint64
}

// printOf is the same in all versions and processes: checkpoints keep it.
func printOf(r *timesheet.Row) fingerprint {
	h := fnv.New64a()
	wall, local := r.Clocking.At.Local()
	var b [17]byte
	binary.LittleEndian.PutUint64(b[0:], uint64(r.ID))
	binary.LittleEndian.PutUint64(b[8:], uint64(wall))
	if local {
		b[16] = 1
	}
	_, _ = h.Write(b[:]) // a hash takes everything
	_, _ = h.Write([]byte(r.Clocking.Employee))
	return fingerprint{r.ID, h.Sum64()}
}

// withPrints is prints with those of the rows above them; the last ones are kept. Rows
// that can't be used are left out: they are likely to be mended.
func withPrints(prints []fingerprint, rows []timesheet.Row) []fingerprint {
	last := lowest
	if n := len(prints); n > 0 {
		last = prints[n-1].id
	}
	first := len(rows)
	for n := 0; first > 0 && n < maxPrints && rows[first-1].ID > last; first-- {
		if rows[first-1].Fault == "" {
			n++
		}
	}
	for i := first; i < len(rows); i++ {
		if rows[i].Fault == "" {
			prints = append(prints, printOf(&rows[i]))
		}
	}
	return prints[max(0, len(prints)-maxPrints):]
}

// checked is what became of fingerprinted rows.
type checked struct {
	gone, changed []timesheet.RowID
	rows          []timesheet.Row // that changed, as they are now
	prints        []fingerprint   // of what is there, as it is now
}

// fine tells whether all is as it was.
func (c *checked) fine() bool { return len(c.gone)+len(c.changed) == 0 }

// fewPrints prove nothing: of a table's first rows each may have been changed or deleted.
const fewPrints = 4

// most tells whether ids has more than half of prints.
func most(prints []fingerprint, ids ...timesheet.RowID) bool {
	n := 0
	for _, f := range prints {
		if slices.Contains(ids, f.id) {
			n++
		}
	}
	return 2*n > len(prints) && len(prints) >= fewPrints
}

// watched are the fingerprints to check: of the last rows read, and of those that were
// the last at the check before. The latter show a view that began anew and has passed
// its old end since.
func (p *position) watched() []fingerprint {
	all := slices.Clone(p.anchor)
	if n := len(p.prints); n > 0 {
		all = slices.DeleteFunc(all, func(f fingerprint) bool { return f.id >= p.prints[0].id })
	}
	return append(all, p.prints...)
}

// beganAnew tells whether more than half of either is not as it was: these are no longer
// the rows that were read.
func (p *position) beganAnew(ids ...timesheet.RowID) bool {
	return most(p.prints, ids...) || most(p.anchor, ids...)
}

// compare checks prints against the rows that have their ids, ascending.
func compare(prints []fingerprint, rows []timesheet.Row) (c checked) {
	for _, f := range prints {
		for len(rows) > 0 && rows[0].ID < f.id {
			rows = rows[1:]
		}
		if len(rows) == 0 || rows[0].ID != f.id {
			c.gone = append(c.gone, f.id)
			continue
		}
		now := printOf(&rows[0])
		if now != f {
			c.changed, c.rows = append(c.changed, f.id), append(c.rows, rows[0])
		}
		c.prints = append(c.prints, now)
	}
	return c
}

package ingest

import (
	"cmp"
	"slices"

	"timesheet"
)

// DifferenceKind says how an entry of the store differs from the view. An entry can
// be narrower at one end and wider at the other; that makes two differences.
type DifferenceKind string

const (
	// Missing says: the view has clockings of the day, the store has no entry.
	Missing DifferenceKind = "missing"
	// Narrower says: the view has a clocking before or after those of the entry.
	Narrower DifferenceKind = "narrower"
	// Wider says: the view has no clocking as early or as late as the entry's.
	Wider DifferenceKind = "wider"
	// Extra says: the view has no clocking of the day at all.
	Extra DifferenceKind = "extra"
)

// The outcomes of a difference, other than "failed: " and the reason.
const (
	OutcomeNone     = ""                   // nothing was tried
	OutcomeRepaired = "repaired"           // it doesn't differ any more
	OutcomeDirect   = "fed directly: left" // an HTTP post or an import may know what the view doesn't
	OutcomeChanged  = "changed meanwhile"  // left for the next check
	outcomeFailed   = "failed: "
)

// Difference is an entry of the store that isn't what the view says.
type Difference struct {
	Kind           DifferenceKind
	Source, Stored timesheet.Entry // as they were compared; zero for none
	Outcome        string          // what became of it; OutcomeNone where nothing was asked
}

// differences is what r found, in order.
func (r *reading) differences() []Difference {
	var ds []Difference
	for e, s := range r.open.all() {
		lacks, exceeds := r.judge(e, *s)
		l, u := r.lower.find(e, s.day), r.upper.find(e, s.day)
		var stored, source timesheet.Entry
		if s.mark&absent == 0 {
			stored = s.entry(e)
		}
		switch {
		case l != nil:
			source = l.entry(e)
		case u != nil:
			source = u.entry(e)
		}
		if lacks {
			ds = append(ds, Difference{Kind: kind(stored, Missing, Narrower), Source: source, Stored: stored})
		}
		if exceeds {
			ds = append(ds, Difference{Kind: kind(source, Extra, Wider), Source: source, Stored: stored})
		}
	}
	slices.SortFunc(ds, func(a, b Difference) int {
		x, y := a.named(), b.named()
		return cmp.Or(cmp.Compare(x.Day, y.Day), cmp.Compare(x.Employee, y.Employee), cmp.Compare(a.Kind, b.Kind))
	})
	return ds
}

func kind(e timesheet.Entry, none, some DifferenceKind) DifferenceKind {
	if e.IsZero() {
		return none
	}
	return some
}

// named is the side of d that says which entry is meant.
func (d *Difference) named() timesheet.Entry {
	if d.Source.IsZero() {
		return d.Stored
	}
	return d.Source
}

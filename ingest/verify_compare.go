package ingest

import (
	"context"
	"fmt"

	"timesheet"
)

// readStore compares all entries of the store once.
func (r *reading) readStore(ctx context.Context) error {
	take := func(e timesheet.Entry) error {
		if e.Day < r.from || e.Day > r.to || r.only != nil && r.only.find(e.Employee, e.Day) == nil {
			return nil
		}
		r.state.Entries++
		if r.only == nil {
			r.result.Entries++
		}
		s := spanOf(e)
		l := r.lower.find(e.Employee, e.Day)
		if l != nil {
			l.mark |= compared
		}
		if l == nil || !s.within(*l) || !l.within(s) {
			r.open.join(e.Employee, s)
		}
		return nil
	}
	if err := r.export(ctx, take); err != nil {
		return err
	}
	for e, l := range r.lower.all() {
		if l.mark&compared == 0 {
			r.open.join(e, span{day: l.day, mark: absent})
		}
	}
	return nil
}

// export reads the days that are to be compared.
func (r *reading) export(ctx context.Context, take func(timesheet.Entry) error) error {
	if r.only == nil {
		return exported(r.ledger.Export(ctx, r.from, r.to, take))
	}
	return exported(exportDays(ctx, r.ledger, r.only.days(), take))
}

func exported(err error) error {
	if err != nil {
		return fmt.Errorf("read the entries: %w", err)
	}
	return nil
}

// exportDays reads some days, and a few between them rather than asking often.
func exportDays(ctx context.Context, ledger Ledger, days []timesheet.Day, take func(timesheet.Entry) error) error {
	const between = 7
	for len(days) > 0 {
		n := 1
		for n < len(days) && days[n]-days[n-1] <= between {
			n++
		}
		if err := ledger.Export(ctx, days[0], days[n-1], take); err != nil {
			return err
		}
		days = days[n:]
	}
	return nil
}

// readAgain reads the entries that differ.
func (r *reading) readAgain(ctx context.Context) error {
	for _, s := range r.open.all() {
		s.mark = absent
	}
	return exported(exportDays(ctx, r.ledger, r.open.days(), func(e timesheet.Entry) error {
		if s := r.open.find(e.Employee, e.Day); s != nil {
			*s = spanOf(e)
		}
		return nil
	}))
}

// narrow reads the rows that came since, and drops what doesn't differ any more.
func (r *reading) narrow(ctx context.Context) error {
	surplus := false
	r.open.retain(func(e timesheet.EmployeeID, s *span) bool {
		lacks, exceeds := r.judge(e, *s)
		surplus = surplus || exceeds
		return lacks || exceeds
	})
	if !surplus {
		return nil
	}
	if err := r.pages(ctx, r.tail, r.foldTail); err != nil {
		return err
	}
	r.open.retain(func(e timesheet.EmployeeID, s *span) bool {
		lacks, exceeds := r.judge(e, *s)
		return lacks || exceeds
	})
	return nil
}

// judge tells whether the stored span lacks something that it must have, and whether it
// exceeds what it can have.
func (r *reading) judge(e timesheet.EmployeeID, stored span) (lacks, exceeds bool) {
	l, u := r.lower.find(e, stored.day), r.upper.find(e, stored.day)
	if stored.mark&absent != 0 {
		return l != nil, false
	}
	lacks = l != nil && !l.within(stored)
	switch {
	case l == nil && u == nil:
		return lacks, true
	case l == nil:
		return lacks, !stored.within(*u)
	case u == nil:
		return lacks, !stored.within(*l)
	}
	both := span{earliest: min(l.earliest, u.earliest), latest: max(l.latest, u.latest)}
	return lacks, !stored.within(both)
}

// leaveOutExpired drops what the store refuses to have: erased employees' days and those
// below the floor, which may both be new.
func (r *reading) leaveOutExpired(ctx context.Context) error {
	floor, err := r.ledger.Floor(ctx)
	if err != nil {
		return fmt.Errorf("read the floor: %w", err)
	}
	for e := range r.open {
		erased, err := r.ledger.Erased(ctx, e)
		if err != nil {
			return fmt.Errorf("read the tombstones: %w", err)
		}
		if erased {
			delete(r.open, e)
		}
	}
	r.open.retain(func(_ timesheet.EmployeeID, s *span) bool { return s.day >= floor })
	return nil
}

// confirms tells whether what r found is sure. A clocking that is in the store was
// visible before; so what exceeds the view and was already so when the reading
// before had read the store is not in the view that was read since. What is lacking
// is sure at once.
func (r *reading) confirms(before *reading) bool {
	for e, s := range r.open.all() {
		_, exceeds := r.judge(e, *s)
		if b := before.open.find(e, s.day); exceeds && (b == nil || *b != *s) {
			return false
		}
	}
	return true
}

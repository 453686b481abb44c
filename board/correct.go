package board

import (
	"context"
	"strings"

	"timesheet"
)

// corrections are those that count on a day, by person; nil for none. What they point to
// is never changed.
type corrections map[timesheet.EmployeeID]*timesheet.Correction

// corrected reads the corrections of a day.
func (b *Boards) corrected(ctx context.Context, on timesheet.Day) (of corrections, err error) {
	for after := ""; ; {
		page, next, err := b.o.Store.Corrected(ctx, on, on, after, timesheet.MaxBoard)
		if err != nil {
			return nil, err
		}
		for i := range page {
			of.put(&page[i])
		}
		if next == "" {
			return of, nil
		}
		after = next
	}
}

// put says that c is the newest correction of its person.
func (of *corrections) put(c *timesheet.Correction) {
	if !c.Counts() {
		delete(*of, c.Employee)
		return
	}
	if *of == nil {
		*of = make(corrections)
	}
	(*of)[c.Employee] = c
}

// same tells whether two corrections say the same in the same words.
func same(a, b *timesheet.Correction) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// correction is that of a slot; nil for none.
func (d *day) correction(slot int32) *timesheet.Correction {
	if r := &d.rows[slot]; r.corrected {
		return d.corrections[r.id]
	}
	return nil
}

// putCorrection takes in the newest correction of a person; mu is held.
func (d *day) putCorrection(c *timesheet.Correction) (t touched, ok bool) {
	// A person's and no badge's: it isn't whose the badge is on the day that counts.
	t, ok = d.touch(c.Employee, !c.Counts())
	if ok {
		d.corrections.put(c)
		d.rows[t.slot].corrected = c.Counts()
	}
	return t, ok
}

// A recollection remembers the corrections of days that aren't kept, of which changes
// are told nevertheless. Without it each change would ask the store. The goroutine that
// follows the feed owns it.
type recollection struct {
	days map[timesheet.Day]corrections
	n    int // corrections, and days
}

// mostRecollected bounds a recollection; a scan of all the days that are asked for at
// once fits in it.
const mostRecollected = 50_000

// of are the corrections of a day.
func (r *recollection) of(ctx context.Context, b *Boards, on timesheet.Day) (corrections, error) {
	if of, known := r.days[on]; known {
		return of, nil
	}
	of, err := b.corrected(ctx, on)
	if err != nil {
		return nil, err
	}
	if n := len(of) + 1; r.days == nil || r.n+n > mostRecollected {
		*r = recollection{days: make(map[timesheet.Day]corrections)}
	}
	r.days[on] = of
	r.n += len(of) + 1
	return of, nil
}

// put takes in what the feed tells of a day, if that day is known.
func (r *recollection) put(on timesheet.Day, changes []timesheet.Change) {
	of, known := r.days[on]
	if !known {
		return
	}
	r.n -= len(of)
	for _, c := range changes {
		if c.Kind == timesheet.Corrected {
			of.put(c.Correction)
		}
	}
	r.days[on] = of
	r.n += len(of)
}

// forget forgets everything: something is no longer right.
func (r *recollection) forget() { *r = recollection{} }

func cloned(id timesheet.EmployeeID) timesheet.EmployeeID {
	return timesheet.EmployeeID(strings.Clone(string(id)))
}

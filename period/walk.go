package period

import (
	"context"
	"slices"

	"timesheet"
)

// walk goes through those who were paid and those who are there now, both by id, some at
// a time. place is up to where it went.
type walk struct {
	t     *telling
	place place
	done  bool

	now  [][]timesheet.PersonDay // after place.After
	then []byte                  // the cursor behind now; none: there are no more
	read bool                    // now and then are those of place.People
	upTo timesheet.EmployeeID    // of the last step; "" for all that is left
}

// next are the next people, by id. They are done with once pass is called.
func (w *walk) next(ctx context.Context) ([]somebody, error) {
	t := w.t
	for more := true; more; more = len(w.now) == 0 && !w.read {
		if err := w.readNow(ctx); err != nil {
			return nil, err
		}
	}
	sealed, err := t.p.o.Store.Sealed(ctx, t.c.Series, w.place.After, fewPeople)
	if err != nil {
		return nil, err
	}
	// Up to here both sides are known.
	w.upTo = ""
	bound := func(id timesheet.EmployeeID) {
		if w.upTo == "" || id < w.upTo {
			w.upTo = id
		}
	}
	if len(w.then) > 0 {
		bound(w.now[len(w.now)-1][0].Person.Employee)
	}
	if len(sealed) == fewPeople {
		bound(sealed[fewPeople-1].Employee)
	}
	return w.merge(sealed), nil
}

// readNow reads who is there now, unless it is known, and leaves out those who are done
// with; where that leaves nobody of a page the next one has to be read.
func (w *walk) readNow(ctx context.Context) error {
	if !w.read {
		now, then, err := w.t.p.o.People(ctx, w.t.c.Month, string(w.place.People), mostPeople, settled())
		if err != nil {
			return err
		}
		w.now, w.then, w.read = now, []byte(then), true
	}
	w.now = slices.DeleteFunc(w.now, func(days []timesheet.PersonDay) bool { return days[0].Person.Employee <= w.place.After })
	if len(w.now) == 0 && len(w.then) > 0 {
		w.place.People, w.read = w.then, false
	}
	return nil
}

// merge joins the two sides up to w.upTo.
func (w *walk) merge(sealed []timesheet.Sealed) []somebody {
	within := func(id timesheet.EmployeeID) bool { return w.upTo == "" || id <= w.upTo }
	var people []somebody
	now := w.now
	for len(now) > 0 || len(sealed) > 0 {
		var s somebody
		switch {
		case len(sealed) == 0 || len(now) > 0 && now[0][0].Person.Employee < sealed[0].Employee:
			s.id = now[0][0].Person.Employee
		default:
			s.id = sealed[0].Employee
		}
		if !within(s.id) {
			break
		}
		if len(now) > 0 && now[0][0].Person.Employee == s.id {
			s.now, now = now[0], now[1:]
		}
		if len(sealed) > 0 && sealed[0].Employee == s.id {
			s.sealed, sealed = &sealed[0], sealed[1:]
		}
		people = append(people, s)
	}
	return people
}

// pass says that the people of next are done with.
func (w *walk) pass() {
	if w.upTo == "" {
		w.done = true
		return
	}
	w.place = place{People: w.place.People, After: w.upTo}
	if len(w.then) > 0 && w.now[len(w.now)-1][0].Person.Employee <= w.upTo {
		w.place.People, w.read = w.then, false
	}
}

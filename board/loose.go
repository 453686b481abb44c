package board

import (
	"context"
	"slices"

	"timesheet"
)

// applied applies changes of one day and answers what to tell of it.
func (b *Boards) applied(ctx context.Context, changes []timesheet.Change, k book) []*change {
	var told []*change
	ok := false
	b.recollected.put(changes[0].Entry.Day, changes)
	if d := b.kept(changes[0].Entry.Day); d != nil {
		told, ok = d.apply(changes, k)
	}
	if !ok {
		told = b.loose(ctx, changes, k)
	}
	for _, c := range told {
		c.moment = b.o.Moment
	}
	return told
}

// loose is what to tell of a day that isn't loaded.
func (b *Boards) loose(ctx context.Context, changes []timesheet.Change, k book) []*change {
	day := changes[0].Entry.Day
	said, err := b.recollected.of(ctx, b, day)
	if err != nil {
		return []*change{{resync: true}}
	}
	last := make(map[timesheet.EmployeeID]int)
	var told []*change
	for _, c := range changes {
		n := &change{day: day, employee: c.Entry.Employee, book: k}
		if n.unread = c.Kind == timesheet.Corrected; !n.unread {
			n.employee = k.dir.Canonical(c.Entry.Employee, day)
		}
		if c.Kind == timesheet.Set {
			n.entry = c.Entry
			n.entry.Employee = n.employee
		}
		n.correction = said[n.employee]
		if i, twice := last[n.employee]; twice {
			told[i] = n
			continue
		}
		last[n.employee] = len(told)
		told = append(told, n)
	}
	for _, n := range told {
		if err := b.complete(ctx, n); err != nil {
			return []*change{{resync: true}}
		}
	}
	return told
}

// complete joins what the person's badges have of the day, which the store is asked for:
// a change tells of one badge, or of a correction alone.
func (b *Boards) complete(ctx context.Context, n *change) error {
	var badges []timesheet.Badge
	if n.unread || b.aliases.of(n.book.dir) {
		badges = n.book.dir.Badges(n.employee, n.day, n.day)
	}
	if n.unread || len(badges) > 1 {
		e, err := b.joined(ctx, badges, n.day)
		if err != nil {
			return err
		}
		if n.entry = e; !e.IsZero() {
			n.entry.Employee = n.employee
		}
	}
	if n.entry.IsZero() && n.correction == nil {
		_, listed := n.book.dir.Person(n.employee, n.day)
		n.gone = !listed
	}
	return nil
}

// aliases remembers whether a directory has any.
type aliases struct {
	dir *timesheet.Directory
	any bool
}

func (a *aliases) of(dir *timesheet.Directory) bool {
	if a.dir != dir {
		a.dir = dir
		a.any = slices.ContainsFunc(dir.All(), func(r timesheet.DirectoryRow) bool { return len(r.Aliases) > 0 })
	}
	return a.any
}

// joined is what the store has of badges on a day, together.
func (b *Boards) joined(ctx context.Context, badges []timesheet.Badge, on timesheet.Day) (all timesheet.Entry, err error) {
	for _, badge := range badges {
		entries, err := b.o.Store.Range(ctx, badge.ID, on, on)
		if err != nil {
			return all, err
		}
		for _, e := range entries {
			if all.IsZero() {
				all = e
			} else {
				all = timesheet.Join(all, e)
			}
		}
	}
	return all, nil
}

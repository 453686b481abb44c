package http

import (
	"context"
	"fmt"
	"slices"

	"timesheet"
)

// badge removes what a badge has on the person's days: all of it with a tombstone where it
// has no other days, else those entries alone.
func (e *erasure) badge(ctx context.Context, stretches []timesheet.Badge) error {
	id := stretches[0].ID
	shared, err := e.shared(ctx, stretches)
	if err != nil {
		return err
	}
	if !shared {
		return e.entomb(ctx, id)
	}
	for _, b := range stretches {
		if err := e.take(ctx, b); err != nil {
			return err
		}
	}
	e.done.Files = append(e.done.Files, fmt.Sprintf("the badge %s is, on other days, not of this person: take the rows of the person's days out of the source as well, "+
		"or they come back when it is read again", quoted(string(id))))
	return nil
}

// shared tells whether a badge is somebody's on days other than the person's.
func (e *erasure) shared(ctx context.Context, stretches []timesheet.Badge) (bool, error) {
	id := stretches[0].ID
	if listed(e.rules.Directory, id) {
		return true, nil
	}
	free := timesheet.FirstDay
	for _, b := range append(slices.Clone(stretches), timesheet.Badge{From: timesheet.LastDay + 1}) {
		if free < b.From {
			if others, err := e.s.o.Store.Range(ctx, id, free, b.From-1); err != nil || len(others) > 0 {
				return true, err
			}
		}
		free = b.To + 1
	}
	for _, row := range e.rules.Directory.All() {
		if row.Employee != e.person && slices.Contains(row.Aliases, id) {
			return true, nil
		}
	}
	return false, nil
}

// takeTries bounds how often entries that change meanwhile are read again.
const takeTries = 5

// take removes the entries of a badge's days.
func (e *erasure) take(ctx context.Context, b timesheet.Badge) error {
	var failure error
	for range takeTries {
		entries, err := e.s.o.Store.Range(ctx, b.ID, b.From, b.To)
		if err != nil || len(entries) == 0 {
			return err
		}
		rs := make([]timesheet.Replacement, len(entries))
		for i := range entries {
			rs[i].Old = entries[i]
		}
		failure = nil
		for _, err := range e.s.o.Store.Replace(ctx, rs) {
			switch {
			case err == nil:
				e.done.Entries++
			case timesheet.CodeOf(err) == timesheet.Conflict:
				failure = err
			default:
				return err
			}
		}
		if failure == nil {
			return nil
		}
	}
	return timesheet.NewError(timesheet.Unavailable, "remove the entries of a badge", failure)
}

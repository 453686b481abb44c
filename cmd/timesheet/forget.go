package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"timesheet"
	"timesheet/rulesfile"
)

// forgetTries bounds how often a change of what all instances share is tried again.
const forgetTries = 10

// Forget takes people who have a tombstone out of what the service keeps beside entries:
// their day rules, the copy of rules and directory, and the copies by which months were
// closed. It is package http's Texts.
func (v *service) Forget(ctx context.Context, ids []timesheet.EmployeeID) (byHand []string, err error) {
	graves, err := v.store.Graves(ctx)
	if err != nil {
		return nil, err
	}
	if err := dropDayRules(ctx, v.store, graves.Has); err != nil {
		return nil, fmt.Errorf("drop the person's day rules: %w", err)
	}
	if err := v.book.forget(ctx, graves.Has); err != nil {
		return nil, fmt.Errorf("erase from the copy of rules and directory: %w", err)
	}
	if err := v.periods.Redact(ctx, func(rules, directory []byte) ([]byte, []byte, error) {
		return rulesfile.Redact(rules, directory, graves.Has)
	}); err != nil {
		return nil, fmt.Errorf("erase from the copies of closed months: %w", err)
	}
	return v.byHand(ids), nil
}

// byHand is what the service can't reach.
func (v *service) byHand(ids []timesheet.EmployeeID) (todo []string) {
	if v.book.loader != nil {
		todo = append(todo, "take the person out of the files of --rules and --directory: the service passes the person over there, but the files are yours")
	}
	if v.door != nil {
		for _, id := range ids {
			for _, name := range v.door.TokensOf(id) {
				todo = append(todo, fmt.Sprintf("take the token %q out of the file of --tokens", name))
			}
		}
	}
	return append(todo, "the clocking view, backups, the audit log and exported files can't be reached from here; "+
		"files of the database hold what was deleted until they are rewritten (Redis: BGREWRITEAOF)")
}

// dropDayRules takes day rules that are of erased people alone out of the assignments,
// which hold ids.
func dropDayRules(ctx context.Context, store timesheet.RuleKeeper, erased func(timesheet.EmployeeID) bool) error {
	for range forgetTries {
		version, assignments, err := store.DayRules(ctx)
		if err != nil {
			return err
		}
		rest := slices.DeleteFunc(slices.Clone(assignments), func(a timesheet.Assignment) bool {
			return a.Employee != "" && erased(a.Employee)
		})
		if len(rest) == len(assignments) {
			return nil
		}
		if _, err = store.SetDayRules(ctx, version, rest); !errors.Is(err, timesheet.Conflict) {
			return err
		}
	}
	return timesheet.NewError(timesheet.Unavailable, "erase", errors.New("the day rules kept changing meanwhile; erase again"))
}

// forget takes erased people out of the copy in the store, and out of what is in force here.
func (b *workbook) forget(ctx context.Context, erased func(timesheet.EmployeeID) bool) error {
	if b.loader != nil {
		if err := b.loader.Redo(); err != nil {
			return err
		}
	}
	for range forgetTries {
		doc, err := b.store.Document(ctx, bookName)
		if err != nil || len(doc.Text) == 0 {
			return err
		}
		texts, err := decodeBook(doc.Text)
		if err != nil {
			return err
		}
		rules, directory, err := rulesfile.Redact(texts.Rules, texts.Directory, erased)
		if err != nil || slices.Equal(rules, texts.Rules) && slices.Equal(directory, texts.Directory) {
			return err
		}
		text, err := encodeBook(rules, directory)
		if err != nil {
			return err
		}
		_, err = b.store.SetDocument(ctx, bookName, doc.Version, text)
		if err == nil {
			return b.follow(ctx)
		}
		if !errors.Is(err, timesheet.Conflict) {
			return err
		}
	}
	return timesheet.NewError(timesheet.Unavailable, "erase", errors.New("the rules kept changing meanwhile; erase again"))
}

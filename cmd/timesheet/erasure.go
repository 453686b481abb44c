package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"timesheet"
	"timesheet/access"
	"timesheet/rulesfile"
)

// erasure is what erasing a person came to.
type erasure struct {
	Entries  int
	Sessions int
	// Files is what people must still do by hand.
	Files []string
}

// erasePerson erases e from all that the service keeps. The tombstone comes first, so that
// nothing new of the person gets in, and what is cut short is finished by doing it again.
func erasePerson(ctx context.Context, store timesheet.Store, sessions func(context.Context, timesheet.EmployeeID) (int, error), e timesheet.EmployeeID) (done erasure, err error) {
	if done.Entries, err = store.Erase(ctx, e); err != nil {
		return done, fmt.Errorf("erase entries: %w", err)
	}
	if done.Sessions, err = sessions(ctx, e); err != nil {
		return done, fmt.Errorf("end sessions: %w", err)
	}
	if err := dropDayRules(ctx, store, e); err != nil {
		return done, fmt.Errorf("drop the person's day rules: %w", err)
	}
	names, err := store.Documents(ctx)
	if err != nil {
		return done, err
	}
	for _, name := range names {
		if name != bookName && !isPaidRules(name) {
			continue
		}
		if err := redactDocument(ctx, store, name, func(id timesheet.EmployeeID) bool { return id == e }); err != nil {
			return done, fmt.Errorf("erase from %s: %w", name, err)
		}
	}
	done.Files = []string{
		"take the person out of the files of --rules, --directory and --tokens: the service passes the person over there, but the files are yours",
		"the clocking view, backups, the audit log and exported files can't be reached from here; an append-only file of Redis holds the person until BGREWRITEAOF, Pebble's older files until they are compacted",
	}
	return done, nil
}

// isPaidRules tells whether a document is the copy of the rules by which a month was closed.
func isPaidRules(name string) bool {
	return strings.HasPrefix(name, "period-") && strings.HasSuffix(name, "-rules")
}

// eraseTries bounds how often a change of what all instances share is tried again.
const eraseTries = 10

// dropDayRules takes the day rules of e alone out of the assignments, which hold the id.
func dropDayRules(ctx context.Context, store timesheet.RuleKeeper, e timesheet.EmployeeID) error {
	for range eraseTries {
		version, assignments, err := store.DayRules(ctx)
		if err != nil {
			return err
		}
		rest := slices.DeleteFunc(slices.Clone(assignments), func(a timesheet.Assignment) bool { return a.Employee == e })
		if len(rest) == len(assignments) {
			return nil
		}
		if _, err = store.SetDayRules(ctx, version, rest); !errors.Is(err, timesheet.Conflict) {
			return err
		}
	}
	return timesheet.NewError(timesheet.Unavailable, "erase", errors.New("the day rules kept changing meanwhile; erase again"))
}

// redactDocument takes erased people out of a document of rules and directory.
func redactDocument(ctx context.Context, store timesheet.DocumentKeeper, name string, erased func(timesheet.EmployeeID) bool) error {
	for range eraseTries {
		doc, err := store.Document(ctx, name)
		if err != nil || len(doc.Text) == 0 {
			return err
		}
		texts, err := decodeBook(doc.Text)
		if err != nil {
			return err
		}
		rules, directory, err := rulesfile.Redact(texts.Rules, texts.Directory, erased)
		if err != nil {
			return err
		}
		text, err := encodeBook(rules, directory)
		if err != nil {
			return err
		}
		if slices.Equal(rules, texts.Rules) && slices.Equal(directory, texts.Directory) {
			return nil
		}
		if _, err = store.SetDocument(ctx, name, doc.Version, text); !errors.Is(err, timesheet.Conflict) {
			return err
		}
	}
	return timesheet.NewError(timesheet.Unavailable, "erase", fmt.Errorf("%s kept changing meanwhile; erase again", name))
}

// Erase erases a person from the store that this process opened.
func (l *local) Erase(ctx context.Context, e timesheet.EmployeeID) (erasure, error) {
	who := access.New(access.Options{Tokens: access.NoTokens(), Documents: l.Store, Logger: l.log})
	return erasePerson(ctx, l.Store, who.EraseEmployee, e)
}

// Run erases a person, or says what there is of them.
func (c *eraseCmd) Run(ctx context.Context, con *console, log *slog.Logger) error {
	s, err := connect(ctx, log, c.storeSettings, c.serverSettings)
	if err != nil {
		return err
	}
	if c.Yes {
		err = c.erase(ctx, con, s)
	} else {
		err = c.look(ctx, con, s)
	}
	return errors.Join(err, s.Close())
}

func (c *eraseCmd) erase(ctx context.Context, con *console, s site) error {
	done, err := s.Erase(ctx, c.Employee)
	if err != nil {
		return fmt.Errorf("%w; erase again: what is done stays done", err)
	}
	fmt.Fprintf(con.out, "erased %q: %d entries, %d sessions; what comes of the person later is dropped\n", c.Employee, done.Entries, done.Sessions)
	for _, todo := range done.Files {
		fmt.Fprintf(con.out, "by hand: %s\n", todo)
	}
	return nil
}

// look says what there is, and touches nothing.
func (c *eraseCmd) look(ctx context.Context, con *console, s site) error {
	gone, err := s.Erased(ctx, c.Employee)
	if err != nil {
		return err
	}
	if gone {
		fmt.Fprintf(con.out, "%q was erased already\n", c.Employee)
		return nil
	}
	n, first, last := 0, timesheet.Day(0), timesheet.Day(0)
	if err := s.Export(ctx, timesheet.FirstDay, timesheet.LastDay, func(e timesheet.Entry) error {
		if e.Employee == c.Employee {
			if n++; n == 1 {
				first, last = e.Day, e.Day
			}
			first, last = min(first, e.Day), max(last, e.Day)
		}
		return nil
	}); err != nil {
		return err
	}
	span := ""
	if n > 0 {
		span = fmt.Sprintf(", from %v to %v", first, last)
	}
	fmt.Fprintf(con.out, "%q has %d entries%s\n", c.Employee, n, span)
	return usagef("nothing was erased: there is no way back, so say --yes to do it")
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"timesheet"
	"timesheet/actors"
)

// Run copies a store into another one.
func (c *copyCmd) Run(ctx context.Context, con *console, log *slog.Logger) (err error) {
	if c.Store == c.To {
		return usagef("--to is the store itself; name another one")
	}
	from, err := openStore(ctx, log, c.storeSettings)
	if err != nil {
		return explainHeld(err, c.storeSettings)
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	version, assignments, err := from.DayRules(ctx)
	if err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	if version == 0 {
		return usagef("there is no store in %s", c.Store.redacted())
	}
	target := storeSettings{Store: c.To, TimeZone: zoneName(assignments[0].Rule.Zone), StoreWait: c.StoreWait, WaitReplicas: c.WaitReplicas}
	to, err := openStore(ctx, log, target)
	if err != nil {
		return explainHeld(err, target)
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	if err := mayTake(ctx, to, assignments); err != nil {
		return fmt.Errorf("copy to %s: %w", c.To.redacted(), err)
	}
	k := &storeCopy{from: from, to: to, source: c.SourceName}
	if err := k.all(ctx, log, assignments); err != nil {
		return fmt.Errorf("copy to %s: %w; nothing is lost: copy again, into the same store", c.To.redacted(), err)
	}
	k.print(con.out)
	return nil
}

// mayTake tells whether a store is a new one, or has the same day rules, as one has
// into which a copy began.
func mayTake(ctx context.Context, to timesheet.Store, assignments []timesheet.Assignment) error {
	version, theirs, err := to.DayRules(ctx)
	if err != nil || version == 0 {
		return err
	}
	same := len(theirs) == len(assignments)
	for i := range theirs {
		same = same && theirs[i] == assignments[i]
	}
	if !same {
		return usagef("that store has other day rules, so its entries are filed under other days; copy into a new one")
	}
	return nil
}

// storeCopy copies everything that a store is asked for, in an order in which nothing that
// is no longer kept gets in. Each step may be done again.
type storeCopy struct {
	from, to timesheet.Store
	source   string

	entries, corrections, sealed, documents, rejected int
}

func (k *storeCopy) all(ctx context.Context, log *slog.Logger, assignments []timesheet.Assignment) error {
	graves, err := k.from.Graves(ctx)
	if err != nil {
		return err
	}
	floor, err := k.from.Floor(ctx)
	if err != nil {
		return err
	}
	if err := k.to.Bury(ctx, graves); err != nil {
		return fmt.Errorf("tombstones: %w", err)
	}
	if floor > timesheet.FirstDay {
		if _, err := k.to.Purge(ctx, floor); err != nil {
			return fmt.Errorf("floor: %w", err)
		}
	}
	if version, _, err := k.to.DayRules(ctx); err != nil {
		return err
	} else if version == 0 {
		if _, err := k.to.SetDayRules(ctx, 0, assignments); err != nil {
			return fmt.Errorf("day rules: %w", err)
		}
	}
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"entries", func(ctx context.Context) error { return k.copyEntries(ctx, log) }},
		{"corrections", k.copyCorrections}, {"closed months", k.copySealed}, {"documents", k.copyDocuments},
		{"rejected rows", k.copyRejected}, {"the place in the source", k.copyCheckpoint},
	} {
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return nil
}

// copyEntries goes through actors, as all entries do.
func (k *storeCopy) copyEntries(ctx context.Context, log *slog.Logger) (err error) {
	system, err := actors.Start(ctx, k.to, actors.Options{Logger: log})
	if err != nil {
		return err
	}
	defer func() {
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		err = errors.Join(err, system.Stop(within))
	}()
	days, err := k.from.Days(ctx)
	if err != nil {
		return err
	}
	for _, day := range days {
		for after := ""; ; {
			entries, next, err := k.from.Board(ctx, day, after, timesheet.MaxBoard)
			if err != nil {
				return err
			}
			if _, err := system.Submit(ctx, timesheet.Batch{RulesVersion: system.DayRules().Version(), Entries: entries}); err != nil {
				return err
			}
			k.entries += len(entries)
			if after = next; next == "" {
				break
			}
		}
	}
	return nil
}

// copyCorrections appends whole histories, so that each correction gets its number again.
func (k *storeCopy) copyCorrections(ctx context.Context) error {
	for after := ""; ; {
		all, next, err := k.from.Histories(ctx, after, timesheet.MaxBoard)
		if err != nil {
			return err
		}
		for _, c := range all {
			_, err := k.to.Correct(ctx, c, c.Seq-1)
			if errors.Is(err, timesheet.Conflict) {
				err = k.there(ctx, c)
			}
			if err != nil {
				return err
			}
			k.corrections++
		}
		if after = next; next == "" {
			return nil
		}
	}
}

// there is nil where an earlier copy has brought c already.
func (k *storeCopy) there(ctx context.Context, c timesheet.Correction) error {
	theirs, err := k.to.Corrections(ctx, c.Employee, c.Day, c.Day)
	if err != nil {
		return err
	}
	if c.Seq > uint64(len(theirs)) || theirs[c.Seq-1] != c {
		return usagef("that store has other corrections already; copy into a new one")
	}
	return nil
}

func (k *storeCopy) copySealed(ctx context.Context) error {
	all, err := k.from.Series(ctx)
	if err != nil {
		return err
	}
	for _, series := range all {
		for after := timesheet.EmployeeID(""); ; {
			records, err := k.from.Sealed(ctx, series, after, timesheet.MaxSealedPage)
			if err != nil {
				return err
			}
			if len(records) == 0 {
				break
			}
			if err := k.to.Seal(ctx, series, records); err != nil {
				return err
			}
			k.sealed += len(records)
			after = records[len(records)-1].Employee
		}
	}
	return nil
}

// passing are the documents that are of running instances and their users.
func passing(name string) bool {
	return name == presenceName || strings.HasPrefix(name, "sessions-")
}

func (k *storeCopy) copyDocuments(ctx context.Context) error {
	names, err := k.from.Documents(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		if passing(name) {
			continue
		}
		doc, err := k.from.Document(ctx, name)
		if err != nil {
			return err
		}
		there, err := k.to.DocumentVersion(ctx, name)
		if err != nil {
			return err
		}
		if _, err := k.to.SetDocument(ctx, name, there, doc.Text); err != nil {
			return err
		}
		k.documents++
	}
	return nil
}

func (k *storeCopy) copyRejected(ctx context.Context) error {
	after := timesheet.RowID(-1 << 63)
	for {
		rows, err := k.from.Rejected(ctx, k.source, after, timesheet.MaxRejected)
		if err != nil || len(rows) == 0 {
			return err
		}
		if err := k.to.Reject(ctx, k.source, rows); err != nil {
			return err
		}
		k.rejected += len(rows)
		after = rows[len(rows)-1].Row
	}
}

// copyCheckpoint comes last: what it says was read is there.
func (k *storeCopy) copyCheckpoint(ctx context.Context) error {
	c, err := k.from.Checkpoint(ctx, k.source)
	if err != nil || c.Generation == 0 {
		return err
	}
	theirs, err := k.to.Checkpoint(ctx, k.source)
	if err != nil {
		return err
	}
	_, err = k.to.Rewind(ctx, k.source, theirs.Generation, c.Settled, c.State, "copied from another store")
	return err
}

func (k *storeCopy) print(w io.Writer) {
	fmt.Fprintf(w, "copied: %d entries, %d corrections, %d records of closed months, %d documents, %d rejected rows\n",
		k.entries, k.corrections, k.sealed, k.documents, k.rejected)
}

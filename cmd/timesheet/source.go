package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"time"

	"timesheet"
	"timesheet/ingest"
	"timesheet/mssql"
)

// options are those of the view that the settings name.
func (s *sourceSettings) options(log *slog.Logger) mssql.Options {
	return mssql.Options{
		URL: string(s.Source), Password: string(s.SourcePassword), View: s.View,
		IDColumn: s.IDColumn, EmployeeColumn: s.EmployeeColumn, TimeColumn: s.TimeColumn,
		Mode: s.ReadMode, LockTimeout: s.LockTimeout, Timeout: s.SourceTimeout, Logger: log,
	}
}

// errNoSource is what commands that read the source say without one.
var errNoSource = usagef("which source? Say --source sqlserver://USER@HOST:PORT?database=NAME (%s), as the service has it", envName("source"))

// open makes the view that the settings name; it connects when it is read.
func (s *sourceSettings) open(log *slog.Logger) (*mssql.View, error) {
	if s.Source == "" {
		return nil, errNoSource
	}
	return mssql.Open(s.options(log))
}

// newPoller makes the poller that the settings describe.
func newPoller(log *slog.Logger, s *sourceSettings, p *pollSettings, view ingest.View, sink ingest.Sink, store timesheet.Store) *ingest.Poller {
	o := ingest.PollerOptions{
		Source: s.SourceName, Holder: holder(), Page: int(s.Page), Interval: p.PollInterval,
		GapAge: p.GapAge, SweepAge: p.SweepAge, SweepEvery: p.SweepEvery, RewindBy: p.RewindBy,
		OnReseed: p.OnReseed, Logger: log,
	}
	if p.FromID != nil {
		o.FromID = (*timesheet.RowID)(p.FromID)
	}
	if p.FromTime != nil {
		o.FromTime = (*timesheet.Wall)(p.FromTime)
	}
	return ingest.NewPoller(view, sink, store, o)
}

// holder says to people which process reads the source.
func holder() string {
	host, err := os.Hostname()
	if err != nil {
		host = "?"
	}
	return host + ":" + strconv.Itoa(os.Getpid())
}

// Run prints how far the source was read.
func (c *sourceStatusCmd) Run(ctx context.Context, con *console, log *slog.Logger) error {
	s, err := connect(ctx, log, c.storeSettings, c.serverSettings)
	if err != nil {
		return err
	}
	status, err := s.SourceStatus(ctx, c.SourceName)
	if err == nil {
		err = printStatus(con.out, status, c.Format, time.Now())
	}
	return errors.Join(err, s.Close())
}

// Run lists the rejected rows.
func (c *sourceRejectedCmd) Run(ctx context.Context, con *console, log *slog.Logger) error {
	s, err := connect(ctx, log, c.storeSettings, c.serverSettings)
	if err != nil {
		return err
	}
	rows, err := allRejected(ctx, s, c.SourceName)
	if err == nil {
		err = printRejected(con.out, rows, c.Format)
	}
	return errors.Join(err, s.Close())
}

// firstID is below every other id.
const firstID timesheet.RowID = -1 << 63

const rejectedPage = 1000 // rows of one question

func allRejected(ctx context.Context, q timesheet.Quarantine, source string) (all []timesheet.Rejected, err error) {
	for after := firstID; ; {
		page, err := q.Rejected(ctx, source, after, rejectedPage)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if len(page) < rejectedPage {
			return all, nil
		}
		after = page[len(page)-1].Row
	}
}

// Run releases a rejected row: the running service does it, or this process.
func (c *sourceReleaseCmd) Run(ctx context.Context, con *console, log *slog.Logger) error {
	s, err := connect(ctx, log, c.storeSettings, c.serverSettings)
	if err != nil {
		return err
	}
	err = s.ReleaseRow(ctx, timesheet.RowID(c.ID), &c.sourceSettings)
	if err == nil {
		fmt.Fprintf(con.out, "row %d was taken\n", c.ID)
	}
	return errors.Join(err, s.Close())
}

// Run begins the source anew.
func (c *sourceRescanCmd) Run(ctx context.Context, con *console, log *slog.Logger) error {
	s, err := connect(ctx, log, c.storeSettings, c.serverSettings)
	if err != nil {
		return err
	}
	from, words := firstID, "the start"
	if c.FromID != nil {
		from, words = timesheet.RowID(*c.FromID), fmt.Sprintf("row %d", *c.FromID)
	}
	err = rescan(ctx, s, c.SourceName, from, c.Reason)
	if err == nil {
		fmt.Fprintf(con.out, "the source is read again from %s\n", words)
	}
	return errors.Join(err, s.Close())
}

// rescan begins a new generation at row from. Without a state, the reader begins with
// what it finds there.
func rescan(ctx context.Context, s site, source string, from timesheet.RowID, reason string) error {
	for range ruleTries {
		now, err := s.Checkpoint(ctx, source)
		if err != nil {
			return fmt.Errorf("rescan: %w", err)
		}
		settled := from
		if settled > firstID {
			settled--
		}
		_, err = s.Rewind(ctx, source, now.Generation, settled, nil, reason)
		if !errors.Is(err, timesheet.Conflict) {
			return err
		}
	}
	return errors.New("rescan: others rewound it meanwhile; look at timesheet source status")
}

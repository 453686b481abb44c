package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"strconv"
	"text/tabwriter"
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

// statusLine is a value of the status as it is printed.
type statusLine struct {
	name  string
	value any
}

func statusLines(s timesheet.SourceStatus, now time.Time) []statusLine {
	var trouble any
	if s.Error != "" {
		trouble = s.Error
	}
	lag := max(timesheet.InstantOf(now).Sub(s.AsOf), 0)
	id := func(id timesheet.RowID) any { // of a view without rows there is none
		if id == firstID {
			return nil
		}
		return id
	}
	return []statusLine{
		{"state", string(s.State)}, {"error", trouble}, {"holder", s.Holder},
		{"last_id", id(s.LastID)}, {"settled_id", id(s.SettledID)}, {"open_gaps", s.OpenGaps},
		{"lag_seconds", lag.Round(100 * time.Millisecond).Seconds()}, {"lag_rows", s.LagRows},
		{"rows_per_second", math.Round(s.RowsPerSecond*10) / 10}, {"rejected", s.Rejected.Kept}, {"rejected_dropped", s.Rejected.Dropped},
	}
}

func printStatus(w io.Writer, s timesheet.SourceStatus, format listFormat, now time.Time) error {
	lines := statusLines(s, now)
	switch format {
	case listJSON:
		object := make(map[string]any, len(lines))
		for _, l := range lines {
			object[l.name] = l.value
		}
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(object)
	case listCSV:
		var head, values []string
		for _, l := range lines {
			head = append(head, l.name)
			values = append(values, valueText(l.value))
		}
		return csv.NewWriter(w).WriteAll([][]string{head, values})
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, l := range lines {
		fmt.Fprintf(table, "%s\t%s\n", l.name, valueText(l.value))
	}
	return table.Flush()
}

func valueText(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
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

func printRejected(w io.Writer, rows []timesheet.Rejected, format listFormat) error {
	switch format {
	case listJSON:
		type line struct {
			Row      timesheet.RowID `json:"id"`
			Employee string          `json:"employee_id"`
			Reason   string          `json:"reason"`
			Seen     time.Time       `json:"seen_at"`
		}
		lines := make([]line, len(rows))
		for i, r := range rows {
			lines[i] = line{r.Row, r.Employee, r.Reason, r.Seen.Time()}
		}
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(lines)
	case listCSV:
		out := csv.NewWriter(w)
		_ = out.Write([]string{"id", "employee_id", "reason", "seen_at"}) // Error tells
		for _, r := range rows {
			_ = out.Write([]string{strconv.FormatInt(int64(r.Row), 10), r.Employee, r.Reason, r.Seen.Format(time.UTC)})
		}
		out.Flush()
		return out.Error()
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tEMPLOYEE\tSEEN\tREASON")
	for _, r := range rows {
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\n", r.Row, r.Employee, r.Seen.Format(time.UTC), r.Reason)
	}
	return table.Flush()
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

package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"text/tabwriter"
	"time"

	"timesheet"
	"timesheet/ingest"
	"timesheet/mssql"
)

// Run compares the entries with the source.
func (c *verifyCmd) Run(ctx context.Context, con *console, log *slog.Logger) error {
	if c.From > c.To {
		return usagef("--from %v lies after --to %v", c.From, c.To)
	}
	if c.Repair == repairReplace {
		// A row that a long transaction holds must not look like one that is gone.
		c.ReadMode = mssql.Plain
	}
	view, err := c.open(log)
	if err != nil {
		return err
	}
	s, err := connect(ctx, log, c.storeSettings, c.serverSettings)
	if err != nil {
		return errors.Join(err, view.Close())
	}
	found, rules, err := c.verify(ctx, con, log, s, tellView(log, view))
	err = errors.Join(err, s.Close(), view.Close())
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	if err := printDifferences(con.out, found.Differences, c.Format, rules); err != nil {
		return err
	}
	fmt.Fprintf(con.err, "timesheet: %d rows of the source, %d entries from %v to %v: %s\n", found.Rows, found.Entries, c.From, c.To, verdict(found))
	if !found.Equal() {
		return errDiffers
	}
	return nil
}

func (c *verifyCmd) verify(ctx context.Context, con *console, log *slog.Logger, s site, view ingest.View) (ingest.Verification, *timesheet.DayRules, error) {
	sink, err := s.Sink(ctx)
	if err != nil {
		return ingest.Verification{}, nil, err
	}
	o := ingest.VerifyOptions{Source: c.SourceName, From: c.From, To: c.To, Page: int(c.Page), Repair: ingest.Repair(c.Repair)}
	if isTerminal(con.err) {
		bar := newRowBar(con.err)
		defer bar.finish()
		o.Progress = func(p ingest.VerifyProgress) { bar.show(p.Rows, p.Total, "compared") }
	}
	found, err := ingest.Verify(ctx, view, tellSink(log, sink), s, o)
	return found, sink.DayRules(), err
}

func verdict(v ingest.Verification) string {
	switch {
	case len(v.Differences) == 0:
		return "equal"
	case v.Equal():
		return fmt.Sprintf("%d differed, all are repaired", len(v.Differences))
	default:
		return fmt.Sprintf("%d differ", len(v.Differences))
	}
}

// differenceLine is a difference as it is printed; absent times are empty, null in JSON.
type differenceLine struct {
	Kind           string               `json:"kind"`
	Employee       timesheet.EmployeeID `json:"employee_id"`
	Day            timesheet.Day        `json:"day"`
	SourceEarliest *string              `json:"source_earliest"`
	SourceLatest   *string              `json:"source_latest"`
	StoredEarliest *string              `json:"stored_earliest"`
	StoredLatest   *string              `json:"stored_latest"`
	Direct         bool                 `json:"direct"`
	Outcome        string               `json:"outcome"`
}

func newDifferenceLine(d ingest.Difference, rules *timesheet.DayRules) differenceLine {
	named := cmp.Or(d.Source, d.Stored)
	at := func(e timesheet.Entry, i timesheet.Instant) *string {
		if e.IsZero() {
			return nil
		}
		text := i.Format(rules.For(named.Employee).Location(named.Day))
		return &text
	}
	return differenceLine{string(d.Kind), named.Employee, named.Day,
		at(d.Source, d.Source.Earliest), at(d.Source, d.Source.Latest), at(d.Stored, d.Stored.Earliest), at(d.Stored, d.Stored.Latest),
		d.Stored.Flags&timesheet.Direct != 0, d.Outcome}
}

func (l differenceLine) fields() []string {
	text := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	return []string{l.Kind, string(l.Employee), l.Day.String(), text(l.SourceEarliest), text(l.SourceLatest),
		text(l.StoredEarliest), text(l.StoredLatest), fmt.Sprint(l.Direct), l.Outcome}
}

var differenceHead = []string{"kind", "employee_id", "day", "source_earliest", "source_latest", "stored_earliest", "stored_latest", "direct", "outcome"}

func printDifferences(w io.Writer, ds []ingest.Difference, format listFormat, rules *timesheet.DayRules) error {
	lines := make([]differenceLine, len(ds))
	for i, d := range ds {
		lines[i] = newDifferenceLine(d, rules)
	}
	switch format {
	case listJSON:
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(lines)
	case listCSV:
		out := csv.NewWriter(w)
		_ = out.Write(differenceHead) // Error tells
		for _, l := range lines {
			_ = out.Write(l.fields())
		}
		out.Flush()
		return out.Error()
	}
	if len(lines) == 0 {
		return nil
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "KIND\tEMPLOYEE\tDAY\tSOURCE\tSTORED\tOUTCOME")
	for i, l := range lines {
		fmt.Fprintf(table, "%s\t%s\t%v\t%s\t%s\t%s\n", l.Kind, l.Employee, l.Day, l.span(ds[i].Source, rules), l.span(ds[i].Stored, rules), l.Outcome)
	}
	return table.Flush()
}

// span is an entry's times as people read them: on its own date without the date.
func (l differenceLine) span(e timesheet.Entry, rules *timesheet.DayRules) string {
	if e.IsZero() {
		return "–"
	}
	zone := rules.For(e.Employee).Location(e.Day)
	at := func(i timesheet.Instant) string {
		t := i.Time().In(zone)
		if t.Format(time.DateOnly) == e.Day.String() {
			return t.Format("15:04:05")
		}
		return t.Format("2006-01-02T15:04:05")
	}
	return at(e.Earliest) + "–" + at(e.Latest)
}

package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"timesheet"
)

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
	var lag any // until something is known of the source
	if s.AsOf != 0 {
		lag = max(timesheet.InstantOf(now).Sub(s.AsOf), 0).Round(100 * time.Millisecond).Seconds()
	}
	id := func(id timesheet.RowID) any { // of a view without rows there is none
		if id == firstID {
			return nil
		}
		return id
	}
	return []statusLine{
		{"state", strings.ReplaceAll(string(s.State), " ", "_")}, {"error", trouble}, {"holder", s.Holder},
		{"last_id", id(s.LastID)}, {"settled_id", id(s.SettledID)}, {"open_gaps", s.OpenGaps},
		{"lag_seconds", lag}, {"lag_rows", s.LagRows},
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

package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"timesheet/internal/load"
)

// row is one line of the summary: what it is, and how much.
type row struct{ Name, Value string }

// rows are the figures of r, as the summary and the report have them.
func rows(r *load.Result) []row {
	rows := []row{
		{"requests", fmt.Sprintf("%s (%.0f/s)", thousands(r.Requests), r.RequestsPerSecond)},
		{"clockings", fmt.Sprintf("%s sent, %s acknowledged (%s/s)", thousands(r.Clockings), thousands(r.Acknowledged), thousands(int64(r.ClockingsPerSecond)))},
		{"seconds", fmt.Sprintf("%.2f", r.Seconds)},
		{"latency", "p50 " + short(r.Latency.P50) + ", p90 " + short(r.Latency.P90) + ", p99 " + short(r.Latency.P99) +
			", p99.9 " + short(r.Latency.P999) + ", max " + short(r.Latency.Max)},
		{"fold factor", fmt.Sprintf("%.2f clockings for each entry and batch", r.Fold)},
		{"sender's CPU", fmt.Sprintf("%.1f µs a request, %.0f %% of %d cores", 1e6*r.CPU/float64(max(r.Requests, 1)), 100*r.CPUShare(), r.Cores)},
	}
	if r.Lag.Count > 0 {
		rows = append(rows, row{"sender's lag", "p50 " + short(r.Lag.P50) + ", p99 " + short(r.Lag.P99)})
	}
	if r.Maybe > 0 {
		rows = append(rows, row{"not acknowledged", thousands(r.Maybe) + " clockings, stored or not"})
	}
	for _, kind := range slices.Sorted(maps.Keys(r.Problems)) {
		rows = append(rows, row{kind, thousands(r.Problems[kind])})
	}
	if v := r.Verification; v != nil {
		rows = append(rows, row{"verified", fmt.Sprintf("%s entries on %s days in %.1f s: %d missing, %d wrong, %d too many",
			thousands(int64(v.Entries)), thousands(int64(v.Days)), v.Seconds, v.Missing, v.Wrong, v.Extra)})
		if v.Open > 0 {
			rows = append(rows, row{"undecided", thousands(int64(v.Open)) + " entries whose answers were missing; each is one of those that can be right"})
		}
	}
	return rows
}

// notes are what a reader of the figures must know.
func notes(r *load.Result) []string {
	notes := r.Bottlenecks()
	if r.Stopped {
		notes = append(notes, "stopped before its end")
	}
	return notes
}

// shownDifferences is how many are listed; --json has all.
const shownDifferences = 1000

func printSummary(w io.Writer, r *load.Result) {
	width := 0
	for _, row := range rows(r) {
		width = max(width, len([]rune(row.Name)))
	}
	for _, row := range rows(r) {
		fmt.Fprintf(w, "%s%s  %s\n", row.Name, strings.Repeat(" ", width-len([]rune(row.Name))), row.Value)
	}
	for _, note := range notes(r) {
		fmt.Fprintf(w, "note: %s\n", note)
	}
	if r.Verification == nil {
		return
	}
	for i, d := range r.Verification.Differences {
		if i == shownDifferences {
			fmt.Fprintf(w, "and %d more\n", len(r.Verification.Differences)-i)
			break
		}
		fmt.Fprintln(w, d)
	}
}

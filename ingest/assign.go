package ingest

import (
	"strings"

	"timesheet"
)

// fromView is how an entry is marked that the clocking view feeds: not at all.
const fromView timesheet.Flags = 0

// assigned is what became of some rows of the view under the day rules of one version.
type assigned struct {
	batch    timesheet.Batch
	rejected []timesheet.Rejected
}

// assign gives each row its day. Rows that skip says are left out.
func assign(rows []timesheet.Row, rules *timesheet.DayRules, now timesheet.Instant, skip func(timesheet.RowID) bool, into *assigned) {
	into.batch.RulesVersion = rules.Version()
	into.batch.Entries, into.rejected = into.batch.Entries[:0], into.rejected[:0]
	for i := range rows {
		r := &rows[i]
		if skip(r.ID) {
			continue
		}
		reason := r.Fault
		if reason == "" {
			entry, err := rules.Entry(r.Clocking, fromView, now)
			if err == nil {
				into.batch.Entries = append(into.batch.Entries, entry)
				continue
			}
			reason = err.Error()
		}
		into.rejected = append(into.rejected, timesheet.Rejected{
			Row: r.ID, Employee: clip(string(r.Clocking.Employee), timesheet.MaxEmployeeID),
			Reason: clip(reason, timesheet.MaxReason), Seen: now,
		})
	}
}

// clip cuts s to n bytes of valid UTF-8.
func clip(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.ToValidUTF8(s, "")
}

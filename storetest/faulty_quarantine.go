package storetest

import (
	"context"

	"timesheet"
)

// Reject implements timesheet.Quarantine.
func (f *Faulty) Reject(ctx context.Context, source string, rows []timesheet.Rejected) error {
	return f.call(ctx, "Reject", func() error { return f.inner.Reject(ctx, source, rows) })
}

// Rejected implements timesheet.Quarantine.
func (f *Faulty) Rejected(ctx context.Context, source string, after timesheet.RowID, limit int) ([]timesheet.Rejected, error) {
	return answer(ctx, f, "Rejected", func() ([]timesheet.Rejected, error) { return f.inner.Rejected(ctx, source, after, limit) })
}

// CountRejected implements timesheet.Quarantine.
func (f *Faulty) CountRejected(ctx context.Context, source string) (timesheet.RejectedCount, error) {
	return answer(ctx, f, "CountRejected", func() (timesheet.RejectedCount, error) { return f.inner.CountRejected(ctx, source) })
}

// Readmit implements timesheet.Quarantine.
func (f *Faulty) Readmit(ctx context.Context, source string, row timesheet.RowID) error {
	return f.call(ctx, "Readmit", func() error { return f.inner.Readmit(ctx, source, row) })
}

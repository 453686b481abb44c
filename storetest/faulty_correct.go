package storetest

import (
	"context"

	"timesheet"
)

// Correct implements timesheet.Corrector.
func (f *Faulty) Correct(ctx context.Context, c timesheet.Correction, expected uint64) (timesheet.Correction, error) {
	return answer(ctx, f, "Correct", func() (timesheet.Correction, error) { return f.inner.Correct(ctx, c, expected) })
}

// Corrections implements timesheet.Corrector.
func (f *Faulty) Corrections(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Correction, error) {
	return answer(ctx, f, "Corrections", func() ([]timesheet.Correction, error) { return f.inner.Corrections(ctx, e, from, to) })
}

// Corrected implements timesheet.Corrector.
func (f *Faulty) Corrected(ctx context.Context, from, to timesheet.Day, after string, limit int) ([]timesheet.Correction, string, error) {
	return answerPage(ctx, f, "Corrected", func() ([]timesheet.Correction, string, error) {
		return f.inner.Corrected(ctx, from, to, after, limit)
	})
}

// Seal implements timesheet.Sealer.
func (f *Faulty) Seal(ctx context.Context, s timesheet.Series, records []timesheet.Sealed) error {
	return f.call(ctx, "Seal", func() error { return f.inner.Seal(ctx, s, records) })
}

// Sealed implements timesheet.Sealer.
func (f *Faulty) Sealed(ctx context.Context, s timesheet.Series, after timesheet.EmployeeID, limit int) ([]timesheet.Sealed, error) {
	return answer(ctx, f, "Sealed", func() ([]timesheet.Sealed, error) { return f.inner.Sealed(ctx, s, after, limit) })
}

// SealedOf implements timesheet.Sealer.
func (f *Faulty) SealedOf(ctx context.Context, s timesheet.Series, e timesheet.EmployeeID) (timesheet.Sealed, error) {
	return answer(ctx, f, "SealedOf", func() (timesheet.Sealed, error) { return f.inner.SealedOf(ctx, s, e) })
}

// Series implements timesheet.Sealer.
func (f *Faulty) Series(ctx context.Context) ([]timesheet.Series, error) {
	return answer(ctx, f, "Series", func() ([]timesheet.Series, error) { return f.inner.Series(ctx) })
}

// Unseal implements timesheet.Sealer.
func (f *Faulty) Unseal(ctx context.Context, s timesheet.Series) error {
	return f.call(ctx, "Unseal", func() error { return f.inner.Unseal(ctx, s) })
}

// Documents implements timesheet.Copied.
func (f *Faulty) Documents(ctx context.Context) ([]string, error) {
	return answer(ctx, f, "Documents", func() ([]string, error) { return f.inner.Documents(ctx) })
}

// Histories implements timesheet.Copied.
func (f *Faulty) Histories(ctx context.Context, after string, limit int) ([]timesheet.Correction, string, error) {
	return answerPage(ctx, f, "Histories", func() ([]timesheet.Correction, string, error) {
		return f.inner.Histories(ctx, after, limit)
	})
}

// Graves implements timesheet.Copied.
func (f *Faulty) Graves(ctx context.Context) (timesheet.Graves, error) {
	return answer(ctx, f, "Graves", func() (timesheet.Graves, error) { return f.inner.Graves(ctx) })
}

// Bury implements timesheet.Copied.
func (f *Faulty) Bury(ctx context.Context, g timesheet.Graves) error {
	return f.call(ctx, "Bury", func() error { return f.inner.Bury(ctx, g) })
}

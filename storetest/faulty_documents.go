package storetest

import (
	"context"

	"timesheet"
)

// Document implements timesheet.DocumentKeeper.
func (f *Faulty) Document(ctx context.Context, name string) (timesheet.Document, error) {
	return answer(ctx, f, "Document", func() (timesheet.Document, error) { return f.inner.Document(ctx, name) })
}

// DocumentVersion implements timesheet.DocumentKeeper.
func (f *Faulty) DocumentVersion(ctx context.Context, name string) (uint64, error) {
	return answer(ctx, f, "DocumentVersion", func() (uint64, error) { return f.inner.DocumentVersion(ctx, name) })
}

// SetDocument implements timesheet.DocumentKeeper.
func (f *Faulty) SetDocument(ctx context.Context, name string, expected uint64, text []byte) (uint64, error) {
	return answer(ctx, f, "SetDocument", func() (uint64, error) { return f.inner.SetDocument(ctx, name, expected, text) })
}

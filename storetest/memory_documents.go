package storetest

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"timesheet"
)

// Document implements timesheet.DocumentKeeper.
func (m *Memory) Document(ctx context.Context, name string) (timesheet.Document, error) {
	d, err := m.document(ctx, "read a document", name)
	d.Text = bytes.Clone(d.Text)
	return d, err
}

// DocumentVersion implements timesheet.DocumentKeeper.
func (m *Memory) DocumentVersion(ctx context.Context, name string) (uint64, error) {
	d, err := m.document(ctx, "read a document's version", name)
	return d.Version, err
}

// document is the document as it is kept.
func (m *Memory) document(ctx context.Context, op, name string) (d timesheet.Document, err error) {
	if err := timesheet.CheckDocumentName(name); err != nil {
		return d, err
	}
	if err := m.lock(ctx, op); err != nil {
		return d, err
	}
	defer m.mu.Unlock()
	return m.data.documents[name], nil
}

// SetDocument implements timesheet.DocumentKeeper.
func (m *Memory) SetDocument(ctx context.Context, name string, expected uint64, text []byte) (version uint64, err error) {
	const op = "set a document"
	if err := timesheet.CheckDocument(name, text); err != nil {
		return 0, err
	}
	if err := m.lock(ctx, op); err != nil {
		return 0, err
	}
	defer m.mu.Unlock()
	if now := m.data.documents[name].Version; now != expected {
		return 0, timesheet.NewError(timesheet.Conflict, op, fmt.Errorf("version %d of %s is in force, not %d", now, name, expected))
	}
	version = timesheet.NextVersion(expected, time.Now())
	m.data.documents[name] = timesheet.Document{Version: version, Text: bytes.Clone(text)}
	return version, nil
}

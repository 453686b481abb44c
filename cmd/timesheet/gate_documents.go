package main

import (
	"context"

	"timesheet"
)

// The documents that the instances share, behind the gate.

func (g gatedStore) Document(ctx context.Context, name string) (timesheet.Document, error) {
	o, err := g.pass("read a document")
	if err != nil {
		return timesheet.Document{}, err
	}
	return o.store.Document(ctx, name)
}

func (g gatedStore) DocumentVersion(ctx context.Context, name string) (uint64, error) {
	o, err := g.pass("read a document's version")
	if err != nil {
		return 0, err
	}
	return o.store.DocumentVersion(ctx, name)
}

func (g gatedStore) SetDocument(ctx context.Context, name string, expected uint64, text []byte) (uint64, error) {
	o, err := g.pass("set a document")
	if err != nil {
		return 0, err
	}
	return o.store.SetDocument(ctx, name, expected, text)
}

package pebble

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"timesheet"
)

// A text lies in pieces, so that the engine never has all of it in a block, which it
// would copy several times and cache in place of entries. Before the pieces lies the
// head, so that asking for the version reads no text.
const (
	pieceBytes = 64 << 10
	headBytes  = 8 + 4 // version, bytes of the text
)

// documentKey is the key of a document's head, which no name is part of another's by
// its zero byte. A piece's has its number behind it.
func documentKey(name string) []byte { return append(append([]byte{kindDocument}, name...), 0) }

func pieceKey(name string, n int) []byte {
	return binary.BigEndian.AppendUint16(documentKey(name), uint16(n))
}

// documentEnd is the first key behind a document's.
func documentEnd(name string) []byte { return append(append([]byte{kindDocument}, name...), 1) }

// Document answers the text in force.
func (s *Store) Document(ctx context.Context, name string) (timesheet.Document, error) {
	const op = "read a document"
	if err := timesheet.CheckDocumentName(name); err != nil {
		return timesheet.Document{}, err
	}
	if err := s.begin(ctx, op); err != nil {
		return timesheet.Document{}, err
	}
	defer s.end()
	d, err := s.document(name)
	if err != nil {
		return timesheet.Document{}, readError(op, err)
	}
	return d, nil
}

// document reads head and pieces by one iterator, which sees one state of the store.
func (s *Store) document(name string) (d timesheet.Document, err error) {
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: documentKey(name), UpperBound: documentEnd(name)})
	if err != nil {
		return d, err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	if !it.First() {
		return d, it.Error()
	}
	if len(it.Key()) != len(documentKey(name)) {
		return d, damagedDocument(name)
	}
	version, size, err := parseHead(name, it.Value())
	if err != nil {
		return d, err
	}
	d = timesheet.Document{Version: version, Text: make([]byte, 0, size)}
	for it.Next() {
		if len(d.Text)+len(it.Value()) > size {
			return d, damagedDocument(name)
		}
		d.Text = append(d.Text, it.Value()...)
	}
	if err := it.Error(); err != nil {
		return d, err
	}
	if len(d.Text) < size {
		return d, damagedDocument(name)
	}
	return d, nil
}

func parseHead(name string, value []byte) (version uint64, size int, err error) {
	if len(value) != headBytes {
		return 0, 0, damagedDocument(name)
	}
	size = int(binary.BigEndian.Uint32(value[8:]))
	if size > timesheet.MaxDocument {
		return 0, 0, damagedDocument(name)
	}
	return binary.BigEndian.Uint64(value), size, nil
}

func damagedDocument(name string) error {
	return timesheet.NewError(timesheet.Internal, "stored document", fmt.Errorf("%s is damaged", name))
}

// DocumentVersion answers the version in force.
func (s *Store) DocumentVersion(ctx context.Context, name string) (uint64, error) {
	const op = "read a document's version"
	if err := timesheet.CheckDocumentName(name); err != nil {
		return 0, err
	}
	if err := s.begin(ctx, op); err != nil {
		return 0, err
	}
	defer s.end()
	version, err := s.version(name)
	return version, readError(op, err)
}

func (s *Store) version(name string) (uint64, error) {
	value, err := s.get(documentKey(name))
	if err != nil || value == nil {
		return 0, err
	}
	version, _, err := parseHead(name, value)
	return version, err
}

// SetDocument replaces a text. The batch is made here and not by the writer, so that
// the text is copied once, and is the caller's again whenever this returns.
func (s *Store) SetDocument(ctx context.Context, name string, expected uint64, text []byte) (uint64, error) {
	const what = "set a document"
	if err := timesheet.CheckDocument(name, text); err != nil {
		return 0, err
	}
	if err := s.begin(ctx, what); err != nil {
		return 0, err
	}
	defer s.end()
	version := timesheet.NextVersion(expected, time.Now())
	made := s.db.NewBatchWithSize(len(text) + len(text)/256 + 1024) // a piece takes less than 256 bytes beside its text
	if err := putDocument(made, name, version, text); err != nil {
		return 0, unavailable(what, errors.Join(err, made.Close()))
	}
	err := s.submit(ctx, what, &op{made: made, run: func(*pebble.Batch) (func(), error) {
		now, err := s.version(name)
		if err == nil && now != expected {
			err = conflict(what, "version %d of %s is in force, not %d", now, name, expected)
		}
		return func() {}, readError(what, err)
	}})
	if err != nil {
		return 0, err
	}
	return version, nil
}

// putDocument takes out what is there and puts head and pieces.
func putDocument(b *pebble.Batch, name string, version uint64, text []byte) error {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(nil, version), uint32(len(text)))
	err := errors.Join(
		b.DeleteRange(documentKey(name), documentEnd(name), nil),
		b.Set(documentKey(name), head, nil))
	for n := 0; len(text) > 0; n++ {
		size := min(pieceBytes, len(text))
		err = errors.Join(err, b.Set(pieceKey(name, n), text[:size], nil))
		text = text[size:]
	}
	return err
}

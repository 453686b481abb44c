package pebble

import (
	"context"
	"errors"
)

// What tests look at from outside the package.
var (
	FormatCursor     = formatCursor
	ParseCursor      = parseCursor
	AppendCheckpoint = appendCheckpoint
	ParseCheckpoint  = parseCheckpoint
	AppendRejected   = appendRejected
	ParseRejected    = parseRejected
	RejectedKey      = rejectedKey
	CorrectionKey    = correctionKey
	EncodeCorrection = encodeCorrection
	DecodeCorrection = decodeCorrection
	FormatPlace      = formatPlace
	ParsePlace       = parsePlace
)

// Compact writes everything to the lowest level, for measuring.
func (s *Store) Compact(ctx context.Context) error {
	return s.db.Compact(ctx, []byte{0}, []byte{0xff}, false)
}

// Write puts a value below the store.
func (s *Store) Write(key, value []byte) error { return s.db.Set(key, value, nil) }

// EachKey shows all that the engine holds.
func (s *Store) EachKey(show func(key, value []byte)) error {
	it, err := s.db.NewIter(nil)
	if err != nil {
		return err
	}
	for it.First(); it.Valid(); it.Next() {
		show(it.Key(), it.Value())
	}
	return errors.Join(it.Error(), it.Close())
}

// TableBytes is the size of the live tables, without those that wait for deletion.
func (s *Store) TableBytes() int64 {
	total := s.db.Metrics().Total()
	return total.TablesSize
}

// BlocksRead is how many blocks were looked for and not found in the cache.
func (s *Store) BlocksRead() int64 { return s.db.Metrics().BlockCache.Misses }

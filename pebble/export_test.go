package pebble

import "context"

// Compact writes everything to the lowest level, for measuring.
func (s *Store) Compact(ctx context.Context) error {
	return s.db.Compact(ctx, []byte{0}, []byte{0xff}, false)
}

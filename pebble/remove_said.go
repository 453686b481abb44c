package pebble

import (
	"bytes"
	"context"
	"errors"

	"github.com/cockroachdb/pebble/v2"

	"timesheet"
)

// unseal adds to the batch the removal of the series of months that end before the
// floor. Their keys begin with the months' first days: those before the floor's month.
func (s *Store) unseal(b *pebble.Batch, floor timesheet.Day) error {
	first := timesheet.MonthOf(floor).First()
	return b.DeleteRange(appendDayOf(nil, kindSealed, 0), appendDayOf(nil, kindSealed, first), nil)
}

// eraseSaid adds to the batch the removal of e's corrections and sealed records, also
// of damaged ones.
func (s *Store) eraseSaid(b *pebble.Batch, e timesheet.EmployeeID) error {
	err := s.eachHistoryOf(context.Background(), e, timesheet.FirstDay, timesheet.LastDay,
		func(it *pebble.Iterator, upper []byte) (err error) {
			for ; it.Valid() && bytes.Compare(it.Key(), upper) < 0; it.Next() {
				err = errors.Join(err, b.Delete(it.Key(), nil))
			}
			return err
		})
	series, err2 := s.series()
	for _, r := range series {
		err = errors.Join(err, b.Delete(sealedKey(r, e), nil))
	}
	return errors.Join(err, err2)
}

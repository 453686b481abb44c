package pebble

import (
	"io"

	"github.com/cockroachdb/pebble/v2"

	"timesheet"
)

// mergerName is part of the disk format: the engine refuses a directory that was
// written with a merge operation of another name.
const mergerName = "timesheet.join.v1"

// joinMerger makes the engine's merge operation timesheet.JoinSpan.
var joinMerger = &pebble.Merger{
	Name: mergerName,
	Merge: func(_, value []byte) (pebble.ValueMerger, error) {
		j := &joiner{}
		j.span = append(j.buf[:0], value...)
		return j, nil
	},
}

// joiner joins the operands of one key. The join commutes, so newer and older
// operands are treated alike.
type joiner struct {
	span []byte
	buf  [maxSpan]byte // where span usually lies
}

func (j *joiner) MergeNewer(value []byte) (err error) {
	j.span, err = timesheet.JoinSpan(j.span, value)
	return err
}

func (j *joiner) MergeOlder(value []byte) error { return j.MergeNewer(value) }

func (j *joiner) Finish(bool) ([]byte, io.Closer, error) { return j.span, nil, nil }

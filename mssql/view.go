package mssql

import (
	"context"
	"database/sql/driver"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"timesheet"
)

// View is the clocking view at its source. One caller at a time is meant to use it:
// calls wait for one another. Close may be called at any time, and so may Search, which
// has a connection of its own for as long as it runs. Besides that one the View keeps
// one connection, and never has more than two.
type View struct {
	at          server
	name        string // as configured, for texts
	texts       texts
	timeout     time.Duration // of one call
	lockTimeout time.Duration
	bounded     bool // pages have an upper end
	logger      *slog.Logger

	once    sync.Once
	closing chan struct{} // closed by Close

	pages    *lane
	searches *lane // its connection isn't kept: searches are rare
}

// Open makes a view of o and connects to nothing yet. Its errors are Invalid: see
// Options.Validate.
func Open(o Options) (*View, error) {
	at, n, err := o.parse()
	if err != nil {
		return nil, err
	}
	name := o.View
	o = o.withDefaults()
	v := &View{
		at: at, name: name, texts: newTexts(n, o.Mode, o.LockTimeout),
		timeout: o.Timeout, lockTimeout: o.LockTimeout, bounded: o.Mode == Plain, logger: o.Logger,
		closing: make(chan struct{}), pages: newLane(true), searches: newLane(false),
	}
	return v, nil
}

// Page appends to dst the limit rows with the lowest ids above after, ascending. Fewer
// than limit say that there were no more to see.
//
// Plain first asks for the highest id, and reads no further: a reader that waits for
// rows in flight would else go on from one to the next for as long as writers overlap,
// and LOCK_TIMEOUT, which counts each wait of them alone, would never end that.
func (v *View) Page(ctx context.Context, after timesheet.RowID, limit int, dst []timesheet.Row) ([]timesheet.Row, error) {
	if v.bounded {
		highest, found, err := v.Highest(ctx, false)
		if err != nil || !found || highest <= after {
			return dst, err
		}
		return v.Ranges(ctx, []timesheet.RowRange{{First: after + 1, Last: highest}}, limit, dst)
	}
	args := []driver.NamedValue{number("n", int64(limit)), number("after", int64(after))}
	return v.rows(ctx, fmt.Sprintf("read the clocking view after %d", after), v.texts.page, args, limit, dst)
}

// Ranges appends to dst the limit rows with the lowest ids in any of the ranges, of
// which there are at most 64, sorted and without overlap, ascending.
func (v *View) Ranges(ctx context.Context, ranges []timesheet.RowRange, limit int, dst []timesheet.Row) ([]timesheet.Row, error) {
	if len(ranges) == 0 {
		return dst, nil
	}
	op := fmt.Sprintf("read the clocking view from %d to %d", ranges[0].First, ranges[len(ranges)-1].Last)
	if len(ranges) > maxRanges {
		return dst, timesheet.NewError(timesheet.Invalid, op, fmt.Errorf("%d ranges at once, at most %d are allowed", len(ranges), maxRanges))
	}
	text, args := v.texts.forRanges(ranges, limit)
	return v.rows(ctx, op, text, args, limit, dst)
}

// Highest is the highest id, and whether there is any row. Rows in flight may be left
// out, unless wait is set: then it waits for them, which is Unavailable after the lock
// timeout. (Under READ_COMMITTED_SNAPSHOT, Plain can't wait and leaves them out.)
func (v *View) Highest(ctx context.Context, wait bool) (id timesheet.RowID, found bool, err error) {
	text := v.texts.highest
	if wait {
		text = v.texts.waiting
	}
	return v.one(ctx, "read the highest id of the clocking view", text, nil)
}

// Since is the lowest id of a row whose time is at or after the wall time, within a
// day's accuracy on the early side: it may be too low, never too high. found is false
// where there is no such row.
func (v *View) Since(ctx context.Context, from timesheet.Wall) (id timesheet.RowID, found bool, err error) {
	return v.one(ctx, "find a time in the clocking view", v.texts.since, []driver.NamedValue{sinceTime(from)})
}

// rows reads rows of ascending ids. The link keeps them until all have come: a call
// that was given up must not write to what its caller has back.
func (v *View) rows(ctx context.Context, op, text string, args []driver.NamedValue, limit int, dst []timesheet.Row) ([]timesheet.Row, error) {
	if limit < 1 {
		return dst, timesheet.NewError(timesheet.Invalid, op, fmt.Errorf("a limit of %d rows: it must be at least 1", limit))
	}
	err := v.call(ctx, op, func(ctx context.Context, l *link) error {
		l.rows = l.rows[:0]
		return l.query(ctx, text, args, l.decoder.columns, func(values []driver.Value) error {
			row, err := l.decoder.row(values)
			if err != nil {
				return err
			}
			if n := len(l.rows); n > 0 && l.rows[n-1].ID >= row.ID {
				return unfitf("the id column of %s isn't unique: row %d comes after row %d", v.name, row.ID, l.rows[n-1].ID)
			}
			if len(l.rows) == limit {
				return unfitf("the server sends more rows of %s than the %d it was asked for", v.name, limit)
			}
			l.rows = append(l.rows, row)
			return nil
		})
	}, func(l *link) { dst = append(dst, l.rows...) })
	return dst, err
}

// one reads one id, which is NULL where there is none.
func (v *View) one(ctx context.Context, op, text string, args []driver.NamedValue) (id timesheet.RowID, found bool, err error) {
	err = v.call(ctx, op, func(ctx context.Context, l *link) error {
		l.id, l.found = 0, false
		return l.query(ctx, text, args, l.decoder.idColumn, func(values []driver.Value) error {
			n, ok := values[0].(int64)
			l.id, l.found = timesheet.RowID(n), ok
			return nil
		})
	}, func(l *link) { id, found = l.id, l.found })
	return id, found, err
}

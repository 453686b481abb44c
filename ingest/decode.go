package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync/atomic"

	"timesheet"
	"timesheet/formats"
)

// parcel is a batch and what it was made of, so that it can be made again.
type parcel struct {
	batch     timesheet.Batch
	clockings []timesheet.Clocking // of each entry of the batch
	origins   []origin             // of each entry of the batch
}

// origin is where a clocking stands.
type origin struct {
	source *Source
	line   int
}

// pipeline hands parcels to the senders and back.
type pipeline struct {
	ready chan *parcel // full ones; closed by the decoder
	free  chan *parcel // empty ones; has room for all that there are
}

// decoder fills parcels. One goroutine uses it.
type decoder struct {
	*importer
	line   *pipeline
	rows   []formats.Row
	parcel *parcel // being filled; nil for none
	rules  *timesheet.DayRules
}

// decode reads all sources and hands over all that is good, also where it ends with
// an error.
func (im *importer) decode(ctx context.Context, sources []Source, line *pipeline) error {
	d := &decoder{importer: im, line: line, rows: make([]formats.Row, 2048)}
	for i := range sources {
		if err := d.source(ctx, &sources[i]); err != nil {
			return errors.Join(fmt.Errorf("%s: %w", sources[i].Name, err), d.send(ctx))
		}
	}
	return d.send(ctx)
}

// source reads one source. When ctx ends it closes it, since a Read from a terminal
// or a pipe can last for ever.
func (d *decoder) source(ctx context.Context, s *Source) (err error) {
	file, err := s.Open()
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = file.Close() }) // it is closed for good below, where errors count
	defer func() {
		if stop() {
			err = errors.Join(err, file.Close())
		}
	}()
	plain, err := formats.Open(&counter{r: file, n: &d.read})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, plain.Close()) }()
	r := formats.NewReader(plain, d.options.Format)
	for {
		n, err := r.Read(d.rows)
		if err := d.take(ctx, s, d.rows[:n]); err != nil {
			return err
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// take puts rows into parcels.
func (d *decoder) take(ctx context.Context, s *Source, rows []formats.Row) error {
	now := timesheet.InstantOf(d.options.Now())
	for i := range rows {
		row := &rows[i]
		if d.parcel == nil {
			if err := d.begin(ctx); err != nil {
				return err
			}
		}
		err := row.Err
		var entry timesheet.Entry
		if err == nil {
			entry, err = d.rules.Entry(row.Clocking, timesheet.Direct, now)
		}
		if err != nil {
			if err := d.reject(origin{s, row.Line}, err, row.Text); err != nil {
				return err
			}
			continue
		}
		p := d.parcel
		p.batch.Entries = append(p.batch.Entries, entry)
		p.clockings = append(p.clockings, row.Clocking)
		p.origins = append(p.origins, origin{s, row.Line})
		if len(p.clockings) >= d.options.Batch {
			if err := d.send(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// begin waits for an empty parcel.
func (d *decoder) begin(ctx context.Context) error {
	select {
	case p := <-d.line.free:
		d.rules = d.sink.DayRules()
		room := d.options.Batch
		p.batch = timesheet.Batch{RulesVersion: d.rules.Version(), Entries: slices.Grow(p.batch.Entries[:0], room)}
		p.clockings, p.origins = slices.Grow(p.clockings[:0], room), slices.Grow(p.origins[:0], room)
		d.parcel = p
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// send hands over the parcel, if there is one.
func (d *decoder) send(ctx context.Context) error {
	p := d.parcel
	d.parcel = nil
	if p == nil {
		return nil
	}
	select {
	case d.line.ready <- p:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// reject counts and lists a row that can't be used.
func (im *importer) reject(o origin, reason error, text []byte) error {
	im.rejected.Add(1)
	return im.rejects.add(o, reason, text)
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n *atomic.Int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

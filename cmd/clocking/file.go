package main

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"timesheet/formats"
	"timesheet/internal/clocking"
)

// file is the rows of the CSV file: all at once, or the first --loaded and then the
// others one by one.
func (c *cli) file(s *clocking.System, stdin io.Reader) (*source, error) {
	raw, closeRaw := stdin, func() error { return nil }
	if c.CSV != "-" {
		f, err := os.Open(c.CSV)
		if err != nil {
			return nil, fmt.Errorf("--csv: %w", err)
		}
		raw, closeRaw = f, f.Close
	}
	plain, err := formats.Open(raw)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("--csv %s: %w", c.CSV, err), closeRaw())
	}
	next, stop := iter.Pull2(clocking.CSV(plain))
	src := &source{close: func() error {
		stop()
		return errors.Join(plain.Close(), closeRaw())
	}}
	left := -1 // all
	if c.Rate > 0 {
		left = int(c.Loaded)
	}
	rows := func(yield func(clocking.Row) bool) {
		for ; left != 0; left-- {
			r, err, ok := next()
			if err == nil && ok && !r.NoEmployee {
				err = s.CheckEmployee(r.Employee)
			}
			if err != nil {
				src.err = fmt.Errorf("--csv %s: %w", c.CSV, err)
			}
			if err != nil || !ok || !yield(r) {
				return
			}
		}
	}
	src.loaded = rows
	src.arrivals = clocking.AtOnce(func(yield func(clocking.Row) bool) {
		left = -1
		if src.err == nil && c.Rate > 0 {
			rows(yield)
		}
	})
	return src, nil
}

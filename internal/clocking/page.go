package clocking

import (
	"context"
	"math"

	"timesheet/internal/tds"
)

// page answers rows.
func (c *session) page(ctx context.Context, st *statement, params values, w *tds.Writer, f fault) error {
	limit, err := params.top(st.top)
	if err != nil {
		return err
	}
	spans, err := params.spans(st)
	if err != nil {
		return err
	}
	wanted := everyRow
	if st.search != nil {
		if wanted, spans, err = params.search(st.search, c.system.options.Employee); err != nil {
			return err
		}
	}
	if err := w.Columns(c.system.columns); err != nil {
		return err
	}
	sent := int64(0)
	most := limit // that are read
	if st.search != nil && limit > 0 {
		most = math.MaxInt64
	}
	read := &scan{system: c.system, how: c.reading(st), spans: spans, limit: most, timeout: c.lockTimeout}
	err = read.each(ctx, func(rows []row, staff []employee) (bool, error) {
		if err := c.system.faults.pace(ctx, len(rows), w); err != nil {
			return false, err
		}
		for i := range rows {
			if !wanted(&rows[i], staff) {
				continue
			}
			if f.fails && sent == int64(f.failAfter) {
				return false, numbered(f.fail)
			}
			if err := c.row(w, &rows[i], staff); err != nil {
				return false, err
			}
			if sent++; sent == limit {
				return false, nil
			}
		}
		return true, nil
	})
	if err == nil && f.fails {
		err = numbered(f.fail)
	}
	return err
}

func (c *session) row(w *tds.Writer, r *row, staff []employee) error {
	c.values[0] = tds.Int(r.id)
	c.values[1] = staff[r.employee].value
	switch {
	case r.noTime:
		c.values[2] = tds.Null()
	case c.system.options.Time == DateTimeOffset:
		c.values[2] = tds.DateTimeOffset(r.utc(), int(r.offset))
	default:
		c.values[2] = tds.DateTime(r.at)
	}
	return w.Row(c.values)
}

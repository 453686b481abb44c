package ingest_test

import (
	"context"
	"slices"
	"sync"

	"timesheet"
)

// sheet is a clocking view in memory.
type sheet struct {
	mu   sync.Mutex
	rows map[timesheet.RowID]timesheet.Row // guarded by mu: those that are visible

	// before is called before each call, without the lock; an error is the call's answer.
	before func(call string) error
}

func (v *sheet) call(name string) error {
	if v.before == nil {
		return nil
	}
	return v.before(name)
}

// visible is all rows by id.
func (v *sheet) visible() []timesheet.Row {
	v.mu.Lock()
	defer v.mu.Unlock()
	all := make([]timesheet.Row, 0, len(v.rows))
	for _, r := range v.rows {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b timesheet.Row) int { return int(a.ID - b.ID) })
	return all
}

func (v *sheet) Page(_ context.Context, after timesheet.RowID, limit int, dst []timesheet.Row) ([]timesheet.Row, error) {
	if err := v.call("page"); err != nil {
		return dst, err
	}
	for _, r := range v.visible() {
		if r.ID > after && len(dst) < limit {
			dst = append(dst, r)
		}
	}
	return dst, nil
}

func (v *sheet) Ranges(_ context.Context, ranges []timesheet.RowRange, limit int, dst []timesheet.Row) ([]timesheet.Row, error) {
	if err := v.call("ranges"); err != nil {
		return dst, err
	}
	for _, r := range v.visible() {
		in := slices.ContainsFunc(ranges, func(x timesheet.RowRange) bool { return x.First <= r.ID && r.ID <= x.Last })
		if in && len(dst) < limit {
			dst = append(dst, r)
		}
	}
	return dst, nil
}

func (v *sheet) Highest(context.Context, bool) (id timesheet.RowID, known bool, err error) {
	if err := v.call("highest"); err != nil {
		return 0, false, err
	}
	all := v.visible()
	if len(all) == 0 {
		return 0, false, nil
	}
	return all[len(all)-1].ID, true, nil
}

func (v *sheet) Since(_ context.Context, from timesheet.Wall) (id timesheet.RowID, known bool, err error) {
	if err := v.call("since"); err != nil {
		return 0, false, err
	}
	for _, r := range v.visible() {
		if wall, local := r.Clocking.At.Local(); local && r.Fault == "" && wall >= from {
			return r.ID, true, nil
		}
	}
	return 0, false, nil
}

package bench

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"timesheet"
	"timesheet/actors"
)

// traffic makes clockings that all change something: groups of employees in turn, each
// employee of a group as often as the factor says, later each time, all of one day. Once
// all groups had four turns the next day begins.
type traffic struct {
	ids    []timesheet.EmployeeID
	size   int // of a batch
	factor int // clockings of an employee and day in a batch: what coalesces to one entry
	next   int
}

// newTraffic is for so many employees, from the first one on. factor 0 means live-like:
// the order of time, four clockings a day, whatever that makes of a batch.
func newTraffic(first, employees, size, factor int) *traffic {
	t := &traffic{size: size, factor: factor}
	for n := range employees {
		t.ids = append(t.ids, timesheet.EmployeeID(fmt.Sprintf("E%07d", first+n)))
	}
	return t
}

const firstDay = timesheet.Day(20_454) // 2026-01-01

func (t *traffic) fill(es []timesheet.Entry) {
	group, factor := len(t.ids), 1
	if t.factor > 0 {
		group, factor = min(max(t.size/t.factor, 1), len(t.ids)), t.factor
	}
	for i := range es {
		turn, within := t.next/(group*factor), t.next%(group*factor)
		nth := turn * group
		round := nth / len(t.ids) // a quarter of a day
		day := firstDay + timesheet.Day(round/4%300)
		at := timesheet.Instant(day)*86_400_000 + timesheet.Instant(360+240*(round%4)+within/group)*60_000
		es[i] = timesheet.Entry{Employee: t.ids[(nth+within%group)%len(t.ids)], Day: day, Earliest: at, Latest: at}
		t.next++
	}
}

// submit brings n batches to sys, by all senders at once.
func submit(b testing.TB, sys *actors.System, n int, senders ...*traffic) {
	b.Helper()
	version := sys.DayRules().Version()
	var group sync.WaitGroup
	for i, t := range senders {
		group.Go(func() {
			es := make([]timesheet.Entry, t.size)
			for k := i; k < n; k += len(senders) {
				t.fill(es)
				if _, err := sys.Submit(context.Background(), timesheet.Batch{RulesVersion: version, Entries: es}); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
}

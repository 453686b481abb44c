package ingest_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"timesheet"
)

func TestPollerStart(t *testing.T) {
	from := func(id timesheet.RowID) *timesheet.RowID { return &id }
	wall := func(s string) *timesheet.Wall {
		at, err := timesheet.ParseTimestamp(s)
		if err != nil {
			t.Fatal(err)
		}
		w, _ := at.Local()
		return &w
	}
	inOrder := func(s *sim) { // one row an hour
		for id := range timesheet.RowID(100) {
			r := touchOf(id + 1)
			r.Clocking.At = timesheet.LocalTime(*wall("2026-03-02T00:00:00") + timesheet.Wall(id)*3_600_000)
			s.source.commit(r)
		}
	}
	for name, c := range map[string]struct {
		id    *timesheet.RowID
		at    *timesheet.Wall
		first timesheet.RowID
	}{
		"from an id":                      {from(31), nil, 31},
		"from a time":                     {nil, wall("2026-03-03T00:00:00"), 25},
		"from the later of both":          {from(31), wall("2026-03-03T00:00:00"), 31},
		"from an id that is not there":    {from(-7), nil, 1},
		"from the lowest id there can be": {from(math.MinInt64), nil, 1},
		"from an id yet to come":          {from(500), nil, 500},
		"from a time yet to come":         {nil, wall("2026-05-03T00:00:00"), 1},
	} {
		inWorld(t, name, func(s *sim) {
			inOrder(s)
			o := usual("a")
			o.FromID, o.FromTime = c.id, c.at
			s.begin(o)
			s.pass(5 * time.Second)
			s.source.fill(500, 501)
			s.pass(15 * time.Minute)
			s.source.mu.Lock()
			s.source.ever = slices.DeleteFunc(s.source.ever, func(r timesheet.Row) bool { return r.ID < c.first })
			s.source.mu.Unlock()
			s.source.equal(s, s.store)
		})
	}
	inWorld(t, "an empty source", func(s *sim) {
		p := s.begin(usual("a"))
		s.pass(5 * time.Second)
		s.expect(p, timesheet.SourcePolling, math.MinInt64, math.MinInt64, 0)
		if c := s.checkpoint(); c.Generation != 1 || c.Reason != "first start" {
			s.Errorf("%+v", c)
		}
		s.source.commit(touchOf(2)) // 1 is in flight
		s.pass(2 * time.Second)
		s.expect(p, timesheet.SourcePolling, 2, 0, 1)
		s.source.commit(touchOf(1))
		s.pass(2 * time.Second)
		s.expect(p, timesheet.SourcePolling, 2, 2, 0)
		s.source.equal(s, s.store)
	})
	inWorld(t, "negative ids", func(s *sim) {
		s.source.fill(-100, -50)
		s.source.fill(-40, 10)
		p := s.begin(usual("a"))
		s.pass(5 * time.Second)
		s.expect(p, timesheet.SourcePolling, 10, -10_101, 10_009)
		s.pass(16 * time.Minute)
		s.expect(p, timesheet.SourcePolling, 10, 10, 0)
		s.source.equal(s, s.store)
	})
}

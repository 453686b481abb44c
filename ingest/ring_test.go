package ingest

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"timesheet"
)

// TestRingLaw keeps all moments beside a ring, and asks both.
func TestRingLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := PollerOptions{GapAge: 10 * time.Minute, SweepAge: 24 * time.Hour}
		o.setDefaults()
		now := moment{wall: 1_800_000_000_000, head: 100}
		r := newRing(&o, nil)
		r.add(now)
		all := []moment{now}
		forward := true // the wall clock was never set back
		for range rapid.IntRange(1, 400).Draw(t, "moments") {
			grown := time.Duration(rapid.Int64Range(0, int64(2*time.Minute)).Draw(t, "readable"))
			now.readable += grown
			now.wall = now.wall.Add(grown)
			switch rapid.IntRange(0, 30).Draw(t, "event") {
			case 0:
				now.wall = now.wall.Add(time.Duration(rapid.IntRange(1, 48).Draw(t, "hours down")) * time.Hour)
			case 1:
				now.wall, forward = now.wall.Add(-time.Hour), false
			}
			now.head += timesheet.RowID(rapid.IntRange(0, 3).Draw(t, "ids"))
			r.add(now)
			all = append(all, now)

			ago := time.Duration(rapid.Int64Range(0, int64(20*time.Minute)).Draw(t, "ago"))
			if got, most := r.horizon(now.readable-ago), headAt(all, func(m moment) bool { return m.readable <= now.readable-ago }); got > most {
				t.Fatalf("%v ago, ids up to %d were seen, and the ring says %d", ago, most, got)
			}
			back := time.Duration(rapid.Int64Range(0, int64(24*time.Hour)).Draw(t, "back"))
			wall := now.wall.Add(-back)
			if got, ok := r.before(wall); forward && ok {
				if most := headAt(all, func(m moment) bool { return m.wall <= wall }); got > most {
					t.Fatalf("%v back, ids up to %d were seen, and the ring says %d", back, most, got)
				}
			}
			if _, ok := r.before(now.wall.Add(-24 * time.Hour)); !ok && forward && all[0].wall < now.wall.Add(-24*time.Hour) {
				t.Fatalf("the ring has forgotten what was 24 hours ago: %v", r.moments)
			}
		}
		if n := len(r.moments); n > 2*finesse+coarseness+10 {
			t.Fatalf("%d moments", n)
		}
	})
}

func headAt(all []moment, at func(moment) bool) timesheet.RowID {
	head := lowest
	for _, m := range all {
		if at(m) {
			head = max(head, m.head)
		}
	}
	return head
}

func TestRing(t *testing.T) {
	o := PollerOptions{}
	o.setDefaults()
	const fine = 15 * time.Second // GapAge / finesse
	t.Run("is late by a small part of the age at most", func(t *testing.T) {
		r, m := newRing(&o, nil), moment{}
		for range 3600 {
			r.add(m)
			m.readable, m.wall, m.head = m.readable+time.Second, m.wall.Add(time.Second), m.head+1
		}
		want := timesheet.RowID(3600 - 15*60)
		if got := r.horizon(m.readable - o.GapAge); got > want || got < want-16 {
			t.Errorf("%d is aged, want %d", got, want)
		}
	})
	t.Run("is sure of nothing where the clock was set back", func(t *testing.T) {
		r := newRing(&o, nil)
		for i, wall := range []timesheet.Instant{1000, 9000, 2000, 3000} {
			r.add(moment{wall, time.Duration(i) * fine, timesheet.RowID(i)})
		}
		if got, ok := r.before(5000); got != 0 || !ok {
			t.Errorf("%d, %v", got, ok)
		}
	})
	t.Run("forgets what is above an id", func(t *testing.T) {
		r := newRing(&o, nil)
		for i := range 5 {
			r.add(moment{timesheet.Instant(i), time.Duration(i) * fine, timesheet.RowID(i * 10)})
		}
		if r.truncate(25); len(r.moments) != 3 || r.horizon(time.Hour) != 20 {
			t.Errorf("%v", r.moments)
		}
	})
}

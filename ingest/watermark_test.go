package ingest

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"timesheet"
)

// seen is the naive model of a watermark: each id on its own.
type seen struct {
	ids   map[timesheet.RowID]bool // seen
	done  map[timesheet.RowID]bool // closed, being aged
	first timesheet.RowID          // below it nothing is awaited
	head  timesheet.RowID
}

// awaited is the ids that may still come.
func (s *seen) awaited() (ids []timesheet.RowID) {
	for id := s.first; id <= s.head; id++ {
		if !s.ids[id] && !s.done[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

// matches says that w is s: it awaits each id that s does, and, unless it had to join
// gaps, no other.
func (s *seen) matches(t *rapid.T, w *watermark, exact bool) {
	if w.head != s.head {
		t.Fatalf("head is %d, want %d", w.head, s.head)
	}
	awaited := s.awaited()
	n := 0
	for i, g := range w.gaps {
		if g.First > g.Last || g.Last >= w.head || i > 0 && g.First <= w.gaps[i-1].Last || g.missing < 1 || g.missing > count(g.RowRange) {
			t.Fatalf("gap %d of %v", i, w.gaps)
		}
		from := n
		for n < len(awaited) && g.First <= awaited[n] && awaited[n] <= g.Last {
			n++
		}
		if exact && int64(n-from) != count(g.RowRange) {
			t.Fatalf("gap %v has %d awaited ids", g, n-from)
		}
	}
	if n != len(awaited) {
		t.Fatalf("%d of %d awaited ids lie in the gaps; the first that doesn't may be %d", n, len(awaited), awaited[n])
	}
	if len(awaited) > 0 && w.settled() >= awaited[0] {
		t.Fatalf("settled is %d, and %d may still come", w.settled(), awaited[0])
	}
	if len(w.gaps) > maxGaps {
		t.Fatalf("%d gaps", len(w.gaps))
	}
}

func rowsOf(ids []timesheet.RowID) []timesheet.Row {
	rows := make([]timesheet.Row, len(ids))
	for i, id := range ids {
		rows[i].ID = id
	}
	return rows
}

// TestWatermarkLaw passes and reads again at random, ids coming and vanishing, with
// whatever the plans choose.
func TestWatermarkLaw(t *testing.T) {
	law := func(t *rapid.T, rounds, jump int, exact bool) {
		start := timesheet.RowID(rapid.Int64Range(-50, 50).Draw(t, "start"))
		w := watermark{head: start}
		s := seen{ids: map[timesheet.RowID]bool{}, done: map[timesheet.RowID]bool{}, first: start + 1, head: start}
		var cursor timesheet.RowID
		for range rapid.IntRange(1, rounds).Draw(t, "rounds") {
			before := w.settled()
			var ids []timesheet.RowID
			for range rapid.IntRange(0, jump).Draw(t, "rows") {
				s.head += timesheet.RowID(rapid.IntRange(1, 3).Draw(t, "step"))
				s.ids[s.head] = true
				ids = append(ids, s.head)
			}
			w.pass(rowsOf(ids))
			s.matches(t, &w, exact)

			for _, id := range s.awaited() { // some come
				if rapid.IntRange(0, 9).Draw(t, "comes") == 0 {
					s.ids[id] = true
				}
			}
			rows := rapid.Int64Range(1, 50).Draw(t, "budget")
			p, from := w.newest(rows, rapid.IntRange(1, 5).Draw(t, "ranges"))
			if rapid.Bool().Draw(t, "upwards") {
				var all bool
				if p, all = w.upwards(cursor, from, rows, 5); all {
					cursor = lowest
				} else if n := len(p.ranges); n > 0 {
					cursor = p.ranges[n-1].Last + 1
				}
			}
			checkPlan(t, &w, p, rows)
			aged := timesheet.RowID(rapid.Int64Range(int64(start), int64(s.head)).Draw(t, "aged"))
			var came []timesheet.RowID
			for _, r := range p.ranges {
				for id := r.First; id <= r.Last; id++ {
					if s.ids[id] {
						came = append(came, id)
					} else if id <= aged {
						s.done[id] = true
					}
				}
			}
			w.reread(p.ranges, rowsOf(came), aged)
			// What came, and wasn't read, is awaited as before; what is closed stays closed.
			known := map[timesheet.RowID]bool{}
			for _, g := range w.gaps {
				for id := g.First; id <= g.Last; id++ {
					known[id] = true
				}
			}
			for id := s.first; id <= s.head; id++ {
				if s.ids[id] && known[id] && exact {
					s.ids[id] = false // came, but hasn't been read yet
				}
			}
			s.matches(t, &w, exact)
			if w.settled() < before {
				t.Fatalf("settled went back from %d to %d", before, w.settled())
			}
		}
	}
	t.Run("exact while gaps are few", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) { law(t, 20, 20, true) })
	})
	t.Run("awaits all that it must when they are many", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) { law(t, 4, 2000, false) })
	})
}

// checkPlan says that ranges are in order, each in one gap, and cost no more than asked.
func checkPlan(t *rapid.T, w *watermark, p plan, rows int64) {
	var known int64
	last := lowest
	for _, r := range p.ranges {
		i := slices.IndexFunc(w.gaps, func(g gap) bool { return g.First <= r.First && r.Last <= g.Last })
		if r.First <= last || r.Last < r.First || i < 0 {
			t.Fatalf("ranges %v of gaps %v", p.ranges, w.gaps)
		}
		known += min(w.gaps[i].known(), count(r))
		last = r.Last
	}
	if known > rows {
		t.Fatalf("%v cost %d known rows, at most %d were asked for", p.ranges, known, rows)
	}
}

func TestWatermark(t *testing.T) {
	gapsOf := func(ids ...timesheet.RowID) (w watermark) {
		w.head = lowest
		w.pass(rowsOf(ids))
		return w
	}
	t.Run("the first row leaves open what may be in flight below it", func(t *testing.T) {
		for id, want := range map[timesheet.RowID]timesheet.RowID{
			0: 0, 1: 1, 7: 0, 2_000_000: 2_000_000 - youngGap - 1, -500: -500 - youngGap - 1,
			lowest + 1: lowest + 1, lowest + 5: lowest, math.MaxInt64: math.MaxInt64 - youngGap - 1,
		} {
			w := gapsOf(id)
			if got := w.settled(); got != want {
				t.Errorf("after row %d, %d is settled, want %d", id, got, want)
			}
		}
	})
	t.Run("nearest gaps are joined first", func(t *testing.T) {
		var w watermark
		var ids []timesheet.RowID
		id := timesheet.RowID(0)
		for i := range maxGaps + 10 {
			id += 2
			ids = append(ids, id)
			if i%100 != 0 { // else only one known row is between
				ids = append(ids, id+1)
				id++
			}
		}
		w.pass(rowsOf(ids))
		known := int64(0)
		for _, g := range w.gaps {
			known += g.known()
		}
		if len(w.gaps) != maxGaps || known != 10 || w.missing() != maxGaps+10 {
			t.Errorf("%d gaps with %d known rows and %d missing", len(w.gaps), known, w.missing())
		}
	})
	t.Run("a range wider than numbers go is counted as the most", func(t *testing.T) {
		w := watermark{head: lowest + 1}
		w.pass(rowsOf([]timesheet.RowID{0, math.MaxInt64}))
		if w.missing() != math.MaxInt64 || w.settled() != lowest+1 {
			t.Errorf("%d missing, %d settled", w.missing(), w.settled())
		}
		p, from := w.newest(10, 10)
		if len(p.ranges) != 2 || from != lowest {
			t.Errorf("%v from %d", p.ranges, from)
		}
		w.reread(p.ranges, nil, math.MaxInt64)
		if len(w.gaps) != 0 || w.settled() != math.MaxInt64 {
			t.Errorf("%v", w.gaps)
		}
	})
}

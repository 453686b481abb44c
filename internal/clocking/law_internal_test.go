package clocking

import (
	"context"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"timesheet/internal/tds"
)

// A table is a map that is walked by ascending key, and a snapshot never changes.
func TestTableLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		model := &shelf{}
		var tab table
		for i := range 2*chunkRows + chunkRows/2 { // several chunks, with gaps
			r := row{id: int64(3 * i)}
			tab.put(r)
			model.put(r)
		}
		type snapshot struct {
			chunks []*chunk
			want   []row
		}
		var snapshots []snapshot
		id := rapid.Int64Range(lowest, 9*chunkRows)
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				from, at := id.Draw(t, "from"), rapid.Int64().Draw(t, "at")
				for k := range rapid.Int64Range(1, 300).Draw(t, "n") {
					r := row{id: from + k, at: at}
					tab.put(r)
					model.put(r)
				}
			},
			"remove": func(t *rapid.T) {
				from := id.Draw(t, "from")
				for k := range rapid.Int64Range(1, 1500).Draw(t, "n") {
					tab.remove(from + k)
					model.remove(from + k)
				}
			},
			"share": func(*rapid.T) {
				snapshots = append(snapshots[max(len(snapshots)-1, 0):], snapshot{tab.share(minID, maxID, tab.count), model.all()})
			},
			"look": func(t *rapid.T) {
				want := model.all()
				if got := flat(tab.share(minID, maxID, tab.count)); !slices.Equal(got, want) || tab.count != len(want) {
					t.Fatalf("%d rows (%d counted), want %d", len(got), tab.count, len(want))
				}
				for _, s := range snapshots {
					if !slices.Equal(flat(s.chunks), s.want) {
						t.Fatal("a snapshot changed")
					}
				}
				probe := id.Draw(t, "probe")
				got, ok := tab.get(probe)
				if want, there := model.get(probe); ok != there || got != want {
					t.Fatalf("row %d: %v, %v; want %v, %v", probe, got, ok, want, there)
				}
			},
		})
	})
}

// shelf has a place for each id.
type shelf [9*chunkRows + 2000]struct {
	row   row
	there bool
}

const lowest = -5 // id on the shelf

func (s *shelf) put(r row)       { s[r.id-lowest].row, s[r.id-lowest].there = r, true }
func (s *shelf) remove(id int64) { s[id-lowest].row, s[id-lowest].there = row{}, false }

func (s *shelf) get(id int64) (row, bool) { return s[id-lowest].row, s[id-lowest].there }

func (s *shelf) all() (rows []row) {
	for i := range s {
		if s[i].there {
			rows = append(rows, s[i].row)
		}
	}
	return rows
}

func flat(chunks []*chunk) (rows []row) {
	for _, c := range chunks {
		rows = append(rows, c.rows...)
	}
	return rows
}

// world is what readers should see, in the simplest words.
type world struct {
	committed map[int64]row
	flight    map[int64]*change // by id
}

// visible are the ids that a reader sees, and whether it meets a row in flight that
// it would wait for.
func (m *world) visible(how reading, spans []span, limit int64) (found []int64, waits bool) {
	all := slices.Sorted(maps.Keys(m.committed))
	for id := range m.flight {
		all = append(all, id)
	}
	slices.Sort(all)
	for _, id := range slices.Compact(all) {
		if !slices.ContainsFunc(spans, func(s span) bool { return s.first <= id && id <= s.last }) {
			continue
		}
		if int64(len(found)) == limit {
			return found, false
		}
		_, there := m.committed[id]
		switch inFlight := m.flight[id] != nil; {
		case inFlight && how == waiting:
			return found, true
		case inFlight && how == skipping, !there:
		default:
			found = append(found, id)
		}
	}
	return found, false
}

// Whatever transactions do, each reader sees what its isolation says.
func TestIsolationLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := New(Options{})
		m := &world{committed: make(map[int64]row), flight: make(map[int64]*change)}
		var open []*Tx
		some := func(t *rapid.T) *Tx {
			if len(open) == 0 || rapid.IntRange(0, 5).Draw(t, "new") == 0 {
				open = append(open, s.Begin())
				return open[len(open)-1]
			}
			return rapid.SampledFrom(open).Draw(t, "tx")
		}
		id := rapid.Int64Range(1, 40)
		ended := func(t *rapid.T, commit bool) {
			tx := some(t)
			open = slices.DeleteFunc(open, func(o *Tx) bool { return o == tx })
			tx.end(commit)
			for _, k := range slices.Collect(maps.Keys(m.flight)) {
				c := m.flight[k]
				if c.tx != tx {
					continue
				}
				delete(m.flight, k)
				switch {
				case commit && c.removal:
					delete(m.committed, k)
				case commit:
					m.committed[k] = c.row
				}
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"insert": func(t *rapid.T) {
				tx := some(t)
				k := tx.Insert("E", Wall(0))
				m.flight[k] = &change{tx: tx}
			},
			"insert low": func(t *rapid.T) {
				tx, k := some(t), id.Draw(t, "id")
				if tx.InsertRow(Row{ID: k, Employee: "E"}) == nil {
					m.flight[k] = &change{tx: tx}
				}
			},
			"update": func(t *rapid.T) {
				tx, k := some(t), id.Draw(t, "id")
				if tx.Update(k, "E", Wall(1)) == nil {
					m.flight[k] = &change{tx: tx}
				}
			},
			"delete": func(t *rapid.T) {
				tx, k := some(t), id.Draw(t, "id")
				if tx.Delete(k) == nil {
					m.flight[k] = &change{tx: tx, removal: true}
				}
			},
			"commit":   func(t *rapid.T) { ended(t, true) },
			"rollback": func(t *rapid.T) { ended(t, false) },
			"": func(t *rapid.T) {
				var spans []span
				for range rapid.IntRange(1, 3).Draw(t, "spans") {
					first := id.Draw(t, "first")
					spans = append(spans, span{first, first + rapid.Int64Range(0, 20).Draw(t, "len")})
				}
				spans = joined(spans)
				limit := rapid.Int64Range(0, 12).Draw(t, "limit")
				for _, how := range []reading{waiting, skipping, versions} {
					check(t, s, m, how, spans, limit)
				}
			},
		})
	})
}

func check(t *rapid.T, s *System, m *world, how reading, spans []span, limit int64) {
	var got []int64
	read := &scan{system: s, how: how, spans: slices.Clone(spans), limit: limit}
	err := read.each(context.Background(), func(rows []row, _ []employee) (bool, error) {
		for _, r := range rows {
			got = append(got, r.id)
		}
		return true, nil
	})
	want, waits := m.visible(how, spans, limit)
	if !slices.Equal(got, want) || (err != nil) != waits {
		t.Fatalf("reading %d of %v, at most %d: %v, %v; want %v, waits %v", how, spans, limit, got, err, want, waits)
	}
	if e, ok := err.(*tds.Error); err != nil && (!ok || e.Number != 1222) { //nolint:errorlint // must be it, unwrapped
		t.Fatal(err)
	}
	highest, found, err := s.highest(context.Background(), how, 0)
	top, topWaits := m.highest(how)
	if (err != nil) != topWaits || !topWaits && (found != (top > 0) || highest != top) {
		t.Fatalf("highest by %d: %d, %v, %v; want %d, waits %v", how, highest, found, err, top, topWaits)
	}
}

// highest goes down from the top until it sees a row, or has to wait; 0 for none.
func (m *world) highest(how reading) (id int64, waits bool) {
	for id := int64(200); id > 0; id-- {
		_, there := m.committed[id]
		switch inFlight := m.flight[id] != nil; {
		case inFlight && how == waiting:
			return 0, true
		case there && (!inFlight || how == versions):
			return id, false
		}
	}
	return 0, false
}

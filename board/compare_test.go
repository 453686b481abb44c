package board_test

import (
	"fmt"
	"slices"
	"testing/synctest"

	"timesheet"
	"timesheet/board"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func (m *model) page(rt *rapid.T) {
	m.compare(rt, m.day(rt), board.Query{
		Reach:  timesheet.Everybody(),
		Team:   rapid.SampledFrom([]string{"", "", "a", "b", "no"}).Draw(rt, "team"),
		Status: rapid.SampledFrom([]timesheet.Status{0, 0, timesheet.StatusComplete, timesheet.StatusOpen, timesheet.StatusAbsent}).Draw(rt, "status"),
		Marks:  rapid.SampledFrom([]timesheet.Marks{0, 0, timesheet.MarkLate}).Draw(rt, "marks"),
		Q:      rapid.SampledFrom([]string{"", "", "1", "AD", "ä", "o"}).Draw(rt, "q"),
		Sort:   board.Sort(rapid.IntRange(0, 3).Draw(rt, "sort")), Descending: rapid.Bool().Draw(rt, "descending"),
		Limit: rapid.SampledFrom([]int{1, 2, 3, 10, 100}).Draw(rt, "limit"),
	})
}

// compare walks through all pages of a query.
func (m *model) compare(rt *rapid.T, on timesheet.Day, q board.Query) {
	want := m.naive(m.t, on)
	var rows []board.Row
	for {
		p, err := m.boards.Page(m.t.Context(), on, q, *m.moment.Load())
		if err != nil {
			rt.Fatal(err)
		}
		if totals := totalsOf(want.rows, q.Team); p.Totals != totals {
			rt.Fatalf("totals: %s", cmp.Diff(totals, p.Totals))
		}
		if p.Until != want.until || p.Stale != 0 {
			rt.Fatalf("until %v, want %v; stale since %v", p.Until, want.until, p.Stale)
		}
		m.version(rt, on, want.prints, p.Version)
		rows = append(rows, p.Rows...)
		if q.Cursor = p.Next; q.Cursor == "" {
			break
		}
		if len(p.Rows) != q.Limit {
			rt.Fatalf("a page of %d has %d rows, and there are more", q.Limit, len(p.Rows))
		}
	}
	if found := want.find(q); !slices.Equal(rows, found) {
		rt.Fatalf("%v %+v: (-want +got)\n%s", on, q, cmp.Diff(found, rows))
	}
}

// version: the same exactly where the same is shown of a day.
func (m *model) version(rt *rapid.T, on timesheet.Day, prints string, version uint64) {
	dated := on.String() + "\n" + prints
	if v, ok := m.versions[dated]; ok && v != version {
		rt.Fatalf("versions %x and %x of the same:\n%s", v, version, dated)
	}
	if m.shown[on] == nil {
		m.shown[on] = make(map[uint64]string)
	}
	if s, ok := m.shown[on][version]; ok && s != prints {
		rt.Fatalf("version %x of\n%sand of\n%s", version, s, prints)
	}
	m.versions[dated], m.shown[on][version] = version, prints
}

func (m *model) rows(rt *rapid.T) {
	synctest.Wait()
	from, to := m.day(rt), monday+2
	var want, got []string
	for on := from; on <= to; on++ {
		for _, r := range m.naive(m.t, on).rows {
			want = append(want, fmt.Sprint(r))
		}
	}
	for r, err := range m.boards.Rows(m.t.Context(), from, to, "", timesheet.Everybody(), *m.moment.Load()) {
		if err != nil {
			rt.Fatal(err)
		}
		got = append(got, fmt.Sprint(r))
	}
	if !slices.Equal(got, want) {
		rt.Fatalf("rows from %v: (-want +got)\n%s", from, cmp.Diff(want, got))
	}
}

package board_test

import (
	"fmt"
	"slices"
	"testing/synctest"

	"timesheet"
	"timesheet/board"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func (m *model) page(rt *rapid.T) {
	m.compare(rt, m.day(rt), board.Query{
		Reach:  reach().Draw(rt, "reach"),
		Team:   rapid.SampledFrom([]string{"", "", "a", "b", "no"}).Draw(rt, "team"),
		Status: rapid.SampledFrom([]timesheet.Status{0, 0, timesheet.StatusComplete, timesheet.StatusOpen, timesheet.StatusAbsent}).Draw(rt, "status"),
		Show:   timesheet.Group(rapid.SampledFrom([]int{0, 0, 0, 1, 2, 3, 4}).Draw(rt, "show")),
		Marks:  rapid.SampledFrom([]timesheet.Marks{0, 0, timesheet.MarkLate}).Draw(rt, "marks"),
		Q:      rapid.SampledFrom([]string{"", "", "1", "AD", "ä", "o"}).Draw(rt, "q"),
		Sort:   board.Sort(rapid.IntRange(0, 3).Draw(rt, "sort")), Descending: rapid.Bool().Draw(rt, "descending"),
		Limit: rapid.SampledFrom([]int{1, 2, 3, 10, 100}).Draw(rt, "limit"),
	})
}

// compare walks through all pages of a query.
func (m *model) compare(rt *rapid.T, on timesheet.Day, q board.Query) {
	want := m.naive(m.t, on, q.Reach)
	world := fmt.Sprintf("%v\n%s", on, want.prints)
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
		m.alike(rt, world, q, p)
		rows = append(rows, p.Rows...)
		if q.Cursor = p.Next; q.Cursor == "" {
			break
		}
		if len(p.Rows) != q.Limit {
			rt.Fatalf("a page of %d has %d rows, and there are more", q.Limit, len(p.Rows))
		}
	}
	if found := want.find(q); !cmp.Equal(rows, found, cmpopts.EquateEmpty()) {
		rt.Fatalf("%v %+v: (-want +got)\n%s", on, q, cmp.Diff(found, rows))
	}
}

// alike: who sees the same world gets the same page, byte for byte, whoever else there is.
func (m *model) alike(rt *rapid.T, world string, q board.Query, p board.Page) {
	q.Reach = timesheet.Reach{}
	asked, got := fmt.Sprintf("%s%+v", world, q), fmt.Sprintf("%x %q %+v", p.Version, p.Next, p.Totals)
	for _, r := range p.Rows {
		r.Work.Next = 0 // which time has, and compare looks at
		got += "\n" + printed(r)
	}
	if before, ok := m.pages[asked]; ok && before != got {
		rt.Fatalf("%s gave\n%s\nand now\n%s", asked, before, got)
	}
	m.pages[asked] = got
}

// reach is that of somebody who reads boards.
func reach() *rapid.Generator[timesheet.Reach] {
	return rapid.SampledFrom([]timesheet.Reach{
		{All: true}, {All: true}, {All: true, Teams: []string{"a"}}, {}, {Employee: "1"}, {Employee: "old"}, {Employee: "nobody"},
		{Teams: []string{"a"}}, {Teams: []string{"b", "a", "b"}, Employee: "new"}, {Teams: []string{"", "b", "none"}, Employee: "7"},
	})
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
	from, to, r := m.day(rt), monday+2, reach().Draw(rt, "reach")
	var want, got []string
	for on := from; on <= to; on++ {
		for _, row := range m.naive(m.t, on, r).rows {
			want = append(want, printed(row))
		}
	}
	for row, err := range m.boards.Rows(m.t.Context(), from, to, "", r, *m.moment.Load()) {
		if err != nil {
			rt.Fatal(err)
		}
		got = append(got, printed(row))
	}
	if !slices.Equal(got, want) {
		rt.Fatalf("rows from %v: (-want +got)\n%s", from, cmp.Diff(want, got))
	}
}

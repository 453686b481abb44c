package board_test

import (
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/board"
	"timesheet/storetest"

	"pgregory.net/rapid"
)

// ids are people and badges; "old" and "second" are aliases in some directories.
var ids = []timesheet.EmployeeID{"1", "10", "2", "7", "Ä", "b", "old", "second"}

// TestBoards: whatever happens to the store, the feed, the rules and the clock, pages
// are what one gets who makes the day anew.
func TestBoards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(bubbled{t}, func(rt *rapid.T) {
			rows := rapid.SampledFrom([]int{1, 100, 500, 5000}).Draw(rt, "rows kept")
			w := newWorld(t, board.Options{Rows: rows})
			stop := w.run(t)
			defer stop()
			m := &model{world: w, t: t, pages: make(map[string]string), versions: make(map[string]uint64), shown: make(map[timesheet.Day]map[uint64]string)}
			rt.Repeat(map[string]func(*rapid.T){
				"merge": m.merge, "merge more": m.merge, "replace": m.replace, "lose": m.lose, "rules": m.rules,
				"directory": m.directory, "time": m.time, "disturb": m.disturb,
				"page": m.page, "month": m.month, "rows": m.rows,
				"correct": m.correct,
				"": func(rt *rapid.T) {
					m.compare(rt, monday, board.Query{Reach: timesheet.Everybody(), Limit: 100})
					m.compare(rt, monday, board.Query{Reach: timesheet.Reach{Teams: []string{"a"}, Employee: "7"}, Limit: 100})
				},
			})
		})
	})
}

// bubbled hides the type of a test in a bubble, which must not be asked for its
// deadline, from rapid.
type bubbled struct{ *testing.T }

type model struct {
	*world
	t        *testing.T
	versions map[string]uint64 // of what was shown
	pages    map[string]string // by what they were made of
	shown    map[timesheet.Day]map[uint64]string
}

func (m *model) day(rt *rapid.T) timesheet.Day {
	return monday + timesheet.Day(rapid.IntRange(-1, 2).Draw(rt, "day"))
}

func (m *model) entry(rt *rapid.T) timesheet.Entry {
	e := rapid.SampledFrom(ids).Draw(rt, "id")
	from := rapid.IntRange(0, 20*60).Draw(rt, "from")
	to := from + rapid.SampledFrom([]int{0, 0, 1, 60, 480, 600, 1200}).Draw(rt, "minutes")
	s := shift(e, m.day(rt), time.Duration(from)*time.Minute, time.Duration(to)*time.Minute)
	s.Flags = timesheet.Flags(rapid.IntRange(0, 7).Draw(rt, "flags"))
	return s
}

func (m *model) merge(rt *rapid.T) {
	storetest.Merge(m.t, m.memory, rapid.SliceOfN(rapid.Custom(m.entry), 1, 6).Draw(rt, "entries")...)
}

func (m *model) correct(rt *rapid.T) {
	id := rapid.SampledFrom(append(ids, "new", "unknown")).Draw(rt, "id")
	c := timesheet.Correction{Employee: id, Day: m.day(rt), Reason: "it was so", Actor: "hr", At: m.moment.Load().Now}
	switch rapid.IntRange(0, 5).Draw(rt, "correction") {
	case 0, 1:
		c.Withdrawn = true
	case 2:
		c.Remark = rapid.SampledFrom([]string{"forgot", "off sick"}).Draw(rt, "remark")
	default:
		in := rapid.IntRange(0, 20*60).Draw(rt, "in")
		c.ClockIn = at(c.Day, time.Duration(in)*time.Minute)
		c.ClockOut = at(c.Day, time.Duration(in+rapid.IntRange(1, 600).Draw(rt, "minutes"))*time.Minute)
		c.SeenEarliest = rapid.SampledFrom([]timesheet.Instant{0, c.ClockIn}).Draw(rt, "seen")
	}
	if _, err := m.memory.Correct(m.t.Context(), c, timesheet.AnySeq); err != nil && timesheet.CodeOf(err) != timesheet.NotFound {
		rt.Fatal(err)
	}
}

func (m *model) replace(rt *rapid.T) {
	all := storetest.Contents(m.t, m.memory)
	var rs []timesheet.Replacement
	for range rapid.IntRange(1, 3).Draw(rt, "replacements") {
		e := m.entry(rt)
		r := timesheet.Replacement{Old: all[storetest.KeyOf(e)], New: e}
		if !r.Old.IsZero() && rapid.Bool().Draw(rt, "remove") {
			r.New = timesheet.Entry{}
		}
		rs = append(rs, r)
	}
	m.memory.Replace(m.t.Context(), rs)
}

func (m *model) lose(rt *rapid.T) {
	var err error
	switch rapid.IntRange(0, 9).Draw(rt, "loss") {
	case 0:
		m.memory.Clear()
	case 1:
		_, err = m.memory.Purge(m.t.Context(), monday)
	case 2, 3:
		_, err = m.memory.Erase(m.t.Context(), rapid.SampledFrom(ids).Draw(rt, "erased"))
	case 4, 5:
		m.memory.Restore(m.memory.Snapshot())
	default:
		for e := range storetest.Contents(m.t, m.memory) {
			m.memory.Replace(m.t.Context(), []timesheet.Replacement{{Old: storetest.Contents(m.t, m.memory)[e]}})
			break
		}
	}
	if err != nil {
		rt.Fatal(err)
	}
}

func (m *model) rules(rt *rapid.T) {
	if rapid.Bool().Draw(rt, "day rules") {
		rule := timesheet.DayRule{
			Zone:     rapid.SampledFrom([]string{"Europe/Berlin", "America/New_York", "UTC"}).Draw(rt, "zone"),
			Boundary: rapid.SampledFrom([]time.Duration{0, 12 * time.Hour}).Draw(rt, "boundary"),
		}
		own := timesheet.Assignment{Employee: rapid.SampledFrom(ids).Draw(rt, "own"), Rule: timesheet.DayRule{Zone: "Asia/Tokyo"}}
		m.days.Store(dayRules(m.t, rule, own))
		return
	}
	var holidays []timesheet.Holiday
	if rapid.Bool().Draw(rt, "holiday") {
		holidays = append(holidays, timesheet.Holiday{Day: monday, Name: "Holiday"})
	}
	m.work.Store(workRules(m.t, holidays, []timesheet.Leave{{Employee: rapid.SampledFrom(ids).Draw(rt, "leave"), From: monday, To: monday}}))
}

func (m *model) directory(rt *rapid.T) {
	if rapid.IntRange(0, 3).Draw(rt, "none") == 0 {
		m.dir.Store(nil)
		return
	}
	text := rapid.SampledFrom([]string{"", "Ada", "ada", "Bob", "Zoë"})
	row := func(id timesheet.EmployeeID, from timesheet.Day, aliases ...timesheet.EmployeeID) timesheet.DirectoryRow {
		return timesheet.DirectoryRow{
			Employee: id, From: from, Name: text.Draw(rt, "name"), Aliases: aliases,
			Team: rapid.SampledFrom([]string{"", "a", "b"}).Draw(rt, "team"), Schedule: rapid.SampledFrom([]string{"", "free"}).Draw(rt, "schedule"),
		}
	}
	rows := []timesheet.DirectoryRow{row("2", monday), row("new", 0)}
	aliases := rapid.SampledFrom([][]timesheet.EmployeeID{nil, {"old"}, {"old", "second"}})
	rows = append(rows, row("1", 0, aliases.Draw(rt, "aliases")...), row("1", monday+1, aliases.Draw(rt, "aliases later")...))
	if until := monday - 1; rapid.Bool().Draw(rt, "leaves") {
		rows[3].Until, rows[3].From = until, until
	}
	m.dir.Store(directory(m.t, rows...))
}

// time moves by even seconds, so that nobody asks less than a second late.
func (m *model) time(rt *rapid.T) {
	now := *m.moment.Load()
	step := time.Duration(rapid.SampledFrom([]int{2, 60, 3600, 8 * 3600, 86400, -3600, -2}).Draw(rt, "seconds")) * time.Second
	settled := rapid.SampledFrom([]timesheet.Instant{0, at(monday, 23*time.Hour), at(monday+1, 4*time.Hour), at(monday+1, 20*time.Hour), timesheet.Forever}).Draw(rt, "settled")
	m.is(now.Now.Add(step), settled)
}

func (m *model) disturb(rt *rapid.T) {
	switch rapid.IntRange(0, 4).Draw(rt, "disturbance") {
	case 0:
		m.memory.BoundFeeds(rapid.IntRange(1, 5).Draw(rt, "bound"))
	case 1: // the next change ends the feed
		m.store.On("Next", storetest.Nth(m.store.Calls("Next")+1, storetest.Fault{After: storetest.ErrInjected}))
	case 2:
		m.store.On("Watch", storetest.Nth(m.store.Calls("Watch")+1, storetest.Fault{Before: storetest.ErrInjected}))
	case 3:
		pass(time.Minute) // a broken feed is begun again
	case 4: // what can't be read is told, and read next time
		m.store.On("Board", storetest.Nth(m.store.Calls("Board")+1, storetest.Fault{After: storetest.ErrInjected}))
		_, err := m.boards.Page(m.t.Context(), monday-200, board.Query{Reach: timesheet.Everybody(), Limit: 1}, *m.moment.Load())
		if timesheet.CodeOf(err) != timesheet.Unavailable {
			rt.Fatalf("a page that can't be read: %v", err)
		}
	}
}

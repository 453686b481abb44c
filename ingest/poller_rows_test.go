package ingest_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"timesheet"
	"timesheet/ingest"
	"timesheet/storetest"
)

// searched is a sheet that can be searched; hold, if any, is called first.
type searched struct {
	*sheet
	hold func(ctx context.Context) error
}

// Search implements ingest.Searcher.
func (v searched) Search(ctx context.Context, s timesheet.RowSearch) (rows []timesheet.Row, truncated bool, err error) {
	if err := s.Validate(); err != nil {
		return nil, false, err
	}
	if v.hold != nil {
		if err := v.hold(ctx); err != nil {
			return nil, false, err
		}
	}
	for _, r := range v.visible() {
		wall, local := r.Clocking.At.Local()
		in := wall >= s.FromWall && wall < s.ToWall
		if !local {
			at, _ := timesheet.Calendar{}.Instant(r.Clocking.At)
			in = at >= s.From && at < s.To
		}
		switch {
		case !in || !slices.Contains(s.Employees, r.Clocking.Employee):
		case len(rows) == s.Limit:
			return rows, true, nil
		default:
			rows = append(rows, r)
		}
	}
	return rows, false, nil
}

// ruled is a sink that has rules, and nothing else.
type ruled struct {
	ingest.Sink
	rules *timesheet.DayRules
}

func (r ruled) DayRules() *timesheet.DayRules { return r.rules }

// rowsOf is a poller, not running, of a view with rows; E is an employee in New York.
func rowsOf(t testing.TB, hold func(context.Context) error, rows ...timesheet.Row) *ingest.Poller {
	view := searched{&sheet{rows: make(map[timesheet.RowID]timesheet.Row)}, hold}
	for _, r := range rows {
		view.rows[r.ID] = r
	}
	rules, err := timesheet.NewDayRules(1, []timesheet.Assignment{
		{Rule: timesheet.DayRule{Zone: "Europe/Berlin"}},
		{Employee: "E", Rule: timesheet.DayRule{Zone: "America/New_York"}},
	}, time.LoadLocation)
	if err != nil {
		t.Fatal(err)
	}
	return ingest.NewPoller(view, ruled{rules: rules}, storetest.NewMemory(4), ingest.PollerOptions{Logger: slog.New(slog.DiscardHandler)})
}

func instant(at string) timesheet.Instant {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		panic(err)
	}
	return timesheet.InstantOf(t)
}

func TestRowsOfADay(t *testing.T) {
	p := rowsOf(t, nil,
		row(1, "7", "2026-10-24 23:59"), row(2, "7", "2026-10-25 00:00"), row(3, "7", "2026-10-25 02:30"), // shown twice: the earlier moment
		row(4, "7", "2026-10-25 23:59"), row(5, "7", "2026-10-26 00:00"), row(6, "8", "2026-10-25 12:00"), row(7, "9", "2026-10-25 12:00"),
		timesheet.Row{ID: 8, Clocking: timesheet.Clocking{Employee: "7", At: timesheet.At(instant("2026-10-25T22:59:59Z"))}},
		timesheet.Row{ID: 9, Clocking: timesheet.Clocking{Employee: "7", At: timesheet.At(instant("2026-10-25T23:00:00Z"))}},
		timesheet.Row{ID: 10, Clocking: timesheet.Clocking{Employee: "7", At: timesheet.LocalTime(timesheet.Wall(instant("2026-10-25T09:00:00Z")))}, Fault: "odd"},
		row(11, "E", "2026-10-24 18:59"), row(12, "E", "2026-10-24 19:00"), row(13, "E", "2026-10-25 18:59"), row(14, "E", "2026-10-25 19:00"),
		row(15, "7", "2026-03-29 02:30"), // shown never: as if the clocks had not changed yet
	)
	for name, c := range map[string]struct {
		employees []timesheet.EmployeeID
		from, to  string
		want      []timesheet.RowID
	}{
		"a day of 25 hours":       {[]timesheet.EmployeeID{"7"}, "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", []timesheet.RowID{2, 3, 4, 8, 10}},
		"of two badges":           {[]timesheet.EmployeeID{"8", "7"}, "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", []timesheet.RowID{2, 3, 4, 6, 8, 10}},
		"the first 2:30":          {[]timesheet.EmployeeID{"7"}, "2026-10-25T02:30:00+02:00", "2026-10-25T02:31:00+02:00", []timesheet.RowID{3}},
		"the second 2:30":         {[]timesheet.EmployeeID{"7"}, "2026-10-25T02:30:00+01:00", "2026-10-25T02:31:00+01:00", nil},
		"in another zone":         {[]timesheet.EmployeeID{"E"}, "2026-10-24T23:00:00Z", "2026-10-25T23:00:00Z", []timesheet.RowID{12, 13}},
		"in two zones":            {[]timesheet.EmployeeID{"E", "7"}, "2026-10-25T22:59:00Z", "2026-10-25T23:00:00Z", []timesheet.RowID{4, 8, 13}},
		"in the hour that wasn't": {[]timesheet.EmployeeID{"7"}, "2026-03-29T03:30:00+02:00", "2026-03-29T03:31:00+02:00", []timesheet.RowID{15}},
		"of nobody":               {[]timesheet.EmployeeID{"77"}, "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", nil},
	} {
		t.Run(name, func(t *testing.T) {
			rows, truncated, err := p.Rows(t.Context(), c.employees, instant(c.from), instant(c.to))
			var got []timesheet.RowID
			for _, r := range rows {
				got = append(got, r.ID)
			}
			if diff := cmp.Diff(c.want, got); err != nil || truncated || diff != "" {
				t.Errorf("truncated %t, %v\n%s", truncated, err, diff)
			}
		})
	}
}

func TestRowsAreBounded(t *testing.T) {
	var all []timesheet.Row
	for id := range timesheet.RowID(timesheet.MaxFound + 1) {
		all = append(all, row(id+1, "7", "2026-11-23 08:00"))
	}
	p := rowsOf(t, nil, all...)
	from, to := instant("2026-11-23T00:00:00+01:00"), instant("2026-11-24T00:00:00+01:00")
	if rows, truncated, err := p.Rows(t.Context(), []timesheet.EmployeeID{"7"}, from, to); err != nil || !truncated || len(rows) != timesheet.MaxFound {
		t.Errorf("%d rows, truncated %t, %v", len(rows), truncated, err)
	}
	for name, ask := range map[string]func() error{
		"nobody": func() error { return third(p.Rows(t.Context(), nil, from, to)) },
		"too many": func() error {
			return third(p.Rows(t.Context(), slices.Repeat([]timesheet.EmployeeID{"7"}, 17), from, to))
		},
		"a bad id":       func() error { return third(p.Rows(t.Context(), []timesheet.EmployeeID{"a\x00"}, from, to)) },
		"no time at all": func() error { return third(p.Rows(t.Context(), []timesheet.EmployeeID{"7"}, to, from)) },
	} {
		if err := ask(); timesheet.CodeOf(err) != timesheet.Invalid {
			t.Errorf("%s: %v, want Invalid", name, err)
		}
	}
}

func third(_ []timesheet.Row, _ bool, err error) error { return err }

func TestRowsCantBeHad(t *testing.T) {
	ask := func(ctx context.Context, p *ingest.Poller) error {
		rows, truncated, err := p.Rows(ctx, []timesheet.EmployeeID{"7"}, 0, 1)
		if len(rows) > 0 || truncated {
			t.Errorf("beside an error: %v, %t", rows, truncated)
		}
		return err
	}
	want := func(t *testing.T, err error, code timesheet.Code, words string) {
		t.Helper()
		if timesheet.CodeOf(err) != code || !strings.Contains(err.Error(), words) {
			t.Errorf("%v (%s), want %s: …%s…", err, timesheet.CodeOf(err), code, words)
		}
	}
	t.Run("of a view that can't be searched", func(t *testing.T) {
		p := ingest.NewPoller(&sheet{}, ruled{}, storetest.NewMemory(4), ingest.PollerOptions{})
		want(t, ask(t.Context(), p), timesheet.NotFound, "can't be searched")
	})
	t.Run("without day rules", func(t *testing.T) {
		p := ingest.NewPoller(searched{sheet: &sheet{}}, ruled{}, storetest.NewMemory(4), ingest.PollerOptions{})
		want(t, ask(t.Context(), p), timesheet.Unavailable, "no day rules")
	})
	t.Run("while the source is away", func(t *testing.T) {
		p := rowsOf(t, func(context.Context) error {
			return timesheet.NewError(timesheet.Unavailable, "search", errors.New("connection refused"))
		})
		want(t, ask(t.Context(), p), timesheet.Unavailable, "connection refused")
	})
	t.Run("from a source that is too slow", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := rowsOf(t, func(ctx context.Context) error {
				<-ctx.Done()
				return timesheet.NewError(timesheet.Unavailable, "search", context.Cause(ctx))
			})
			began := time.Now()
			want(t, ask(t.Context(), p), timesheet.Unavailable, "no answer within 5s; a source without an index")
			if took := time.Since(began); took != 5*time.Second {
				t.Errorf("after %v", took)
			}
		})
	})
	t.Run("from a view that doesn't return, nor does the next call wait longer", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			until := make(chan struct{})
			p := rowsOf(t, func(context.Context) error { <-until; return nil })
			for _, most := range []time.Duration{6 * time.Second, 5 * time.Second} {
				began := time.Now()
				want(t, ask(t.Context(), p), timesheet.Unavailable, "no answer within 5s")
				if took := time.Since(began); took > most {
					t.Errorf("after %v", took)
				}
			}
			close(until)
			synctest.Wait()
			if err := ask(t.Context(), p); err != nil {
				t.Error(err)
			}
		})
	})
	t.Run("by who has gone", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := rowsOf(t, func(ctx context.Context) error { <-ctx.Done(); return context.Cause(ctx) })
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if err := ask(ctx, p); !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
		})
	})
}

// What is searched and what is polled don't wait for one another, and it is no matter who
// holds the lease.
func TestRowsBesidePolling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		s.add(row(1, "7", "2026-03-02 08:00"))
		pages, going := make(chan struct{}), make(chan struct{}, 1)
		s.view.before = func(call string) error {
			if call == "page" {
				select {
				case going <- struct{}{}:
				default:
				}
				<-pages
			}
			return nil
		}
		o := ingest.PollerOptions{Source: source, Logger: slog.New(slog.DiscardHandler), Now: inBubble}
		holder := ingest.NewPoller(searched{sheet: s.view}, s.sink, s.store, o)
		other := ingest.NewPoller(searched{sheet: s.view}, s.sink, s.store, o)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 2)
		go func() { done <- holder.Run(ctx) }()
		<-going // it is in the midst of a page
		go func() { done <- other.Run(ctx) }()
		synctest.Wait()
		began := time.Now()
		for _, p := range []*ingest.Poller{holder, other} {
			rows, _, err := p.Rows(t.Context(), []timesheet.EmployeeID{"7"}, instant("2026-03-02T00:00:00Z"), instant("2026-03-03T00:00:00Z"))
			if err != nil || len(rows) != 1 || time.Since(began) != 0 {
				t.Errorf("%v, %v after %v", rows, err, time.Since(began))
			}
		}
		close(pages)
		sleep(3 * time.Second)
		if got := holder.Status(); got.LastID != 1 || got.State != timesheet.SourcePolling {
			t.Errorf("%+v", got)
		}
		cancel()
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
}

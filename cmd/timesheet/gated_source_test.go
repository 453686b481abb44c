package main

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"timesheet"
	"timesheet/ingest"
	"timesheet/internal/clocking"
	"timesheet/mssql"
	"timesheet/storetest"
)

// siteRules is a sink that knows the site's day rules, and is given nothing.
type siteRules struct {
	ingest.Sink
	rules *timesheet.DayRules
}

func (s siteRules) DayRules() *timesheet.DayRules { return s.rules }

// The source's own rows of a day come through the gate, by the real driver, whatever the
// columns are.
func TestRowsOfTheSource(t *testing.T) {
	rules, err := timesheet.NewDayRules(1, []timesheet.Assignment{{Rule: timesheet.DayRule{Zone: "Europe/Berlin"}}}, time.LoadLocation)
	if err != nil {
		t.Fatal(err)
	}
	berlin := rules.For("42").Location(0)
	for kind, o := range machinesOptions {
		t.Run(kind, func(t *testing.T) {
			s := clocking.New(o)
			if err := s.Start("127.0.0.1:0"); err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			for _, hour := range []int{-1, 0, 8, 18, 25} { // of a day of 25 hours, which ends an hour after 24
				at := time.Date(2026, 10, 25, 0, 0, 0, 0, berlin).Add(time.Duration(hour) * time.Hour)
				s.Insert("42", clocking.Zoned(at))
				s.Insert("43", clocking.Zoned(at))
			}
			log := slog.New(slog.DiscardHandler)
			view, err := mssql.Open(mssql.Options{URL: s.DSN(), View: "dbo.Clockings", Logger: log})
			if err != nil {
				t.Fatal(err)
			}
			defer view.Close()
			g := gatedSource{new(gate)}
			ask := func() ([]timesheet.Row, bool, error) {
				from := timesheet.InstantOf(time.Date(2026, 10, 25, 0, 0, 0, 0, berlin))
				return g.Rows(t.Context(), []timesheet.EmployeeID{"42", "0042"}, from, from.Add(25*time.Hour))
			}
			if _, _, err := ask(); timesheet.CodeOf(err) != timesheet.Unavailable {
				t.Errorf("before the gate is open: %v", err)
			}
			store := storetest.NewMemory(4)
			defer store.Close()
			poller := ingest.NewPoller(view, siteRules{rules: rules}, store, ingest.PollerOptions{Logger: log})
			g.behind.Store(&opened{store: store, poller: poller})
			rows, truncated, err := ask()
			var ids []timesheet.RowID
			for _, r := range rows {
				ids = append(ids, r.ID)
			}
			if err != nil || truncated || !slices.Equal(ids, []timesheet.RowID{3, 5, 7}) {
				t.Errorf("rows %v, truncated %t, %v", ids, truncated, err)
			}
		})
	}
}

// Documents pass the gate when it is open.
func TestGatedDocuments(t *testing.T) {
	g := gatedStore{new(gate)}
	set := func() (uint64, error) { return g.SetDocument(t.Context(), "rules", 0, []byte("text")) }
	if _, err := set(); timesheet.CodeOf(err) != timesheet.Unavailable {
		t.Errorf("set: %v", err)
	}
	if _, err := g.Document(t.Context(), "rules"); timesheet.CodeOf(err) != timesheet.Unavailable {
		t.Errorf("read: %v", err)
	}
	if _, err := g.DocumentVersion(t.Context(), "rules"); timesheet.CodeOf(err) != timesheet.Unavailable {
		t.Errorf("version: %v", err)
	}
	store := storetest.NewMemory(4)
	defer store.Close()
	g.behind.Store(&opened{store: store})
	version, err := set()
	if err != nil {
		t.Fatal(err)
	}
	if d, err := g.Document(t.Context(), "rules"); err != nil || d.Version != version || string(d.Text) != "text" {
		t.Errorf("%+v, %v", d, err)
	}
	if v, err := g.DocumentVersion(t.Context(), "rules"); err != nil || v != version {
		t.Errorf("version %d, %v, want %d", v, err, version)
	}
}

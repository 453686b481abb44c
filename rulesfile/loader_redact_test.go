package rulesfile_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/rulesfile"
)

// tombs are the tombstones of a store, which may be away.
type tombs struct {
	mu   sync.Mutex // guards both
	ids  []timesheet.EmployeeID
	away bool
}

func (g *tombs) set(away bool, ids ...timesheet.EmployeeID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.away, g.ids = away, ids
}

func (g *tombs) redact(rules, directory []byte) ([]byte, []byte, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.away {
		return nil, nil, timesheet.NewError(timesheet.Unavailable, "read tombstones", nil)
	}
	return rulesfile.Redact(rules, directory, without(g.ids...))
}

const (
	adaAndEve = ada + "8,Eve,2026-01-01\n"
	eve       = "employee_id,name,from\n8,Eve,2026-01-01\n"
)

func (o *office) last() rulesfile.Acceptance {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.accepted[len(o.accepted)-1]
}

func (o *office) copied(t *testing.T, directory string) {
	t.Helper()
	if got := string(o.last().DirectoryText); got != directory {
		t.Errorf("handed on: %q, want %q", got, directory)
	}
	people := 0
	for _, row := range o.Current().Directory.All() {
		people++
		if !strings.Contains(directory, row.Name) {
			t.Errorf("%s is in force", row.Name)
		}
	}
	if want := strings.Count(directory, "\n") - 1; people != want {
		t.Errorf("%d people are in force, want %d", people, want)
	}
}

func TestLoaderRedacts(t *testing.T) {
	setup := func(o *office, ids ...timesheet.EmployeeID) *tombs {
		g := &tombs{ids: ids}
		o.options.Redact = g.redact
		o.write("people.csv", adaAndEve)
		return g
	}
	inBubble(t, "what_is_accepted_is_what_is_left", func(t *testing.T, o *office) {
		setup(o, "7")
		o.open()
		o.wants(1, 0)
		o.copied(t, eve)
		o.write("people.csv", adaAndEve+"9,Joe,2026-11-30\n")
		o.polls(5)
		o.wants(2, 0)
		o.copied(t, eve+"9,Joe,2026-11-30\n")
	})
	inBubble(t, "after_an_erasure_Redo_leaves_more_out_and_restates_nothing", func(t *testing.T, o *office) {
		g := setup(o)
		o.open()
		o.copied(t, adaAndEve)
		if err := o.Redo(); err != nil {
			t.Fatal(err)
		}
		o.wants(1, 0)
		g.set(false, "7")
		if err := o.Redo(); err != nil {
			t.Fatal(err)
		}
		o.wants(2, 0)
		o.copied(t, eve)
		o.polls(5)
		o.wants(2, 0)
		o.write("people.csv", adaAndEve+"9,Joe,2026-11-30\n")
		o.polls(5)
		o.wants(3, 0)
		o.copied(t, eve+"9,Joe,2026-11-30\n")
	})
	inBubble(t, "what_an_erasure_leaves_out_is_no_change_of_settled_days_though_Redo_was_not_called", func(t *testing.T, o *office) {
		g := setup(o)
		o.open()
		g.set(false, "7")
		o.write("people.csv", adaAndEve+"9,Joe,2026-11-30\n")
		o.polls(5)
		o.wants(2, 0)
		o.copied(t, eve+"9,Joe,2026-11-30\n")
		o.write("people.csv", adaAndEve+"9,Joe,2026-01-30\n") // settled days of another
		o.polls(5)
		o.wants(2, 1)
	})
	inBubble(t, "refused_files_stay_so_and_what_is_in_force_is_redacted_all_the_same", func(t *testing.T, o *office) {
		g := setup(o)
		o.open()
		o.write("people.csv", ada+"8,Eve,2026-99-01\n")
		o.polls(5)
		o.wants(1, 1)
		g.set(false, "7")
		if err := o.Redo(); err != nil {
			t.Fatal(err)
		}
		o.wants(2, 1)
		o.copied(t, eve)
		if s := o.Status(); s.Refused == nil || !strings.Contains(s.Refused.Error(), "people.csv:3:") {
			t.Errorf("refused: %v", s.Refused)
		}
	})
	inBubble(t, "mistakes_are_told_with_the_lines_of_the_file", func(t *testing.T, o *office) {
		setup(o, "7")
		o.open()
		o.write("people.csv", ada+"8,Eve,2026-99-01\n")
		o.polls(5)
		o.wants(1, 1)
		if refused := o.Status().Refused; !strings.Contains(refused.Error(), "people.csv:3:") {
			t.Error(refused)
		}
	})
	inBubble(t, "a_text_that_is_none_is_refused_as_ever", func(t *testing.T, o *office) {
		setup(o, "7")
		o.open()
		o.write("people.csv", "employee_id\n\"7\n")
		o.polls(5)
		o.wants(1, 1)
		if refused := o.Status().Refused; !strings.Contains(refused.Error(), "people.csv:2:") {
			t.Error(refused)
		}
	})
	inBubble(t, "while_it_cannot_be_told_who_is_erased_nothing_new_is_accepted", func(t *testing.T, o *office) {
		g := setup(o, "7")
		o.open()
		g.set(true, "7")
		if err := o.Redo(); timesheet.CodeOf(err) != timesheet.Unavailable {
			t.Error(err)
		}
		o.write("people.csv", adaAndEve+"9,Joe,2026-11-30\n")
		long := time.Now().Add(-time.Hour) // so that the file isn't read again for being young
		if err := os.Chtimes(filepath.Join(o.dir, "people.csv"), long, long); err != nil {
			t.Fatal(err)
		}
		o.polls(10)
		o.wants(1, 1)
		g.set(false, "7")
		o.polls(2)
		o.wants(2, 1)
		o.copied(t, eve+"9,Joe,2026-11-30\n")
		if refused := o.Status().Refused; refused != nil {
			t.Error(refused)
		}
	})
	inBubble(t, "a_restart_takes_the_former_copy_redacted", func(t *testing.T, o *office) {
		setup(o, "7")
		o.options.Previous = func(context.Context) ([]byte, []byte, error) { return []byte(noon), []byte(adaAndEve), nil }
		o.open()
		o.wants(1, 0)
		o.copied(t, eve)
	})
	t.Run("a_start_without_the_store_fails", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			o := newOffice(t)
			setup(o).set(true)
			if _, err := rulesfile.Open(t.Context(), o.options); timesheet.CodeOf(err) != timesheet.Unavailable {
				t.Error(err)
			}
			o.options.Previous = func(context.Context) ([]byte, []byte, error) { return []byte(noon), []byte(ada), nil }
			if _, err := rulesfile.Open(t.Context(), o.options); timesheet.CodeOf(err) != timesheet.Unavailable {
				t.Error(err)
			}
		})
	})
}

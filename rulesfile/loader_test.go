package rulesfile_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/rulesfile"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// office is a loader over two files, and what it told.
type office struct {
	t       *testing.T
	dir     string
	options rulesfile.Options

	meanwhile atomic.Pointer[func()] // done once, after the next file was read

	mu       sync.Mutex // guards the two below
	accepted []rulesfile.Acceptance
	refused  []error
	*rulesfile.Loader
}

const (
	noon = "format: 1\nschedules:\n  office:\n    - break: [{from: 12:00, to: 14:00}]\n"
	ada  = "employee_id,name,from\n7,Ada,2026-01-01\n"
)

func newOffice(t *testing.T) *office {
	o := &office{t: t, dir: t.TempDir()}
	o.options = rulesfile.Options{
		Rules: filepath.Join(o.dir, "rules.yaml"), Directory: filepath.Join(o.dir, "people.csv"),
		Settled:  func() timesheet.Day { return monday },
		Accepted: func(a rulesfile.Acceptance) { o.mu.Lock(); defer o.mu.Unlock(); o.accepted = append(o.accepted, a) },
		Refused:  func(err error) { o.mu.Lock(); defer o.mu.Unlock(); o.refused = append(o.refused, err) },
	}
	o.write("rules.yaml", noon)
	o.write("people.csv", ada)
	return o
}

func (o *office) write(name, text string) {
	o.t.Helper()
	if err := os.WriteFile(filepath.Join(o.dir, name), []byte(text), 0o600); err != nil {
		o.t.Fatal(err)
	}
}

// open opens the loader and lets it run until the test ends; in a bubble.
func (o *office) open() {
	o.t.Helper()
	loader, err := rulesfile.OpenReading(o.t.Context(), o.options, func(path string, limit int) (*rulesfile.Text, error) {
		text, err := rulesfile.Read(path, limit)
		if f := o.meanwhile.Swap(nil); f != nil {
			(*f)()
		}
		return text, err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	o.Loader = loader
	ctx, cancel := context.WithCancel(o.t.Context())
	o.t.Cleanup(cancel)
	go loader.Run(ctx)
}

// polls lets the loader look n times.
func (o *office) polls(n int) {
	time.Sleep(time.Duration(n) * 2 * time.Second) //nolint:forbidigo // in a bubble
	synctest.Wait()
}

// wants demands how many versions were accepted and refused so far.
func (o *office) wants(accepted, refused int) {
	o.t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.accepted) != accepted || len(o.refused) != refused {
		o.t.Fatalf("%d accepted and %d refused, want %d and %d; last refusal: %v", len(o.accepted), len(o.refused), accepted, refused, o.Status().Refused)
	}
}

func inBubble(t *testing.T, name string, test func(t *testing.T, o *office)) {
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { test(t, newOffice(t)) })
	})
}

const later = noon + "    - {from: 2026-12-01, break: off}\n"

func TestReload(t *testing.T) {
	inBubble(t, "files_are_in_force_at_once", func(t *testing.T, o *office) {
		o.open()
		o.wants(1, 0)
		v := o.Current()
		if v.Digest == "" || v != o.accepted[0].Version || string(o.accepted[0].RulesText) != noon || string(o.accepted[0].DirectoryText) != ada ||
			v.Counts != (rulesfile.Counts{Schedules: 1, Employees: 1, Rows: 1}) {
			t.Errorf("got %+v", v)
		}
		o.polls(5)
		o.wants(1, 0)
	})
	inBubble(t, "a_change_is_in_force_after_two_looks", func(t *testing.T, o *office) {
		o.open()
		before := o.Current()
		o.write("rules.yaml", later)
		o.polls(2)
		o.wants(2, 0)
		if o.Current() == before || len(o.Current().Rules.Versions("office")) != 2 || o.Current().Digest == before.Digest {
			t.Errorf("got %+v", o.Current())
		}
	})
	inBubble(t, "a_file_that_is_being_written_is_not_taken_half_way", func(_ *testing.T, o *office) {
		o.open()
		for i := range 5 {
			o.write("people.csv", ada+strings.Repeat("8,B,2026-12-01\n", i+1)) // wrong until it is done
			o.polls(1)
		}
		o.write("people.csv", ada+"8,B,2026-12-01\n")
		o.polls(2)
		o.wants(2, 0)
	})
	inBubble(t, "a_bad_version_is_refused_once_and_the_old_one_stays", func(t *testing.T, o *office) {
		o.open()
		before, since := o.Current(), o.Status().Since
		o.write("rules.yaml", strings.ReplaceAll(noon, "break", "brake"))
		o.polls(5)
		o.wants(1, 1)
		s := o.Status()
		if s.Version != before || s.Since != since || !errors.Is(s.Refused, timesheet.Invalid) || !strings.Contains(s.Refused.Error(), "rules.yaml:4:7: schedules.office[0]: \"brake\" is no key here; did you mean break?") {
			t.Errorf("got %+v", s)
		}
		o.write("rules.yaml", noon)
		o.polls(2)
		o.wants(2, 1)
		if s := o.Status(); s.Version != before || s.Refused != nil || s.Since != since {
			t.Errorf("after it was put back: %+v", s)
		}
	})
	inBubble(t, "a_link_that_is_turned_is_a_change", func(t *testing.T, o *office) {
		for name, text := range map[string]string{"v1": noon, "v2": strings.ReplaceAll(later, "12-01", "12-02")} {
			if err := os.Mkdir(filepath.Join(o.dir, name), 0o700); err != nil {
				t.Fatal(err)
			}
			o.write(name+"/rules.yaml", text+strings.Repeat("#", 200-len(text)))
			if err := os.Chtimes(filepath.Join(o.dir, name, "rules.yaml"), time.Time{}, time.Now().Add(-time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		// As config maps are mounted: rules.yaml → ..data/rules.yaml, ..data → v1.
		link := func(to, from string) {
			if err := os.Symlink(to, filepath.Join(o.dir, "new")); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(filepath.Join(o.dir, "new"), filepath.Join(o.dir, from)); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chtimes(o.options.Directory, time.Time{}, time.Now().Add(-time.Hour)); err != nil {
			t.Fatal(err) // else both files were read again at each look
		}
		link("v1", "..data")
		link("..data/rules.yaml", "rules.yaml")
		o.open()
		o.polls(3)
		o.wants(1, 0)
		link("v2", "..data")
		o.polls(2)
		o.wants(2, 0)
	})
	inBubble(t, "a_change_within_the_file_systems_tick_is_seen", func(t *testing.T, o *office) {
		at := time.Now().Add(-time.Second)
		write := func(text string) {
			o.write("rules.yaml", text)
			if err := os.Chtimes(filepath.Join(o.dir, "rules.yaml"), time.Time{}, at); err != nil {
				t.Fatal(err)
			}
		}
		write(noon)
		o.open()
		write(strings.ReplaceAll(noon, "14:00", "13:00"))
		o.options.Restate = true // is copied; the refusal alone tells that it was read
		o.polls(1)
		o.wants(1, 1)
	})
	inBubble(t, "an_old_file_is_not_read_again", func(t *testing.T, o *office) {
		old := time.Now().Add(-time.Hour)
		for _, name := range []string{"rules.yaml", "people.csv"} {
			if err := os.Chtimes(filepath.Join(o.dir, name), time.Time{}, old); err != nil {
				t.Fatal(err)
			}
		}
		o.open()
		o.write("rules.yaml", strings.ReplaceAll(noon, "14:00", "13:00"))
		if err := os.Chtimes(filepath.Join(o.dir, "rules.yaml"), time.Time{}, old); err != nil {
			t.Fatal(err)
		}
		o.polls(5)
		o.wants(1, 0) // only time and size tell, and they are as they were
	})
	inBubble(t, "a_file_that_vanishes_is_refused_until_it_is_back", func(t *testing.T, o *office) {
		o.open()
		if err := os.Remove(o.options.Directory); err != nil {
			t.Fatal(err)
		}
		o.polls(5)
		o.wants(1, 1)
		if d := rulesfile.Detail(o.Status().Refused); !strings.Contains(d, "people.csv") {
			t.Error(d)
		}
		o.write("people.csv", ada)
		o.polls(2)
		o.wants(2, 1)
	})
	inBubble(t, "both_files_are_taken_together", func(t *testing.T, o *office) {
		o.open()
		o.write("people.csv", "employee_id,name,from,schedule\n7,Ada,2026-01-01,\n7,,2026-12-01,nights\n")
		o.polls(2)
		o.wants(1, 1)
		o.write("rules.yaml", "default_schedule: office\n"+noon+"  nights: {break: off}\n")
		o.polls(2)
		o.wants(2, 1)
		if p, _ := o.Current().Directory.Person("7", timesheet.DayOf(2026, 12, 1)); p.Schedule != "nights" || o.Status().Refused != nil {
			t.Errorf("got %+v", p)
		}
	})
}

func TestChangeWhileReading(t *testing.T) {
	// The rules are read before the directory: the pair would be old rules with a new
	// directory, which those refuse.
	both := func(o *office) func() {
		return func() {
			o.write("rules.yaml", "default_schedule: office\n"+noon+"  nights: {}\n")
			o.write("people.csv", "employee_id,from,schedule\n7,2026-01-01,\n7,2026-12-01,nights\n")
		}
	}
	inBubble(t, "at_the_start", func(_ *testing.T, o *office) {
		change := both(o)
		o.meanwhile.Store(&change)
		o.open()
		o.wants(1, 0)
	})
	inBubble(t, "later", func(_ *testing.T, o *office) {
		o.open()
		change := both(o)
		o.meanwhile.Store(&change)
		o.polls(3) // the files are young, and so are read at each look
		o.wants(2, 0)
	})
	t.Run("without_end", func(t *testing.T) {
		path, n := filepath.Join(t.TempDir(), "rules.yaml"), 0
		_, err := rulesfile.OpenReading(t.Context(), rulesfile.Options{Rules: path}, func(string, int) (*rulesfile.Text, error) {
			n++
			return nil, os.WriteFile(path, []byte(strings.Repeat("#", n)), 0o600)
		})
		if !errors.Is(err, timesheet.Unavailable) {
			t.Errorf("got %v", err)
		}
	})
}

func TestWithoutFiles(t *testing.T) {
	l, err := rulesfile.Open(t.Context(), rulesfile.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if v := l.Current(); v.Directory != nil || v.Rules.Default() != timesheet.DefaultSchedule {
		t.Errorf("got %+v", v)
	}
	_, err = rulesfile.Open(t.Context(), rulesfile.Options{Rules: t.TempDir()})
	if !errors.Is(err, timesheet.Invalid) || !strings.Contains(err.Error(), "it is no file") {
		t.Errorf("a folder: %v", err)
	}
	_, err = rulesfile.Open(t.Context(), rulesfile.Options{Rules: filepath.Join(t.TempDir(), "x"), Directory: filepath.Join(t.TempDir(), "y")})
	if !errors.Is(err, os.ErrNotExist) || strings.Count(err.Error(), "no such file") != 2 {
		t.Errorf("missing files: %v", err)
	}
}

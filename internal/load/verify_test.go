package load_test

import (
	"net/http"
	"testing"
	"time"

	"timesheet"
	"timesheet/internal/load"
)

func TestVerify(t *testing.T) {
	t.Run("reads all pages", func(t *testing.T) {
		f := newFake(t)
		f.page = 2
		r := run(t, f.plan(t, 84))
		if v := verify(t, r); !v.OK() || v.Entries != 28 || v.Days != 4 {
			t.Errorf("%+v", v)
		}
	})
	lie := func(t *testing.T, change func(f *fake, day string)) *load.Verification {
		f := newFake(t)
		r := run(t, f.plan(t, 84))
		change(f, monday.String())
		return verify(t, r)
	}
	differs := func(t *testing.T, v *load.Verification, kind string, missing, wrong, extra int) {
		t.Helper()
		if v.Missing != missing || v.Wrong != wrong || v.Extra != extra || v.OK() {
			t.Errorf("%d missing, %d wrong, %d extra; want %d, %d, %d", v.Missing, v.Wrong, v.Extra, missing, wrong, extra)
		}
		if len(v.Differences) != 1 || v.Differences[0].Kind != kind || v.Differences[0].Day != monday || v.Differences[0].Employee != "T0000003" {
			t.Errorf("%v, want %s of T0000003", v.Differences, kind)
		}
	}
	t.Run("finds a missing entry", func(t *testing.T) {
		differs(t, lie(t, func(f *fake, day string) { delete(f.entries[day], "T0000003") }), "missing", 1, 0, 0)
	})
	t.Run("finds one that is too narrow", func(t *testing.T) {
		differs(t, lie(t, func(f *fake, day string) {
			e := f.entries[day]["T0000003"]
			f.entries[day]["T0000003"] = [2]string{e[0], e[0]}
		}), "wrong", 0, 1, 0)
	})
	t.Run("finds one that is too wide", func(t *testing.T) {
		differs(t, lie(t, func(f *fake, _ string) {
			f.set("T0000003", time.UnixMilli(int64(monday)*86_400_000).UTC().Add(23*time.Hour))
		}), "wrong", 0, 1, 0)
	})
	t.Run("finds one that is too much", func(t *testing.T) {
		f := newFake(t)
		p := f.plan(t, 2) // two employees of seven
		r := run(t, p)
		id := timesheet.EmployeeID("T0000003")
		f.set(string(id), time.UnixMilli(int64(monday)*86_400_000).UTC().Add(12*time.Hour))
		if _, both := f.entries[monday.String()][string(id)]; len(f.entries[monday.String()]) == 3 && both {
			differs(t, verify(t, r), "extra", 0, 0, 1)
		} else {
			t.Fatalf("%v", f.entries)
		}
	})
	t.Run("needs an answer", func(t *testing.T) {
		f := newFake(t)
		r := run(t, f.plan(t, 84))
		f.Close()
		if _, err := r.Oracle.Verify(t.Context(), r.Plan.Targets); timesheet.CodeOf(err) != timesheet.Unavailable {
			t.Errorf("got %v, want Unavailable", err)
		}
	})
	t.Run("counts what stood there before", func(t *testing.T) {
		f := newFake(t)
		early := time.UnixMilli(int64(monday) * 86_400_000).UTC().Add(5 * time.Hour)
		f.set("T0000003", early)
		f.set("T0000003", early.Add(30*time.Minute))
		p := f.plan(t, 84)
		p.Adopt = true
		r := run(t, p)
		if v := verify(t, r); !v.OK() {
			t.Errorf("%+v", v)
		}
		delete(f.entries[monday.String()], "T0000003")
		f.set("T0000003", early.Add(30*time.Minute)) // its latest is still there
		f.set("T0000003", early.Add(14*time.Hour))
		if v := verify(t, r); v.Wrong != 1 {
			t.Errorf("what was there before is lost unseen: %+v", v)
		}
	})
	t.Run("what was sent without an answer may be there or not", func(t *testing.T) {
		for _, takes := range []bool{true, false} {
			f := newFake(t)
			f.before = func(n int, w http.ResponseWriter, r *http.Request) bool {
				if n%2 == 1 {
					return false
				}
				if takes {
					_, _ = f.take(r)
				}
				w.WriteHeader(500)
				return true
			}
			r := run(t, f.plan(t, 84))
			if v := verify(t, r); !v.OK() || r.Maybe != 42 || v.Open == 0 && takes {
				t.Errorf("takes %v: %+v, %d maybe", takes, v, r.Maybe)
			}
		}
	})
}

func TestReady(t *testing.T) {
	f := newFake(t)
	target := f.target(t)
	if err := load.Ready(t.Context(), target); err != nil {
		t.Error(err)
	}
	f.Close()
	if err := load.Ready(t.Context(), target); timesheet.CodeOf(err) != timesheet.Unavailable || !containsText(err, "nothing listens at") {
		t.Errorf("got %v", err)
	}
}

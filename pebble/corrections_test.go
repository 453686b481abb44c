package pebble_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"timesheet"
	"timesheet/pebble"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"
)

var january = timesheet.Series{Month: timesheet.MonthOf(firstDay), Closing: 7}

// correction is one of employee(1) on a day.
func correction(day timesheet.Day, key string) timesheet.Correction {
	in := clocking("", day, 28_800_000).Earliest
	return timesheet.Correction{
		Employee: employee(1), Day: day, ClockIn: in, ClockOut: in + 1, Remark: "ü", Reason: "forgot " + key, Actor: "hr", At: in + 2, Key: key,
	}
}

func correct(t *testing.T, s *pebble.Store, cs ...timesheet.Correction) {
	t.Helper()
	for _, c := range cs {
		if _, err := s.Correct(t.Context(), c, timesheet.AnySeq); err != nil {
			t.Fatal(err)
		}
	}
}

func records(ids ...int) (rs []timesheet.Sealed) {
	for _, id := range ids {
		rs = append(rs, timesheet.Sealed{Employee: employee(id), Data: fmt.Appendf(nil, "of %d", id)})
	}
	return rs
}

// said is what a store shows of corrections, sealed records and what removes them.
type said struct {
	Corrections []timesheet.Correction
	Sealed      []timesheet.Sealed
	Series      []timesheet.Series
	Entries     int
	Graves      timesheet.Graves
	Floor       timesheet.Day
	Erased      bool
}

func saidIn(t *testing.T, s *pebble.Store) (all said) {
	t.Helper()
	var errs [6]error
	all.Corrections, _, errs[0] = s.Histories(t.Context(), "", 100)
	all.Sealed, errs[1] = s.Sealed(t.Context(), january, "", 100)
	all.Series, errs[2] = s.Series(t.Context())
	all.Graves, errs[3] = s.Graves(t.Context())
	all.Floor, errs[4] = s.Floor(t.Context())
	all.Erased, errs[5] = s.Erased(t.Context(), employee(1))
	all.Entries = len(everything(t, s))
	if err := errors.Join(errs[:]...); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestTornSaid cuts the log anywhere within a write that corrects, seals, or removes
// what was said together with the rest of a person or of days: it is there in full or
// not at all.
func TestTornSaid(t *testing.T) {
	for name, do := range map[string]func(ctx context.Context, s *pebble.Store) error{
		"Correct": func(ctx context.Context, s *pebble.Store) error {
			_, err := s.Correct(ctx, correction(firstDay, "torn"), 2)
			return err
		},
		"Seal":   func(ctx context.Context, s *pebble.Store) error { return s.Seal(ctx, january, records(1, 3, 4)) },
		"Unseal": func(ctx context.Context, s *pebble.Store) error { return s.Unseal(ctx, january) },
		"Erase":  func(ctx context.Context, s *pebble.Store) error { _, err := s.Erase(ctx, employee(1)); return err },
		"Purge":  func(ctx context.Context, s *pebble.Store) error { _, err := s.Purge(ctx, firstDay+60); return err },
		"Bury": func(ctx context.Context, s *pebble.Store) error {
			return s.Bury(ctx, timesheet.Graves{Secret: make([]byte, 26), Hashes: [][]byte{make([]byte, timesheet.GraveBytes)}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			fs := vfs.NewCrashableMem()
			s := open(t, "store", pebble.Options{FS: fs, Partitions: 4})
			mergeAll(t, s, epochsOf(t, s), []timesheet.Entry{clocking(employee(1), firstDay, 0), clocking(employee(2), firstDay+90, 0)})
			correct(t, s, correction(firstDay, "a"), correction(firstDay, "b"), correction(firstDay+1, "c"), correction(firstDay+70, "d"))
			if err := s.Seal(t.Context(), january, records(1, 2)); err != nil {
				t.Fatal(err)
			}
			before := saidIn(t, s)
			file, short := logOf(t, fs)
			if err := do(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			after := saidIn(t, s)
			if cmp.Equal(before, after) {
				t.Fatal("it changes nothing")
			}
			_, long := logOf(t, fs)
			undone := 0
			for cut := len(short); cut <= len(long); cut += max(1, (len(long)-len(short))/9) {
				switch got := saidAfter(t, withLog(t, fs, file, long[:cut])); {
				case cmp.Equal(got, before):
					undone++
				case !cmp.Equal(got, after):
					t.Errorf("cut at %d from %d to %d: it is there in part: %s", cut, len(short), len(long), cmp.Diff(before, got))
				}
			}
			if got := saidAfter(t, withLog(t, fs, file, long)); !cmp.Equal(got, after) {
				t.Errorf("it is lost: %s", cmp.Diff(after, got))
			}
			if undone == 0 {
				t.Error("no cut undid it: the test sees nothing")
			}
		})
	}
}

// saidAfter opens a store once more and closes it.
func saidAfter(t *testing.T, fs vfs.FS) said {
	t.Helper()
	s, err := pebble.Open(t.Context(), "store", quiet(pebble.Options{FS: fs}))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	return saidIn(t, s)
}

// TestSaid_powerCut clones the file system, as a power cut would leave it, while many
// correct one day: what was answered before is in the clone, with its number.
func TestSaid_powerCut(t *testing.T) {
	fs := vfs.NewCrashableMem()
	s := open(t, "store", pebble.Options{FS: fs, MemTableBytes: 64 << 10})
	for round := range 8 {
		day := firstDay + timesheet.Day(round)
		var mu sync.Mutex
		var kept []timesheet.Correction // guarded by mu
		var clone *vfs.MemFS            // guarded by mu
		var want int                    // guarded by mu: of kept, before the cut
		var writers sync.WaitGroup
		for w := range 4 {
			writers.Go(func() {
				for i := range 10 {
					c, err := s.Correct(t.Context(), correction(day, fmt.Sprintf("%d-%d", w, i)), timesheet.AnySeq)
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					if kept = append(kept, c); len(kept) == 5+4*round {
						want, clone = len(kept), fs.CrashClone(vfs.CrashCloneCfg{})
					}
					mu.Unlock()
				}
			})
		}
		writers.Wait()
		after, err := pebble.Open(t.Context(), "store", quiet(pebble.Options{FS: clone}))
		if err != nil {
			t.Fatal(err)
		}
		got, err := after.Corrections(t.Context(), employee(1), day, day)
		if err = errors.Join(err, after.Close()); err != nil {
			t.Fatal(err)
		}
		for _, c := range kept[:want] {
			if !slices.Contains(got, c) {
				t.Errorf("round %d: %v was answered and is lost", round, c)
			}
		}
		for i, c := range got {
			if c.Seq != uint64(i+1) {
				t.Errorf("round %d: %v stands at %d", round, c, i)
			}
		}
	}
}

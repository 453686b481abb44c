package storetest_test

import (
	"errors"
	"slices"
	"testing"

	"timesheet"
	"timesheet/storetest"

	"pgregory.net/rapid"
)

// said is a correction of monday under a key.
func said(key, remark string) timesheet.Correction {
	return timesheet.Correction{Employee: "7", Day: monday, Remark: remark, Reason: "because", Actor: "hr", At: 1, Key: key}
}

// A correction whose keeping failed is there or not; sent again by its key it is there once.
func TestFaultyCorrect(t *testing.T) {
	for _, tt := range []struct {
		name    string
		fault   storetest.Fault
		applied int
	}{
		{"failed before applying", storetest.Fault{Before: errBroken}, 0},
		{"failed after applying", storetest.Fault{After: errBroken}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, m := faulty(t)
			f.On("Correct", storetest.Nth(1, tt.fault))
			if c, err := f.Correct(t.Context(), said("k", "first"), 0); !errors.Is(err, errBroken) || c != (timesheet.Correction{}) {
				t.Errorf("correct: %+v, %v", c, err)
			}
			if cs, err := m.Corrections(t.Context(), "7", monday, monday); err != nil || len(cs) != tt.applied {
				t.Errorf("there are %+v, %v", cs, err)
			}
			kept, err := f.Correct(t.Context(), said("k", "first"), 0)
			if err != nil || kept.Seq != 1 {
				t.Errorf("sent again: %+v, %v", kept, err)
			}
			cs, err := f.Corrections(t.Context(), "7", monday, monday)
			if err != nil || !slices.Equal(cs, []timesheet.Correction{kept}) {
				t.Errorf("there are %+v, %v", cs, err)
			}
			f.On("Corrected", storetest.Nth(1, tt.fault))
			if cs, next, err := f.Corrected(t.Context(), monday, monday, "", 1); !errors.Is(err, errBroken) || cs != nil || next != "" {
				t.Errorf("corrected: %+v, %q, %v", cs, next, err)
			}
		})
	}
}

// Records whose sealing failed are there or not; sealed again they are there once.
func TestFaultySeal(t *testing.T) {
	series := timesheet.Series{Month: timesheet.MonthOf(monday), Closing: 7}
	records := []timesheet.Sealed{{Employee: "7", Data: []byte("seven")}, {Employee: "8", Data: []byte("eight")}}
	for _, tt := range []struct {
		name    string
		fault   storetest.Fault
		applied int
	}{
		{"failed before applying", storetest.Fault{Before: errBroken}, 0},
		{"failed after applying", storetest.Fault{After: errBroken}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, m := faulty(t)
			f.On("Seal", storetest.Nth(1, tt.fault))
			if err := f.Seal(t.Context(), series, records); !errors.Is(err, errBroken) {
				t.Errorf("seal: %v", err)
			}
			if rs, err := m.Sealed(t.Context(), series, "", 10); err != nil || len(rs) != tt.applied {
				t.Errorf("there are %v, %v", rs, err)
			}
			if err := f.Seal(t.Context(), series, records); err != nil {
				t.Error(err)
			}
			if rs, err := f.Sealed(t.Context(), series, "", 10); err != nil || len(rs) != 2 {
				t.Errorf("there are %v, %v", rs, err)
			}
			f.On("Unseal", storetest.Nth(1, tt.fault))
			if err := f.Unseal(t.Context(), series); !errors.Is(err, errBroken) {
				t.Errorf("unseal: %v", err)
			}
			left := 2 - tt.applied
			if rs, err := m.Sealed(t.Context(), series, "", 10); err != nil || len(rs) != left {
				t.Errorf("there are %v, %v, want %d", rs, err, left)
			}
		})
	}
}

// Whatever fails, a sender that goes on until each of its corrections is answered
// leaves one of each, in the order of sending.
func TestSendingAgainCorrectsOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := storetest.NewMemory(4)
		f := storetest.NewFaulty(m)
		defer f.Close()
		f.On("Correct", storetest.Random(rapid.Uint64().Draw(rt, "seed"), 0.6, 0))
		keys := rapid.SliceOfNDistinct(rapid.StringMatching("[a-z]{1,3}"), 1, 6, rapid.ID).Draw(rt, "keys")
		for i, key := range keys {
			for {
				kept, err := f.Correct(t.Context(), said(key, key), uint64(i))
				if errors.Is(err, timesheet.Unavailable) {
					continue
				}
				if err != nil || kept.Seq != uint64(i+1) {
					rt.Fatalf("correction %d is kept as %+v, %v", i, kept, err)
				}
				break
			}
		}
		cs, err := m.Corrections(t.Context(), "7", monday, monday)
		if err != nil || len(cs) != len(keys) {
			rt.Fatalf("of %d keys there are %+v, %v", len(keys), cs, err)
		}
		for i, c := range cs {
			if c.Key != keys[i] {
				rt.Fatalf("at %d stands %q, want %q", i, c.Key, keys[i])
			}
		}
	})
}

// What a Memory goes back to has the corrections and records of then.
func TestMemoryRestoresWhatWasSaid(t *testing.T) {
	m := storetest.NewMemory(4)
	defer m.Close()
	series := timesheet.Series{Month: timesheet.MonthOf(monday), Closing: 7}
	say := func(text string) timesheet.Correction {
		t.Helper()
		c, err := m.Correct(t.Context(), said("", text), timesheet.AnySeq)
		if err == nil {
			err = m.Seal(t.Context(), series, []timesheet.Sealed{{Employee: "7", Data: []byte(text)}})
		}
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	first := say("first")
	snapshot := m.Snapshot()
	for range 2 { // it can be gone back to repeatedly
		say("second")
		if _, err := m.Erase(t.Context(), "7"); err != nil {
			t.Fatal(err)
		}
		m.Restore(snapshot)
		cs, err := m.Corrections(t.Context(), "7", monday, monday)
		if err != nil || !slices.Equal(cs, []timesheet.Correction{first}) {
			t.Errorf("restored: %+v, %v", cs, err)
		}
		if r, err := m.SealedOf(t.Context(), series, "7"); err != nil || string(r.Data) != "first" {
			t.Errorf("restored: %q, %v", r.Data, err)
		}
	}
	m.Clear()
	cs, _, err1 := m.Histories(t.Context(), "", 10)
	all, err2 := m.Series(t.Context())
	if err := errors.Join(err1, err2); err != nil || len(cs) != 0 || len(all) != 0 {
		t.Errorf("cleared: %+v, %v, %v", cs, all, err)
	}
}

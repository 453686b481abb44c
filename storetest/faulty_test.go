package storetest_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/storetest"
)

var errBroken = timesheet.NewError(timesheet.Unavailable, "test", errors.New("broken"))

func faulty(t *testing.T) (*storetest.Faulty, *storetest.Memory) {
	m := storetest.NewMemory(4)
	f := storetest.NewFaulty(m)
	t.Cleanup(func() { f.Close() })
	return f, m
}

// Without a script the wrapper is a store like the one inside.
func TestFaultyWithoutScript(t *testing.T) {
	storetest.Run(t, storetest.Harness{
		Open:     func(testing.TB) timesheet.Store { return storetest.NewFaulty(storetest.NewMemory(16)) },
		Parallel: true, Checks: 5,
	})
}

func TestFaultyMerge(t *testing.T) {
	e, unavailable := shift("7", 8, 9), timesheet.Unavailable
	for _, tt := range []struct {
		name    string
		fault   storetest.Fault
		code    timesheet.Code
		applied bool
	}{
		{"none", storetest.Fault{}, "", true},
		{"failed before applying", storetest.Fault{Before: errBroken}, unavailable, false},
		{"failed after applying", storetest.Fault{After: errBroken}, unavailable, true},
		{"stale", storetest.Fault{Stale: true}, timesheet.Stale, false},
		{"stale, and failed", storetest.Fault{Stale: true, After: errBroken}, unavailable, false},
		{"for other partitions only", storetest.Fault{Before: errBroken, Only: func(p timesheet.Partition) bool { return p != partition("7") }}, "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, m := faulty(t)
			want := token(t, f, "7")
			f.On("Merge", storetest.Always(tt.fault))
			out := f.Merge(t.Context(), []timesheet.Delta{{Partition: partition("7"), Epoch: want.Epoch, Entries: []timesheet.Entry{e}}})
			if code := timesheet.CodeOf(out[0].Err); code != tt.code {
				t.Errorf("merge: %v, want %q", out[0].Err, tt.code)
			}
			if out[0].Token != want && tt.code != unavailable {
				t.Errorf("token %+v, want %+v", out[0].Token, want)
			}
			if tt.applied {
				holds(t, m, e)
			} else {
				holds(t, m)
			}
		})
	}
}

func TestFaultyOnly(t *testing.T) {
	f, m := faulty(t)
	a, b := shift("7", 8, 9), shift("8", 8, 9)
	if partition("7") == partition("8") {
		t.Fatal("the test needs two partitions")
	}
	only := storetest.Fault{Before: errBroken, Only: func(p timesheet.Partition) bool { return p == partition("7") }}
	deltas := []timesheet.Delta{
		{Partition: partition("7"), Epoch: token(t, f, "7").Epoch, Entries: []timesheet.Entry{a}},
		{Partition: partition("8"), Epoch: token(t, f, "8").Epoch, Entries: []timesheet.Entry{b}},
	}
	f.On("Merge", storetest.Always(only))
	out := f.Merge(t.Context(), deltas)
	if !errors.Is(out[0].Err, errBroken) || out[1].Err != nil {
		t.Errorf("merge: %v and %v", out[0].Err, out[1].Err)
	}
	holds(t, m, b)
	f.On("Replace", storetest.Always(only))
	errs := f.Replace(t.Context(), []timesheet.Replacement{{New: a}, {Old: b}})
	if !errors.Is(errs[0], errBroken) || errs[1] != nil {
		t.Errorf("replace: %v", errs)
	}
	holds(t, m)
}

func TestFaultyCounts(t *testing.T) {
	f, _ := faulty(t)
	f.On("Ping", storetest.Nth(2, storetest.Fault{Before: errBroken}))
	var got []bool
	for range 3 {
		got = append(got, f.Ping(t.Context()) == nil)
	}
	if want := []bool{true, false, true}; !slices.Equal(got, want) || f.Calls("Ping") != 3 || f.Calls("Merge") != 0 {
		t.Errorf("answers %v, %d pings and %d merges", got, f.Calls("Ping"), f.Calls("Merge"))
	}
	f.On("Ping", nil)
	if err := f.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	defer func() {
		if recover() == nil {
			t.Error("an unknown method is no error")
		}
	}()
	f.On("Mergee", nil)
}

func TestFaultyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := storetest.NewMemory(4)
		f := storetest.NewFaulty(m)
		f.On("Ping", storetest.Always(storetest.Fault{Delay: time.Hour}))
		begin := time.Now()
		if err := f.Ping(t.Context()); err != nil || time.Since(begin) != time.Hour {
			t.Errorf("ping after %v: %v", time.Since(begin), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := f.Ping(ctx); !errors.Is(err, timesheet.Unavailable) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("ping beyond its deadline: %v", err)
		}
		enter, leave := make(chan struct{}), make(chan struct{})
		f.On("Erase", storetest.Always(storetest.Fault{Block: enter, Hold: leave}))
		done := make(chan error, 1)
		go func() {
			_, err := f.Erase(t.Context(), "7")
			done <- err
		}()
		for i, step := range []chan struct{}{enter, leave} {
			synctest.Wait()
			if erased, err := m.Erased(t.Context(), "7"); err != nil || erased != (i == 1) || len(done) != 0 {
				t.Errorf("before step %d: erased %v, %d answers, error %v", i, erased, len(done), err)
			}
			close(step)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestFaultyFeed(t *testing.T) {
	f, _ := faulty(t)
	f.On("Watch", storetest.Nth(1, storetest.Fault{After: errBroken}))
	if _, err := f.Watch(t.Context()); !errors.Is(err, errBroken) {
		t.Fatalf("watch: %v", err)
	}
	feed := watch(t, f)
	f.On("Next", storetest.Nth(1, storetest.Fault{After: errBroken}))
	storetest.Merge(t, f, shift("7", 8, 9))
	if _, err := feed.Next(t.Context()); !errors.Is(err, errBroken) {
		t.Fatalf("next: %v", err)
	}
	cs, err := feed.Next(t.Context())
	if err != nil || len(cs) != 1 || cs[0].Entry != shift("7", 8, 9) {
		t.Errorf("after a failed Next came %+v and error %v", cs, err)
	}
}

func TestRandomFaults(t *testing.T) {
	one, same, other := storetest.Random(1, 0.5, time.Second), storetest.Random(1, 0.5, time.Second), storetest.Random(2, 0.5, time.Second)
	met, differs := make(map[string]int), false
	kind := func(a storetest.Fault) string {
		switch {
		case a.Before != nil:
			return "before"
		case a.After != nil:
			return "after"
		case a.Stale:
			return "stale"
		case a.Delay > 0:
			return "delay"
		}
		return "none"
	}
	for n := range 1000 {
		if kind(one(n)) != kind(same(n)) || one(n).Delay != same(n).Delay {
			t.Fatalf("call %d of one seed has two faults", n)
		}
		differs = differs || kind(one(n)) != kind(other(n))
		met[kind(one(n))]++
	}
	for kind, least := range map[string]int{"none": 400, "before": 80, "after": 80, "stale": 80, "delay": 80} {
		if met[kind] < least {
			t.Errorf("%d of 1000 faults are %q", met[kind], kind)
		}
	}
	if !differs {
		t.Error("two seeds give the same faults")
	}
}

func partition(e timesheet.EmployeeID) timesheet.Partition { return timesheet.PartitionOf(e, 4) }

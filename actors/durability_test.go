package actors_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/actors"
	"timesheet/storetest"
)

// bubble runs f in a synctest bubble over a faulty store with a System on it.
func bubble(t *testing.T, f func(t *testing.T, m *storetest.Memory, store *storetest.Faulty, s *actors.System)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t, 4)
		store := storetest.NewFaulty(m)
		f(t, m, store, start(t, store, actors.Options{Shards: 2}))
	})
}

// later submits es in the background; the result comes by the channel.
func later(t *testing.T, s *actors.System, es ...timesheet.Entry) <-chan error {
	c := make(chan error, 1)
	go func() { c <- submit(t.Context(), s, es...) }()
	synctest.Wait()
	return c
}

func stillWaits(t *testing.T, c <-chan error, why string) {
	t.Helper()
	synctest.Wait()
	select {
	case err := <-c:
		t.Fatalf("answered (%v), though %s", err, why)
	default:
	}
}

func holds(t *testing.T, m timesheet.Store, want ...timesheet.Entry) {
	t.Helper()
	got := storetest.Contents(t, m)
	for _, e := range want {
		if got[storetest.KeyOf(e)] != e {
			t.Errorf("stored is %s, want %s", show(got[storetest.KeyOf(e)]), show(e))
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d entries are stored, want %d", len(got), len(want))
	}
}

func TestAckWaitsForDurability(t *testing.T) {
	t.Run("of its own merge", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *storetest.Memory, store *storetest.Faulty, s *actors.System) {
			block := make(chan struct{})
			store.On("Merge", storetest.Always(storetest.Fault{Block: block}))
			c := later(t, s, touch("E1", monday, 480))
			stillWaits(t, c, "nothing is stored")
			close(block)
			if err := <-c; err != nil {
				t.Fatal(err)
			}
			holds(t, m, touch("E1", monday, 480))
		})
	})
	t.Run("of the pending state that absorbed it", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *storetest.Memory, store *storetest.Faulty, s *actors.System) {
			block := make(chan struct{})
			store.On("Merge", storetest.Always(storetest.Fault{Block: block}))
			wide := later(t, s, entry("E1", monday, 480, 1020))
			inside := later(t, s, touch("E1", monday, 600))
			stillWaits(t, inside, "the state that covers it is in flight")
			close(block)
			if err := errors.Join(<-wide, <-inside); err != nil {
				t.Fatal(err)
			}
			holds(t, m, entry("E1", monday, 480, 1020))
		})
	})
	t.Run("of the state that absorbed it, also when its merge failed at first", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *storetest.Memory, store *storetest.Faulty, s *actors.System) {
			block := make(chan struct{})
			n := store.Calls("Merge")
			store.On("Merge", storetest.Nth(n+1, storetest.Fault{Block: block, Before: storetest.ErrInjected}))
			wide := later(t, s, entry("E1", monday, 480, 1020))
			inside := later(t, s, touch("E1", monday, 600))
			close(block)
			if err := errors.Join(<-inside, <-wide); err != nil {
				t.Fatal(err)
			}
			holds(t, m, entry("E1", monday, 480, 1020))
		})
	})
}

// A flight that carries much goes alone; nobody of another shard waits for it.
func TestCrowdedFlight(t *testing.T) {
	for n, waits := range map[int]bool{499: true, 500: false} {
		t.Run(fmt.Sprint(n, " entries"), func(t *testing.T) {
			bubble(t, func(t *testing.T, m *storetest.Memory, store *storetest.Faulty, s *actors.System) {
				var crowd []timesheet.Entry
				other := touch("", monday, 480)
				for i := 0; len(crowd) < n || other.Employee == ""; i++ {
					switch p := timesheet.PartitionOf(id(i), m.Partitions()); {
					case p == 0 && len(crowd) < n:
						crowd = append(crowd, touch(id(i), monday, 480))
					case p == 1:
						other.Employee = id(i)
					}
				}
				block := make(chan struct{})
				store.On("Merge", storetest.Nth(store.Calls("Merge")+1, storetest.Fault{Block: block}))
				first := later(t, s, crowd...)
				second := later(t, s, other)
				if waits {
					stillWaits(t, second, "few share a merge")
				} else if err := <-second; err != nil {
					t.Error(err)
				}
				stillWaits(t, first, "its merge is blocked")
				close(block)
				if err := <-first; err != nil {
					t.Error(err)
				}
				if waits {
					if err := <-second; err != nil {
						t.Error(err)
					}
				}
				holds(t, m, append(crowd, other)...)
			})
		})
	}
}

func TestFailedMerge(t *testing.T) {
	for name, fault := range map[string]storetest.Fault{
		"not applied": {Before: storetest.ErrInjected},
		"but applied": {After: storetest.ErrInjected},
	} {
		t.Run(name+", is sent again", func(t *testing.T) {
			bubble(t, func(t *testing.T, m *storetest.Memory, store *storetest.Faulty, s *actors.System) {
				store.On("Merge", storetest.Nth(store.Calls("Merge")+1, fault))
				mustSubmit(t, s, touch("E1", monday, 480), touch("E2", monday, 490))
				holds(t, m, touch("E1", monday, 480), touch("E2", monday, 490))
				if got := s.Stats(); got.Retries == 0 || got.Redelivered == 0 {
					t.Errorf("got %+v", got)
				}
			})
		})
		t.Run(name+", and given up: a duplicate is written again", func(t *testing.T) {
			bubble(t, func(t *testing.T, m *storetest.Memory, store *storetest.Faulty, s *actors.System) {
				store.On("Merge", storetest.Always(fault))
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				err := submit(ctx, s, touch("E1", monday, 480))
				if !errors.Is(err, timesheet.Unavailable) || !errors.Is(err, context.DeadlineExceeded) {
					t.Fatalf("got %v", err)
				}
				pass(time.Minute) // until nothing retries any more
				store.On("Merge", nil)
				m.Clear() // nothing but a fresh write can bring it back
				setRules(t, m, 0)
				mustAgain(t, s, touch("E1", monday, 480))
				holds(t, m, touch("E1", monday, 480))
				if n := s.Stats().Pending; n != 0 {
					t.Errorf("%d credits are taken for good", n)
				}
			})
		})
	}
}

// mustAgain submits until the answer isn't Stale.
func mustAgain(t *testing.T, s *actors.System, es ...timesheet.Entry) {
	t.Helper()
	for {
		err := submit(t.Context(), s, es...)
		if err == nil {
			return
		}
		if !errors.Is(err, timesheet.Stale) {
			t.Fatal(err)
		}
	}
}

func TestOutage(t *testing.T) {
	t.Run("that is short is survived, and all that waits is stored then", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *storetest.Memory, store *storetest.Faulty, s *actors.System) {
			store.On("Merge", storetest.Always(storetest.Fault{Before: storetest.ErrInjected}))
			var answers []<-chan error
			var want []timesheet.Entry
			for n := range 200 {
				e := touch(id(n), monday, 480+n)
				want = append(want, e)
				answers = append(answers, later(t, s, e))
				pass(10 * time.Millisecond)
			}
			for _, c := range answers {
				stillWaits(t, c, "the store is away")
			}
			store.On("Merge", nil)
			for _, c := range answers {
				if err := <-c; err != nil {
					t.Error(err)
				}
			}
			holds(t, m, want...)
		})
	})
	t.Run("of a minute is told after a while, and nothing of it is taken for stored", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *storetest.Memory, store *storetest.Faulty, s *actors.System) {
			store.On("Merge", storetest.Always(storetest.Fault{Before: storetest.ErrInjected}))
			calls := store.Calls("Merge")
			var want []timesheet.Entry
			atOnce := 0
			for n := range 200 {
				e := touch(id(n), monday, 480+n)
				want = append(want, e)
				begun := time.Now()
				if err := submit(t.Context(), s, e); !errors.Is(err, timesheet.Unavailable) || !errors.Is(err, storetest.ErrInjected) {
					t.Fatalf("got %v", err)
				}
				if took := time.Since(begun); took > 5*time.Second {
					t.Fatalf("clocking %d was answered after %v", n, took)
				} else if took == 0 {
					atOnce++
				}
				pass(300 * time.Millisecond)
			}
			if n := store.Calls("Merge") - calls; n < 10 || n > 150 {
				t.Errorf("the store was tried %d times in a minute", n)
			}
			if atOnce < 50 {
				t.Errorf("only %d of 200 were answered between two tries", atOnce)
			}
			if n := s.Stats().Pending; n != 0 {
				t.Errorf("%d credits are taken for good", n)
			}
			store.On("Merge", nil)
			pass(10 * time.Second)
			for _, e := range want {
				mustSubmit(t, s, e)
			}
			holds(t, m, want...)
		})
	})
	t.Run("of one partition doesn't stop another", func(t *testing.T) {
		bubble(t, func(t *testing.T, _ *storetest.Memory, store *storetest.Faulty, s *actors.System) {
			bad := timesheet.PartitionOf("E1", 4)
			store.On("Merge", storetest.Always(storetest.Fault{
				Only: func(p timesheet.Partition) bool { return p == bad }, Before: storetest.ErrInjected,
			}))
			c := later(t, s, touch("E1", monday, 480))
			for n := range 40 {
				if e := id(n); timesheet.PartitionOf(e, 4) != bad {
					mustSubmit(t, s, touch(e, monday, 480))
				}
			}
			stillWaits(t, c, "its partition is away")
			store.On("Merge", nil)
			if err := <-c; err != nil {
				t.Error(err)
			}
		})
	})
}

// TestOldOutage is of a store that came back while nobody asked for anything: what
// fails much later is not the same outage.
func TestOldOutage(t *testing.T) {
	bubble(t, func(t *testing.T, _ *storetest.Memory, store *storetest.Faulty, s *actors.System) {
		e := touch("E1", monday, 480)
		store.On("Merge", storetest.Always(storetest.Fault{Before: storetest.ErrInjected}))
		if err := submit(t.Context(), s, e); !errors.Is(err, timesheet.Unavailable) {
			t.Errorf("got %v", err)
		}
		pass(time.Hour)
		for _, id := range []timesheet.EmployeeID{"E1", "E2", "E3", "E4"} { // in the same partition, and others
			store.On("Merge", storetest.Nth(store.Calls("Merge")+1, storetest.Fault{Before: storetest.ErrInjected}))
			if err := submit(t.Context(), s, touch(id, monday, 480)); err != nil {
				t.Errorf("one failure an hour later: %v", err)
			}
		}
	})
}

func TestOutageIsWaitedForOnce(t *testing.T) {
	bubble(t, func(t *testing.T, m *storetest.Memory, store *storetest.Faulty, s *actors.System) {
		store.On("Merge", storetest.Always(storetest.Fault{Before: storetest.ErrInjected}))
		waited := make(map[timesheet.Partition]time.Duration)
		for n := range 20 {
			began := time.Now()
			if err := submit(t.Context(), s, touch(id(n), monday, 480)); !errors.Is(err, timesheet.Unavailable) {
				t.Errorf("got %v", err)
			}
			waited[timesheet.PartitionOf(id(n), m.Partitions())] += time.Since(began)
		}
		var total time.Duration
		for _, d := range waited {
			total += d
		}
		if len(waited) != 4 || total > 6*time.Second {
			t.Errorf("batches waited %v by partition", waited)
		}
	})
}

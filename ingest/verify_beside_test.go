package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/ingest"
	"timesheet/storetest"
)

// beside runs do while a poller reads the scene's source, into which writers bring rows
// in any order of commits, and answers when all has come to rest. The poller's clock is
// ahead of the other one.
func beside(t *testing.T, seed uint64, ahead time.Duration, do func(s *scene, clock func() time.Time)) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		began := time.Now()
		clock := func() time.Time { return now().Add(time.Since(began)) }
		s.poller = ingest.NewPoller(s.view, s.sink, s.store, ingest.PollerOptions{
			Source: source, Holder: "test", Page: 50, Logger: slog.New(slog.DiscardHandler),
			Now: func() time.Time { return clock().Add(ahead) },
		})
		ctx, stop := context.WithCancel(t.Context())
		polled := make(chan error, 1)
		go func() { polled <- s.poller.Run(ctx) }()

		written := make(chan struct{})
		go func() {
			defer close(written)
			write(ctx, s, rand.New(rand.NewPCG(seed, 1)))
		}()
		defer func() { stop(); <-written }()
		time.Sleep(2 * time.Second) //nolint:forbidigo // in a bubble
		do(s, clock)
		stop()
		<-written
		if err := <-polled; err != nil {
			t.Error(err)
		}
	})
}

// write brings a row every some milliseconds, each visible up to 300 ms later, until ctx
// ends, and then waits for all of them.
func write(ctx context.Context, s *scene, random *rand.Rand) {
	id := timesheet.RowID(0)
	for ctx.Err() == nil {
		id += 1 + timesheet.RowID(random.IntN(2)*random.IntN(3))
		r := row(id, timesheet.EmployeeID(fmt.Sprint(random.IntN(5))), fmt.Sprintf("2026-03-%02d %02d:%02d", 1+random.IntN(3), random.IntN(24), random.IntN(60)))
		if random.IntN(20) == 0 {
			r.Fault = "no time"
		}
		hold := time.Duration(random.IntN(300)) * time.Millisecond
		if random.IntN(10) > 0 { // else it is rolled back
			time.AfterFunc(hold, func() { s.add(r) })
		}
		time.Sleep(time.Duration(random.IntN(40)) * time.Millisecond) //nolint:forbidigo // in a bubble
	}
	time.Sleep(time.Second) //nolint:forbidigo // in a bubble
}

func TestVerifyBesidePoller(t *testing.T) {
	options := func(clock func() time.Time, repair ingest.Repair) ingest.VerifyOptions {
		return ingest.VerifyOptions{From: timesheet.FirstDay, To: timesheet.LastDay, Now: clock, Page: 50, Repair: repair}
	}
	for seed, ahead := range []time.Duration{0, 0, time.Second, 30 * time.Second, -2 * time.Second, -time.Hour} {
		seed := uint64(seed)
		t.Run("finds nothing where nothing is wrong", func(t *testing.T) {
			beside(t, seed, ahead, func(s *scene, clock func() time.Time) {
				for range 5 {
					v, err := ingest.Verify(s.Context(), s.view, s.sink, s.books, options(clock, ingest.RepairReplace))
					s.must(err)
					s.differ(v)
					time.Sleep(700 * time.Millisecond) //nolint:forbidigo // in a bubble
				}
			})
		})
		t.Run("repairs all damage", func(t *testing.T) {
			beside(t, seed, ahead, func(s *scene, clock func() time.Time) {
				time.Sleep(5 * time.Second) //nolint:forbidigo // in a bubble
				s.drop("1", "2026-03-02")
				s.put(s.entry("2", "2026-03-02", "00:00", "23:59", timesheet.AmbiguousTime))
				s.put(s.entry("nobody", "2026-03-02", "00:00", "23:59", 0))
				for try := 0; ; try++ {
					v, err := ingest.Verify(s.Context(), s.view, s.sink, s.books, options(clock, ingest.RepairReplace))
					if err == nil && len(v.Differences) == 0 {
						break
					}
					if err != nil && !errors.Is(err, timesheet.Conflict) || try > 20 {
						s.Fatalf("try %d: %+v, %v", try, v, err)
					}
				}
				for k := range s.stored() {
					if k.Employee == "nobody" {
						s.Error("extra is still there")
					}
				}
			})
		})
	}
}

// TestNarrowingLosesNothing narrows an entry into which clockings fall that change
// nothing while it is too wide: they must be there in the end.
func TestNarrowingLosesNothing(t *testing.T) {
	for _, step := range []string{"rejected", "export", "replace", "rewind"} {
		t.Run("they come before "+step, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t)
				began := time.Now()
				clock := func() time.Time { return now().Add(time.Since(began)) }
				s.add(row(1, "7", "2026-03-02 08:00"), row(2, "7", "2026-03-02 12:00"))
				poller := ingest.NewPoller(s.view, s.sink, s.store, ingest.PollerOptions{Source: source, Now: clock, Logger: slog.New(slog.DiscardHandler)})
				ctx, stop := context.WithCancel(t.Context())
				defer stop()
				polled := make(chan error, 1)
				go func() { polled <- poller.Run(ctx) }()
				time.Sleep(10 * time.Second) //nolint:forbidigo // in a bubble
				s.put(s.entry("7", "2026-03-02", "08:00", "18:00", 0))
				time.Sleep(10 * time.Second) //nolint:forbidigo // in a bubble
				calls := 0
				s.books.before = func(call string) error {
					if call == step && calls < 2 { // in both readings
						calls++
						s.add(row(timesheet.RowID(10+calls), "7", fmt.Sprintf("2026-03-02 16:%02d", calls)))
						time.Sleep(3 * time.Second) //nolint:forbidigo // in a bubble; the poller reads it
					}
					return nil
				}
				o := ingest.VerifyOptions{From: timesheet.FirstDay, To: timesheet.LastDay, Now: clock, Repair: ingest.RepairReplace}
				for try := range 4 {
					v, err := ingest.Verify(ctx, s.view, s.sink, s.books, o)
					if err == nil && v.Equal() {
						break
					}
					if try == 3 || err != nil && !errors.Is(err, timesheet.Conflict) {
						t.Fatalf("%+v, %v", v, err)
					}
				}
				time.Sleep(10 * time.Second) //nolint:forbidigo // in a bubble
				s.books.before = nil
				v, err := ingest.Verify(ctx, s.view, s.sink, s.books, o)
				s.must(err)
				s.differ(v)
				if calls == 0 {
					t.Error("nothing came")
				}
				stop()
				if err := <-polled; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestReleaseBesidePoller(t *testing.T) {
	beside(t, 1, 0, func(s *scene, _ func() time.Time) {
		released := 0
		for _, id := range s.rejected() {
			s.add(row(id, "late", "2026-03-20 08:00"))
			s.must(s.poller.Release(s.Context(), id))
			released++
		}
		if want := s.entry("late", "2026-03-20", "08:00", "08:00", 0); released == 0 || s.stored()[storetest.KeyOf(want)] != want {
			s.Errorf("%d released, stored %v", released, s.stored())
		}
	})
}

package main

import (
	"context"
	"log/slog"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"timesheet/storetest"
)

func TestPresence(t *testing.T) {
	sum := func(of []int64) (n int64) {
		for _, m := range of {
			n += m
		}
		return n
	}
	t.Run("instances_know_one_another_and_what_they_took_in", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			store := storetest.NewMemory(4)
			defer store.Close()
			var counts [2]atomic.Uint64
			var both []*presence
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan struct{}, 2)
			for i, name := range []string{"a", "b"} {
				p := newPresence(slog.New(slog.DiscardHandler), store, name, counts[i].Load, time.Now())
				both = append(both, p)
				go func() { p.run(ctx); ended <- struct{}{} }()
			}
			for range 90 { // minutes
				counts[0].Add(7)
				counts[1].Add(5)
				time.Sleep(time.Minute) //nolint:forbidigo // in a bubble
				synctest.Wait()
			}
			for i, p := range both {
				all, err := p.all(t.Context(), time.Now())
				if err != nil || len(all) != 2 || all[0].Name != "a" || all[1].Name != "b" {
					t.Fatalf("instance %d sees %v (%v)", i, all, err)
				}
				from, clockings := throughput(all, time.Now())
				if want := time.Now().Add(-59 * time.Minute).Truncate(time.Minute); !from.Equal(want) || len(clockings) != 60 {
					t.Errorf("instance %d: %d minutes from %v, want 60 from %v", i, len(clockings), from, want)
				}
				if got := sum(clockings); got < 58*12 || got > 60*12 {
					t.Errorf("instance %d: %d clockings within the hour: %v", i, got, clockings)
				}
			}
			cancel()
			<-ended
			<-ended
			all, err := both[0].all(t.Context(), time.Now())
			if err != nil || len(all) != 1 {
				t.Errorf("who has ended is still there: %v (%v)", all, err)
			}
		})
	})
	t.Run("who_is_silent_for_an_hour_is_gone", func(t *testing.T) {
		store := storetest.NewMemory(4)
		defer store.Close()
		begin := time.Unix(1_800_000_000, 0)
		dead := newPresence(slog.New(slog.DiscardHandler), store, "dead", func() uint64 { return 3 }, begin)
		if err := dead.tell(t.Context(), begin); err != nil {
			t.Fatal(err)
		}
		alive := newPresence(slog.New(slog.DiscardHandler), store, "alive", func() uint64 { return 0 }, begin)
		for after, want := range map[time.Duration]int{time.Minute: 2, time.Hour: 2, 61 * time.Minute: 1} {
			if all, err := alive.all(t.Context(), begin.Add(after)); err != nil || len(all) != want {
				t.Errorf("after %v: %v (%v)", after, all, err)
			}
		}
	})
	t.Run("minutes_stand_in_their_place", func(t *testing.T) {
		now := time.Unix(1_800_000_000, 0).Truncate(time.Minute).Add(30 * time.Second)
		_, got := throughput([]instance{
			{Seen: now.Unix(), Minutes: []uint64{1, 2, 3}},
			{Seen: now.Add(-time.Minute).Unix(), Minutes: []uint64{10, 20}},
			{Seen: now.Add(-2 * time.Hour).Unix(), Minutes: []uint64{100}},
		}, now)
		if tail := got[minutesKept-4:]; !slices.Equal(tail, []int64{0, 11, 22, 3}) || sum(got) != 36 {
			t.Errorf("got %v", tail)
		}
	})
}

package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/ingest"
	"timesheet/storetest"
)

// fresh is a scene with n rows, one an hour from 2026-03-02 00:00 on, ids from 10 in
// steps of 2, of which nothing is stored.
func fresh(t testing.TB, n int) *scene {
	s := newScene(t)
	for i := range n {
		s.add(row(timesheet.RowID(10+2*i), "7", fmt.Sprintf("2026-03-%02d %02d:00", 2+i/24, i%24)))
	}
	return s
}

func (s *scene) replay(o ingest.ReplayOptions) (ingest.ReplaySummary, error) {
	if o.Page == 0 {
		o.Page = 7
	}
	o.Now = now
	if o.Patience == 0 {
		o.Patience = 10 * time.Millisecond
	}
	sum, err := ingest.Replay(s.Context(), s.view, s.sink, s.store, o)
	sum.Elapsed = 0
	return sum, err
}

// replays replays without an error.
func (s *scene) replays(o ingest.ReplayOptions, want ingest.ReplaySummary) {
	s.Helper()
	sum, err := s.replay(o)
	if err != nil || sum != want {
		s.Fatalf("%+v, %v; want %+v", sum, err, want)
	}
}

func TestReplay(t *testing.T) {
	t.Run("everything", func(t *testing.T) {
		s := fresh(t, 100)
		s.replays(ingest.ReplayOptions{}, ingest.ReplaySummary{Rows: 100, Accepted: 100})
		s.finds(ingest.RepairNone)
		if c, err := s.store.Checkpoint(t.Context(), source); err != nil || c.Generation != 0 {
			t.Errorf("the checkpoint moved: %+v, %v", c, err)
		}
		want := s.stored()
		s.replays(ingest.ReplayOptions{}, ingest.ReplaySummary{Rows: 100, Accepted: 100})
		if !equalContents(s.stored(), want) {
			t.Error("again it made a difference")
		}
	})
	t.Run("nothing", func(t *testing.T) {
		s := fresh(t, 0)
		s.replays(ingest.ReplayOptions{}, ingest.ReplaySummary{})
		s.replays(ingest.ReplayOptions{FromDay: date("2026-01-01")}, ingest.ReplaySummary{})
	})
	t.Run("from one id to another", func(t *testing.T) {
		s := fresh(t, 100)
		s.replays(ingest.ReplayOptions{FromID: new(timesheet.RowID(12)), ToID: new(timesheet.RowID(34))}, ingest.ReplaySummary{Rows: 12, Accepted: 12})
		if got, want := s.stored(), s.entry("7", "2026-03-02", "01:00", "12:00", 0); len(got) != 1 || got[storetest.KeyOf(want)] != want {
			t.Errorf("%v, want %v", got, want)
		}
		s.replays(ingest.ReplayOptions{FromID: new(timesheet.RowID(13)), ToID: new(timesheet.RowID(13))}, ingest.ReplaySummary{})
		s.replays(ingest.ReplayOptions{FromID: new(timesheet.RowID(207))}, ingest.ReplaySummary{Rows: 1, Accepted: 1})
		s.replays(ingest.ReplayOptions{FromID: new(timesheet.RowID(-1 << 63)), ToID: new(timesheet.RowID(10))}, ingest.ReplaySummary{Rows: 1, Accepted: 1})
		s.replays(ingest.ReplayOptions{FromID: new(timesheet.RowID(209))}, ingest.ReplaySummary{})
	})
	t.Run("days are those of the day rules", func(t *testing.T) {
		s := newScene(t)
		s.add(row(1, "N1", "2026-03-02 11:59"), row(2, "N1", "2026-03-02 12:00"), row(3, "N1", "2026-03-03 11:59"), row(4, "N1", "2026-03-03 12:00"),
			row(5, "7", "2026-03-01 23:59"), row(6, "7", "2026-03-02 00:00"), row(7, "7", "2026-03-02 23:59"), row(8, "7", "2026-03-03 00:00"),
			timesheet.Row{ID: 9, Fault: "no time"})
		day := date("2026-03-02")
		s.replays(ingest.ReplayOptions{FromDay: day, ToDay: day}, ingest.ReplaySummary{Rows: 9, Accepted: 4, Outside: 5})
		for _, want := range []timesheet.Entry{s.entry("7", "2026-03-02", "00:00", "23:59", 0), timesheet.Join(s.clocked(row(0, "N1", "2026-03-02 12:00")), s.clocked(row(0, "N1", "2026-03-03 11:59")))} {
			if got := s.stored(); len(got) != 2 || got[storetest.KeyOf(want)] != want {
				t.Errorf("%v, want %v", got, want)
			}
		}
	})
	t.Run("from a day on begins at that day's rows", func(t *testing.T) {
		s := fresh(t, 24*20)
		sum, err := s.replay(ingest.ReplayOptions{FromDay: date("2026-03-20")})
		if err != nil || sum.Accepted != 48 || sum.Rows > 24*4 {
			t.Errorf("%+v, %v", sum, err)
		}
	})
	t.Run("ids and days together", func(t *testing.T) {
		s := fresh(t, 100)
		s.replays(ingest.ReplayOptions{FromID: new(timesheet.RowID(14)), ToID: new(timesheet.RowID(68)), ToDay: date("2026-03-02")}, ingest.ReplaySummary{Rows: 28, Accepted: 22, Outside: 6})
	})
	t.Run("an end before the begin", func(t *testing.T) {
		s := fresh(t, 1)
		for _, o := range []ingest.ReplayOptions{{FromID: new(timesheet.RowID(5)), ToID: new(timesheet.RowID(4))}, {FromDay: 20001, ToDay: 20000}} {
			if _, err := s.replay(o); !errors.Is(err, timesheet.Invalid) {
				t.Error(err)
			}
		}
	})
	t.Run("rejected rows stay so, and new ones are rejected", func(t *testing.T) {
		s := fresh(t, 10)
		s.add(timesheet.Row{ID: 11, Fault: "no time"})
		s.poll(11)
		s.add(row(11, "7", "2026-03-02 23:00"), timesheet.Row{ID: 13, Fault: "employee_id is NULL"}, row(15, "7", "2028-01-01 00:00"))
		s.replays(ingest.ReplayOptions{}, ingest.ReplaySummary{Rows: 13, Accepted: 10, Rejected: 2, Aside: 1})
		s.replays(ingest.ReplayOptions{}, ingest.ReplaySummary{Rows: 13, Accepted: 10, Aside: 3})
		kept, err := s.store.Rejected(t.Context(), source, 0, 10)
		if err != nil || len(kept) != 3 || kept[0].Reason != "as asked" || kept[1].Reason != "employee_id is NULL" || !strings.Contains(kept[2].Reason, "future") {
			t.Errorf("%+v, %v", kept, err)
		}
	})
}

func TestReplayFaults(t *testing.T) {
	t.Run("stale rules are read again and the batch made anew", func(t *testing.T) {
		s := fresh(t, 50)
		changed := false
		s.sink.before = func(timesheet.Batch) error {
			if !changed {
				changed = true
				return second(s.store.SetDayRules(t.Context(), 1, siteRules("Asia/Tokyo")))
			}
			return nil
		}
		s.replays(ingest.ReplayOptions{Unacknowledged: 1}, ingest.ReplaySummary{Rows: 50, Accepted: 50})
		s.finds(ingest.RepairNone)
	})
	for _, c := range []timesheet.Code{timesheet.Overloaded, timesheet.Unavailable} {
		t.Run(string(c)+" for a while is waited out", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := fresh(t, 50)
				began := time.Now()
				s.sink.before = func(timesheet.Batch) error {
					if time.Since(began) < 50*time.Second {
						return code(c)
					}
					return nil
				}
				s.replays(ingest.ReplayOptions{Patience: time.Minute}, ingest.ReplaySummary{Rows: 50, Accepted: 50})
				s.finds(ingest.RepairNone)
			})
		})
		t.Run(string(c)+" for ever ends, and says what is durable", func(t *testing.T) {
			s := fresh(t, 50)
			var n atomic.Int32
			s.sink.before = func(timesheet.Batch) error {
				if n.Add(1) > 2 {
					return code(c)
				}
				return nil
			}
			sum, err := s.replay(ingest.ReplayOptions{})
			if !errors.Is(err, c) || sum.Accepted != 14 || !strings.Contains(err.Error(), "14 clockings are durable") {
				t.Errorf("%+v, %v", sum, err)
			}
		})
	}
	t.Run("a view that fails for a moment is tried again", func(t *testing.T) {
		s := fresh(t, 50)
		n := 0
		s.view.before = func(string) error {
			if n++; n%2 == 1 {
				return code(timesheet.Unavailable)
			}
			return nil
		}
		s.replays(ingest.ReplayOptions{Patience: time.Minute}, ingest.ReplaySummary{Rows: 50, Accepted: 50})
	})
	t.Run("a view that fails for good, in the middle", func(t *testing.T) {
		s := fresh(t, 50)
		n := 0
		s.view.before = func(string) error {
			if n++; n > 4 {
				return code(timesheet.Unavailable)
			}
			return nil
		}
		if sum, err := s.replay(ingest.ReplayOptions{}); !errors.Is(err, timesheet.Unavailable) || sum.Accepted != 21 {
			t.Errorf("%+v, %v", sum, err)
		}
	})
	t.Run("it is stopped", func(t *testing.T) {
		s := fresh(t, 50)
		stopped := errors.New("interrupted")
		ctx, cancel := context.WithCancelCause(t.Context())
		s.sink.before = func(timesheet.Batch) error {
			cancel(stopped)
			return code(timesheet.Unavailable)
		}
		sum, err := ingest.Replay(ctx, s.view, s.sink, s.store, ingest.ReplayOptions{Page: 7, Now: now})
		if !errors.Is(err, stopped) || !errors.Is(err, timesheet.Unavailable) || sum.Accepted != 0 {
			t.Errorf("%+v, %v", sum, err)
		}
	})
	t.Run("no day rules", func(t *testing.T) {
		s := fresh(t, 1)
		if _, err := ingest.Replay(t.Context(), s.view, noRules{s.sink}, s.store, ingest.ReplayOptions{}); !errors.Is(err, timesheet.Invalid) {
			t.Error(err)
		}
	})
}

func TestReplayBatches(t *testing.T) {
	t.Run("are as many on their way as allowed, and no more", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := fresh(t, 100)
			var inside atomic.Int32
			on := make(chan struct{})
			s.sink.before = func(timesheet.Batch) error {
				inside.Add(1)
				<-on
				return nil
			}
			go func() {
				synctest.Wait()
				if n := inside.Load(); n != 3 {
					t.Errorf("%d batches at once", n)
				}
				close(on)
			}()
			s.replays(ingest.ReplayOptions{Unacknowledged: 3}, ingest.ReplaySummary{Rows: 100, Accepted: 100})
		})
	})
	t.Run("progress grows to the end", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := fresh(t, 100)
			s.view.before = func(string) error { time.Sleep(150 * time.Millisecond); return nil } //nolint:forbidigo // in a bubble
			var told []ingest.ReplayProgress
			s.replays(ingest.ReplayOptions{Progress: func(p ingest.ReplayProgress) { told = append(told, p) }, ToID: new(timesheet.RowID(150))}, ingest.ReplaySummary{Rows: 71, Accepted: 71})
			if len(told) < 4 {
				t.Fatalf("told %v", told)
			}
			var was ingest.ReplayProgress
			for _, p := range told {
				if p.Rows < was.Rows || p.Accepted < was.Accepted || p.AtID < was.AtID || p.FirstID != 10 || p.LastID != 150 {
					t.Errorf("%+v after %+v", p, was)
				}
				was = p
			}
			if was.Rows != 71 || was.Accepted != 71 || was.AtID != 150 {
				t.Errorf("at the end %+v", was)
			}
		})
	})
}

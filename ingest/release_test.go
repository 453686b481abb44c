package ingest_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/ingest"
	"timesheet/storetest"
)

// aside is a scene in which row 5 was rejected, as it had no employee.
func aside(t testing.TB) *scene {
	s := newScene(t)
	s.add(row(1, "7", "2026-03-02 08:00"), timesheet.Row{ID: 5, Fault: "employee_id is NULL"}, timesheet.Row{ID: 9, Fault: "no time"})
	s.poll(9)
	return s
}

func (s *scene) release(id timesheet.RowID) error {
	return ingest.Release(s.Context(), s.view, s.sink, s.store, source, id, now())
}

func (s *scene) rejected() (ids []timesheet.RowID) {
	s.Helper()
	kept, err := s.store.Rejected(s.Context(), source, -1<<63, timesheet.MaxRejected)
	s.must(err)
	for _, r := range kept {
		ids = append(ids, r.Row)
	}
	return ids
}

func TestRelease(t *testing.T) {
	both := []timesheet.RowID{5, 9}
	t.Run("a row that was mended at the source", func(t *testing.T) {
		s := aside(t)
		s.add(row(5, "7", "2026-03-02 17:00"))
		s.must(s.release(5))
		want := s.entry("7", "2026-03-02", "08:00", "17:00", 0)
		if s.stored()[storetest.KeyOf(want)] != want || !slices.Equal(s.rejected(), []timesheet.RowID{9}) {
			t.Errorf("%v, rejected %v", s.stored(), s.rejected())
		}
		s.finds(ingest.RepairNone)
		if err := s.release(5); !errors.Is(err, timesheet.NotFound) {
			t.Error("again:", err)
		}
	})
	t.Run("a row whose time has come", func(t *testing.T) {
		s := newScene(t)
		s.add(row(5, "7", "2027-06-01 09:00"))
		s.poll(5)
		if err := s.release(5); !errors.Is(err, timesheet.Invalid) {
			t.Error(err)
		}
		s.must(ingest.Release(t.Context(), s.view, s.sink, s.store, source, 5, now().Add(12*time.Hour)))
		if len(s.stored()) != 1 || len(s.rejected()) > 0 {
			t.Errorf("%v, rejected %v", s.stored(), s.rejected())
		}
	})
	t.Run("a row that still can't be used says why, and stays", func(t *testing.T) {
		s := aside(t)
		s.add(timesheet.Row{ID: 5, Fault: "clocked_at is NULL"})
		if err := s.release(5); !errors.Is(err, timesheet.Invalid) || !strings.Contains(err.Error(), "clocked_at is NULL") {
			t.Error(err)
		}
		if !slices.Equal(s.rejected(), both) {
			t.Errorf("rejected %v", s.rejected())
		}
	})
	t.Run("rows that were never rejected", func(t *testing.T) {
		s := aside(t)
		for _, id := range []timesheet.RowID{1, 4, 6, 10, -1 << 63, 1<<63 - 1} {
			if err := s.release(id); !errors.Is(err, timesheet.NotFound) || !strings.Contains(err.Error(), "not among the rejected") {
				t.Error(id, err)
			}
		}
	})
	t.Run("a row that is gone is let go, and that is said", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := aside(t)
			s.remove(5)
			if err := s.release(5); !errors.Is(err, timesheet.NotFound) || !strings.Contains(err.Error(), "not in the view any more") {
				t.Error(err)
			}
			if !slices.Equal(s.rejected(), []timesheet.RowID{9}) {
				t.Errorf("rejected %v", s.rejected())
			}
		})
	})
	t.Run("a row that a transaction hides for a moment is waited for", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := aside(t)
			s.remove(5)
			time.AfterFunc(time.Second, func() { s.add(row(5, "7", "2026-03-02 17:00")) })
			s.must(s.release(5))
			s.finds(ingest.RepairNone)
		})
	})
}

func TestReleaseFaults(t *testing.T) {
	mended := func(t testing.TB) *scene {
		s := aside(t)
		s.add(row(5, "7", "2026-03-02 17:00"))
		return s
	}
	t.Run("a failed submit leaves it rejected", func(t *testing.T) {
		s := mended(t)
		s.sink.before = func(timesheet.Batch) error { return code(timesheet.Internal) }
		if err := s.release(5); !errors.Is(err, timesheet.Internal) || len(s.rejected()) != 2 {
			t.Error(err, s.rejected())
		}
	})
	t.Run("it is durable before it is no longer rejected", func(t *testing.T) {
		s := mended(t)
		s.sink.before = func(timesheet.Batch) error {
			if len(s.rejected()) != 2 {
				t.Error("no longer rejected")
			}
			return nil
		}
		s.must(s.release(5))
	})
	t.Run("somebody else releases it at the same time", func(t *testing.T) {
		s := mended(t)
		s.sink.before = func(timesheet.Batch) error { return s.store.Readmit(t.Context(), source, 5) }
		s.must(s.release(5))
	})
	t.Run("what passes is tried again, under the rules of now", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := mended(t)
			fails := 3
			s.view.before = func(string) error {
				if fails--; fails >= 0 {
					return code(timesheet.Unavailable)
				}
				return nil
			}
			s.must(second(s.store.SetDayRules(t.Context(), 1, siteRules("Asia/Tokyo"))))
			overloaded := 2
			s.sink.before = func(timesheet.Batch) error {
				if overloaded--; overloaded >= 0 {
					return code(timesheet.Overloaded)
				}
				return nil
			}
			s.must(s.release(5))
			want := s.entry("7", "2026-03-02", "17:00", "17:00", 0)
			if _, ok := s.stored()[storetest.KeyOf(want)]; !ok || len(s.rejected()) != 1 {
				t.Errorf("%v, rejected %v", s.stored(), s.rejected())
			}
		})
	})
	t.Run("a source that is away is told", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := mended(t)
			s.view.before = func(string) error { return code(timesheet.Unavailable) }
			began := time.Now()
			if err := s.release(5); !errors.Is(err, timesheet.Unavailable) || time.Since(began) > 15*time.Second || len(s.rejected()) != 2 {
				t.Error(err, time.Since(began))
			}
		})
	})
	t.Run("a poller's row is let through by it from then on", func(t *testing.T) {
		s := mended(t)
		p := ingest.NewPoller(s.view, s.sink, s.store, ingest.PollerOptions{Now: now})
		s.must(p.Release(t.Context(), 5))
		if err := p.Release(t.Context(), 5); !errors.Is(err, timesheet.NotFound) {
			t.Error(err)
		}
		s.finds(ingest.RepairNone)
	})
}

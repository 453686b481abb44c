package ingest_test

import (
	"errors"
	"testing"

	"timesheet"
	"timesheet/ingest"
	"timesheet/storetest"
)

// week is two employees' clockings of two days, polled.
func week(t testing.TB) *scene {
	s := newScene(t)
	s.add(row(1, "7", "2026-03-02 08:00"), row(2, "8", "2026-03-02 09:00"), row(3, "7", "2026-03-02 12:00"), row(4, "7", "2026-03-02 17:00"),
		row(6, "8", "2026-03-02 18:00"), row(7, "7", "2026-03-03 08:10"), row(11, "7", "2026-03-03 17:10"))
	s.poll(11)
	return s
}

func TestVerify(t *testing.T) {
	t.Run("equal", func(t *testing.T) {
		s := week(t)
		v := s.finds(ingest.RepairNone)
		if !v.Equal() || v.Rows != 7 || v.Entries != 3 || v.Rejected != 0 || v.Unusable != 0 {
			t.Errorf("%+v", v)
		}
	})
	t.Run("nothing at all is equal", func(t *testing.T) {
		s := newScene(t)
		if v := s.finds(ingest.RepairReplace); !v.Equal() || v.Rows != 0 {
			t.Errorf("%+v", v)
		}
	})
	t.Run("missing", func(t *testing.T) {
		s := week(t)
		s.drop("7", "2026-03-03")
		if s.finds(ingest.RepairNone, "missing 7 2026-03-03 source 08:10-17:10 stored none").Equal() {
			t.Error("equal")
		}
	})
	t.Run("narrower at either end", func(t *testing.T) {
		s := week(t)
		s.put(s.entry("7", "2026-03-02", "08:00", "12:00", 0))
		s.put(s.entry("8", "2026-03-02", "18:00", "18:00", 0))
		s.finds(ingest.RepairNone,
			"narrower 7 2026-03-02 source 08:00-17:00 stored 08:00-12:00",
			"narrower 8 2026-03-02 source 09:00-18:00 stored 18:00-18:00")
	})
	t.Run("wider at either end", func(t *testing.T) {
		s := week(t)
		s.put(s.entry("7", "2026-03-02", "07:59", "17:00", 0))
		s.put(s.entry("8", "2026-03-02", "09:00", "23:00", timesheet.Direct))
		v := s.finds(ingest.RepairNone,
			"wider 7 2026-03-02 source 08:00-17:00 stored 07:59-17:00",
			"wider 8 2026-03-02 source 09:00-18:00 stored 09:00-23:00")
		if v.Differences[1].Stored.Flags != timesheet.Direct {
			t.Error("that it was fed directly isn't told")
		}
	})
	t.Run("extra", func(t *testing.T) {
		s := week(t)
		s.put(s.entry("9", "2026-03-04", "08:00", "17:00", 0))
		s.put(s.entry("7", "2026-03-01", "08:00", "17:00", 0))
		s.finds(ingest.RepairNone,
			"extra 7 2026-03-01 source none stored 08:00-17:00",
			"extra 9 2026-03-04 source none stored 08:00-17:00")
	})
	t.Run("narrower at one end and wider at the other", func(t *testing.T) {
		s := week(t)
		s.put(s.entry("7", "2026-03-02", "07:00", "12:00", 0))
		s.finds(ingest.RepairNone,
			"narrower 7 2026-03-02 source 08:00-17:00 stored 07:00-12:00",
			"wider 7 2026-03-02 source 08:00-17:00 stored 07:00-12:00")
	})
	t.Run("flags make no difference", func(t *testing.T) {
		s := week(t)
		s.put(s.entry("7", "2026-03-02", "08:00", "17:00", timesheet.Direct|timesheet.AmbiguousTime))
		s.finds(ingest.RepairNone)
	})
	t.Run("rows that went, moved or came late at the source", func(t *testing.T) {
		s := week(t)
		s.remove(4)
		s.add(row(7, "7", "2026-03-03 07:10"), row(5, "8", "2026-03-02 07:30"))
		s.finds(ingest.RepairNone,
			"wider 7 2026-03-02 source 08:00-12:00 stored 08:00-17:00",
			"narrower 8 2026-03-02 source 07:30-18:00 stored 09:00-18:00",
			"narrower 7 2026-03-03 source 07:10-17:10 stored 08:10-17:10")
	})
	t.Run("a store that nobody ever polled into", func(t *testing.T) {
		s := newScene(t)
		s.add(row(1, "7", "2026-03-02 08:00"))
		s.put(s.entry("8", "2026-03-02", "08:00", "17:00", timesheet.Direct))
		s.finds(ingest.RepairNone,
			"missing 7 2026-03-02 source 08:00-08:00 stored none",
			"extra 8 2026-03-02 source none stored 08:00-17:00")
	})
}

func TestVerifyDays(t *testing.T) {
	between := func(s *scene, from, to string, want ...string) ingest.Verification {
		t.Helper()
		o := s.options(ingest.RepairNone)
		o.From, o.To = date(from), date(to)
		v, err := ingest.Verify(t.Context(), s.view, s.sink, s.books, o)
		s.must(err)
		s.differ(v, want...)
		return v
	}
	t.Run("only those asked for", func(t *testing.T) {
		s := week(t)
		s.drop("7", "2026-03-03")
		s.put(s.entry("8", "2026-03-02", "09:00", "12:00", 0))
		s.put(s.entry("9", "2026-03-04", "09:00", "12:00", 0))
		between(s, "2026-03-02", "2026-03-02", "narrower 8 2026-03-02 source 09:00-18:00 stored 09:00-12:00")
		between(s, "2026-03-03", "2026-03-03", "missing 7 2026-03-03 source 08:10-17:10 stored none")
		between(s, "2026-03-04", "2026-03-08", "extra 9 2026-03-04 source none stored 09:00-12:00")
		between(s, "2026-03-05", "2026-03-08")
	})
	t.Run("rows from two days before on are read", func(t *testing.T) {
		s := newScene(t)
		for i := range 60 {
			s.add(row(timesheet.RowID(i+1), "7", (date("2026-01-01")+timesheet.Day(i)).String()+" 00:00"))
		}
		s.poll(60)
		if v := between(s, "2026-02-10", "2026-02-12"); v.Rows > 25 {
			t.Errorf("%d rows were read", v.Rows)
		}
	})
	t.Run("shifts over midnight and changing clocks", func(t *testing.T) {
		s := newScene(t)
		s.add(row(1, "N1", "2026-03-28 22:00"), row(2, "N1", "2026-03-29 02:30"), row(3, "N1", "2026-03-29 06:00"), row(4, "N1", "2026-03-29 11:59"),
			row(5, "7", "2026-03-28 23:59"), row(6, "7", "2026-03-29 00:00"), row(7, "7", "2026-03-29 02:30"), row(8, "7", "2026-10-25 08:30"), row(9, "7", "2026-10-25 02:10"))
		s.poll(9)
		s.finds(ingest.RepairNone)
		s.drop("N1", "2026-03-28")
		s.drop("7", "2026-10-25")
		s.finds(ingest.RepairMerge,
			"missing N1 2026-03-28 source 22:00-11:59 stored none: repaired",
			"missing 7 2026-10-25 source 02:10-08:30 stored none: repaired")
		if e := s.stored()[storetest.Key{Employee: "7", Day: date("2026-10-25")}]; e.Flags != timesheet.AmbiguousTime {
			t.Errorf("flags %b", e.Flags)
		}
		between(s, "2026-03-28", "2026-03-28")
	})
	t.Run("below the floor nothing is compared", func(t *testing.T) {
		s := week(t)
		s.must(second(s.store.Purge(t.Context(), date("2026-03-03"))))
		if v := s.finds(ingest.RepairMerge); v.Entries != 1 {
			t.Errorf("%+v", v)
		}
		if v := between(s, "2026-03-01", "2026-03-02"); v.Rows != 0 || !v.Equal() {
			t.Errorf("%+v", v)
		}
	})
	t.Run("days in the wrong order or out of bounds", func(t *testing.T) {
		s := week(t)
		for _, days := range [][2]timesheet.Day{{20001, 20000}, {timesheet.FirstDay - 1, 20000}, {20000, timesheet.LastDay + 1}} {
			o := s.options(ingest.RepairNone)
			o.From, o.To = days[0], days[1]
			if _, err := ingest.Verify(t.Context(), s.view, s.sink, s.books, o); !errors.Is(err, timesheet.Invalid) {
				t.Error(days, err)
			}
		}
		o := s.options("all")
		if _, err := ingest.Verify(t.Context(), s.view, s.sink, s.books, o); !errors.Is(err, timesheet.Invalid) {
			t.Error(err)
		}
	})
}

func TestVerifyLeavesOut(t *testing.T) {
	t.Run("rejected rows", func(t *testing.T) {
		s := week(t)
		s.add(timesheet.Row{ID: 12, Fault: "employee_id is NULL"}, row(13, "7", "2028-01-01 08:00"))
		s.poll(11)
		s.add(row(12, "7", "2026-03-02 06:00"), row(13, "7", "2026-03-03 19:00")) // usable now, and still aside
		if v := s.finds(ingest.RepairMerge); v.Rejected != 2 || v.Unusable != 0 {
			t.Errorf("%+v", v)
		}
		was := s.entry("7", "2026-03-03", "08:10", "17:10", 0)
		s.put(s.entry("7", "2026-03-03", "08:10", "19:00", 0))
		s.finds(ingest.RepairNone, "wider 7 2026-03-03 source 08:10-17:10 stored 08:10-19:00")
		s.put(was)
		s.must(s.store.Readmit(t.Context(), source, 12))
		s.finds(ingest.RepairMerge, "narrower 7 2026-03-02 source 06:00-17:00 stored 08:00-17:00: repaired")
	})
	t.Run("rows that can't be used and aren't rejected, but counts them", func(t *testing.T) {
		s := week(t)
		s.add(timesheet.Row{ID: 12, Fault: "employee_id is NULL"}, row(13, "7", "2028-01-01 08:00"))
		if v := s.finds(ingest.RepairMerge); v.Rejected != 0 || v.Unusable != 2 {
			t.Errorf("%+v", v)
		}
	})
	t.Run("erased employees", func(t *testing.T) {
		s := week(t)
		s.must(second(s.store.Erase(t.Context(), "7")))
		s.put(s.entry("8", "2026-03-02", "10:00", "18:00", 0))
		s.finds(ingest.RepairMerge, "narrower 8 2026-03-02 source 09:00-18:00 stored 10:00-18:00: repaired")
	})
	t.Run("times that are about to be in the future, either way", func(t *testing.T) {
		s := week(t) // now is 02:00 in Berlin
		s.poll(20)
		s.add(row(12, "7", "2027-06-01 01:00"), row(13, "7", "2027-06-01 02:05"), row(14, "8", "2027-06-01 02:30"))
		s.put(s.entry("7", "2027-06-01", "01:00", "01:00", 0))
		s.finds(ingest.RepairReplace)
		s.put(timesheet.Join(s.entry("7", "2027-06-01", "01:00", "01:00", 0), s.clocked(row(0, "7", "2027-06-01 02:05"))))
		e := s.entry("8", "2027-06-01", "02:00", "02:00", 0)
		e.Earliest, e.Latest = e.Earliest.Add(1800e9), e.Latest.Add(1800e9) // a poller's clock is half an hour ahead
		s.put(e)
		s.finds(ingest.RepairReplace)
	})
}

package load_test

import (
	"cmp"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"timesheet"
	"timesheet/internal/load"
)

func drawWorkload(t *rapid.T) load.Workload {
	return load.Workload{
		Employees: rapid.IntRange(1, 60).Draw(t, "employees"), PerDay: rapid.IntRange(1, 9).Draw(t, "per day"), Prefix: "T",
		From: monday, Days: rapid.IntRange(1, 20).Draw(t, "days"), Seed: rapid.Uint64().Draw(t, "seed"),
		Order: rapid.SampledFrom([]load.Order{load.ByTime, load.ByID, load.Shuffled}).Draw(t, "order"),
	}
}

func byTime(a, b load.Clocking) int {
	return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Second, b.Second), cmp.Compare(a.Employee, b.Employee))
}

func TestStreamOncePerPass(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorkload(t)
		s, err := load.NewStream(w, now)
		if err != nil {
			t.Fatal(err)
		}
		n := w.Employees * w.PerDay * w.Days
		first, second := s.Next(nil, n), s.Next(nil, n)
		for pass, got := range [][]load.Clocking{first, second} {
			counts := make(map[[2]int32]int)
			for _, c := range got {
				counts[[2]int32{c.Employee, c.Day}]++
				if c.Second < 6*3600 || c.Second >= 20*3600 || c.Employee < 0 || c.Day < 0 {
					t.Fatalf("pass %d: %+v is not between 06:00 and 20:00", pass, c)
				}
			}
			if len(counts) != w.Employees*w.Days {
				t.Fatalf("pass %d: %d entries, want %d", pass, len(counts), w.Employees*w.Days)
			}
			for key, k := range counts {
				if k != w.PerDay {
					t.Fatalf("pass %d: %d clockings of %v, want %d", pass, k, key, w.PerDay)
				}
			}
		}
	})
}

func TestStreamOrders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorkload(t)
		n := w.Employees * w.PerDay * w.Days
		all := make(map[load.Order][]load.Clocking)
		for _, w.Order = range []load.Order{load.ByTime, load.ByID, load.Shuffled} {
			s, err := load.NewStream(w, now)
			if err != nil {
				t.Fatal(err)
			}
			all[w.Order] = s.Next(nil, n)
		}
		if got := all[load.ByTime]; !slices.IsSortedFunc(got, func(a, b load.Clocking) int {
			return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Second, b.Second))
		}) {
			t.Fatal("time order isn't sorted by time")
		}
		if got := all[load.ByID]; !slices.IsSortedFunc(got, func(a, b load.Clocking) int {
			return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Employee, b.Employee), cmp.Compare(a.Second, b.Second))
		}) {
			t.Fatal("id order isn't sorted by day, employee, time")
		}
		for order, got := range all {
			all[order] = slices.SortedFunc(slices.Values(got), byTime)
		}
		if !slices.Equal(all[load.ByTime], all[load.ByID]) || !slices.Equal(all[load.ByTime], all[load.Shuffled]) {
			t.Fatal("the orders have not the same clockings")
		}
	})
}

func TestStreamIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorkload(t)
		w.Late, w.Duplicates = rapid.Float64Range(0, 0.9).Draw(t, "late"), rapid.Float64Range(0, 1).Draw(t, "duplicates")
		a, err := load.NewStream(w, now)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := load.NewStream(w, now)
		want := a.Next(nil, 500)
		var got []load.Clocking
		for len(got) < len(want) { // in other portions
			got = b.Next(got, min(rapid.IntRange(1, 100).Draw(t, "portion"), len(want)-len(got)))
		}
		if !slices.Equal(got, want) {
			t.Fatal("the same workload gave other clockings")
		}
	})
	t.Run("but not for another seed, nor in another pass", func(t *testing.T) {
		w := small()
		w.Employees = 50
		n := w.Employees * w.PerDay * w.Days
		s := newStream(t, w)
		first, second := s.Next(nil, n), s.Next(nil, n)
		w.Seed++
		other := newStream(t, w).Next(nil, n)
		if slices.Equal(first, second) || slices.Equal(first, other) {
			t.Error("the same clockings again")
		}
	})
	t.Run("one employee has other seconds in the next pass", func(t *testing.T) {
		s := newStream(t, load.Workload{Employees: 1, PerDay: 4, From: monday, Days: 5, Seed: 3})
		if first, second := s.Next(nil, 20), s.Next(nil, 20); slices.Equal(first, second) {
			t.Error("the same clockings again")
		}
	})
}

func TestShuffledIsMixed(t *testing.T) {
	w := load.Workload{Employees: 500, PerDay: 4, From: monday, Days: 14, Seed: 1, Order: load.Shuffled}
	got := newStream(t, w).Next(nil, 500*4*14)
	ascending, days := 0, make(map[int32]bool)
	for i, c := range got[:7*2000] {
		days[c.Day] = true
		if i > 0 && byTime(got[i-1], c) < 0 {
			ascending++
		}
	}
	if share := float64(ascending) / 14000; share < 0.47 || share > 0.53 {
		t.Errorf("%.2f of the neighbours ascend, want a half", share)
	}
	if len(days) != 7 || days[7] {
		t.Errorf("the first window has the days %v, want 0 to 6", slices.Sorted(maps.Keys(days)))
	}
}

func TestLateAndDuplicates(t *testing.T) {
	const n = 200_000
	base := load.Workload{Employees: 1000, PerDay: 4, From: monday, Days: 100, Seed: 5}
	t.Run("the share of late ones comes behind younger ones", func(t *testing.T) {
		w := base
		w.Late = 0.05
		late, newest := 0, load.Clocking{}
		for _, c := range newStream(t, w).Next(nil, n) {
			if byTime(newest, c) > 0 {
				late++
			} else {
				newest = c
			}
		}
		if stillHeld := 1024; late+stillHeld < 0.048*n || late+stillHeld > 0.052*n {
			t.Errorf("%d of %d are late, want 0.05 of them but for %d still held back", late, n, stillHeld)
		}
	})
	t.Run("the share of duplicates comes twice, half of them at once", func(t *testing.T) {
		w := base
		w.Duplicates = 0.1
		seen, again, atOnce := make(map[load.Clocking]int), 0, 0
		got := newStream(t, w).Next(nil, n)
		for i, c := range got {
			if seen[c]++; seen[c] > 1 {
				again++
			}
			if i > 0 && got[i-1] == c {
				atOnce++
			}
			if seen[c] > 2 {
				t.Fatalf("%v comes %d times", c, seen[c])
			}
		}
		if share := float64(again) / float64(len(seen)); share < 0.09 || share > 0.11 {
			t.Errorf("%.3f come again, want 0.1", share)
		}
		if share := float64(atOnce) / float64(again); share < 0.4 || share > 0.6 {
			t.Errorf("%.3f of them at once, want a half", share)
		}
	})
	t.Run("nothing is lost but what is still held back", func(t *testing.T) {
		w := base
		w.Late, w.Duplicates, w.Days = 0.2, 0.2, 25 // 100,000 clockings
		distinct := make(map[load.Clocking]bool)
		for _, c := range newStream(t, w).Next(nil, 120_000) {
			distinct[c] = true
		}
		if len(distinct) < 100_000-1024 {
			t.Errorf("%d of 100,000 clockings came", len(distinct))
		}
	})
}

func TestNothingInTheFuture(t *testing.T) {
	for _, zone := range []int{-12, 0, 14} {
		at := time.Date(2026, time.November, 23, 0, 30, 0, 0, time.FixedZone("", zone*3600))
		s, err := load.NewStream(load.Workload{Employees: 2, PerDay: 4, From: timesheet.DayOf(2026, time.November, 1), Seed: 1}, at)
		if err != nil {
			t.Fatal(err)
		}
		w := s.Workload()
		last := w.Date(load.Clocking{Day: int32(w.Days - 1)})
		y, m, d := last.Date()
		for _, site := range []int{-12, 14} {
			if evening := time.Date(y, m, d, 20, 0, 0, 0, time.FixedZone("", site*3600)); evening.After(at) {
				t.Errorf("at %v the last day is %v, whose evening at %+d is %v", at, last, site, evening)
			}
		}
	}
}

func TestWorkloadRefused(t *testing.T) {
	w := load.Workload{Employees: 0, PerDay: -1, Prefix: `a"b`, From: timesheet.FirstDay, Days: 100_000, Order: "odd", Duplicates: 1.5, Late: -1}
	_, err := load.NewStream(w, now)
	if timesheet.CodeOf(err) != timesheet.Invalid {
		t.Fatalf("got %v, want Invalid", err)
	}
	for _, field := range []string{"employees: 0", "per-day: -1", "prefix: ", "from: 1999", "100000 days end on", `order: "odd"`, "duplicates: 1.5", "late: -1"} {
		if !containsText(err, field) {
			t.Errorf("%v doesn't name %s", err, field)
		}
	}
}

func BenchmarkStream(b *testing.B) {
	for name, w := range map[string]load.Workload{
		"time":     {Employees: 5000, PerDay: 4, Seed: 1},
		"id":       {Employees: 5000, PerDay: 4, Seed: 1, Order: load.ByID},
		"shuffled": {Employees: 5000, PerDay: 4, Seed: 1, Order: load.Shuffled},
		"late":     {Employees: 5000, PerDay: 4, Seed: 1, Duplicates: 0.1, Late: 0.05},
	} {
		for _, format := range []load.Format{"", load.JSON, load.NDJSON, load.CSV} {
			b.Run(name+"/"+cmp.Or(string(format), "bare"), func(b *testing.B) {
				s := newStream(b, w)
				e := load.NewEncoder(s, format)
				var cs []load.Clocking
				var body []byte
				n := 0
				for b.Loop() {
					cs = s.Next(cs[:0], 10_000)
					if format != "" {
						body = e.Append(body[:0], cs)
					}
					n += len(cs)
				}
				b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "clockings/s")
			})
		}
	}
}

package load_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"timesheet"
	"timesheet/internal/load"
)

// key names an entry of the model.
type key struct{ employee, day int32 }

// bounds are the earliest and latest second of a set.
type bounds struct{ low, high int32 }

func (b *bounds) add(s int32) { b.low, b.high = min(b.low, s), max(b.high, s) }

func stored(w load.Workload, k key, b bounds) load.Stored {
	day := w.From + timesheet.Day(k.day)
	at := func(second int32) timesheet.Timestamp {
		return timesheet.LocalTime(timesheet.Wall(day)*86_400_000 + timesheet.Wall(second)*1000)
	}
	return load.Stored{Employee: id(w, k.employee), Day: day, Earliest: at(b.low), Latest: at(b.high)}
}

// The oracle accepts exactly what a map of sets would.
func TestOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := small()
		w.Order, w.Duplicates, w.Late = load.Shuffled, 0.3, 0.2
		s, err := load.NewStream(w, now)
		if err != nil {
			t.Fatal(err)
		}
		o := load.NewOracle(s)
		acked, possible := make(map[key]*bounds), make(map[key]*bounds)
		add := func(to map[key]*bounds, c load.Clocking) {
			k := key{c.Employee, c.Day}
			if to[k] == nil {
				to[k] = &bounds{c.Second, c.Second}
			}
			to[k].add(c.Second)
		}
		for range rapid.IntRange(1, 30).Draw(t, "batches") {
			cs := s.Next(nil, rapid.IntRange(1, 5).Draw(t, "clockings"))
			isAcked := rapid.Bool().Draw(t, "acknowledged")
			for _, c := range cs {
				add(possible, c)
				if isAcked {
					add(acked, c)
				}
			}
			if isAcked {
				o.Acknowledge(cs)
			} else {
				o.Maybe(cs)
			}
		}
		// A store that has any of what is possible, sometimes off by a second.
		var entries []load.Stored
		missing, wrong, extra := 0, 0, 0
		for k, p := range possible {
			a := acked[k]
			if rapid.IntRange(0, 5).Draw(t, "leave out") == 0 {
				if a != nil {
					missing++
				}
				continue
			}
			got := *p
			if a != nil {
				got = rapid.SampledFrom([]bounds{*p, *a, {p.low, a.high}, {a.low, p.high}}).Draw(t, "which")
			}
			got.low += rapid.SampledFrom([]int32{0, 0, 0, 1, -1}).Draw(t, "low")
			got.high += rapid.SampledFrom([]int32{0, 0, 0, 1, -1}).Draw(t, "high")
			if got.low < p.low || got.high > p.high || a != nil && (got.low > a.low || got.high < a.high) {
				wrong++
			}
			entries = append(entries, stored(w, k, got))
		}
		for day := range int32(w.Days) {
			k := key{6, day}
			if possible[k] == nil && dayKnown(possible, day) && rapid.Bool().Draw(t, "extra") {
				extra++
				entries = append(entries, stored(w, k, bounds{30_000, 30_000}))
			}
		}
		v := o.Compare(slices.Values(entries))
		if v.Missing != missing || v.Wrong != wrong || v.Extra != extra || len(v.Differences) != missing+wrong+extra {
			t.Fatalf("%d missing, %d wrong, %d extra; want %d, %d, %d", v.Missing, v.Wrong, v.Extra, missing, wrong, extra)
		}
		if v.OK() != (missing+wrong+extra == 0) || v.Entries != len(acked) {
			t.Fatalf("ok %v, %d entries; want %d", v.OK(), v.Entries, len(acked))
		}
	})
}

func dayKnown(possible map[key]*bounds, day int32) bool {
	for k := range possible {
		if k.day == day {
			return true
		}
	}
	return false
}

func TestOracleOthers(t *testing.T) {
	w := small()
	s := newStream(t, w)
	o := load.NewOracle(s)
	c := s.Next(nil, 1)[0]
	o.Acknowledge([]load.Clocking{c})
	mine := stored(w, key{c.Employee, c.Day}, bounds{c.Second, c.Second})
	t.Run("entries of others are none of its business", func(t *testing.T) {
		entries := []load.Stored{mine}
		for _, id := range []timesheet.EmployeeID{"T0000000", "T0000008", "T000000", "T00000001", "X0000001", "Tabcdefg", "T-000001", "T+000001"} {
			other := mine
			other.Employee = id
			entries = append(entries, other)
		}
		for _, day := range []timesheet.Day{monday - 1, monday + 100, timesheet.LastDay} {
			other := mine
			other.Day = day
			entries = append(entries, other)
		}
		if v := o.Compare(slices.Values(entries)); !v.OK() || v.Entries != 1 {
			t.Errorf("%+v", v)
		}
	})
	t.Run("a difference says what it is", func(t *testing.T) {
		narrow := mine
		narrow.Earliest = timesheet.LocalTime(timesheet.Wall(mine.Day)*86_400_000 - 1)
		v := o.Compare(slices.Values([]load.Stored{narrow}))
		if v.OK() || len(v.Differences) != 1 {
			t.Fatalf("%+v", v)
		}
		text := v.Differences[0].String()
		for _, want := range []string{"wrong", string(mine.Employee), mine.Day.String(), "-1d 23:59:59.999–"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q lacks %q", text, want)
			}
		}
	})
	t.Run("with a zone, moments are compared", func(t *testing.T) {
		berlin, err := time.LoadLocation("Europe/Berlin")
		if err != nil {
			t.Fatal(err)
		}
		w := small()
		w.Zone = berlin
		s := newStream(t, w)
		o := load.NewOracle(s)
		c := s.Next(nil, 1)[0]
		o.Acknowledge([]load.Clocking{c})
		y, m, d := w.Date(c).Date()
		at := timesheet.At(timesheet.InstantOf(time.Date(y, m, d, 0, 0, int(c.Second), 0, berlin)))
		e := load.Stored{Employee: id(w, c.Employee), Day: w.Date(c), Earliest: at, Latest: at}
		if v := o.Compare(slices.Values([]load.Stored{e})); !v.OK() {
			t.Errorf("%+v", v)
		}
	})
}

// BenchmarkOracle shows what account-keeping takes from the service that it runs beside.
func BenchmarkOracle(b *testing.B) {
	s := newStream(b, load.Workload{Employees: 5000, PerDay: 4, Seed: 1, Days: 100})
	o := load.NewOracle(s)
	var cs []load.Clocking
	batches := make([][]load.Clocking, 200)
	for i := range batches {
		batches[i] = s.Next(nil, 10_000)
	}
	n := 0
	for b.Loop() {
		cs = batches[n%len(batches)]
		o.Acknowledge(cs)
		n++
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n*len(cs)), "ns/clocking")
}

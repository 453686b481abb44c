package load_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"timesheet"
	"timesheet/formats"
	"timesheet/internal/load"
)

// What is sent is read by the service's own readers as what was meant.
func TestEncoder(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorkload(t)
		w.Zone = map[string]*time.Location{"none": nil, "UTC": time.UTC, "Berlin": berlin}[rapid.SampledFrom([]string{"none", "UTC", "Berlin"}).Draw(t, "zone")]
		s, err := load.NewStream(w, now)
		if err != nil {
			t.Fatal(err)
		}
		cs := s.Next(nil, rapid.IntRange(1, 200).Draw(t, "clockings"))
		format := rapid.SampledFrom([]load.Format{load.JSON, load.NDJSON, load.CSV}).Draw(t, "format")
		e := load.NewEncoder(s, format)
		e.Append(nil, cs[:1]) // what it remembers of one body is no part of the next
		body := e.Append(nil, cs)
		got, err := readAll(bytes.NewReader(body), formats.Format(format))
		if err != nil {
			t.Fatalf("%v: %.300s", err, body)
		}
		want := make([]timesheet.Clocking, len(cs))
		for i, c := range cs {
			y, m, d := w.Date(c).Date()
			want[i] = timesheet.Clocking{Employee: id(w, c.Employee)}
			utc := time.Date(y, m, d, 0, 0, int(c.Second), 0, time.UTC)
			if w.Zone == nil {
				want[i].At = timesheet.LocalTime(timesheet.Wall(utc.UnixMilli()))
				continue
			}
			text := time.Date(y, m, d, 0, 0, int(c.Second), 0, w.Zone).Format(time.RFC3339)
			if want[i].At, err = timesheet.ParseTimestamp(text); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.EqualFunc(got, want, sameClocking) {
			t.Fatalf("%.300s\nis read as %v, want %v", body, got, want)
		}
	})
	t.Run("one clocking is an object, several are an array", func(t *testing.T) {
		s := newStream(t, small())
		cs, e := s.Next(nil, 2), load.NewEncoder(s, load.JSON)
		if one := e.Append(nil, cs[:1]); one[0] != '{' || !json.Valid(one) {
			t.Errorf("%s", one)
		}
		if two := e.Append(nil, cs); two[0] != '[' || !json.Valid(two) {
			t.Errorf("%s", two)
		}
	})
	t.Run("allocates nothing", func(t *testing.T) {
		w := small()
		w.Zone = berlin
		s := newStream(t, w)
		cs, e := s.Next(nil, 84), load.NewEncoder(s, load.NDJSON)
		body := e.Append(nil, cs)
		if n := testing.AllocsPerRun(10, func() { body = e.Append(body[:0], cs) }); n != 0 {
			t.Errorf("%v allocations", n)
		}
	})
	t.Run("ids have 8 characters, or as many as are needed", func(t *testing.T) {
		for prefix, want := range map[string]string{"": "00000007", "F": "F0000007", "Gate-7-": "Gate-7-7"} {
			w := load.Workload{Employees: 7, PerDay: 1, Prefix: prefix, From: monday, Days: 1, Order: load.ByID}
			s := newStream(t, w)
			body := load.NewEncoder(s, load.CSV).Append(nil, s.Next(nil, 7)[6:])
			if !bytes.Contains(body, []byte("\n"+want+",")) {
				t.Errorf("prefix %q: %s, want %s", prefix, body, want)
			}
		}
	})
}

// sameClocking compares moments as such: at which offset they were written is no matter.
func sameClocking(a, b timesheet.Clocking) bool {
	_, local := a.At.Local()
	if local || a == b {
		return a == b
	}
	if _, local = b.At.Local(); local {
		return false
	}
	momentA, _ := timesheet.Calendar{}.Instant(a.At)
	momentB, _ := timesheet.Calendar{}.Instant(b.At)
	return a.Employee == b.Employee && momentA == momentB
}

// id is the id of an employee of a workload of less than 100 with the prefix T.
func id(w load.Workload, employee int32) timesheet.EmployeeID {
	digits := []byte("0000000")
	digits[5], digits[6] = byte('0'+(employee+1)/10), byte('0'+(employee+1)%10)
	return timesheet.EmployeeID(w.Prefix + string(digits))
}

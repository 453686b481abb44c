package redis_test

import (
	"strconv"
	"testing"

	"timesheet"
	"timesheet/internal/redistest"
	"timesheet/storetest"
)

// TestMerge_alike merges deltas in which the same days of the same employees come again,
// between others whose ids end alike, over days of one hash, of two and of many.
func TestMerge_alike(t *testing.T) {
	server := redistest.Start(t, "--hash-max-listpack-entries", "16", "--appendonly", "no")
	o := quiet(server.URL())
	o.Partitions = 1
	s := open(t, o)
	widths := make(map[string]bool)
	for day, employees := range []int{4, 16, 20, 100, 700} {
		want := make(map[storetest.Key]timesheet.Entry)
		var delta []timesheet.Entry
		for pass := range 3 {
			for i := range employees {
				e := entryOf(0, timesheet.Day(20_000+day), pass*3600)
				e.Employee = timesheet.EmployeeID(strconv.Itoa(i*31%employees) + "-0001")
				if delta = append(delta, e); pass > 0 {
					e = timesheet.Join(want[storetest.KeyOf(e)], e)
				}
				want[storetest.KeyOf(e)] = e
			}
		}
		storetest.Merge(t, s, delta...)
		storetest.Merge(t, s, delta...) // now that the days are split
		for key, e := range want {
			got, err := s.Range(t.Context(), key.Employee, e.Day, e.Day)
			if err != nil || len(got) != 1 || got[0] != e {
				t.Fatalf("%d employees: %v has %v, %v; want %v", employees, key, got, err, e)
			}
		}
		widths[server.Command("HGET", "ts:1:{0}:days", strconv.Itoa(20241004+day))] = true
	}
	if !widths["1"] || !widths["2"] || len(widths) < 3 {
		t.Errorf("days had these numbers of hashes: %v", widths)
	}
}

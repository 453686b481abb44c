package period_test

import (
	"fmt"
	"testing"

	"timesheet"
	"timesheet/period"
	"timesheet/storetest"
)

// benchPeople is how many people a month of the benchmarks has.
const benchPeople = 2000

// crowd is an instance whose people are known beforehand: what is measured is the work of
// closed months and of a store in memory, not that of the boards.
func crowd(b *testing.B) *instance {
	b.Helper()
	store := storetest.NewMemory(4)
	b.Cleanup(func() { store.Close() })
	var rows []timesheet.DirectoryRow
	people := make([][]timesheet.PersonDay, benchPeople)
	for i := range people {
		id := timesheet.EmployeeID(fmt.Sprintf("E%06d", i))
		rows = append(rows, timesheet.DirectoryRow{Employee: id, Name: fmt.Sprintf("Somebody Number %d", i), Team: fmt.Sprintf("team %d", i%40)})
		for d := november.First(); d <= november.Last(); d++ {
			day := timesheet.PersonDay{Person: timesheet.Person{Employee: id}, Work: timesheet.Workday{Employee: id, Day: d}}
			if d%7 > 1 {
				day.Entry = shift(id, d, 7+float64((i*31+int(d)*17)%120)/60, 16+float64((i*17+int(d)*41)%120)/60)
			}
			people[i] = append(people[i], day)
		}
	}
	r := period.Rules{Digest: "1", Days: dayRules(b), Work: workRules(b, 9, 18), Directory: directory(b, rows...)}
	i := newInstance(b, store, store)
	i.rules, i.people = r, inPages(people)
	return i
}

// BenchmarkPeople measures what a person costs whose month is closed, then read as it was
// paid, then compared; and how large a record is.
func BenchmarkPeople(b *testing.B) {
	perPerson := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchPeople, "ns/person")
	}
	b.Run("close", func(b *testing.B) {
		i := crowd(b)
		m := november
		for b.Loop() {
			if _, err := i.Close(b.Context(), m, "payroll", december()); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			bytes, c := 0, mustClosed(b, i)
			sealed, err := i.store.Sealed(b.Context(), c.Series, "", timesheet.MaxSealedPage)
			for _, s := range sealed {
				bytes += len(s.Data)
			}
			d, err2 := i.store.Document(b.Context(), "period-2026-11")
			if err != nil || err2 != nil {
				b.Fatal(err, err2)
			}
			if _, err := i.store.SetDocument(b.Context(), "period-2026-11", d.Version, nil); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(bytes)/float64(len(sealed)), "B/record")
			b.StartTimer()
		}
		perPerson(b)
	})
	i := crowd(b)
	if _, err := i.Close(b.Context(), november, "payroll", december()); err != nil {
		b.Fatal(err)
	}
	c := mustClosed(b, i)
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			i.everybody(b, c, period.Query{})
		}
		perPerson(b)
	})
	b.Run("compare", func(b *testing.B) {
		for b.Loop() {
			if lines := i.changes(b, c, period.Query{}); len(lines) != 0 {
				b.Fatal(len(lines))
			}
		}
		perPerson(b)
	})
}

func mustClosed(b *testing.B, i *instance) timesheet.Closing {
	b.Helper()
	c, err := i.Closed(b.Context(), november)
	if err != nil || c == nil {
		b.Fatal(err)
	}
	return *c
}

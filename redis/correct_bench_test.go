package redis_test

import (
	"fmt"
	"testing"

	"timesheet"
	"timesheet/internal/redistest"
)

// BenchmarkCorrect corrects days one after another, by one caller.
func BenchmarkCorrect(b *testing.B) {
	s := open(b, quiet(redistest.Start(b).URL()))
	n := 0
	for b.Loop() {
		c := correction(timesheet.EmployeeID(fmt.Sprint(n%5000)), timesheet.Day(20_000+n/5000))
		c.Key = fmt.Sprint(n)
		if _, err := s.Correct(b.Context(), c, 0); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

// BenchmarkCorrected reads 20,000 corrections of 400 days, as a board does that begins.
func BenchmarkCorrected(b *testing.B) {
	const days, each = 400, 50
	s := open(b, quiet(redistest.Start(b).URL()))
	for i := range days * each {
		c := correction(timesheet.EmployeeID(fmt.Sprint(i*7919%20_000)), timesheet.Day(20_000+i/each))
		if _, err := s.Correct(b.Context(), c, 0); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		n := 0
		for after, first := "", true; first || after != ""; first = false {
			cs, next, err := s.Corrected(b.Context(), 20_000, 20_000+days, after, timesheet.MaxBoard)
			if err != nil {
				b.Fatal(err)
			}
			n, after = n+len(cs), next
		}
		if n != days*each {
			b.Fatal(n)
		}
	}
}

// BenchmarkSeal seals a month of 20,000 employees, whose records have 2 KB each, and reads
// them again.
func BenchmarkSeal(b *testing.B) {
	s := open(b, quiet(redistest.Start(b).URL()))
	month, closing := timesheet.Month{Year: 2024, Month: 11}, uint64(0)
	for b.Loop() {
		closing++
		series := timesheet.Series{Month: month, Closing: closing}
		rs := make([]timesheet.Sealed, timesheet.MaxSealedPage)
		for page := range 20 {
			for i := range rs {
				rs[i] = timesheet.Sealed{Employee: timesheet.EmployeeID(fmt.Sprintf("%05d", page*len(rs)+i)), Data: make([]byte, 2000)}
			}
			if err := s.Seal(b.Context(), series, rs); err != nil {
				b.Fatal(err)
			}
		}
		n := 0
		for after := timesheet.EmployeeID(""); ; {
			page, err := s.Sealed(b.Context(), series, after, timesheet.MaxSealedPage)
			if err != nil {
				b.Fatal(err)
			}
			if n += len(page); len(page) == 0 {
				break
			}
			after = page[len(page)-1].Employee
		}
		if n != 20*len(rs) {
			b.Fatal(n)
		}
		if err := s.Unseal(b.Context(), series); err != nil {
			b.Fatal(err)
		}
	}
}

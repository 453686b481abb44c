package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"timesheet"
)

func seriesList(k *kit) {
	k.series()
	months := []timesheet.Month{
		{Year: 2000, Month: time.January}, {Year: 2025, Month: time.December}, {Year: 2026, Month: time.February},
		{Year: 2026, Month: time.October}, {Year: 2026, Month: time.December}, {Year: 9999, Month: time.November},
	}
	var want []timesheet.Series
	for i, m := range months {
		want = append(want, timesheet.Series{Month: m, Closing: 1<<64 - 1 - uint64(i)})
	}
	for _, i := range []int{3, 0, 5, 1, 4, 2} {
		k.seal(want[i], sealed("7", want[i].Month.String()), sealed("8", "x"))
	}
	k.series(want...)
	for _, s := range want {
		k.sealedAre(s, sealed("7", s.Month.String()), sealed("8", "x"))
	}
	for i, closing := range []uint64{1, 1 << 63} { // two more closings of one month
		k.seal(timesheet.Series{Month: months[3], Closing: closing}, sealed("7", fmt.Sprint(i)))
	}
	got, err := k.s.Series(k.ctx)
	k.must(err, "series")
	if len(got) != len(want)+2 || !slices.IsSortedFunc(got, func(a, b timesheet.Series) int { return int(a.Month.First() - b.Month.First()) }) {
		k.Errorf("the series are %v", got)
	}
	k.sealedAre(want[3], sealed("7", "2026-10"), sealed("8", "x"))
}

func largestPage(k *kit) {
	r := rand.NewChaCha8([32]byte{2})
	var want []timesheet.Sealed
	for i := range timesheet.MaxSealedPage {
		data := make([]byte, 1+i%300)
		if i%250 == 0 {
			data = make([]byte, timesheet.MaxSealed)
		}
		_, _ = r.Read(data) // never fails
		want = append(want, timesheet.Sealed{Employee: timesheet.EmployeeID(fmt.Sprintf("large-%04d", i)), Data: data})
	}
	k.seal(november, want...)
	k.sealedAre(november, want...)
	k.seal(november, sealed("zzz", "one more"))
	k.sealedAre(november, want...)
	k.sealedOf(november, sealed("zzz", "one more"))
}

func badRecords(k *kit) {
	good := sealed("7", "good")
	many := make([]timesheet.Sealed, timesheet.MaxSealedPage+1)
	for i := range many {
		many[i] = sealed(timesheet.EmployeeID(fmt.Sprint(i+1)), "x")
	}
	for name, records := range map[string][]timesheet.Sealed{
		"one without data":    {good, {Employee: "8"}},
		"one with too much":   {good, {Employee: "8", Data: make([]byte, timesheet.MaxSealed+1)}},
		"one of nobody":       {good, {Data: []byte("x")}},
		"more than a page of": many,
	} {
		k.code(k.s.Seal(k.ctx, november, records), timesheet.Invalid, name)
	}
	for _, id := range badIDs() {
		k.code(k.s.Seal(k.ctx, november, []timesheet.Sealed{good, sealed(id, "x")}), timesheet.Invalid, fmt.Sprintf("seal of %q", id))
		_, err := k.s.SealedOf(k.ctx, november, id)
		k.code(err, timesheet.Invalid, fmt.Sprintf("the record of %q", id))
	}
	for _, s := range []timesheet.Series{
		{}, {Month: november.Month}, {Closing: 1}, {Month: timesheet.Month{Year: 2025, Month: 23}, Closing: 1},
		{Month: timesheet.Month{Year: 1999, Month: time.November}, Closing: 1}, {Month: timesheet.Month{Year: 9999, Month: time.December}, Closing: 1},
	} {
		k.code(k.s.Seal(k.ctx, s, []timesheet.Sealed{good}), timesheet.Invalid, fmt.Sprintf("seal %v", s))
		_, err := k.s.Sealed(k.ctx, s, "", 1)
		k.code(err, timesheet.Invalid, fmt.Sprintf("records of %v", s))
		k.code(k.s.Unseal(k.ctx, s), timesheet.Invalid, fmt.Sprintf("unseal %v", s))
	}
	for _, limit := range []int{0, -1, timesheet.MaxSealedPage + 1} {
		_, err := k.s.Sealed(k.ctx, november, "", limit)
		k.code(err, timesheet.Invalid, fmt.Sprintf("limit %d", limit))
	}
	k.series()
}

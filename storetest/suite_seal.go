package storetest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"timesheet"
)

// november is the series of records where it doesn't matter; monday lies in its month.
var november = timesheet.Series{Month: timesheet.Month{Year: 2026, Month: time.November}, Closing: 0xFEDCBA9876543210}

// sealTests are about the records of closed months.
var sealTests = []test{
	{"records come by employee, in pages of any size", func(k *kit) {
		var want []timesheet.Sealed
		for i, id := range oddIDs() {
			want = append(want, sealed(id, fmt.Sprintf("\x00%d\xff of %s", i, id)))
		}
		k.seal(november, want[:20]...)
		k.seal(november, want[20:]...)
		slices.SortFunc(want, byEmployee)
		for _, limit := range []int{1, 7, len(want) - 1, len(want), timesheet.MaxSealedPage} {
			var got []timesheet.Sealed
			for after := timesheet.EmployeeID(""); ; after = got[len(got)-1].Employee {
				page, err := k.s.Sealed(k.ctx, november, after, limit)
				k.must(err, "sealed")
				if len(page) > limit {
					k.Fatalf("a page of at most %d has %d", limit, len(page))
				}
				if len(page) == 0 {
					break
				}
				got = append(got, page...)
			}
			k.sameRecords(got, want)
		}
		page, err := k.s.Sealed(k.ctx, november, "a!", 1) // nobody's id
		k.must(err, "sealed after nobody's id")
		at, _ := slices.BinarySearchFunc(want, sealed("a!", "-"), byEmployee)
		k.sameRecords(page, want[at:at+1])
	}},
	{"each is found by its employee", func(k *kit) {
		k.seal(november, sealed("7", "seven"), sealed("07", "zero seven"))
		k.sealedOf(november, sealed("7", "seven"))
		k.sealedOf(november, sealed("07", "zero seven"))
		for s, id := range map[timesheet.Series]timesheet.EmployeeID{november: "70", another(november): "7"} {
			_, err := k.s.SealedOf(k.ctx, s, id)
			k.code(err, timesheet.NotFound, "the record of nobody")
		}
	}},
	{"a record takes the place of the former one", func(k *kit) {
		k.seal(november, sealed("7", "first and longer"), sealed("8", "of another"))
		k.seal(november, sealed("7", "second"))
		k.sealedAre(november, sealed("7", "second"), sealed("8", "of another"))
		k.seal(november, sealed("7", "third"), sealed("7", "fourth"))
		k.sealedAre(november, sealed("7", "fourth"), sealed("8", "of another"))
	}},
	{"series are listed by month, and are independent", seriesList},
	{"a dropped series is gone", func(k *kit) {
		k.seal(november, sealed("7", "one"), sealed("8", "two"))
		k.seal(another(november), sealed("7", "other"))
		for range 2 {
			k.must(k.s.Unseal(k.ctx, november), "unseal")
			k.sealedAre(november)
			k.series(another(november))
			k.sealedAre(another(november), sealed("7", "other"))
		}
		_, err := k.s.SealedOf(k.ctx, november, "7")
		k.code(err, timesheet.NotFound, "a record of a dropped series")
		k.seal(november, sealed("9", "anew"))
		k.sealedAre(november, sealed("9", "anew"))
	}},
	{"no records are none", func(k *kit) {
		k.seal(november)
		k.series()
		k.sealedAre(november)
	}},
	{"a page as large as can be", largestPage},
	{"bad ones make the whole call Invalid", badRecords},
	{"a record is the caller's before and after", func(k *kit) {
		r := sealed("7", "kept")
		k.seal(november, r)
		copy(r.Data, "mine")
		k.sealedOf(november, sealed("7", "kept"))
		page, err := k.s.Sealed(k.ctx, november, "", 1)
		k.must(err, "sealed")
		copy(page[0].Data, "mine")
		r, err = k.s.SealedOf(k.ctx, november, "7")
		k.must(err, "sealed of")
		copy(r.Data, "mine")
		k.sealedOf(november, sealed("7", "kept"))
		k.sealedAre(november, sealed("7", "kept"))
	}},
	{"many seal one series at once", func(k *kit) {
		stores := k.handles()
		var want []timesheet.Sealed
		for i := range 120 {
			want = append(want, sealed(timesheet.EmployeeID(fmt.Sprintf("seal-%03d", i)), fmt.Sprint(i)))
		}
		k.must(together(4, func(i int) error {
			for n := 0; n < 30; n += 10 {
				if err := stores[i%len(stores)].Seal(k.ctx, november, want[i*30+n:i*30+n+10]); err != nil {
					return err
				}
			}
			return nil
		}), "seal at once")
		k.sealedAre(november, want...)
	}},
}

func sealed(e timesheet.EmployeeID, data string) timesheet.Sealed {
	return timesheet.Sealed{Employee: e, Data: []byte(data)}
}

// another is another closing of the same month.
func another(s timesheet.Series) timesheet.Series {
	s.Closing++
	return s
}

func byEmployee(a, b timesheet.Sealed) int {
	return strings.Compare(string(a.Employee), string(b.Employee))
}

func (k *kit) seal(s timesheet.Series, records ...timesheet.Sealed) {
	k.Helper()
	k.must(k.s.Seal(k.ctx, s, records), fmt.Sprintf("seal %d records", len(records)))
}

// sealedAre says which records a series must have, on all handles.
func (k *kit) sealedAre(s timesheet.Series, want ...timesheet.Sealed) {
	k.Helper()
	for _, h := range k.handles() {
		got, err := h.Sealed(k.ctx, s, "", timesheet.MaxSealedPage)
		k.must(err, "sealed")
		k.sameRecords(got, want)
	}
}

func (k *kit) sameRecords(got, want []timesheet.Sealed) {
	k.Helper()
	if !slices.EqualFunc(got, want, func(a, b timesheet.Sealed) bool { return a.Employee == b.Employee && bytes.Equal(a.Data, b.Data) }) {
		k.Fatalf("the records are\n%.1000q, want\n%.1000q", got, want)
	}
}

func (k *kit) sealedOf(s timesheet.Series, want timesheet.Sealed) {
	k.Helper()
	got, err := k.s.SealedOf(k.ctx, s, want.Employee)
	k.must(err, "sealed of "+string(want.Employee))
	k.sameRecords([]timesheet.Sealed{got}, []timesheet.Sealed{want})
}

// series says which series must have records, on all handles.
func (k *kit) series(want ...timesheet.Series) {
	k.Helper()
	for _, s := range k.handles() {
		got, err := s.Series(k.ctx)
		k.must(err, "series")
		if !slices.Equal(got, want) {
			k.Fatalf("the series are %v, want %v", got, want)
		}
	}
}

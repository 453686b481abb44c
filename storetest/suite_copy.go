package storetest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"timesheet"
)

// copyTests are about what a copy of a store needs.
var copyTests = []test{
	{"the names of all documents", func(k *kit) {
		k.documents()
		names := []string{"z", "a-", "rules", "a", "0", "period-2026-11", strings.Repeat("z", timesheet.MaxDocumentName), "-"}
		for i, name := range names {
			k.setDocument(name, 0, strings.Repeat("x", i*40_000)) // one is empty, and some are large
		}
		k.setDocument("rules", k.versionOf("rules"), "again")
		slices.Sort(names)
		k.documents(names...)
	}},
	{"all histories, whole, in pages of any size", allHistories},
	{"a copy says the same, to another store and from it", copiesAlike},
	{"who is buried can be erased", func(k *kit) {
		k.merge(entry("7", monday, 8, 9))
		k.correct(correction("7", monday, "before"))
		k.seal(november, sealed("7", "before"))
		k.bury(foreign(k, "7"))
		k.erased("7", true)
		k.erase("7", 1)
		k.holds()
		k.history("7")
		k.series()
	}},
	{"bad pages of histories are Invalid", func(k *kit) {
		for _, limit := range []int{0, -1, timesheet.MaxBoard + 1} {
			_, _, err := k.s.Histories(k.ctx, "", limit)
			k.code(err, timesheet.Invalid, fmt.Sprintf("limit %d", limit))
		}
		for _, cursor := range badCursors() {
			_, _, err := k.s.Histories(k.ctx, cursor, 1)
			k.code(err, timesheet.Invalid, fmt.Sprintf("cursor %q", cursor))
		}
	}},
	{"tombstones are hashes by the secret", func(k *kit) {
		if g := k.graves(); len(g.Hashes) != 0 {
			k.Errorf("a new store has %d tombstones", len(g.Hashes))
		}
		var want [][]byte
		secret := k.graves().Secret
		for _, id := range oddIDs() {
			k.erase(id, 0)
			mac := hmac.New(sha256.New, secret)
			mac.Write([]byte(id))
			want = append(want, mac.Sum(nil)[:timesheet.GraveBytes])
		}
		slices.SortFunc(want, bytes.Compare)
		k.sameGraves(k.graves(), timesheet.Graves{Secret: secret, Hashes: want})
	}},
	{"the buried are erased", buried},
	{"burying the same again changes nothing", func(k *kit) {
		g := foreign(k, "7", "8")
		k.bury(g)
		token := k.probe("7")
		k.bury(g)
		k.bury(timesheet.Graves{Secret: g.Secret, Hashes: g.Hashes[:1]})
		k.bury(timesheet.Graves{Secret: g.Secret})
		if now := k.probe("7"); now != token {
			k.Errorf("burying the same again made the token %+v of %+v", now, token)
		}
		k.sameGraves(k.graves(), g)
	}},
	{"what comes later is added", func(k *kit) {
		k.bury(foreign(k)) // of none: the secret alone
		k.erase("9", 0)
		g := foreign(k, "7")
		k.code(k.s.Bury(k.ctx, g), timesheet.Conflict, "bury by another secret, over a tombstone")
		k.erased("7", false)
		k.erased("9", true)
		more := k.graves()
		more.Hashes = append(more.Hashes, bytes.Repeat([]byte{7}, timesheet.GraveBytes))
		k.bury(more)
		slices.SortFunc(more.Hashes, bytes.Compare)
		k.sameGraves(k.graves(), more)
		k.erased("9", true)
	}},
	{"a merge on its way brings in nobody who is buried", func(k *kit) {
		e := entry("7", monday, 8, 9)
		epoch := k.probe("7").Epoch
		k.bury(foreign(k, "7"))
		k.code(k.under(epoch, e).Err, timesheet.Stale, "merge under the epoch of before")
		k.holds()
	}},
	{"secrets of any kind", func(k *kit) {
		for _, n := range []int{16, 26, 64} {
			g := timesheet.Graves{Secret: bytes.Repeat([]byte{0, 0xff, '\n', '}'}, 16)[:n]}
			k.bury(g)
			k.sameGraves(k.graves(), g)
		}
		k.erase("7", 0)
		want := k.graves()
		if k.h.Again != nil {
			k.another()
			k.sameGraves(k.graves(), want)
			k.erased("7", true)
		}
	}},
	{"bad tombstones are Invalid", func(k *kit) {
		good := foreign(k, "7")
		for name, g := range map[string]timesheet.Graves{
			"no secret":     {Hashes: good.Hashes},
			"a short one":   {Secret: make([]byte, 15), Hashes: good.Hashes},
			"a long one":    {Secret: make([]byte, 65), Hashes: good.Hashes},
			"a short hash":  {Secret: good.Secret, Hashes: [][]byte{good.Hashes[0], make([]byte, 15)}},
			"an empty hash": {Secret: good.Secret, Hashes: [][]byte{nil}},
		} {
			k.code(k.s.Bury(k.ctx, g), timesheet.Invalid, name)
		}
		k.erased("7", false)
		if g := k.graves(); len(g.Hashes) != 0 {
			k.Errorf("there are %d tombstones", len(g.Hashes))
		}
	}},
}

// documents says which documents there must be, on all handles.
func (k *kit) documents(want ...string) {
	k.Helper()
	for _, s := range k.handles() {
		got, err := s.Documents(k.ctx)
		k.must(err, "documents")
		if !slices.Equal(got, want) {
			k.Fatalf("the documents are %q, want %q", got, want)
		}
	}
}

func (k *kit) versionOf(name string) uint64 {
	k.Helper()
	v, err := k.s.DocumentVersion(k.ctx, name)
	k.must(err, "version of "+name)
	return v
}

func (k *kit) graves() timesheet.Graves {
	k.Helper()
	g, err := k.s.Graves(k.ctx)
	k.must(err, "graves")
	k.must(g.Validate(), "graves of the store")
	return g
}

func (k *kit) bury(g timesheet.Graves) {
	k.Helper()
	k.must(k.s.Bury(k.ctx, g), "bury")
}

func (k *kit) sameGraves(got, want timesheet.Graves) {
	k.Helper()
	if !bytes.Equal(got.Secret, want.Secret) || !slices.EqualFunc(got.Hashes, want.Hashes, bytes.Equal) {
		k.Fatalf("the tombstones are %x, want %x", got, want)
	}
}

// foreign are the tombstones of another store where these were erased; each store
// has a secret of its own.
func foreign(k *kit, ids ...timesheet.EmployeeID) timesheet.Graves {
	k.Helper()
	m := NewMemory(4)
	for _, id := range ids {
		_, err := m.Erase(k.ctx, id)
		k.must(err, "erase in another store")
	}
	g, err := m.Graves(k.ctx)
	k.must(err, "graves of another store")
	k.must(m.Close(), "close the other store")
	return g
}

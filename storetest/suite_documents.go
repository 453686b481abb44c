package storetest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"

	"timesheet"
)

// documentTests are about the texts that are kept by name.
var documentTests = []test{
	{"a new store has none, version 0", func(k *kit) {
		k.document("rules", 0, "")
		k.document(strings.Repeat("z", timesheet.MaxDocumentName), 0, "")
	}},
	{"what is set is read, whatever it holds", func(k *kit) {
		version := uint64(0)
		for _, text := range []string{someText, "", "\x00", "a\nb\r\n", "\xff\xfe", someText, "nil", "0"} {
			version = k.setDocument("rules", version, text)
			k.document("rules", version, text)
		}
	}},
	{"names are independent", func(k *kit) {
		names := []string{"a", "aa", "a-", "-a", "0", "00", "meta", "version", "text", strings.Repeat("z", timesheet.MaxDocumentName)}
		versions := make(map[string]uint64)
		for _, n := range names {
			versions[n] = k.setDocument(n, 0, "of "+n)
		}
		versions["aa"] = k.setDocument("aa", versions["aa"], "another")
		for _, n := range names {
			if n == "aa" {
				k.document(n, versions[n], "another")
				continue
			}
			k.document(n, versions[n], "of "+n)
		}
	}},
	{"another version is a conflict and changes nothing", func(k *kit) {
		_, err := k.s.SetDocument(k.ctx, "rules", 1, []byte("text"))
		k.code(err, timesheet.Conflict, "set with version 1 where there is none")
		k.document("rules", 0, "")
		first := k.setDocument("rules", 0, "first")
		second := k.setDocument("rules", first, "second")
		for _, wrong := range []uint64{0, 1, first, second - 1, second + 1, 1<<64 - 1} {
			_, err := k.s.SetDocument(k.ctx, "rules", wrong, []byte("third"))
			k.code(err, timesheet.Conflict, fmt.Sprintf("set with version %d", wrong))
		}
		k.document("rules", second, "second")
	}},
	{"a text is the caller's before and after", func(k *kit) {
		text := []byte("set")
		version, err := k.s.SetDocument(k.ctx, "rules", 0, text)
		k.must(err, "set a document")
		copy(text, "own")
		k.document("rules", version, "set")
		d, err := k.s.Document(k.ctx, "rules")
		k.must(err, "document")
		copy(d.Text, "own")
		k.document("rules", version, "set")
	}},
	{"the largest text", largestText},
	{"bad names are Invalid", badNames},
	{"of many at once one wins", oneWins},
	{"purging and erasing leave documents alone", func(k *kit) {
		version := k.setDocument("directory", 0, "7,Ada")
		k.merge(entry("7", monday, 8, 9))
		k.purge(monday+1, 1)
		k.erase("7", 0)
		k.document("directory", version, "7,Ada")
	}},
	{"setting one leaves epochs and rules alone", func(k *kit) {
		before := k.probe("7")
		version := k.setRules(0, someRules()...)
		after := k.probe("7")
		k.setDocument("rules", 0, someText)
		k.rules(version, someRules()...)
		if now := k.probe("7"); now != after || now == before {
			k.Errorf("a document made the token %+v of %+v", now, after)
		}
	}},
}

// someText has what a rules file may have, and more.
const someText = "# rules\nschedules:\n  office: {start: \"08:00\"} # ä 日本\n\ttab\x00end"

// document says which text must be in force, also for those who ask for its version.
func (k *kit) document(name string, version uint64, text string) {
	k.Helper()
	d, err := k.s.Document(k.ctx, name)
	k.must(err, "document "+name)
	if d.Version != version || string(d.Text) != text {
		k.Errorf("document %s has version %d, %.80q; want version %d, %.80q", name, d.Version, d.Text, version, text)
	}
	v, err := k.s.DocumentVersion(k.ctx, name)
	k.must(err, "version of document "+name)
	if v != version {
		k.Errorf("document %s is said to have version %d, want %d", name, v, version)
	}
}

// setDocument sets a text, whose version must be larger than the expected one.
func (k *kit) setDocument(name string, expected uint64, text string) (version uint64) {
	k.Helper()
	version, err := k.s.SetDocument(k.ctx, name, expected, []byte(text))
	k.must(err, "set document "+name)
	if version <= expected {
		k.Fatalf("document %s: version %d after %d", name, version, expected)
	}
	return version
}

// largestText sets one that no compression makes smaller, twice, and one too large.
func largestText(k *kit) {
	r := rand.NewChaCha8([32]byte{1})
	text := make([]byte, timesheet.MaxDocument+1)
	_, _ = r.Read(text) // never fails
	version := uint64(0)
	for i := range 2 {
		var err error
		version, err = k.s.SetDocument(k.ctx, "directory", version, text[i:timesheet.MaxDocument+i])
		k.must(err, "set the largest text")
		d, err := k.s.Document(k.ctx, "directory")
		k.must(err, "read the largest text")
		if d.Version != version || !bytes.Equal(d.Text, text[i:timesheet.MaxDocument+i]) {
			k.Fatalf("of the largest text %d bytes of version %d came, want version %d", len(d.Text), d.Version, version)
		}
	}
	_, err := k.s.SetDocument(k.ctx, "directory", version, text)
	k.code(err, timesheet.Invalid, "set a text with one byte too many")
	next := k.setDocument("directory", version, "small")
	k.document("directory", next, "small")
}

func badNames(k *kit) {
	for _, name := range []string{
		"", "A", "a b", "a/b", ".", "..", "a_b", "{a}", "{a", "a:b", "a\x00", "ä", "\xff", "*",
		strings.Repeat("z", timesheet.MaxDocumentName+1),
	} {
		_, err := k.s.Document(k.ctx, name)
		k.code(err, timesheet.Invalid, fmt.Sprintf("read %q", name))
		_, err = k.s.DocumentVersion(k.ctx, name)
		k.code(err, timesheet.Invalid, fmt.Sprintf("read the version of %q", name))
		_, err = k.s.SetDocument(k.ctx, name, 0, nil)
		k.code(err, timesheet.Invalid, fmt.Sprintf("set %q", name))
	}
}

// oneWins sets different texts from all handles at once: one wins, and its text is read.
func oneWins(k *kit) {
	stores := k.handles()
	version := uint64(0)
	for round := range 5 {
		var won atomic.Uint64
		var wins, winner atomic.Int32
		err := together(4, func(i int) error {
			v, err := stores[i%len(stores)].SetDocument(k.ctx, "rules", version, fmt.Appendf(nil, "%d of round %d", i, round))
			if err == nil {
				won.Store(v)
				winner.Store(int32(i))
				wins.Add(1)
			}
			return ignore(err, timesheet.Conflict)
		})
		k.must(err, "set documents at once")
		if wins.Load() != 1 || won.Load() <= version {
			k.Fatalf("after version %d %d of 4 won, with version %d", version, wins.Load(), won.Load())
		}
		version = won.Load()
		for _, s := range stores {
			c := *k
			c.s = s
			c.document("rules", version, fmt.Sprintf("%d of round %d", winner.Load(), round))
		}
	}
}

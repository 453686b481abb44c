package access_test

import (
	"fmt"
	"testing"

	"timesheet"
	"timesheet/access"
)

// A token costs a hash and a comparison with each entry, whether it is right, nearly
// right, or far from it.
func BenchmarkToken(b *testing.B) {
	for _, n := range []int{10, 1000} {
		var entries []access.Entry
		var tokens []string
		for i := range n {
			token, e := entryOf(fmt.Sprint("t", i), timesheet.ScopeReadAll)
			tokens, entries = append(tokens, token), append(entries, e)
		}
		a := access.New(access.Options{Tokens: newTokenFile(b, entries...).open(quiet), Documents: newCounted(), Logger: quiet})
		near := tokens[0][:len(tokens[0])-1] + "_"
		for name, token := range map[string]string{"first": tokens[0], "last": tokens[n-1], "near": near, "far": access.NewToken()} {
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					_, _ = a.Token(b.Context(), token, "192.0.2.1")
				}
			})
		}
	}
}

// A session costs a hash and a look into a map; the store is asked once a second.
func BenchmarkSession(b *testing.B) {
	token, e := entryOf("hr", timesheet.ScopeReadAll)
	a := access.New(access.Options{Tokens: newTokenFile(b, e).open(quiet), Documents: newCounted(), Logger: quiet})
	session, _, err := a.Login(b.Context(), token, "")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := a.Session(b.Context(), session); err != nil {
			b.Fatal(err)
		}
	}
}

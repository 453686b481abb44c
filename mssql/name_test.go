package mssql_test

import (
	"strings"
	"testing"

	"timesheet/mssql"
)

func TestQuoteName(t *testing.T) {
	for name, want := range map[string]string{
		"Clockings":                      "[Clockings]",
		"dbo.Clockings":                  "[dbo].[Clockings]",
		"db.dbo.Clockings":               "[db].[dbo].[Clockings]",
		"[a.b].[c]]d]":                   "[a.b].[c]]d]",
		`"a.b"."c""d".[e"f]`:             `[a.b].[c"d].[e"f]`,
		"Zeit erfasst":                   "[Zeit erfasst]",
		"x; DROP TABLE y--":              "[x; DROP TABLE y--]",
		strings.Repeat("é", 128):         "[" + strings.Repeat("é", 128) + "]",
		"":                               "",
		".":                              "",
		"a.":                             "",
		"a..b":                           "",
		"[]":                             "",
		"[a":                             "",
		"[a]b":                           "",
		"a]b":                            "",
		"[a]]":                           "",
		`"a`:                             "",
		" a":                             "",
		"a\nb":                           "",
		"a\x00":                          "",
		"\xff":                           "",
		strings.Repeat("é", 129):         "",
		"a.b.c.d":                        "",
		"[a].[b].[c].":                   "",
		strings.Repeat("\U0001F600", 65): "", // 130 UTF-16 units
	} {
		got, err := mssql.QuoteName(name, 3)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v, want %q", name, got, err, want)
		}
	}
}

// FuzzQuoteName: what comes out is nothing but bracketed names with points between,
// and means the same when it is read again.
func FuzzQuoteName(f *testing.F) {
	for _, name := range []string{"dbo.Clockings", "[a.b].[c]]d]", `"a""b".c`, "[", "]", "a]].b", "x] DROP"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		quoted, err := mssql.QuoteName(name, 3)
		if err != nil {
			return
		}
		if again, err := mssql.QuoteName(quoted, 3); err != nil || again != quoted {
			t.Fatalf("%q: %q is read as %q, %v", name, quoted, again, err)
		}
		parts := 0
		for rest := quoted; rest != ""; parts++ {
			if parts > 0 {
				rest = strings.TrimPrefix(rest, ".")
			}
			if rest[0] != '[' {
				t.Fatalf("%q: %q goes on outside brackets", name, quoted)
			}
			rest = strings.ReplaceAll(rest[1:], "]]", "\x00\x00")
			end := strings.IndexByte(rest, ']')
			if end < 1 {
				t.Fatalf("%q: %q has no end", name, quoted)
			}
			rest = strings.ReplaceAll(rest[end+1:], "\x00\x00", "]]")
		}
		if parts > 3 {
			t.Fatalf("%q: %d parts", name, parts)
		}
	})
}

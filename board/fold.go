package board

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"timesheet"
)

// folded is what a person is found and sorted by: the name, then the id, as fold has them.
func folded(p timesheet.Person) string { return fold(p.Name) + "\x00" + fold(string(p.Employee)) }

// fold is s without case and accents, as one looks for a name and as lists of names are
// sorted: Äda, ada and ADA are the same.
func fold(s string) string {
	s = strings.ToLower(s)
	plain := true
	for i := range len(s) {
		plain = plain && s[i] < 0x80
	}
	if plain {
		return s
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r): // an accent, which is its own rune here
		case r == 'ß':
			b.WriteString("ss")
		case r == 'æ':
			b.WriteString("ae")
		case r == 'œ':
			b.WriteString("oe")
		case r == 'ø':
			b.WriteByte('o')
		case r == 'ł':
			b.WriteByte('l')
		case r == 'đ', r == 'ð':
			b.WriteByte('d')
		case r == 'þ':
			b.WriteString("th")
		case r == 'ı':
			b.WriteByte('i')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

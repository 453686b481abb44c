package mssql

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// names are the identifiers of the view, quoted.
type names struct {
	view, id, employee, time string
}

// maxName is the length of an identifier in UTF-16 units. Source: T-SQL, sysname.
const maxName = 128

// quoteName reads a name of at most so many parts, each plain, in [brackets] or in
// "quotes" (a closing one inside is doubled), and answers it with each part in
// brackets, so that nothing in it can be read as anything but a name.
func quoteName(name string, most int) (string, error) {
	if name == "" {
		return "", errors.New("it is empty")
	}
	if !utf8.ValidString(name) {
		return "", errors.New("it is not valid UTF-8")
	}
	var quoted strings.Builder
	for parts := 1; ; parts++ {
		part, rest, err := cutPart(name)
		if err != nil {
			return "", err
		}
		if err := checkPart(part); err != nil {
			return "", err
		}
		quoted.WriteString(bracket(part))
		if rest == "" {
			return quoted.String(), nil
		}
		if rest[0] != '.' {
			return "", fmt.Errorf("a point must follow the part %s", bracket(part))
		}
		if parts == most {
			return "", fmt.Errorf("it has more than %d parts; one with a point in it goes in [brackets]", most)
		}
		quoted.WriteByte('.')
		name = rest[1:]
	}
}

// cutPart cuts the first part off name, and takes it out of its brackets or quotes.
func cutPart(name string) (part, rest string, err error) {
	switch {
	case strings.HasPrefix(name, "["):
		return cutQuoted(name[1:], ']')
	case strings.HasPrefix(name, `"`):
		return cutQuoted(name[1:], '"')
	}
	part = name
	if point := strings.IndexByte(name, '.'); point >= 0 {
		part, rest = name[:point], name[point:]
	}
	if strings.ContainsAny(part, `[]"`) || strings.TrimSpace(part) != part {
		return "", "", fmt.Errorf("the part %q goes in [brackets]", part)
	}
	return part, rest, nil
}

// cutQuoted cuts at the first end that isn't doubled.
func cutQuoted(s string, end byte) (part, rest string, err error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == end {
			if i+1 == len(s) || s[i+1] != end {
				return b.String(), s[i+1:], nil
			}
			i++
		}
		b.WriteByte(s[i])
	}
	return "", "", fmt.Errorf("a closing %c is missing", end)
}

func checkPart(part string) error {
	if part == "" {
		return errors.New("a part of it is empty")
	}
	if strings.ContainsFunc(part, unicode.IsControl) {
		return fmt.Errorf("the part %q has a control character", part)
	}
	if n := len(utf16.Encode([]rune(part))); n > maxName {
		return fmt.Errorf("the part %q has %d characters, at most %d are allowed", part, n, maxName)
	}
	return nil
}

func bracket(name string) string {
	return "[" + strings.ReplaceAll(name, "]", "]]") + "]"
}

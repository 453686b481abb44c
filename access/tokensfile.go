package access

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"timesheet"
)

// Bounds of the tokens file.
const (
	maxFile    = 1 << 20 // bytes
	maxEntries = 10_000
	maxRate    = 1e6
)

// Parse reads a tokens file; name is how problems call it. All of them come at once, each
// with its line. Keys that aren't known are problems: a misspelt "expires" must not make a
// token that holds for good. Its errors are Invalid.
func Parse(name string, text []byte) ([]Entry, error) {
	r := reader{name: name, lines: make(map[string]int)}
	entries := r.file(text)
	if len(r.problems) > 0 {
		return nil, timesheet.NewError(timesheet.Invalid, "read tokens", errors.Join(r.problems...))
	}
	return entries, nil
}

// reader gathers what is wrong.
type reader struct {
	name     string
	problems []error
	lines    map[string]int // of what must be unique, by kind and text
}

func (r *reader) bad(line int, format string, args ...any) {
	r.problems = append(r.problems, fmt.Errorf("%s:%d: %s", r.name, line, fmt.Sprintf(format, args...)))
}

func (r *reader) file(text []byte) (entries []Entry) {
	if len(text) > maxFile {
		r.bad(1, "it has %d bytes, at most %d are allowed", len(text), maxFile)
		return nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc, more yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		return nil
	} else if err != nil {
		r.bad(1, "it is no YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
		return nil
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		r.bad(max(1, more.Line), "there is more than one document; write one list")
		return nil
	}
	list := doc.Content[0]
	if list.Kind != yaml.SequenceNode {
		r.bad(list.Line, "it is no list; write each token as an element that begins with \"- name:\"")
		return nil
	}
	if len(list.Content) > maxEntries {
		r.bad(list.Line, "it has %d entries, at most %d are allowed", len(list.Content), maxEntries)
		return nil
	}
	for _, n := range list.Content {
		entries = append(entries, r.entry(n))
	}
	return entries
}

func (r *reader) entry(n *yaml.Node) (e Entry) {
	if n.Kind != yaml.MappingNode {
		r.bad(n.Line, "it is no entry; write name, sha256 or oidc, scopes, and what else it needs")
		return e
	}
	before, at := len(r.problems), make(map[string]int)
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if at[key.Value] != 0 {
			r.bad(key.Line, "%s is given twice", clip(key.Value))
		}
		at[key.Value] = key.Line
		r.field(&e, key, value)
	}
	if len(r.problems) > before {
		return e // what it lacks may stand in what can't be read
	}
	for _, p := range e.problems() {
		line := at[p.field]
		if line == 0 {
			line = n.Line
		}
		r.bad(line, "%s: %s", p.field, p.detail)
	}
	r.unique("name", e.Name, n.Line)
	r.unique("sha256", e.SHA256, n.Line)
	return e
}

func (r *reader) unique(kind, text string, line int) {
	if text == "" {
		return
	}
	key := kind + " " + text
	if first := r.lines[key]; first != 0 {
		r.bad(line, "%s: the entry of line %d has the same", kind, first)
		return
	}
	r.lines[key] = line
}

func (r *reader) field(e *Entry, key, value *yaml.Node) {
	switch key.Value {
	case "name":
		e.Name = r.text(key, value)
	case "sha256":
		e.SHA256 = strings.ToLower(r.text(key, value))
	case "oidc":
		e.OIDC = r.text(key, value)
	case "employee":
		e.Employee = timesheet.EmployeeID(r.text(key, value))
	case "teams":
		e.Teams = r.list(key, value)
	case "scopes":
		for _, name := range r.list(key, value) {
			scope, err := timesheet.ParseScope(name)
			if err != nil {
				r.bad(value.Line, "scopes: %s is not one of %s", clip(name), strings.Join(slices.Collect(timesheet.AllScopes.Names()), ", "))
			}
			e.Scopes |= scope
		}
	case "expires":
		day, err := time.Parse(dateLayout, r.text(key, value))
		if err != nil {
			r.bad(value.Line, "expires: %s is not a date; write it as 2027-01-31, the last day on which it holds", clip(value.Value))
		}
		e.Expires = day
	case "rate":
		rate, err := strconv.ParseFloat(r.text(key, value), 64)
		if err != nil || !(rate > 0 && rate <= maxRate) {
			r.bad(value.Line, "rate: %s is not a number above 0 and up to 1000000, of requests a second", clip(value.Value))
		}
		e.Rate = rate
	default:
		r.bad(key.Line, "%s is not known; known are name, sha256, oidc, scopes, employee, teams, expires, rate", clip(key.Value))
	}
}

func (r *reader) text(key, value *yaml.Node) string {
	if value.Kind != yaml.ScalarNode || value.Tag == "!!null" {
		r.bad(value.Line, "%s: it has to be a text", key.Value)
		return ""
	}
	return value.Value
}

func (r *reader) list(key, value *yaml.Node) (list []string) {
	if value.Kind != yaml.SequenceNode {
		r.bad(value.Line, "%s: it has to be a list, as in [a, b]", key.Value)
		return nil
	}
	for _, n := range value.Content {
		list = append(list, r.text(key, n))
	}
	if sorted := slices.Sorted(slices.Values(list)); len(slices.Compact(sorted)) < len(list) {
		r.bad(value.Line, "%s: one of them is given twice", key.Value)
	}
	return list
}

// clip shows what was given, cut, unless somebody put a token where it doesn't belong.
func clip(s string) string {
	const most = 40
	if strings.Contains(s, tokenPrefix) {
		return "what stands there (it isn't shown: it may be a token)"
	}
	if len(s) > most {
		return strconv.Quote(s[:most]) + "…"
	}
	return strconv.Quote(s)
}

// printable tells whether s is 1 to most bytes of text without control characters.
func printable(s string, most int) bool {
	return s != "" && len(s) <= most && utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

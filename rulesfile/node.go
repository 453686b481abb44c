package rulesfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// document reads text as the one YAML document of f. Anchors and aliases are refused
// where they stand: the tree is never expanded, so that a small text can't become a
// large one.
func (f *finder) document(text []byte) *yaml.Node {
	lines := &lineReader{rest: text}
	decoder := yaml.NewDecoder(lines)
	var doc, next yaml.Node
	err := decoder.Decode(&doc)
	if errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0 {
		f.add(0, 0, "", "", "the file is empty")
		return nil
	}
	if err == nil {
		err = decoder.Decode(&next)
		if err == nil {
			f.add(next.Line, 0, "", "", "there is a second document after ---; write one only")
			return nil
		}
	}
	if !errors.Is(err, io.EOF) {
		line, what := syntaxError(err, lines.read)
		if tab := firstTab(text); tab > 0 {
			f.add(tab, 1, "", "", "the line is indented with a tab; YAML takes spaces alone")
			return nil
		}
		f.add(line, 0, "", "", "this is no YAML here or on the next line: %s; look for a wrong indentation, a tab, or a bracket or quote that isn't closed", what)
		return nil
	}
	return doc.Content[0]
}

// firstTab is the first line that is indented with a tab, 0 for none. In a text that is
// no YAML that is what is wrong with it.
func firstTab(text []byte) int {
	n := 0
	for line := range bytes.Lines(text) {
		n++
		indent := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]
		if bytes.IndexByte(indent, '\t') >= 0 && len(bytes.TrimSpace(line)) > 0 {
			return n
		}
	}
	return 0
}

// lineReader gives the parser one line at a time, to know how far it came.
type lineReader struct {
	rest []byte
	read int // lines
}

func (r *lineReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	n := bytes.IndexByte(r.rest, '\n') + 1
	if n == 0 {
		n = len(r.rest)
	}
	n = copy(p, r.rest[:n])
	if r.rest[n-1] == '\n' {
		r.read++
	}
	r.rest = r.rest[n:]
	return n, nil
}

var lineOf = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// syntaxError is the library's error taken apart. Where it tells the line on which the
// enclosing list or mapping begins (its parser does, and its scanner doesn't), or none,
// the last but one of the lines read is nearer.
func syntaxError(err error, read int) (line int, what string) {
	found := lineOf.FindStringSubmatch(err.Error())
	if found == nil {
		return max(read-1, 1), err.Error()
	}
	what = strings.TrimPrefix(err.Error(), found[0])
	if line, _ = strconv.Atoi(found[1]); line == 0 || strings.HasPrefix(what, "did not find expected") {
		line = max(read-1, 1)
	}
	return line, what
}

// at adds a problem with a node.
func (f *finder) at(n *yaml.Node, field, format string, args ...any) {
	value := ""
	if n.Kind == yaml.ScalarNode {
		value = n.Value
	}
	f.add(n.Line, n.Column, field, value, format, args...)
}

// object is a mapping that was read: its nodes by key.
type object struct {
	node   *yaml.Node
	path   string // of the mapping; "" for the document
	keys   map[string]*yaml.Node
	values map[string]*yaml.Node
}

// field is the path of one of its keys.
func (o *object) field(key string) string { return join(o.path, key) }

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// object reads n as a mapping with keys out of known, or with any where known is nil;
// nil if it is something else. Required ones that are missing are told.
func (f *finder) object(n *yaml.Node, path string, known []string, required ...string) *object {
	if !f.plain(n, path) {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		f.at(n, path, "has to be a mapping (%s)", example(known))
		return nil
	}
	o := &object{node: n, path: path, keys: make(map[string]*yaml.Node, len(n.Content)/2), values: make(map[string]*yaml.Node, len(n.Content)/2)}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		name := key.Value
		switch first, twice := o.keys[name]; {
		case key.Kind != yaml.ScalarNode:
			f.at(key, path, "a key has to be a plain word")
		case key.Anchor != "" || key.ShortTag() == "!!merge":
			f.at(key, path, "anchors, aliases and << are not read; write the values out (a schedule's later version inherits what it doesn't name)")
		case twice:
			f.at(key, join(path, clip(name)), "is there twice; the first is on line %d", first.Line)
		case known != nil && !slices.Contains(known, name):
			f.at(key, path, "is no key here%s", cmpOr(f.nearest(name, known), "; write one of "+strings.Join(known, ", ")))
		default:
			o.keys[name], o.values[name] = key, value
		}
	}
	for _, name := range required {
		if o.values[name] == nil {
			f.add(n.Line, n.Column, o.field(name), "", "is missing")
		}
	}
	return o
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func example(known []string) string {
	if len(known) == 0 {
		return "name: …"
	}
	return known[0] + ": …"
}

// list reads n as a sequence; absent or wrong ones are empty.
func (f *finder) list(n *yaml.Node, path, of string) []*yaml.Node {
	if n == nil || !f.plain(n, path) {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		f.at(n, path, "has to be a list of %s", of)
		return nil
	}
	return n.Content
}

// text reads n as a plain value, as it is written: 007 stays 007.
func (f *finder) text(n *yaml.Node, path, what string) (string, bool) {
	if n == nil || !f.plain(n, path) {
		return "", false
	}
	if n.Kind != yaml.ScalarNode {
		f.at(n, path, "has to be %s", what)
		return "", false
	}
	if n.Value == "" || n.ShortTag() == "!!null" {
		f.at(n, path, "has no value; write %s, or leave the key out", what)
		return "", false
	}
	return n.Value, true
}

// plain refuses anchors, aliases and tags of one's own.
func (f *finder) plain(n *yaml.Node, path string) bool {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		f.at(n, path, "anchors and aliases are not read; write the values out (a schedule's later version inherits what it doesn't name)")
		return false
	case n.Style&yaml.TaggedStyle != 0:
		f.at(n, path, "the tag %s is not read; write the value alone", clip(n.Tag))
		return false
	}
	return true
}

func index(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

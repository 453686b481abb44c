package http

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// place adds a problem with a place of the body, a JSON pointer.
func (b *badRequest) place(pointer, format string, args ...any) {
	b.problems = append(b.problems, problemError{Pointer: pointer, Detail: fmt.Sprintf(format, args...)})
}

func (b *badRequest) has(pointer string) bool {
	return slices.ContainsFunc(b.problems, func(p problemError) bool { return p.Pointer == pointer })
}

// object reads a JSON object with nothing behind it, whose names are among known, each
// once; nil where it is none.
func (b *badRequest) object(text []byte, pointer string, known ...string) map[string]json.RawMessage {
	dec := json.NewDecoder(bytes.NewReader(text))
	if begin, err := dec.Token(); err != nil || begin != json.Delim('{') {
		b.place(pointer, "it is no JSON object%s; write %s", because(err), example(known))
		return nil
	}
	values := make(map[string]json.RawMessage)
	for dec.More() {
		token, err := dec.Token()
		var value json.RawMessage
		if err == nil {
			err = dec.Decode(&value)
		}
		if err != nil {
			b.place(pointer, "it is no JSON%s", because(err))
			return nil
		}
		name, _ := token.(string)
		switch _, twice := values[name]; {
		case !slices.Contains(known, name):
			b.place(pointer, "%s is not known here; it has %s", quoted(name), strings.Join(known, ", "))
		case twice:
			b.place(pointer+"/"+name, "it is given twice; give it once")
		default:
			values[name] = value
		}
	}
	_, err := dec.Token()
	if _, end := dec.Token(); err != nil || !errors.Is(end, io.EOF) {
		b.place(pointer, "it is no JSON%s; something follows its end, or that is missing", because(err))
		return nil
	}
	return values
}

func because(err error) string {
	if err == nil {
		return ""
	}
	return " (" + err.Error() + ")"
}

func example(known []string) string { return `{"` + known[0] + `": …}` }

// text reads a JSON text; nil where it is null or missing.
func (b *badRequest) text(value json.RawMessage, pointer string) *string {
	if value == nil {
		return nil
	}
	var s *string
	if err := json.Unmarshal(value, &s); err != nil {
		b.place(pointer, "%.80s is not a text; write it in quotes, or null", value)
		return nil
	}
	return s
}

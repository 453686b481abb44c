package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is committed is what making it again gives.
func TestGenerated(t *testing.T) {
	types, err := contractTypes()
	if err != nil {
		t.Fatal(err)
	}
	compare(t, contractFile, types)
	if t.Failed() {
		return // the page is made of it
	}
	files, err := bundle("..")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 3 {
		t.Errorf("%d files were made, want app.js, uplot.js and app.css", len(files))
	}
	for name, content := range files {
		compare(t, filepath.Join("page", name), content)
	}
}

func compare(t *testing.T, name string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s isn't what its sources make: run go generate ./web", name)
	}
}

func TestSchema(t *testing.T) {
	number, text := schema{Type: "integer"}, schema{Type: "string"}
	for name, c := range map[string]struct {
		schema schema
		want   string
	}{
		"a reference":                 {schema{Ref: "#/components/schemas/Row"}, "Row"},
		"one of several types":        {schema{Type: []any{"string", "null"}}, "string | null"},
		"one of several schemas":      {schema{OneOf: []schema{{Ref: "#/components/schemas/Row"}, {Type: "null"}}}, "Row | null"},
		"one of several words":        {schema{Enum: []string{"late", "leave"}}, `"late" | "leave"`},
		"a constant":                  {schema{Const: new("ok")}, `"ok"`},
		"an array":                    {schema{Type: "array", Items: &number}, "number[]"},
		"an array of several types":   {schema{Type: "array", Items: &schema{Type: []any{"string", "null"}}}, "(string | null)[]"},
		"an array or nothing":         {schema{Type: []any{"array", "null"}, Items: &text}, "string[] | null"},
		"an object, part of it a may": {schema{Type: "object", Properties: map[string]schema{"a": number, "b": text}, Required: []string{"b"}}, "{\n  a?: number;\n  b: string;\n}"},
		"anything":                    {schema{}, "unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.schema.text(""); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	t.Run("an array of objects with a choice in them", func(t *testing.T) {
		s := schema{Type: "array", Items: &schema{Type: "object", Properties: map[string]schema{"a": {Type: []any{"string", "null"}}}}}
		if got := s.text(""); !strings.HasPrefix(got, "{") || !strings.HasSuffix(got, "}[]") {
			t.Errorf("got %s", got)
		}
	})
}

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"timesheet/api"
)

// schema is as much of a JSON schema as the contract uses.
type schema struct {
	Ref        string            `json:"$ref"`
	Type       any               `json:"type"` // a name, or several
	Enum       []string          `json:"enum"`
	Const      *string           `json:"const"`
	OneOf      []schema          `json:"oneOf"`
	Items      *schema           `json:"items"`
	Properties map[string]schema `json:"properties"`
	Required   []string          `json:"required"`
	About      string            `json:"description"`
}

// contractTypes are the contract's schemas as TypeScript: what the page believes of an
// answer can't differ from what is promised.
func contractTypes() ([]byte, error) {
	var document struct {
		Components struct {
			Schemas map[string]schema `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(api.JSON, &document); err != nil {
		return nil, fmt.Errorf("read the contract: %w", err)
	}
	var b bytes.Buffer
	b.WriteString("// Made of api/openapi.json by go generate ./web; don't edit.\n")
	for _, name := range slices.Sorted(maps.Keys(document.Components.Schemas)) {
		s := document.Components.Schemas[name]
		b.WriteString("\n")
		if s.About != "" {
			fmt.Fprintf(&b, "/** %s */\n", strings.Join(strings.Fields(s.About), " "))
		}
		fmt.Fprintf(&b, "export type %s = %s;\n", name, s.text(""))
	}
	return b.Bytes(), nil
}

// text is the type; indent is that of the line on which it begins.
func (s schema) text(indent string) string {
	switch {
	case s.Ref != "":
		return s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
	case s.Const != nil:
		return strconv.Quote(*s.Const)
	case len(s.Enum) > 0:
		return union(s.Enum, strconv.Quote)
	case len(s.OneOf) > 0:
		return union(s.OneOf, func(one schema) string { return one.text(indent) })
	}
	switch t := s.Type.(type) {
	case string:
		return s.named(t, indent)
	case []any:
		return union(t, func(one any) string { return s.named(fmt.Sprint(one), indent) })
	default:
		return "unknown"
	}
}

// named is the type where the schema's own is name, or one of several.
func (s schema) named(name, indent string) string {
	switch name {
	case "integer", "number":
		return "number"
	case "array":
		item := s.Items.text(indent)
		if strings.Contains(item, " | ") && !strings.HasPrefix(item, "{") {
			item = "(" + item + ")"
		}
		return item + "[]"
	case "object":
		return s.object(indent)
	default:
		return name // string, boolean and null are called so there too
	}
}

func (s schema) object(indent string) string {
	if len(s.Properties) == 0 {
		return "Record<string, unknown>"
	}
	var b strings.Builder
	b.WriteString("{\n")
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		if p.About != "" {
			fmt.Fprintf(&b, "%s  /** %s */\n", indent, strings.Join(strings.Fields(p.About), " "))
		}
		optional := "?"
		if slices.Contains(s.Required, name) {
			optional = ""
		}
		fmt.Fprintf(&b, "%s  %s%s: %s;\n", indent, name, optional, p.text(indent+"  "))
	}
	b.WriteString(indent + "}")
	return b.String()
}

func union[T any](all []T, text func(T) string) string {
	var texts []string
	for _, one := range all {
		texts = append(texts, text(one))
	}
	return strings.Join(texts, " | ")
}

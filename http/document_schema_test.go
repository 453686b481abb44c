package http_test

import (
	"bytes"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"timesheet"
	"timesheet/api"
)

const documentURL = "https://timesheet/openapi.json"

// document is the contract with its schemas made strict: a field that isn't in it is
// one too many here, while it tells clients to expect more.
var document = sync.OnceValue(func() map[string]any {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(api.JSON))
	if err != nil {
		panic(err)
	}
	strict(doc)
	return doc.(map[string]any)
})

func strict(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, is := v["properties"].(map[string]any); is && v["type"] == "object" {
			v["additionalProperties"] = false
		}
		for _, inner := range v {
			strict(inner)
		}
	case []any:
		for _, inner := range v {
			strict(inner)
		}
	}
}

var schemas = struct {
	sync.Mutex
	compiler *jsonschema.Compiler
}{}

// schemaAt is the compiled schema at a place of the document.
func schemaAt(pointer string) (*jsonschema.Schema, error) {
	schemas.Lock()
	defer schemas.Unlock()
	if schemas.compiler == nil {
		schemas.compiler = jsonschema.NewCompiler()
		schemas.compiler.AssertFormat()
		schemas.compiler.RegisterFormat(&jsonschema.Format{Name: "month", Validate: isFormat(func(s string) error { _, err := timesheet.ParseMonth(s); return err })})
		schemas.compiler.RegisterFormat(&jsonschema.Format{Name: "week", Validate: isFormat(func(s string) error { _, err := timesheet.ParseWeek(s); return err })})
		if err := schemas.compiler.AddResource(documentURL, document()); err != nil {
			return nil, err
		}
	}
	return schemas.compiler.Compile(documentURL + "#" + pointer)
}

func isFormat(check func(string) error) func(any) error {
	return func(v any) error {
		if s, ok := v.(string); ok {
			return check(s)
		}
		return nil
	}
}

func pointer(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D", "+", "%2B").Replace(p))
	}
	return b.String()
}

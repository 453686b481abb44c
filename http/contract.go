package http

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"timesheet"
	"timesheet/api"
)

// operation is what the contract says of one method at one path, as far as requests go.
type operation struct {
	ID         string      `json:"operationId"`
	Parameters []parameter `json:"parameters"`
	Responses  map[string]struct {
		Content map[string]struct{} `json:"content"`
	} `json:"responses"`
	Security *security        `json:"security"` // nil: the contract's standard
	query    []string         // the names of those after "?"
	table    bool             // it also answers as CSV and XLSX
	needs    timesheet.Scopes // which allow it, one being enough; 0: it is open
}

// parameter is one that an operation knows.
type parameter struct {
	Ref      string `json:"$ref"`
	Name     string `json:"name"`
	In       string `json:"in"`
	Required bool   `json:"required"`
	Schema   schema `json:"schema"`
}

// schema is the part of JSON Schema that parameters use.
type schema struct {
	Ref       string   `json:"$ref"`
	Type      string   `json:"type"`
	Format    string   `json:"format"`
	Enum      []string `json:"enum"`
	Minimum   *int64   `json:"minimum"`
	Maximum   *int64   `json:"maximum"`
	MinLength int      `json:"minLength"`
	MaxLength int      `json:"maxLength"` // 0: no bound
}

// operations are those of the contract by method and path, such as "GET /v1/days/{day}".
// They never change.
var operations = sync.OnceValue(func() map[string]*operation {
	var doc struct {
		Security   security
		Paths      map[string]map[string]*operation
		Components struct {
			Parameters map[string]parameter
			Schemas    map[string]json.RawMessage
		}
	}
	if err := json.Unmarshal(api.JSON, &doc); err != nil {
		panic("http: the contract can't be read: " + err.Error()) // it is compiled in, and tested
	}
	all := make(map[string]*operation)
	for path, methods := range doc.Paths {
		for method, op := range methods {
			for i, p := range op.Parameters {
				if p.Ref != "" {
					p = doc.Components.Parameters[last(p.Ref)]
				}
				if ref := p.Schema.Ref; ref != "" {
					if err := json.Unmarshal(doc.Components.Schemas[last(ref)], &p.Schema); err != nil {
						panic("http: the contract's " + ref + " is no schema of a parameter: " + err.Error())
					}
				}
				if op.Parameters[i] = p; p.In == "query" {
					op.query = append(op.query, p.Name)
				}
			}
			if op.Security == nil {
				op.Security = &doc.Security
			}
			op.needs = op.Security.needed()
			slices.Sort(op.query)
			_, op.table = op.Responses["200"].Content[mediaCSV]
			all[strings.ToUpper(method)+" "+path] = op
		}
	}
	return all
})

// last is the last part of a reference.
func last(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

// operationAt is the operation of a route as gin writes it. A route that the contract
// doesn't have is a defect.
func operationAt(method, route string) *operation {
	name := method + " " + templated(route)
	op := operations()[name]
	if op == nil {
		panic("http: the contract has no " + name)
	}
	return op
}

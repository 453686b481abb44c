// Package api holds the public contract, openapi.yaml. All else is generated from it:
// the document as JSON, which this package embeds, the server's interface in
// http/contract, and the Go client in client. After changing it, run go generate.
package api

import _ "embed"

//go:generate go run ./generate openapi.yaml openapi.json
//go:generate go tool -modfile=../tools/go.mod oapi-codegen -config server.yaml openapi.yaml
//go:generate go tool -modfile=../tools/go.mod oapi-codegen -config client.yaml openapi.yaml

// JSON is the contract, an OpenAPI 3.1 document. The caller must not change it.
//
//go:embed openapi.json
var JSON []byte

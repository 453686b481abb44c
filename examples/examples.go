// Package examples has the files that show how rules and directory are written. The
// demo works by them.
package examples

import _ "embed"

// Office is office.yaml, the rules of the demo.
//
//go:embed office.yaml
var Office []byte

// Package web holds the page that people look at: days, months, teams. Its sources are
// in src, with what they need in vendor; go generate makes page of them, which is kept
// beside them, so that building the service needs nothing else. The page needs nothing
// but what a service answers below /v1, and works under the policy default-src 'self'.
package web

import (
	"embed"
	"io/fs"
)

//go:generate go run ./build

//go:embed page
var page embed.FS

// FS is the page, index.html at its root.
var FS = sub()

func sub() fs.FS {
	root, err := fs.Sub(page, "page")
	if err != nil {
		panic("web: " + err.Error()) // only for an invalid name, which "page" isn't
	}
	return root
}

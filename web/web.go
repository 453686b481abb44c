// Package web holds the page that shows a day's entries: plain HTML, style and
// script, embedded, without a build step. It needs nothing but what a service
// answers below /v1 and works under the policy default-src 'self'.
package web

import (
	"embed"
	"io/fs"
)

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

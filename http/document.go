package http

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"timesheet/api"
)

// docsFiles are the page that shows the contract: plain HTML, style and script.
//
//go:embed docs
var docsFiles embed.FS

// document answers the contract.
func (s *Server) document(c *gin.Context) { s.content(c, "openapi.json", api.JSON) }

// docs answers the page of the contract, and its files below /docs/.
func (s *Server) docs(c *gin.Context) {
	name := "docs" + c.Param("file")
	if name == "docs" {
		name = "docs/index.html"
	}
	content, err := fs.ReadFile(docsFiles, name)
	if err != nil {
		s.fail(c, failed(kindNotFound, "there is no such file of the page at /docs", nil))
		return
	}
	s.content(c, name, content)
}

// content answers a file that is compiled in. A browser asks again for each use, and
// gets 304 while its copy is current.
func (s *Server) content(c *gin.Context, name string, content []byte) {
	sum := sha256.Sum256(content)
	h := c.Writer.Header()
	h["Cache-Control"] = []string{"no-cache"}
	h["Content-Security-Policy"] = headerPolicy
	h["Referrer-Policy"] = headerReferrer
	h.Set("Etag", `"`+hex.EncodeToString(sum[:12])+`"`)
	c.Status(http.StatusOK) // gin begins with 404 where there is no route
	http.ServeContent(c.Writer, c.Request, name, time.Time{}, bytes.NewReader(content))
}

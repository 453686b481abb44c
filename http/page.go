package http

import (
	"errors"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"

	"timesheet"
)

const indexPage = "index.html"

// page serves the files of Options.Page, and 404 for all else that has no route. A
// browser asks again for each use, and gets 304 while its copy is current.
func (s *Server) page(c *gin.Context) {
	r := c.Request
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		name = indexPage
	}
	content, err := s.file(r.Method, name)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.content(c, path.Base(name), content)
}

func (s *Server) file(method, name string) ([]byte, error) {
	nothing := timesheet.NewError(timesheet.NotFound, "find "+quoted("/"+name), errors.New("there is no such path; the API is below /v1"))
	if s.o.Page == nil || method != http.MethodGet && method != http.MethodHead || !fs.ValidPath(name) {
		return nil, nothing
	}
	info, err := fs.Stat(s.o.Page, name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return nil, nothing
	}
	if err != nil {
		return nil, timesheet.NewError(timesheet.Internal, "find page", err)
	}
	content, err := fs.ReadFile(s.o.Page, name)
	if err != nil {
		return nil, timesheet.NewError(timesheet.Internal, "read page", err)
	}
	return content, nil
}

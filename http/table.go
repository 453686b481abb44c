package http

import (
	"context"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"timesheet/sheet"
)

// The forms of an answer beside JSON: the same view as a table, with all its pages unless
// limit or cursor chose one. They are asked for by the Accept header, or by a suffix of
// the path, which a link can have.
const (
	mediaCSV  = "text/csv"
	mediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// tableForms are the forms by suffix.
var tableForms = map[string]string{".csv": mediaCSV, ".xlsx": mediaXLSX}

type suffixKey struct{}

// unsuffixed takes .csv or .xlsx off the path of a view, before routes are found by it.
func unsuffixed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for suffix, form := range tableForms {
			if path, ok := strings.CutSuffix(r.URL.Path, suffix); ok && isView(r) {
				with := r.WithContext(context.WithValue(r.Context(), suffixKey{}, form))
				u := *r.URL
				u.Path, u.RawPath = path, strings.TrimSuffix(u.RawPath, suffix)
				with.URL = &u
				r = with
			}
		}
		next.ServeHTTP(w, r)
	})
}

// isView tells whether a suffix of r's path can be that of a form: where the path ends in
// an employee's id it is the id's, and what changes something has no forms.
func isView(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	path, ok := strings.CutPrefix(r.URL.EscapedPath(), "/v1/")
	id, ofEmployee := strings.CutPrefix(path, "employees/")
	return ok && (!ofEmployee || strings.Contains(id, "/"))
}

// formKey is the key of a form in gin's context.
const formKey = "form"

// choose finds the form that a request wants of an operation.
func (s *Server) choose(c *gin.Context, op *operation) error {
	form, bySuffix := c.Request.Context().Value(suffixKey{}).(string)
	if !op.table {
		if bySuffix {
			return failed(kindNotFound, "this has no form as a table; leave .csv or .xlsx out", nil)
		}
		return nil
	}
	c.Writer.Header().Add("Vary", "Accept")
	if !bySuffix {
		form = accepted(c.Request.Header.Get("Accept"))
	}
	if form != mediaJSON {
		c.Set(formKey, form)
	}
	return nil
}

// accepted is the form that an Accept header likes best, of equals the first; JSON where
// it knows none of them.
func accepted(header string) string {
	best, most := mediaJSON, 0.0
	for part := range strings.SplitSeq(header, ",") {
		media, params, err := mime.ParseMediaType(part)
		q, qErr := strconv.ParseFloat(params["q"], 64)
		if params["q"] == "" {
			q = 1
		} else if qErr != nil {
			continue
		}
		switch {
		case err != nil || q <= most:
		case media == mediaCSV || media == mediaXLSX || media == mediaJSON:
			best, most = media, q
		case media == "*/*" || media == "application/*":
			best, most = mediaJSON, q
		}
	}
	return best
}

// form is the form that was chosen; "" for JSON.
func form(ctx context.Context) string { return ctx.(*gin.Context).GetString(formKey) }

// table answers a table: write writes it, name is that of the file without its suffix.
func (s *Server) table(form, name string, write func(sheet.Writer) error) answerFunc {
	return func(w http.ResponseWriter) error {
		to, suffix, media := sheet.Writer(nil), ".csv", mediaCSV+"; charset=utf-8"
		patient := patientWriter{s, w}
		if form == mediaXLSX {
			to, suffix, media = sheet.NewXLSX(patient), ".xlsx", mediaXLSX
		} else {
			to = sheet.NewCSV(patient)
		}
		h := w.Header()
		h.Set("Content-Type", media)
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + suffix}))
		if err := write(to); err != nil {
			if form == mediaXLSX { // nothing was written yet: the answer can still be a problem
				_ = to.Close()
				h.Del("Content-Type")
				h.Del("Content-Disposition")
				h.Del("Etag")
			}
			return err
		}
		return to.Close()
	}
}

// patientWriter gives the client time for each write.
type patientWriter struct {
	s *Server
	w http.ResponseWriter
}

var _ io.Writer = patientWriter{}

func (p patientWriter) Write(b []byte) (int, error) {
	p.s.deadline(p.w, p.s.o.Timeout)
	return p.w.Write(b)
}

package http

import (
	"encoding/base64"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"timesheet"
)

// query reads the parameters after "?", of which only names are known: a misspelt
// one must not mean "all".
func query(c *gin.Context, names ...string) (url.Values, error) {
	q, err := url.ParseQuery(c.Request.URL.RawQuery)
	if err != nil {
		return nil, badParameter("query", "%s can't be read: %v; write name=value, joined by & and percent-encoded", quoted(c.Request.URL.RawQuery), err)
	}
	var bad badRequest
	for _, name := range slices.Sorted(maps.Keys(q)) {
		switch {
		case !slices.Contains(names, name):
			bad.unknown(name, names)
		case len(q[name]) > 1:
			bad.parameter(name, "it is given more than once; give it once")
		}
	}
	return q, bad.err()
}

// unknown refuses a parameter that isn't one of names.
func (b *badRequest) unknown(name string, names []string) {
	if name == "" {
		b.parameter("query", "it has a value without a name; known names: %s", known(names))
		return
	}
	b.parameter(clipped(name), "there is no such parameter; known: %s", known(names))
}

func known(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// day reads a parameter that is a day.
func day(name, value string) (timesheet.Day, error) {
	d, err := timesheet.ParseDay(value)
	if err != nil {
		return 0, badParameter(name, "%s is not a date; write it as 2006-01-02", quoted(value))
	}
	return d, nil
}

// days reads from and to, both included, either of which may be left out.
func days(q url.Values, from, to timesheet.Day) (timesheet.Day, timesheet.Day, error) {
	var err error
	if v := q.Get("to"); q.Has("to") {
		if to, err = day("to", v); err != nil {
			return 0, 0, err
		}
	}
	if v := q.Get("from"); q.Has("from") {
		if from, err = day("from", v); err != nil {
			return 0, 0, err
		}
	}
	return from, to, inOrder(from, to)
}

// inOrder refuses days whose first is after the last.
func inOrder(from, to timesheet.Day) error {
	if from > to {
		return badParameter("from", "from %v is after to %v; swap them", from, to)
	}
	return nil
}

// limit reads how many entries a page has.
func limit(q url.Values, standard, largest int) (int, error) {
	if !q.Has("limit") {
		return standard, nil
	}
	n, err := strconv.Atoi(q.Get("limit"))
	if err != nil || n < 1 || n > largest {
		return 0, badParameter("limit", "%s is not a whole number from 1 to %d", quoted(q.Get("limit")), largest)
	}
	return n, nil
}

// cursors are how cursors travel: a store's may have any bytes.
var cursors = base64.RawURLEncoding.Strict()

// clipped is a name that was given, cut, as valid UTF-8.
func clipped(s string) string {
	const most = 80
	return strings.ToValidUTF8(s[:min(len(s), most)], "\ufffd")
}

// quoted shows what was given, cut and escaped, for an error's text.
func quoted(s string) string {
	const most = 80
	if len(s) > most {
		return strconv.Quote(s[:most]) + "…"
	}
	return strconv.Quote(s)
}

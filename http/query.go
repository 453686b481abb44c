package http

import (
	"encoding/base64"
	"errors"
	"fmt"
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
		return nil, timesheet.NewError(timesheet.Invalid, "query", fmt.Errorf("%s can't be read: %w; write name=value, joined by & and percent-encoded", quoted(c.Request.URL.RawQuery), err))
	}
	for name, values := range q {
		switch {
		case !slices.Contains(names, name):
			return nil, timesheet.NewError(timesheet.Invalid, quoted(name), errors.New("no such parameter; known: "+known(names)))
		case len(values) > 1:
			return nil, timesheet.NewError(timesheet.Invalid, name, errors.New("it is given more than once; give it once"))
		}
	}
	return q, nil
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
		return 0, timesheet.NewError(timesheet.Invalid, name, fmt.Errorf("%s is not a date; write it as 2006-01-02", quoted(value)))
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
	if from > to {
		return 0, 0, timesheet.NewError(timesheet.Invalid, "from, to", fmt.Errorf("from %v is after to %v; swap them", from, to))
	}
	return from, to, nil
}

// limit reads how many entries a page has.
func limit(q url.Values, standard, largest int) (int, error) {
	if !q.Has("limit") {
		return standard, nil
	}
	n, err := strconv.Atoi(q.Get("limit"))
	if err != nil || n < 1 || n > largest {
		return 0, timesheet.NewError(timesheet.Invalid, "limit", fmt.Errorf("%s is not a whole number from 1 to %d", quoted(q.Get("limit")), largest))
	}
	return n, nil
}

// A cursor travels in base64: a store's may have any bytes.
var cursors = base64.RawURLEncoding.Strict()

func cursor(q url.Values) (string, error) {
	b, err := cursors.DecodeString(q.Get("cursor"))
	if err != nil {
		return "", timesheet.NewError(timesheet.Invalid, "cursor", fmt.Errorf("%s is not one of this service; take it from next, or leave it out", quoted(q.Get("cursor"))))
	}
	return string(b), nil
}

// quoted shows what was given, cut and escaped, for an error's text.
func quoted(s string) string {
	const most = 80
	if len(s) > most {
		return strconv.Quote(s[:most]) + "…"
	}
	return strconv.Quote(s)
}

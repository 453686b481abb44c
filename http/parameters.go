package http

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"timesheet"
)

// check holds a request's parameters against the contract, and tells all at once what
// it refuses. A parameter that isn't known is refused: a misspelt one must not mean
// "all". What is left for handlers is what no schema says, such as from after to.
func (op *operation) check(c *gin.Context) error {
	var bad badRequest
	q, err := url.ParseQuery(c.Request.URL.RawQuery)
	if err != nil {
		bad.parameter("query", "%s can't be read: %v; write name=value, joined by & and percent-encoded", quoted(c.Request.URL.RawQuery), err)
		return bad.err()
	}
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if !slices.Contains(op.query, name) {
			bad.unknown(name, op.query)
		}
	}
	for i := range op.Parameters {
		p := &op.Parameters[i]
		switch p.In {
		case "path":
			value, err := url.PathUnescape(c.Param(p.Name))
			if err != nil {
				bad.parameter(p.Name, "%s is not percent-encoded: %v", quoted(c.Param(p.Name)), err)
				continue
			}
			p.value(&bad, value)
		case "query":
			switch values := q[p.Name]; {
			case len(values) > 1:
				bad.parameter(p.Name, "it is given more than once; give it once")
			case len(values) == 1:
				p.value(&bad, values[0])
			case p.Required:
				bad.parameter(p.Name, "it is missing; %s", p.Schema.wanted())
			}
		}
	}
	return bad.err()
}

// value checks what was given for p.
func (p *parameter) value(bad *badRequest, value string) {
	switch s := &p.Schema; {
	case !utf8.ValidString(value) && s.Format != employeeFormat: // which says it better
		bad.parameter(p.Name, "%s is not valid UTF-8", quoted(value))
	case s.Type == "integer":
		if n, err := strconv.ParseInt(value, 10, 64); err != nil || s.Minimum != nil && n < *s.Minimum || s.Maximum != nil && n > *s.Maximum {
			bad.parameter(p.Name, "%s is not %s", quoted(value), s.wanted())
		}
	case s.Type == "boolean":
		if value != "true" && value != "false" {
			bad.parameter(p.Name, "%s is not %s", quoted(value), s.wanted())
		}
	case len(s.Enum) > 0:
		if !slices.Contains(s.Enum, value) {
			bad.parameter(p.Name, "%s is not %s", quoted(value), s.wanted())
		}
	case s.Format != "":
		if problem := formatProblem(s.Format, value); problem != "" {
			bad.parameter(p.Name, "%s", problem)
		}
	default:
		if n := utf8.RuneCountInString(value); n < s.MinLength || s.MaxLength > 0 && n > s.MaxLength {
			bad.parameter(p.Name, "%s has %d characters, not %d to %d", quoted(value), n, s.MinLength, s.MaxLength)
		}
	}
}

// wanted says in words what s takes.
func (s *schema) wanted() string {
	switch {
	case s.Type == "integer" && s.Minimum != nil && s.Maximum != nil:
		return "a whole number from " + strconv.FormatInt(*s.Minimum, 10) + " to " + strconv.FormatInt(*s.Maximum, 10)
	case s.Type == "integer":
		return "a whole number"
	case s.Type == "boolean":
		return "true or false"
	case len(s.Enum) > 0:
		return "one of " + strings.Join(s.Enum, ", ")
	case s.Format == "date":
		return "write a date as 2006-01-02"
	default:
		return "give it"
	}
}

// employeeFormat is the format of employee ids.
const employeeFormat = "employee-id"

// formatProblem says why value isn't of a format that JSON Schema leaves to its user;
// "" where it is.
func formatProblem(format, value string) string {
	first, final := timesheet.FirstDay, timesheet.LastDay
	var from, to timesheet.Day
	switch format {
	case "date":
		d, err := timesheet.ParseDay(value)
		if err != nil {
			return quoted(value) + " is not a date; write it as 2006-01-02"
		}
		from, to = d, d
	case "month":
		m, err := timesheet.ParseMonth(value)
		if err != nil {
			return quoted(value) + " is not a month; write it as 2006-01"
		}
		from, to = m.First(), m.Last()
	case "week":
		w, err := timesheet.ParseWeek(value)
		if err != nil {
			return quoted(value) + " is not a week; write it as 2006-W01, up to the year's last (W52 or W53)"
		}
		from, to = w.Days(time.Monday)
	case employeeFormat:
		if _, err := timesheet.ParseEmployeeID(value); err != nil {
			return strings.TrimPrefix(err.Error(), "employee_id: ")
		}
		return ""
	case "cursor":
		if _, err := cursors.DecodeString(value); err != nil || value == "" {
			return badCursor(value)
		}
		return ""
	default:
		return "its format " + format + " is not known to the service" // a test holds that there is none
	}
	if from < first || to > final {
		return quoted(value) + " is not within " + first.String() + " to " + final.String()
	}
	return ""
}

func badCursor(value string) string {
	return quoted(value) + " is not one of this service; take it from next, or leave it out"
}

package clocking

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"timesheet"
	"timesheet/internal/tds"
)

// names are what a query may call the view and its columns, in small letters.
type names struct {
	views   []string
	columns [3]string // by columnRole
}

func namesOf(o Options) names {
	full := strings.ToLower(o.View)
	n := names{views: []string{full, strings.ToLower(o.Database) + "." + full}}
	if bare, ok := strings.CutPrefix(full, "dbo."); ok {
		n.views = append(n.views, bare)
	}
	for i, c := range []string{o.IDColumn, o.EmployeeColumn, o.TimeColumn} {
		n.columns[i] = strings.ToLower(c)
	}
	return n
}

// check tells whether what the statement names exists, as SQL Server does: the view
// first. Names differ by letter case in none of its usual collations.
func (n *names) check(st *statement) error {
	if !slices.Contains(n.views, strings.ToLower(st.view)) {
		return invalidObject(st.view)
	}
	for _, u := range st.uses {
		if !slices.Contains(n.columns[:], strings.ToLower(u.name)) {
			return invalidColumn(u.name)
		}
	}
	for _, u := range st.uses {
		if n.columns[u.want] != strings.ToLower(u.name) {
			return syntax(u.name) // would be SQL, but none of the texts known here
		}
	}
	return nil
}

// values looks operands up in a query's parameters.
type values []tds.Param

func (v values) of(o operand) (any, error) {
	switch {
	case o.isText:
		return o.text, nil
	case o.variable == "":
		return o.number, nil
	}
	for _, p := range v {
		if strings.EqualFold(p.Name, o.variable) {
			return p.Value, nil
		}
	}
	return nil, undeclared(o.variable)
}

// number is a whole number; null where it is NULL, which no comparison holds for.
func (v values) number(o operand) (n int64, null bool, err error) {
	value, err := v.of(o)
	if err != nil {
		return 0, false, err
	}
	switch n := value.(type) {
	case nil:
		return 0, true, nil
	case int64:
		return n, false, nil
	}
	return 0, false, notConverted("bigint")
}

// top is how many rows at most.
func (v values) top(o *operand) (int64, error) {
	if o == nil {
		return math.MaxInt64, nil
	}
	n, null, err := v.number(*o)
	switch {
	case err != nil:
		return 0, err
	case null || n < 0:
		return 0, &tds.Error{Number: 1060, State: 1, Class: 15,
			Message: "The number of rows provided for a TOP or FETCH clauses row count parameter must be an integer."}
	}
	return n, nil
}

// time is in milliseconds of UTC, in which the server compares; what has no offset
// counts as UTC.
func (v values) time(o operand) (ms int64, null bool, err error) {
	value, err := v.of(o)
	if err != nil {
		return 0, false, err
	}
	switch t := value.(type) {
	case nil:
		return 0, true, nil
	case time.Time:
		ms := t.UnixMilli()
		if t.Nanosecond()%1e6 != 0 {
			ms++ // no row within this millisecond is late enough
		}
		return ms, false, nil
	case string:
		at, err := timesheet.ParseTimestamp(t)
		if err == nil {
			return TimeOf(at).utc(), false, nil
		}
		return 0, false, &tds.Error{Number: 241, State: 1, Class: 16,
			Message: "Conversion failed when converting date and/or time from character string."}
	}
	return 0, false, notConverted("datetime2")
}

// spans are the ids that the statement asks for, ascending, without overlap.
func (v values) spans(st *statement) ([]span, error) {
	switch {
	case st.after != nil:
		after, null, err := v.number(*st.after)
		if err != nil || null || after == maxID {
			return nil, err
		}
		return []span{{after + 1, maxID}}, nil
	case st.ranges == nil:
		return []span{{minID, maxID}}, nil
	}
	var all []span
	for _, r := range st.ranges {
		first, null1, err1 := v.number(r[0])
		last, null2, err2 := v.number(r[1])
		if err := cmp.Or(err1, err2); err != nil {
			return nil, err
		}
		if !null1 && !null2 && first <= last {
			all = append(all, span{first, last})
		}
	}
	return joined(all), nil
}

// joined sorts spans and joins those that overlap.
func joined(all []span) []span {
	slices.SortFunc(all, func(a, b span) int { return cmp.Compare(a.first, b.first) })
	var out []span
	for _, s := range all {
		if n := len(out); n > 0 && s.first <= out[n-1].last {
			out[n-1].last = max(out[n-1].last, s.last)
			continue
		}
		out = append(out, s)
	}
	return out
}

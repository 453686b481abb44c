package http

import (
	"cmp"
	"errors"
	"slices"
	"strconv"

	"timesheet"
	"timesheet/formats"
)

// appendRowError notes a row that can't be used, unless there are many.
func (in *intake) appendRowError(to []problemError, line int, err error) []problemError {
	if len(to) >= maxRowErrors {
		return to
	}
	return append(to, problemError{Pointer: in.pointer(line, err), Line: line, Code: wireCode(timesheet.CodeOf(err)), Detail: err.Error()})
}

// pointer is where in JSON an error of a row is: in the body, or in its line of NDJSON.
// Other formats have none.
func (in *intake) pointer(line int, err error) string {
	if in.format != formats.JSON && in.format != formats.NDJSON {
		return ""
	}
	p := "#"
	if in.array {
		p += "/" + strconv.Itoa(line-1)
	}
	if e, ok := errors.AsType[*timesheet.Error](err); ok && (e.Op == "employee_id" || e.Op == "clocked_at") {
		p += "/" + e.Op
	}
	return p
}

// rowErrors are the first rows that can't be used, by line.
func (in *intake) rowErrors() []problemError {
	all := slices.Concat(in.errors, in.late)
	slices.SortStableFunc(all, func(a, b problemError) int { return cmp.Compare(a.Line, b.Line) })
	return all[:min(len(all), maxRowErrors)]
}

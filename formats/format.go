// Package formats reads clockings out of the layouts that clocking machines and
// senders use: CSV with a header, NDJSON, JSON, and the exports attlog.dat and AGL
// of machines. A row that can't be used is told with its reason and stops nothing.
//
// What a row needs is who and when; everything else in it is passed over, whatever
// it holds. A line may have at most [MaxLine] bytes, so that memory is bounded
// whatever comes.
package formats

import (
	"fmt"
	"slices"
	"strings"

	"timesheet"
)

// Format is a layout of clockings.
type Format string

// The formats. All are UTF-8, with or without a byte order mark; lines end in LF or
// CRLF, the last one also in nothing; blank lines are passed over.
const (
	// Auto finds the format out by the first bytes.
	Auto Format = "auto"
	// CSV is RFC 4180 with a header. The columns employee_id and clocked_at must be
	// there, in any order and letter case; others are passed over.
	CSV Format = "csv"
	// NDJSON is one JSON object a line. See [ParseJSON].
	NDJSON Format = "ndjson"
	// JSON is an array of objects, or one object. See [ParseJSON].
	JSON Format = "json"
	// Attlog is attlog.dat of ZKTeco machines and their kin: no header, 4 to 7
	// columns between tabs, of which the first is the employee and the second (the
	// third, where the second is a name) the local time.
	Attlog Format = "attlog"
	// AGL is AGL_001.TXT: a header with EnNo (the employee) and DateTime (the local
	// time) among its columns, between tabs.
	AGL Format = "agl"
)

var all = []Format{CSV, NDJSON, JSON, Attlog, AGL}

// ParseFormat is the format named s, in any letter case. Its errors are Invalid and
// list the names.
func ParseFormat(s string) (Format, error) {
	f := Format(strings.ToLower(s))
	if f == Auto || slices.Contains(all, f) {
		return f, nil
	}
	return "", timesheet.NewError(timesheet.Invalid, "format", fmt.Errorf("%q is unknown; use auto, %s", s, names()))
}

func names() string {
	var b strings.Builder
	for i, f := range all {
		switch {
		case i == len(all)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(string(f))
	}
	return b.String()
}

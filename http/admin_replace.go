package http

import (
	"context"

	"github.com/gin-gonic/gin"

	"timesheet"
)

// replacement is the internal JSON of a timesheet.Replacement; null for none.
type replacement struct {
	Old *entry `json:"old"`
	New *entry `json:"new"`
}

// entry is the internal JSON of a timesheet.Entry. Its times are milliseconds since
// 1970: unlike the public form it is exact and has the flags.
type entry struct {
	Employee timesheet.EmployeeID `json:"employee"`
	Day      timesheet.Day        `json:"day"`
	Earliest timesheet.Instant    `json:"earliest"`
	Latest   timesheet.Instant    `json:"latest"`
	Flags    timesheet.Flags      `json:"flags"`
}

// outcome is what became of one replacement; null for a success.
type outcome struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// maxReplacements bounds one request.
const maxReplacements = 10_000

func newReplacement(r timesheet.Replacement) replacement {
	return replacement{newEntry(r.Old), newEntry(r.New)}
}

func (r replacement) replacement() timesheet.Replacement {
	return timesheet.Replacement{Old: r.Old.entry(), New: r.New.entry()}
}

func newEntry(e timesheet.Entry) *entry {
	if e.IsZero() {
		return nil
	}
	return &entry{e.Employee, e.Day, e.Earliest, e.Latest, e.Flags}
}

func (e *entry) entry() timesheet.Entry {
	if e == nil {
		return timesheet.Entry{}
	}
	return timesheet.Entry{Employee: e.Employee, Day: e.Day, Earliest: e.Earliest, Latest: e.Latest, Flags: e.Flags}
}

// adminReplace changes entries from exactly what the sender knows, and answers what
// became of each.
func (s *Server) adminReplace(c *gin.Context) {
	if _, err := query(c); err != nil {
		s.fail(c, err)
		return
	}
	list, err := readList[replacement](s, c, "replacements", maxReplacements)
	if err != nil {
		s.fail(c, err)
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), s.o.Timeout)
	defer cancel()
	errs := s.o.Store.Replace(ctx, convert(list, replacement.replacement))
	s.writeJSON(c, convert(errs, func(err error) *outcome {
		if err == nil {
			return nil
		}
		k, detail := told(err)
		s.log.failed(c, k, err)
		return &outcome{wireCode(k.code), detail}
	}))
}

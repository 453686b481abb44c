package http

import (
	"context"
	"fmt"
	"net/url"

	"github.com/gin-gonic/gin"

	"timesheet"
)

const (
	boardPage = 1000 // entries of a page unless the caller says how many
	// standardDays is how far back an employee's entries go unless the caller says.
	standardDays = 31
	// maxDays bounds from and to: ten years.
	maxDays = 3700
)

// board answers a page of a day's entries.
func (s *Server) board(c *gin.Context) {
	rules, err := s.rules()
	if err != nil {
		s.fail(c, err)
		return
	}
	d, after, n, err := boardQuery(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), s.o.Timeout)
	defer cancel()
	fresh := s.asOf()
	entries, next, err := s.o.Store.Board(ctx, d, after, n)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.writeEntries(c, rules, entries, next, fresh)
}

func boardQuery(c *gin.Context) (d timesheet.Day, after string, n int, err error) {
	if d, err = day("day", c.Param("day")); err != nil {
		return d, after, n, err
	}
	q, err := query(c, "limit", "cursor")
	if err != nil {
		return d, after, n, err
	}
	if n, err = limit(q, boardPage, timesheet.MaxBoard); err != nil {
		return d, after, n, err
	}
	after, err = cursor(q)
	return d, after, n, err
}

// employeeDays answers one employee's entries.
func (s *Server) employeeDays(c *gin.Context) {
	rules, err := s.rules()
	if err != nil {
		s.fail(c, err)
		return
	}
	id, from, to, err := s.employeeQuery(c, rules)
	if err != nil {
		s.fail(c, err)
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), s.o.Timeout)
	defer cancel()
	fresh := s.asOf()
	entries, err := s.o.Store.Range(ctx, id, from, to)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.writeEntries(c, rules, entries, "", fresh)
}

// employeeQuery reads whose entries are wanted, and of which days: without to until
// the employee's today, without from the standardDays until to.
func (s *Server) employeeQuery(c *gin.Context, rules *timesheet.DayRules) (id timesheet.EmployeeID, from, to timesheet.Day, err error) {
	raw, err := url.PathUnescape(c.Param("id"))
	if err != nil {
		return "", 0, 0, timesheet.NewError(timesheet.Invalid, "employee_id", err)
	}
	if id, err = timesheet.ParseEmployeeID(raw); err != nil {
		return "", 0, 0, err
	}
	q, err := query(c, "from", "to")
	if err != nil {
		return "", 0, 0, err
	}
	to = rules.For(id).Day(timesheet.InstantOf(s.o.Now()))
	if q.Has("to") {
		if to, err = day("to", q.Get("to")); err != nil {
			return "", 0, 0, err
		}
	}
	if from, to, err = days(q, to-standardDays+1, to); err != nil {
		return "", 0, 0, err
	}
	if to-from >= maxDays {
		err = timesheet.NewError(timesheet.Invalid, "from, to", fmt.Errorf("%v to %v is more than %d days; ask for fewer at a time", from, to, maxDays))
	}
	return id, from, to, err
}

// rules are the day rules in force here, which say at which offset times are shown.
func (s *Server) rules() (*timesheet.DayRules, error) {
	if r := s.o.Clockings.DayRules(); r != nil {
		return r, nil
	}
	return nil, errRulesUnread
}

// writeEntries answers a list, and in fresh how fresh it is. A page of 10,000 takes one chunk of memory.
func (s *Server) writeEntries(c *gin.Context, rules *timesheet.DayRules, entries []timesheet.Entry, next string, fresh []byte) {
	a := s.answer(c, mediaJSON)
	a.b = append(a.b, `{"entries":[`...)
	for i, e := range entries {
		if i > 0 {
			a.b = append(a.b, ',')
		}
		a.b = appendEntry(a.b, e, rules.For(e.Employee))
		if !a.flushFull() {
			break
		}
	}
	a.b = append(a.b, `],"next":`...)
	if next == "" {
		a.b = append(a.b, "null"...)
	} else {
		a.b = append(a.b, '"')
		a.b = cursors.AppendEncode(a.b, []byte(next))
		a.b = append(a.b, '"')
	}
	a.b = append(a.b, `,"as_of":`...)
	a.b = append(a.b, fresh...)
	a.b = append(a.b, '}')
	a.end()
}

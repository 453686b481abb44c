package http

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/gin-gonic/gin"

	"timesheet"
)

// postCorrection appends to the history of an employee's day, and answers the correction
// as it is kept, and the row as it is then.
func (s *Server) postCorrection(c *gin.Context) {
	if !s.enter() {
		s.fail(c, timesheet.NewError(timesheet.Overloaded, "post a correction", nil))
		return
	}
	defer s.leave()
	kept, d, err := s.correct(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	a, e := s.answer(c.Writer, mediaJSON), newRowEncoder(d.rules)
	c.Writer.Header()["Etag"] = []string{d.tag()}
	e.face.in(d.calendar().Location(d.day))
	row := d.rules.row(d.id, d.day, d.entry, newest(d.history), s.moment())
	a.b = e.correction(append(a.b, `{"correction":`...), &kept, d.entry)
	a.b = append(e.append(append(a.b, `,"entry":`...), &row), '}')
	a.end()
}

// correct does what a request says, and answers the correction and the day afterwards.
func (s *Server) correct(c *gin.Context) (kept timesheet.Correction, after correctedDay, err error) {
	rules, id, day, err := s.correctable(c)
	if err != nil {
		return kept, after, err
	}
	said, err := s.readCorrection(c)
	if err != nil {
		return kept, after, err
	}
	s.bound(c)
	ctx, cancel := context.WithTimeout(c.Request.Context(), s.o.Timeout)
	defer cancel()
	before, err := s.correctedDay(ctx, rules, id, day)
	if err != nil {
		return kept, after, err
	}
	if err := s.exists(ctx, &before); err != nil {
		return kept, after, err
	}
	next, err := said.correction(before.calendar(), id, day)
	if err != nil {
		return kept, after, err
	}
	next.Actor, next.At = actorName(principal(c).Name), timesheet.InstantOf(s.o.Now())
	expected := said.match(&before, &next)
	if before.kept(next.Key) == nil { // else it was good when it came first, and the store says whether it is the same
		if err := admissible(&next, &before); err != nil {
			return kept, after, err
		}
	}
	if kept, err = s.o.Corrections.Correct(ctx, next, expected); err != nil {
		return kept, after, correctFailure(err, day)
	}
	after, err = s.correctedDay(ctx, rules, id, day)
	return kept, after, err
}

// correctable reads whose day is meant, and refuses what the caller can't correct.
func (s *Server) correctable(c *gin.Context) (rules inForce, id timesheet.EmployeeID, day timesheet.Day, err error) {
	if s.o.Corrections == nil {
		return rules, "", 0, errNoCorrections
	}
	if err = operationAt(http.MethodPost, c.FullPath()).check(c); err != nil {
		return rules, "", 0, err
	}
	if id, err = employee(c.Param("id")); err != nil {
		return rules, "", 0, err
	}
	if day, err = parsed("day", c.Param("day"), timesheet.ParseDay); err != nil {
		return rules, "", 0, err
	}
	if rules, err = s.inForce(); err != nil {
		return rules, "", 0, err
	}
	if err = rules.reachesEmployee(c, id, day, day); err != nil {
		return rules, "", 0, err
	}
	if of := rules.Directory.Canonical(id, day); of != id {
		err = badParameter("id", "%s is a badge of %s on %v; correct the day of %s", quoted(string(id)), quoted(string(of)), day, quoted(string(of)))
	}
	return rules, id, day, err
}

// exists refuses an employee of whom neither the directory nor a clocking about that time
// knows: a mistyped id must not make a person. Without a directory there is no telling.
func (s *Server) exists(ctx context.Context, d *correctedDay) error {
	if len(d.rules.Directory.All()) == 0 || !d.entry.IsZero() || len(d.history) > 0 || listed(d.rules.Directory, d.id) {
		return nil
	}
	from, to := max(d.day-standardDays, timesheet.FirstDay), min(d.day+standardDays, timesheet.LastDay)
	entries, err := s.entries(ctx, d.rules, d.id, from, to)
	if err != nil || len(entries) > 0 {
		return err
	}
	return failed(kindNotFound, "neither the directory nor a clocking within a month of "+d.day.String()+" knows the employee "+quoted(string(d.id))+"; look whether the id is right", nil)
}

// listed tells whether the directory lists an employee on any day.
func listed(directory *timesheet.Directory, id timesheet.EmployeeID) bool {
	_, ok := slices.BinarySearchFunc(directory.All(), id, func(r timesheet.DirectoryRow, id timesheet.EmployeeID) int {
		return cmp.Compare(r.Employee, id)
	})
	return ok
}

// admissible holds next against the day, and says where in the body it is wrong.
func admissible(next *timesheet.Correction, d *correctedDay) error {
	if next.Withdrawn && !newest(d.history).Counts() {
		return failed(kindConflict, "there is no correction of "+d.day.String()+" to withdraw", nil)
	}
	err := next.Check(d.entry, d.calendar(), next.At)
	if err == nil {
		err = next.Validate()
	}
	return atPlace(err)
}

// correctFailure says what a store's refusal means to the sender.
func correctFailure(err error, day timesheet.Day) error {
	switch {
	case errors.Is(err, timesheet.NotFound):
		return failed(kindNotFound, day.String()+" is no longer kept, or not of this employee; it can't be corrected", err)
	case errors.Is(err, timesheet.Invalid):
		return atPlace(err)
	default:
		return err
	}
}

// actorName is a principal's name as a correction can keep it: what a provider tells of a
// person may have any length.
func actorName(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(name, "�"))
	if len(name) > timesheet.MaxActor {
		name = strings.ToValidUTF8(name[:timesheet.MaxActor], "") // without half a character
	}
	if strings.TrimSpace(name) == "" {
		return "somebody without a name"
	}
	return name
}

package http

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"timesheet"
)

// maxCorrectionBody bounds the body of a correction, in bytes: its texts have 500 each,
// and escapes make at most six of one.
const maxCorrectionBody = 16 << 10

// newCorrection is a correction as a request says it.
type newCorrection struct {
	withdrawn         bool
	clockIn, clockOut *string
	remark, reason    string
	key               string
	ifMatch           *string
}

// readCorrection reads a request's body, strictly: a name that isn't known, or comes
// twice, is refused rather than left out.
func (s *Server) readCorrection(c *gin.Context) (n newCorrection, err error) {
	given := c.Request.Header.Get("Content-Type")
	name, params, err := mediaType(given)
	if err != nil || name != mediaJSON {
		c.Writer.Header().Set("Accept-Post", mediaJSON)
		return n, failed(kindUnsupported, "Content-Type "+quoted(given)+" is not accepted; send "+mediaJSON, err)
	}
	if err := checkCharset(params); err != nil {
		return n, err
	}
	if err := n.headers(c); err != nil {
		return n, err
	}
	b, err := s.body(c)
	if err != nil {
		return n, err
	}
	defer b.done()
	text, err := io.ReadAll(io.LimitReader(b, maxCorrectionBody+1))
	switch {
	case err != nil:
		return n, err
	case len(text) > maxCorrectionBody:
		return n, failed(kindTooLarge, fmt.Sprintf("a correction has at most %d bytes; nothing was applied", maxCorrectionBody), nil)
	}
	return n, n.parse(text)
}

// headers reads what of a correction is in its headers.
func (n *newCorrection) headers(c *gin.Context) error {
	const name = "Idempotency-Key"
	switch keys := c.Request.Header.Values(name); {
	case len(keys) > 1:
		return badParameter(name, "it is given more than once; give it once")
	case len(keys) == 1:
		if n.key = keys[0]; n.key == "" || utf8.RuneCountInString(n.key) > timesheet.MaxKey || !utf8.ValidString(n.key) {
			return badParameter(name, "%s has %d characters; give 1 to %d of UTF-8, or leave it out", quoted(n.key), utf8.RuneCountInString(n.key), timesheet.MaxKey)
		}
	}
	if tags := c.Request.Header.Values("If-Match"); len(tags) > 0 {
		all := strings.Join(tags, ",") // as RFC 9110, 5.3 says
		n.ifMatch = &all
	}
	return nil
}

// parse reads a body.
func (n *newCorrection) parse(text []byte) error {
	if !utf8.Valid(text) {
		return badBody("correction: the body is not UTF-8; send UTF-8", nil)
	}
	var bad badRequest
	body := bad.object(text, "#", "set", "reason")
	if len(bad.problems) > 0 && body == nil {
		return bad.err()
	}
	switch set := body["set"]; {
	case set == nil:
		bad.place("#/set", "it is missing; give clock_in, clock_out or remark in it, or null to withdraw the correction")
	case string(set) == "null":
		n.withdrawn = true
	default:
		times := bad.object(set, "#/set", "clock_in", "clock_out", "remark")
		n.clockIn = bad.text(times["clock_in"], "#/set/clock_in")
		n.clockOut = bad.text(times["clock_out"], "#/set/clock_out")
		n.remark = strings.TrimSpace(or(bad.text(times["remark"], "#/set/remark"), ""))
	}
	reason := bad.text(body["reason"], "#/reason")
	if n.reason = strings.TrimSpace(or(reason, "")); n.reason == "" && !bad.has("#/reason") {
		bad.place("#/reason", "it is missing; say why in 1 to %d characters", timesheet.MaxRemark)
	}
	return bad.err()
}

// correction is what n says of a day, whose calendar resolves its times.
func (n *newCorrection) correction(cal timesheet.Calendar, id timesheet.EmployeeID, day timesheet.Day) (timesheet.Correction, error) {
	var bad badRequest
	c := timesheet.Correction{Employee: id, Day: day, Withdrawn: n.withdrawn, Remark: n.remark, Reason: n.reason, Key: n.key}
	for _, t := range []struct {
		place string
		said  *string
		at    *timesheet.Instant
	}{{"#/set/clock_in", n.clockIn, &c.ClockIn}, {"#/set/clock_out", n.clockOut, &c.ClockOut}} {
		if t.said == nil {
			continue
		}
		stamp, ok := timeOn(day, cal.Rule(day), *t.said)
		if !ok {
			bad.place(t.place, "%s is not a time; write 18:00 (on that day), 2026-11-23T18:00:00 (local) or 2026-11-23T18:00:00+01:00", quoted(*t.said))
			continue
		}
		*t.at, _ = cal.Instant(stamp)
	}
	return c, bad.err()
}

// timeOn reads a time with its date, or as 18:00 or 18:00:00: the one that the wall clock
// shows on that day, which after midnight has the next date where the day begins later.
func timeOn(day timesheet.Day, rule timesheet.DayRule, s string) (timesheet.Timestamp, bool) {
	s = strings.TrimSpace(s)
	if len(s) > len("18:00:00") {
		at, err := timesheet.ParseTimestamp(s)
		return at, err == nil
	}
	if len(s) == len("18:00") {
		s += ":00"
	}
	at, err := timesheet.ParseTimestamp(day.String() + "T" + s)
	wall, local := at.Local()
	if err != nil || !local {
		return at, false
	}
	if sinceMidnight := wall - timesheet.Wall(day)*msPerDay; sinceMidnight < timesheet.Wall(rule.Boundary.Milliseconds()) {
		wall += msPerDay
	}
	return timesheet.LocalTime(wall), true
}

// atPlace says of an Invalid of the root package where in the body it is wrong.
func atPlace(err error) error {
	e, ok := errors.AsType[*timesheet.Error](err)
	if !ok || e.Code != timesheet.Invalid {
		return err
	}
	pointer := "#"
	switch e.Op {
	case "clock_in", "clock_out", "remark":
		pointer = "#/set/" + e.Op
	case "set", "reason":
		pointer = "#/" + e.Op
	}
	var bad badRequest
	bad.place(pointer, "%v", e.Err)
	return bad.err()
}

package http

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"timesheet"
	"timesheet/http/contract"
)

// errNoPeriods is of a service that can't close months.
var errNoPeriods = failed(kindNotFound, "this service closes no months", nil)

// closingTime bounds the closing of a month, which evaluates everybody's.
const closingTime = 15 * time.Minute

// closed is the closing of a month, nil while it isn't closed.
func (s *Server) closed(ctx context.Context, month timesheet.Month) (*timesheet.Closing, error) {
	if s.o.Periods == nil {
		return nil, nil
	}
	return s.o.Periods.Closed(ctx, month)
}

// appendClosed appends that a month is closed, or null.
func (s *Server) appendClosed(b []byte, c *timesheet.Closing) []byte {
	if c == nil {
		return append(b, "null"...)
	}
	b = appendString(append(b, `{"at":`...), s.formatted(c.At))
	return append(appendString(append(b, `,"by":`...), c.By), '}')
}

// GetPeriods answers the closed months.
func (s contractOperations) GetPeriods(ctx context.Context, _ contract.GetPeriodsRequestObject) (contract.GetPeriodsResponseObject, error) {
	all := contract.GetPeriods200JSONResponse{Periods: []contract.Period{}}
	if s.o.Periods == nil {
		return all, nil
	}
	ctx, cancel := s.within(ctx)
	defer cancel()
	closings, err := s.o.Periods.Closings(ctx)
	if err != nil {
		return nil, err
	}
	for i := range closings {
		all.Periods = append(all.Periods, s.period(&closings[i]))
	}
	return all, nil
}

func (s *Server) period(c *timesheet.Closing) contract.Period {
	return contract.Period{
		Month: c.Month.String(), Closed: contract.Closed{At: c.At.Time().In(s.site(c.At)), By: c.By},
		Employees: int64(c.Employees), Rules: c.Rules,
	}
}

// site is the zone of the default day rule at a moment; UTC while the rules aren't known.
func (s *Server) site(i timesheet.Instant) *time.Location {
	rules := s.o.Clockings.DayRules()
	if rules == nil {
		return time.UTC
	}
	site := rules.For("")
	return site.Location(site.Day(i))
}

// ClosePeriod closes a month.
func (s contractOperations) ClosePeriod(ctx context.Context, r contract.ClosePeriodRequestObject) (contract.ClosePeriodResponseObject, error) {
	if s.o.Periods == nil {
		return nil, errNoPeriods
	}
	month, err := parsed("month", r.Month, timesheet.ParseMonth)
	if err != nil {
		return nil, err
	}
	s.patient(ctx, closingTime)
	within, cancel := context.WithTimeout(request(ctx).Context(), closingTime)
	defer cancel()
	c, err := s.o.Periods.Close(within, month, principal(ctx).Name, s.moment())
	if err != nil {
		return nil, err
	}
	return contract.ClosePeriod200JSONResponse(s.period(&c)), nil
}

// patient gives a request without a body more time than others have.
func (s *Server) patient(ctx context.Context, d time.Duration) {
	c := http.NewResponseController(ctx.(*gin.Context).Writer)
	// The errors say that the connection has no deadlines: a test's recorder.
	_ = c.SetReadDeadline(time.Now().Add(d)) // net/http reads on, to see whether the client hangs up
	_ = c.SetWriteDeadline(time.Now().Add(d + s.o.Timeout))
}

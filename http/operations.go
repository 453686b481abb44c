package http

import (
	"cmp"
	"context"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"timesheet"
	"timesheet/http/contract"
)

// contractOperations are what the contract's routes do; the generated code calls them
// with the parameters, which were checked before (operation.check).
type contractOperations struct {
	*Server
}

var _ contract.StrictServerInterface = contractOperations{}

// answerFunc writes a whole answer; its error is of an answer that can't be finished.
type answerFunc func(w http.ResponseWriter) error

// contractRoutes registers generated handlers, each for HEAD too and behind the check
// of its parameters.
type contractRoutes struct {
	*gin.Engine
	s *Server
}

// GET is part of gin.IRoutes.
func (r contractRoutes) GET(path string, handlers ...gin.HandlerFunc) gin.IRoutes {
	return r.s.get(r.Engine, path, handlers...)
}

// POST is part of gin.IRoutes.
func (r contractRoutes) POST(path string, handlers ...gin.HandlerFunc) gin.IRoutes {
	return r.changing(http.MethodPost, path, handlers)
}

// DELETE is part of gin.IRoutes.
func (r contractRoutes) DELETE(path string, handlers ...gin.HandlerFunc) gin.IRoutes {
	return r.changing(http.MethodDelete, path, handlers)
}

// changing registers a route that changes something: what it doesn't know of a request,
// such as dry_run, must not be passed over.
func (r contractRoutes) changing(method, path string, handlers []gin.HandlerFunc) gin.IRoutes {
	op := operationAt(method, path)
	check := func(c *gin.Context) {
		if err := op.check(c); err != nil {
			r.s.fail(c, err)
			c.Abort()
		}
	}
	return r.Handle(method, path, append([]gin.HandlerFunc{check}, handlers...)...)
}

// get registers a route of the contract.
func (s *Server) get(e *gin.Engine, path string, handlers ...gin.HandlerFunc) gin.IRoutes {
	op := operationAt(http.MethodGet, path)
	check := func(c *gin.Context) {
		if err := cmp.Or(s.choose(c, op), op.check(c)); err != nil {
			s.fail(c, err)
			c.Abort()
		}
	}
	return e.Match([]string{http.MethodGet, http.MethodHead}, path, append([]gin.HandlerFunc{check}, handlers...)...)
}

// registerContract registers what is generated from the contract.
func (s *Server) registerContract(e *gin.Engine) {
	cut := func(c *gin.Context, err error) {
		if !c.Writer.Written() {
			s.fail(c, err)
			return
		}
		_, detail := told(err)
		s.log.failed(c, kindUnavailable, fmt.Errorf("answer %s: %s: %w", route(c), detail, err))
		panic(http.ErrAbortHandler) // half an answer must not look whole
	}
	strict := contract.NewStrictHandlerWithOptions(contractOperations{Server: s}, nil, contract.StrictGinServerOptions{
		RequestErrorHandlerFunc:  s.fail,
		HandlerErrorFunc:         s.fail,
		ResponseErrorHandlerFunc: cut,
	})
	contract.RegisterHandlersWithOptions(contractRoutes{e, s}, strict, contract.GinServerOptions{
		ErrorHandler: func(c *gin.Context, err error, _ int) {
			s.fail(c, timesheet.NewError(timesheet.Invalid, "parameters", err))
		},
	})
}

// request is the request that an operation's context is of.
func request(ctx context.Context) *http.Request { return ctx.(*gin.Context).Request }

// within is the context of an operation's work.
func (s *Server) within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(request(ctx).Context(), s.o.Timeout)
}

// or is what p points to, or a standard.
func or[T any](p *T, standard T) T {
	if p == nil {
		return standard
	}
	return *p
}

// parsed reads a parameter that was checked.
func parsed[T any](name, value string, parse func(string) (T, error)) (T, error) {
	v, err := parse(value)
	if err != nil {
		return v, badParameter(name, "%v", err)
	}
	return v, nil
}

// An answerFunc is the response of any operation of the contract: what is large is
// encoded by hand. Its methods are those of the generated response objects.

// VisitGetDayResponse writes the answer.
func (f answerFunc) VisitGetDayResponse(w http.ResponseWriter) error { return f(w) }

// VisitGetEmployeeDaysResponse writes the answer.
func (f answerFunc) VisitGetEmployeeDaysResponse(w http.ResponseWriter) error { return f(w) }

// VisitExplainDayResponse writes the answer.
func (f answerFunc) VisitExplainDayResponse(w http.ResponseWriter) error { return f(w) }

// VisitGetEmployeeWeekResponse writes the answer.
func (f answerFunc) VisitGetEmployeeWeekResponse(w http.ResponseWriter) error { return f(w) }

// VisitGetEmployeeMonthResponse writes the answer.
func (f answerFunc) VisitGetEmployeeMonthResponse(w http.ResponseWriter) error { return f(w) }

// VisitGetTimesheetsResponse writes the answer.
func (f answerFunc) VisitGetTimesheetsResponse(w http.ResponseWriter) error { return f(w) }

// VisitGetAdjustmentsResponse writes the answer.
func (f answerFunc) VisitGetAdjustmentsResponse(w http.ResponseWriter) error { return f(w) }

// VisitGetExceptionsResponse writes the answer.
func (f answerFunc) VisitGetExceptionsResponse(w http.ResponseWriter) error { return f(w) }

// VisitGetChangesResponse writes the answer.
func (f answerFunc) VisitGetChangesResponse(w http.ResponseWriter) error { return f(w) }

// VisitGetSourceResponse writes the answer.
func (f answerFunc) VisitGetSourceResponse(w http.ResponseWriter) error { return f(w) }

// VisitGetRejectedRowsResponse writes the answer.
func (f answerFunc) VisitGetRejectedRowsResponse(w http.ResponseWriter) error { return f(w) }

// VisitGetHealthResponse writes the answer.
func (f answerFunc) VisitGetHealthResponse(w http.ResponseWriter) error { return f(w) }

// VisitGetReadinessResponse writes the answer.
func (f answerFunc) VisitGetReadinessResponse(w http.ResponseWriter) error { return f(w) }

package timesheet

import "errors"

// Code classifies an error by what the one who receives it should do. A Code is
// itself an error, so errors.Is(err, timesheet.NotFound) holds through any wrap.
type Code string

const (
	// Invalid means: the input can't be used as it is; sending it again can't help.
	Invalid Code = "invalid"
	// Unauthenticated means: it isn't known who asks; log in, or bring a token.
	Unauthenticated Code = "unauthenticated"
	// Forbidden means: who asks may not do that.
	Forbidden Code = "forbidden"
	// NotFound means: what was named doesn't exist.
	NotFound Code = "not found"
	// Conflict means: the state is another than the caller expected; read it and decide again.
	Conflict Code = "conflict"
	// Stale means: the sender's epoch or day rules are out of date; refresh them and send
	// again. Senders inside the service do that themselves.
	Stale Code = "stale"
	// Overloaded means: too much is in flight; send again later. Nothing was acknowledged.
	Overloaded Code = "overloaded"
	// Unavailable means: a dependency is away; send again later. Nothing was acknowledged,
	// yet it may have been applied: the outcome is unknown.
	Unavailable Code = "unavailable"
	// Internal means: a defect of the service. Its message is not for outsiders.
	Internal Code = "internal"
)

// Error is the code in words.
func (c Code) Error() string { return string(c) }

// Error is an error with its code and the operation that failed. Op is a short
// phrase such as "merge entries".
type Error struct {
	Code Code
	Op   string
	Err  error
}

// NewError gives err a code and the operation that
// failed. err may be nil, then the code alone is the cause.
func NewError(code Code, op string, err error) *Error {
	return &Error{Code: code, Op: op, Err: err}
}

// Error is "op: cause", or "op: code" without a cause.
func (e *Error) Error() string {
	cause := string(e.Code)
	if e.Err != nil {
		cause = e.Err.Error()
	}
	if e.Op == "" {
		return cause
	}
	return e.Op + ": " + cause
}

// Unwrap makes both the code and the cause visible to errors.Is and errors.As.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Code}
	}
	return []error{e.Code, e.Err}
}

// CodeOf is the code of err: that of the outermost [Error] or [Code] in its
// chain, Internal where there is none, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	if c, ok := errors.AsType[Code](err); ok {
		return c
	}
	return Internal
}

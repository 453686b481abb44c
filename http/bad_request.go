package http

import (
	"errors"
	"fmt"
	"strings"

	"timesheet"
)

// badRequest is everything that is wrong with a request, by place.
type badRequest struct {
	problems []problemError
}

// badParameter is a request with one parameter that can't be used.
func badParameter(name, format string, args ...any) error {
	var b badRequest
	b.parameter(name, format, args...)
	return b.err()
}

func (b *badRequest) parameter(name, format string, args ...any) {
	b.problems = append(b.problems, problemError{Parameter: name, Detail: fmt.Sprintf(format, args...)})
}

func (b *badRequest) err() error {
	if len(b.problems) == 0 {
		return nil
	}
	return timesheet.NewError(timesheet.Invalid, "", b)
}

// Error is all of them, each with its parameter's name or its place in the body.
func (b *badRequest) Error() string {
	texts := make([]string, len(b.problems))
	for i, p := range b.problems {
		texts[i] = p.Detail
		if name := p.Parameter + strings.TrimLeft(p.Pointer, "#/"); name != "" {
			texts[i] = name + ": " + p.Detail
		}
	}
	return strings.Join(texts, "; ")
}

// badBody is a body that can't be used as a whole.
func badBody(detail string, err error) error {
	return failed(kindInvalid, detail, errors.Join(err, &badRequest{[]problemError{{Pointer: "#", Detail: detail}}}))
}

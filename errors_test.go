package timesheet_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"timesheet"
)

func TestError(t *testing.T) {
	cause := fmt.Errorf("read: %w", io.ErrUnexpectedEOF)
	err := fmt.Errorf("import: %w", timesheet.NewError(timesheet.Unavailable, "merge entries", cause))

	t.Run("its code and its cause are seen through any wrap", func(t *testing.T) {
		if !errors.Is(err, timesheet.Unavailable) || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%v", err)
		}
		if errors.Is(err, timesheet.Invalid) || errors.Is(err, io.EOF) {
			t.Errorf("%v is also what it isn't", err)
		}
		if e, ok := errors.AsType[*timesheet.Error](err); !ok || e.Op != "merge entries" {
			t.Errorf("%v, %v", e, ok)
		}
		if c, ok := errors.AsType[timesheet.Code](err); !ok || c != timesheet.Unavailable {
			t.Errorf("%v, %v", c, ok)
		}
		if joined := errors.Join(io.EOF, err); !errors.Is(joined, timesheet.Unavailable) {
			t.Errorf("%v", joined)
		}
	})
	t.Run("its words", func(t *testing.T) {
		for want, err := range map[string]error{
			"import: merge entries: read: unexpected EOF": err,
			"erase: not found":                            timesheet.NewError(timesheet.NotFound, "erase", nil),
			"conflict":                                    timesheet.NewError(timesheet.Conflict, "", nil),
			"EOF":                                         timesheet.NewError(timesheet.Internal, "", io.EOF),
		} {
			if err.Error() != want {
				t.Errorf("%q, want %q", err.Error(), want)
			}
		}
	})
}

func TestCodeOf(t *testing.T) {
	inner := timesheet.NewError(timesheet.Stale, "merge", nil)
	for _, c := range []struct {
		err  error
		want timesheet.Code
	}{
		{nil, ""},
		{io.EOF, timesheet.Internal},
		{timesheet.NotFound, timesheet.NotFound},
		{fmt.Errorf("range: %w", timesheet.NotFound), timesheet.NotFound},
		{inner, timesheet.Stale},
		{fmt.Errorf("submit: %w", inner), timesheet.Stale},
		{timesheet.NewError(timesheet.Unavailable, "submit", inner), timesheet.Unavailable}, // the outermost
		{errors.Join(io.EOF, inner), timesheet.Stale},
		{timesheet.NewError(timesheet.Unavailable, "", context.Canceled), timesheet.Unavailable},
	} {
		if got := timesheet.CodeOf(c.err); got != c.want {
			t.Errorf("%v: %q, want %q", c.err, got, c.want)
		}
	}
}

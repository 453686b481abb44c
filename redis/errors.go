package redis

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"timesheet"
)

var (
	errClosed   = errors.New("the store is closed")
	errNoAnswer = errors.New("redis didn't answer in time")
	errReplicas = errors.New("too few replicas have the write")
	errRestless = errors.New("the partition kept changing meanwhile")
)

// passing are the beginnings of Redis's errors that go by without us: the server
// loads, was demoted, has no memory, doesn't know us (any more). The rest are ours.
var passing = []string{
	"LOADING", "READONLY", "OOM", "BUSY", "MISCONF", "NOREPLICAS", "UNBLOCKED",
	"CLUSTERDOWN", "MASTERDOWN", "TRYAGAIN", "MOVED", "ASK",
	"NOAUTH", "WRONGPASS", "NOPERM", "ERR max number of clients",
}

// fail gives an error of a call its code.
func fail(op string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*timesheet.Error](err); ok {
		return timesheet.NewError(e.Code, op, err)
	}
	code := timesheet.Unavailable // the network, a timeout, a closed client
	if r, ok := errors.AsType[goredis.Error](err); ok && !errors.Is(err, context.Canceled) {
		code = codeOf(r.Error())
	}
	return timesheet.NewError(code, op, err)
}

// explain adds to an error of an exchange why its context ended. A connection's
// deadline is that of the context and can pass a moment earlier.
func explain(ctx context.Context, err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		<-ctx.Done()
	}
	if err == nil || ctx.Err() == nil {
		return err
	}
	return fmt.Errorf("%w: %w", context.Cause(ctx), err)
}

func codeOf(text string) timesheet.Code {
	for _, p := range passing {
		if strings.HasPrefix(text, p) {
			return timesheet.Unavailable
		}
	}
	return timesheet.Internal
}

// damaged is the error of a reply or a stored form that makes no sense.
func damaged(op string, what any) error {
	return timesheet.NewError(timesheet.Internal, op, fmt.Errorf("unexpected reply of redis: %.80v", what))
}

// isReply tells whether err came from the server, which so is there.
func isReply(err error) bool {
	_, ok := errors.AsType[goredis.Error](err)
	return ok
}

func moved(err error) bool {
	return err != nil && (goredis.HasErrorPrefix(err, "MOVED") || goredis.HasErrorPrefix(err, "ASK"))
}

package pebble

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"github.com/cockroachdb/pebble/v2"

	"timesheet"
)

var (
	errClosed = errors.New("the store is closed")
	errFull   = errors.New("the disk is full; the write waits for room")
)

func unavailable(op string, err error) error {
	return timesheet.NewError(timesheet.Unavailable, op, err)
}

func invalid(op, format string, args ...any) error {
	return timesheet.NewError(timesheet.Invalid, op, fmt.Errorf(format, args...))
}

func conflict(op, format string, args ...any) error {
	return timesheet.NewError(timesheet.Conflict, op, fmt.Errorf(format, args...))
}

// cancelled is the error of a context that is done.
func cancelled(ctx context.Context, op string) error {
	return unavailable(op, ctx.Err())
}

// readError gives an error of the engine its code: damaged data is Internal, all
// else (the disk answers no more) Unavailable.
func readError(op string, err error) error {
	switch {
	case err == nil:
		return nil
	case timesheet.CodeOf(err) != timesheet.Internal:
		return fmt.Errorf("%s: %w", op, err)
	case pebble.IsCorruptionError(err), errors.Is(err, timesheet.Internal):
		return timesheet.NewError(timesheet.Internal, op, err)
	default:
		return unavailable(op, err)
	}
}

// openError says in plain words why the directory can't be opened.
func openError(dir string, err error) error {
	const op = "open store"
	switch {
	case noRoom(err):
		return unavailable(op, fmt.Errorf("directory %s: there is no room on its disk; free some and open it again: %w", dir, err))
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return unavailable(op, fmt.Errorf("directory %s can't be written: %w", dir, err))
	case strings.Contains(err.Error(), "merger name"), strings.Contains(err.Error(), "comparer name"):
		return invalid(op, "directory %s holds another kind of database: %w", dir, err)
	case strings.Contains(err.Error(), "format major version"):
		return invalid(op, "directory %s was written by a newer program: %w", dir, err)
	case pebble.IsCorruptionError(err):
		return timesheet.NewError(timesheet.Internal, op, fmt.Errorf("directory %s is damaged: %w", dir, err))
	default:
		return unavailable(op, fmt.Errorf("directory %s: %w", dir, err))
	}
}

// lockError is openError for taking the directory's lock.
func lockError(dir string, err error) error {
	if errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EACCES) && !errors.Is(err, fs.ErrPermission) ||
		strings.Contains(err.Error(), "held by current process") {
		return conflict("open store", "directory %s is in use by another process, probably a running service; "+
			"stop it, or reach the store through it: %w", dir, err)
	}
	return openError(dir, err)
}

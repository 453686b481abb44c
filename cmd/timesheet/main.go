// Command timesheet turns the rows of clocking machines into each employee's day
// entry. It reads the configuration (flags, environment, file), builds the graph of
// the other packages, runs it, and stops it in reverse order.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // zones must be there in an empty container, too

	"github.com/alecthomas/kong"
)

// version is set by -ldflags "-X main.version=…"; else the build's own is told.
var version string

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// After the first signal the default is back: a second one ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) //nolint:forbidigo // main is where the process ends
}

// The exit codes; the help text explains them.
const (
	exitOK       = 0
	exitFailed   = 1
	exitUsage    = 2
	exitRejected = 3
	exitDiffers  = 4
)

// errRejected says: all went well but for lines that couldn't be used.
var errRejected = errors.New("some lines were rejected")

// errDiffers says: all went well, but entries differ from the source.
var errDiffers = errors.New("entries differ from the source")

// console is what a command reads from and writes to: results to out, all that is
// meant for people watching to err.
type console struct {
	in       io.Reader
	out, err io.Writer
}

// run is the whole program but for the process's end: it reads the command line,
// runs the command until it is done or ctx ends, and answers the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	con := &console{in: stdin, out: stdout, err: stderr}
	p, err := parse(args, os.Environ(), con)
	switch {
	case err != nil:
		fmt.Fprintf(stderr, "timesheet: %v\n", err)
		return exitUsage
	case p.helped:
		return exitOK
	case p.cli.CheckConfig:
		return exitCode(p.printEffective(stdout), stderr)
	}
	paceGC()
	log := newLogger(stderr, p.cli.LogLevel, p.cli.LogFormat)
	p.context.BindTo(ctx, (*context.Context)(nil))
	return exitCode(p.context.Run(con, log), stderr)
}

func exitCode(err error, stderr io.Writer) int {
	if err == nil {
		return exitOK
	}
	if errors.Is(err, errRejected) {
		return exitRejected
	}
	if errors.Is(err, errDiffers) {
		return exitDiffers
	}
	fmt.Fprintf(stderr, "timesheet: %v\n", err)
	if _, ok := errors.AsType[*usageError](err); ok {
		return exitUsage
	}
	return exitFailed
}

// usageError is a mistake of the one who called the command, seen only once it runs.
type usageError struct{ error }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...)}
}

// parsed is a command line that was understood.
type parsed struct {
	cli     *cli
	context *kong.Context
	sources *sources
	helped  bool // the help was printed; nothing else is to be done
}

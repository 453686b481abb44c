// Command clocking stands in for a Clocking system: it serves the view of biometric
// machines' rows over SQL Server's protocol, for trying and testing timesheet where
// no SQL Server can be had.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // zones must be there in an empty container, too

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// After the first signal the default is back: a second one ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) //nolint:forbidigo // main is where the process ends
}

// The exit codes; the help text explains them.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// run is the whole program but for the process's end. It serves until ctx ends.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &cli{}
	helped, err := parse(c, args, stdout, stderr)
	switch {
	case err != nil:
		fmt.Fprintf(stderr, "clocking: %v (see: clocking --help)\n", err)
		return exitUsage
	case helped:
		return exitOK
	}
	log := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: c.LogLevel}))
	if err := c.serve(ctx, stdin, stdout, log); err != nil {
		fmt.Fprintf(stderr, "clocking: %v\n", err)
		return exitFailed
	}
	return exitOK
}

func parse(c *cli, args []string, stdout, stderr io.Writer) (helped bool, err error) {
	k, err := kong.New(c, kong.Name("clocking"), kong.Description(description),
		kong.ConfigureHelp(kong.HelpOptions{NoAppDescFormat: true, WrapUpperBound: 100}),
		kong.ExplicitGroups(groups), kong.Writers(stdout, stderr), kong.Exit(func(int) { helped = true }))
	if err != nil {
		return false, fmt.Errorf("the command line's own definition: %w", err)
	}
	_, err = k.Parse(args)
	if helped {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return false, told(c.problems())
}

// told is one error of all problems; nil for none.
func told(problems []error) error {
	if len(problems) < 2 {
		return errors.Join(problems...)
	}
	lines := make([]string, len(problems))
	for i, p := range problems {
		lines[i] = p.Error()
	}
	return fmt.Errorf("%d things are wrong:\n  %s", len(lines), strings.Join(lines, "\n  "))
}

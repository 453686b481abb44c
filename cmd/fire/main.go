// Command fire is the load generator: it sends clockings to a running service over its
// public API, measures what that takes, and can prove afterwards that every entry is
// what was acknowledged.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr)) //nolint:forbidigo // main is where the process ends
}

// The exit codes; the help text explains them.
const (
	exitOK      = 0
	exitFailed  = 1
	exitUsage   = 2
	exitDiffers = 4
)

// errDiffers says: all went well, but entries are not what was acknowledged.
var errDiffers = errors.New("entries are not what was acknowledged")

// run is the whole program but for the process's end.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c := &cli{}
	helped, err := parse(ctx, c, args, stdout, stderr)
	switch {
	case err != nil:
		fmt.Fprintf(stderr, "fire: %v (see: fire --help)\n", err)
		return exitUsage
	case helped:
		return exitOK
	}
	err = c.fire(ctx, stdout, stderr)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errDiffers):
		return exitDiffers
	}
	fmt.Fprintf(stderr, "fire: %v\n", err)
	return exitFailed
}

// parse reads the command line and the environment. Its errors name all mistakes at
// once, but for flags that don't exist.
func parse(ctx context.Context, c *cli, args []string, stdout, stderr io.Writer) (helped bool, err error) {
	var m mistakes
	options := append(mappers(&m), kong.Name("fire"), kong.Description(description),
		kong.ConfigureHelp(kong.HelpOptions{NoAppDescFormat: true, WrapUpperBound: 100}),
		kong.ExplicitGroups(groups), kong.Writers(stdout, stderr), kong.Exit(func(int) { helped = true }), kong.DefaultEnvars("FIRE"))
	k, err := kong.New(c, options...)
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
	return false, told(append(m.all, c.problems(ctx, len(m.all) > 0)...))
}

// told is one error of all problems; nil for none.
func told(problems []error) error {
	if len(problems) < 2 {
		return errors.Join(problems...)
	}
	lines := make([]string, len(problems))
	for i, p := range problems {
		lines[i] = strings.ReplaceAll(p.Error(), "\n", "\n  ")
	}
	return fmt.Errorf("%d things are wrong:\n  %s", len(lines), strings.Join(lines, "\n  "))
}

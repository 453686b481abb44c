// Command race runs the service beside five simple ways to do its job, with the same
// senders on the same Redis, and says what each did. It also holds the service's
// latency against the bare disk and the bare Redis, and its bulk rate against one of
// the five.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // a baseline's zone

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// After the first signal the default is back: a second one ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr)) //nolint:forbidigo // main is where the process ends
}

const description = `Race runs the service beside five baselines, each alone for a turn, in
rounds, and prints medians [least–greatest] of the rounds. It ends with 1 when
anything went wrong: an error, or an entry that differs from the oracle, except
where a baseline is there to show that. A missed goal is told, and is no error.`

// cli is the whole command line.
type cli struct {
	Posts    postsCmd    `cmd:"" default:"withargs" help:"Single-clocking posts from 64 connections (the default)."`
	Latency  latencyCmd  `cmd:"" help:"Latency at a fixed rate beside the bare disk and the bare Redis."`
	Bulk     bulkCmd     `cmd:"" help:"NDJSON batches of 10,000 into Pebble and Redis beside single posts to lua."`
	Baseline baselineCmd `cmd:"" hidden:"" help:"Be a baseline: what this program starts of itself."`
}

// settings are those of all races.
type settings struct {
	Rounds      int               `default:"5" placeholder:"N" help:"How many rounds; medians are of these. Default: 5."`
	Seconds     float64           `default:"4" placeholder:"N" help:"How long each turn is measured. Default: 4."`
	WarmUp      float64           `default:"1" placeholder:"SECONDS" help:"How long each turn runs before. Default: 1."`
	Connections int               `default:"64" placeholder:"N" help:"Connections of the senders, and of each baseline to Redis. Default: 64."`
	Employees   int               `default:"5000" placeholder:"N" help:"Default: 5000."`
	Only        []string          `placeholder:"NAME" help:"Leave all others out. Comma-separated."`
	Dir         string            `placeholder:"DIR" help:"Pebble's directory and all files of the run go into a new folder in this one. Default: the system's for temporary files."`
	Service     string            `placeholder:"FILE" help:"Run this build of the service. Default: it is built from these sources."`
	Builds      map[string]string `name:"build" placeholder:"NAME=FILE" help:"Further builds of the service run under these names, to compare changes."`
	GOGC        int               `name:"gogc" default:"100" placeholder:"PERCENT" help:"How much garbage the baselines let grow; the service finds its own measure. Default: 100, which is Go's."`
	Seed        uint64            `default:"1" placeholder:"N" help:"The same seed makes the same clockings. Default: 1."`
	JSON        string            `name:"json" placeholder:"FILE" help:"Write every turn's values to this file, too."`
}

// Validate is called by kong.
func (s settings) Validate() error {
	var all []error
	wrong := func(when bool, format string, args ...any) {
		if when {
			all = append(all, fmt.Errorf(format, args...))
		}
	}
	wrong(s.Rounds < 1, "--rounds %d: at least 1 is needed", s.Rounds)
	wrong(s.Seconds < 0.1 || s.Seconds > 3600, "--seconds %v: is not from 0.1 to 3600", s.Seconds)
	wrong(s.WarmUp < 0.1 || s.WarmUp > 3600, "--warm-up %v: is not from 0.1 to 3600", s.WarmUp)
	wrong(s.Connections < 1 || s.Connections > 10_000, "--connections %d: is not from 1 to 10000", s.Connections)
	wrong(s.GOGC < 1, "--gogc %d: must be 1 or more", s.GOGC)
	wrong(s.Employees < 1 || s.Employees > 10_000_000, "--employees %d: is not from 1 to 10000000", s.Employees)
	return errors.Join(all...)
}

type baselineCmd struct {
	Kind        string `arg:"" enum:"bind,naive,lua,lock,mutex,group,sync"`
	Redis       string `required:""`
	Listen      string `default:"127.0.0.1:0"`
	Connections int    `default:"64"`
	Dir         string `help:"Where sync has its file."`
}

// Run serves until ctx ends.
func (c *baselineCmd) Run(ctx context.Context, con console) error {
	return serveBaseline(ctx, con.out, c)
}

// console is where results and what is for people watching go.
type console struct{ out, err io.Writer }

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var c cli
	helped := false
	k, err := kong.New(&c, kong.Name("race"), kong.Description(description), kong.Writers(stdout, stderr), kong.Exit(func(int) { helped = true }))
	if err != nil {
		fmt.Fprintf(stderr, "race: the command line's own definition: %v\n", err)
		return exitFailed
	}
	parsed, err := k.Parse(args)
	switch {
	case helped:
		return exitOK
	case err != nil:
		fmt.Fprintf(stderr, "race: %v (see: race --help)\n", err)
		return exitUsage
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	if err := parsed.Run(console{stdout, stderr}); err != nil {
		fmt.Fprintf(stderr, "race: %v\n", err)
		return exitFailed
	}
	return exitOK
}

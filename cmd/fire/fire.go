package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"timesheet/internal/load"
)

// fire does what the flags ask for. Results go to stdout, what is for people watching
// to stderr.
func (c *cli) fire(ctx context.Context, stdout, stderr io.Writer) error {
	if c.Vegeta != "" {
		return c.export(ctx, stdout, stderr)
	}
	for _, t := range c.targets {
		if err := load.Ready(ctx, t); err != nil {
			return err
		}
	}
	p := c.plan()
	live := newLive(stderr, p)
	p.Tick = live.tick
	if p.Adopt {
		live.say("reading what is stored already …")
	}
	r, err := load.Run(ctx, p)
	live.clear()
	if err != nil {
		return err
	}
	if r.Oracle != nil {
		live.say("reading every entry back …")
		// A signal that ended the run early doesn't end what proves it; a second one does.
		r.Verification, err = r.Oracle.Verify(context.WithoutCancel(ctx), c.targets)
		live.clear()
		if err != nil {
			return errors.Join(err, c.tell(r, stdout, stderr))
		}
	}
	if err := c.tell(r, stdout, stderr); err != nil {
		return err
	}
	switch {
	case r.Verification != nil && !r.Verification.OK():
		return errDiffers
	case r.Requests > 0 && r.Acknowledged == 0:
		return errors.New("nothing was acknowledged")
	}
	return nil
}

// tell prints the result and writes the files that were asked for.
func (c *cli) tell(r *load.Result, stdout, stderr io.Writer) error {
	summaryTo := stdout
	if c.JSON == "-" {
		summaryTo = stderr
	}
	printSummary(summaryTo, r)
	var errs []error
	if c.JSON != "" {
		errs = append(errs, writeTo(c.JSON, stdout, func(w io.Writer) error {
			e := json.NewEncoder(w)
			e.SetIndent("", "  ")
			return e.Encode(r)
		}))
	}
	if c.Report != "" {
		errs = append(errs, writeTo(c.Report, stdout, func(w io.Writer) error { return writeReport(w, r) }))
	}
	return errors.Join(errs...)
}

func (c *cli) export(ctx context.Context, stdout, stderr io.Writer) error {
	begin := time.Now()
	return writeTo(c.Vegeta, stdout, func(w io.Writer) error {
		n, err := load.ExportVegeta(ctx, c.plan(), w)
		if err == nil {
			fmt.Fprintf(stderr, "wrote %d requests in %.1f s; fire them with: vegeta attack -format=json -lazy -targets=%s\n", n, time.Since(begin).Seconds(), c.Vegeta)
		}
		return err
	})
}

// writeTo writes a file; - is standard output.
func writeTo(name string, stdout io.Writer, write func(io.Writer) error) error {
	if name == "-" {
		return write(stdout)
	}
	f, err := os.Create(name)
	if err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

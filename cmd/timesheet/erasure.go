package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"timesheet"
	timesheethttp "timesheet/http"
)

// Run erases a person, or says what there is of them.
func (c *eraseCmd) Run(ctx context.Context, con *console, log *slog.Logger) error {
	s, err := connect(ctx, log, c.storeSettings, c.serverSettings)
	if err != nil {
		return err
	}
	if !c.Yes {
		return errors.Join(c.look(ctx, con, s), s.Close())
	}
	if r, ok := s.(remote); ok {
		return errors.Join(c.erase(ctx, con, r.Remote), r.Close())
	}
	if err := s.Close(); err != nil {
		return err
	}
	return c.eraseAlone(ctx, con, log)
}

// eraseWithin bounds an erasure.
const eraseWithin = 10 * time.Minute

// eraseAlone erases by a service of its own, which nobody else can use: erasing is more
// than the store's part of it, and so there is one way to do it.
func (c *eraseCmd) eraseAlone(ctx context.Context, con *console, log *slog.Logger) error {
	own := serviceSettings{store: c.storeSettings, listen: listenSettings{Listen: "127.0.0.1:0", RequestTimeout: eraseWithin}, alone: true}
	v, err := newService(quieter(log), own)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- v.run(ctx, func() { close(ready) }) }()
	select {
	case err := <-ended:
		return err
	case <-ready:
	}
	r, err := timesheethttp.Dial(ctx, v.url(), timesheethttp.WithToken(v.door.own))
	if err == nil {
		err = c.erase(ctx, con, r)
		r.Close()
	}
	stop()
	return errors.Join(err, <-ended)
}

func (c *eraseCmd) erase(ctx context.Context, con *console, r *timesheethttp.Remote) error {
	entries, sessions, byHand, err := r.EraseEmployee(ctx, c.Employee)
	if err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	fmt.Fprintf(con.out, "erased %q: %d entries, %d sessions; what comes of the person later is dropped\n", c.Employee, entries, sessions)
	for _, todo := range byHand {
		fmt.Fprintf(con.out, "by hand: %s\n", todo)
	}
	return nil
}

// look says what there is, and touches nothing.
func (c *eraseCmd) look(ctx context.Context, con *console, s site) error {
	gone, err := s.Erased(ctx, c.Employee)
	if err != nil {
		return err
	}
	if gone {
		fmt.Fprintf(con.out, "%q was erased already; --yes finishes what was cut short\n", c.Employee)
		return nil
	}
	n, first, last := 0, timesheet.LastDay, timesheet.FirstDay
	if err := s.Export(ctx, timesheet.FirstDay, timesheet.LastDay, func(e timesheet.Entry) error {
		if e.Employee == c.Employee {
			n, first, last = n+1, min(first, e.Day), max(last, e.Day)
		}
		return nil
	}); err != nil {
		return err
	}
	span := ""
	if n > 0 {
		span = fmt.Sprintf(", from %v to %v", first, last)
	}
	fmt.Fprintf(con.out, "%q has %d entries%s\n", c.Employee, n, span)
	return usagef("nothing was erased: there is no way back, so say --yes to do it")
}

package bench

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"timesheet"
	"timesheet/actors"
	timesheethttp "timesheet/http"
	"timesheet/pebble"
)

// serveEnv names the directory of the store that this binary serves, instead of running
// benchmarks; idleEnv says how long actors live idle, for which the program has no
// setting.
const (
	serveEnv = "BENCH_SERVE"
	idleEnv  = "BENCH_IDLE"
)

// serving is a command that serves a new store in dir, in a process of its own.
func serving(b *testing.B, dir string, idle time.Duration) *exec.Cmd {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serveEnv+"="+dir, idleEnv+"="+idle.String())
	return cmd
}

// serve is the service as the program builds it, without settings.
func serve(dir string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	idle, err := time.ParseDuration(os.Getenv(idleEnv))
	if err != nil {
		return err
	}
	store, err := pebble.Open(ctx, dir, pebble.Options{Logger: discard})
	if err != nil {
		return err
	}
	if _, err := store.SetDayRules(ctx, 0, []timesheet.Assignment{{Rule: timesheet.DayRule{Zone: "UTC"}}}); err != nil {
		return err
	}
	sys, err := actors.Start(ctx, store, actors.Options{Logger: discard, IdleAfter: idle})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := timesheethttp.New(timesheethttp.Options{Clockings: sys, Store: store, Logger: discard, Ready: func() error {
		if n := sys.Stats().Employees; n > 0 { // how its parent sees that all are passivated
			return fmt.Errorf("%d employees are active", n)
		}
		return nil
	}})
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	fmt.Println("http://" + listener.Addr().String())
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
		return nil
	}
}

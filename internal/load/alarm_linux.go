package load

import (
	"context"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// alarm wakes its goroutine at an instant. The runtime's own timers are late by up to a
// millisecond while nothing else happens, since it waits in whole milliseconds; here the
// kernel's timer is one more file that the runtime waits for.
type alarm struct {
	f    *os.File // nil: the kernel gave none
	fd   int      // of f; File.Fd would make its reads block a thread
	stop func() bool
	b    [8]byte
}

// newAlarm ends all waits with ctx.
func newAlarm(ctx context.Context) *alarm {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return &alarm{}
	}
	f := os.NewFile(uintptr(fd), "timer")
	return &alarm{f: f, fd: fd, stop: context.AfterFunc(ctx, func() { _ = f.SetReadDeadline(time.Unix(1, 0)) })}
}

func (a *alarm) close() {
	if a.f != nil {
		a.stop()
		_ = a.f.Close() // a timer has nothing to lose
	}
}

// wait waits for an instant to come; ctx's error if that ends first.
func (a *alarm) wait(ctx context.Context, at time.Time) error {
	d := time.Until(at)
	if d <= 0 {
		return ctx.Err()
	}
	if a.f == nil {
		return waitUntil(ctx, at)
	}
	spec := &unix.ItimerSpec{Value: unix.NsecToTimespec(int64(d))}
	if err := unix.TimerfdSettime(a.fd, 0, spec, nil); err != nil {
		return waitUntil(ctx, at)
	}
	if _, err := a.f.Read(a.b[:]); err != nil && ctx.Err() == nil {
		return waitUntil(ctx, at)
	}
	return ctx.Err()
}

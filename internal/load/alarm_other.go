//go:build !linux

package load

import (
	"context"
	"time"
)

// alarm wakes its goroutine at an instant, as well as the runtime's timers do.
type alarm struct{}

func newAlarm(context.Context) *alarm { return &alarm{} }

func (*alarm) close() {}

// wait waits for an instant to come; ctx's error if that ends first.
func (*alarm) wait(ctx context.Context, at time.Time) error { return waitUntil(ctx, at) }

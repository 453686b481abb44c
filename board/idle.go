package board

import (
	"context"
	"errors"
	"time"
)

// errIdle ends a feed that nobody needs.
var errIdle = errors.New("nobody has asked for so long")

// want says that somebody looks at a day or waits for changes.
func (b *Boards) want() {
	if b.o.Idle == 0 {
		return
	}
	b.wantedAt.Store(time.Now().UnixNano())
	select {
	case b.wanted <- struct{}{}:
	default:
	}
}

// idle tells whether nobody has asked for Options.Idle.
func (b *Boards) idle() bool {
	return b.o.Idle > 0 && time.Since(time.Unix(0, b.wantedAt.Load())) >= b.o.Idle
}

// awaitWanted waits until somebody asks, or ctx ends.
func (b *Boards) awaitWanted(ctx context.Context) {
	for b.idle() {
		select {
		case <-b.wanted:
		case <-ctx.Done():
			return
		}
	}
}

// whileWanted is ctx, which ends with errIdle when nobody asks any more.
func (b *Boards) whileWanted(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	if b.o.Idle == 0 {
		return ctx, func() { cancel(nil) }
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(b.o.Idle / 4)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				if b.idle() {
					cancel(errIdle)
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return ctx, func() {
		cancel(nil)
		<-done
	}
}

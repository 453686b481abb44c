package mssql

import (
	"context"
	"log/slog"
	"time"
)

// grace is how long a call whose connection was cut may take to notice, before it is
// left to itself.
const grace = time.Second

// lane is one connection, whose callers take turns.
type lane struct {
	turn chan struct{} // holds one token; whoever takes it owns idle
	idle *link         // nil: none; owned by whoever has the turn
	keep bool          // idle connections
}

func newLane(keep bool) *lane {
	n := &lane{turn: make(chan struct{}, 1), keep: keep}
	n.turn <- struct{}{}
	return n
}

// close waits for the call that runs, and closes the connection.
func (n *lane) close() {
	<-n.turn
	defer func() { n.turn <- struct{}{} }()
	if n.idle != nil {
		n.idle.close()
		n.idle = nil
	}
}

// call runs work on the connection of pages.
func (v *View) call(ctx context.Context, op string, work func(context.Context, *link) error, take func(*link)) error {
	return v.callOn(ctx, v.pages, op, work, take)
}

// callOn runs work on a lane's connection, within the time of one call, and hands what
// it read to take. A connection that had ended before it was used again gets a second try.
func (v *View) callOn(ctx context.Context, n *lane, op string, work func(context.Context, *link) error, take func(*link)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, v.timeout, errNoAnswer)
	defer cancel()
	select {
	case <-v.closing:
		return v.tell(op, givenUp{errClosed})
	case <-ctx.Done():
		return v.tell(op, givenUp{context.Cause(ctx)})
	case <-n.turn:
	}
	defer func() { n.turn <- struct{}{} }()
	for {
		l, used := n.idle, n.idle != nil
		n.idle = nil
		if !used {
			l = newLink(v.at.config, v.texts.session, v.name)
		}
		err := v.attempt(ctx, l, work)
		if err == nil {
			take(l)
			if !n.keep {
				l.close()
				return nil
			}
			n.idle = l // if it was cut at the same moment, the next call sees that it has ended
			return nil
		}
		if !used || !isStale(err) || ctx.Err() != nil {
			return v.tell(op, err)
		}
		v.logger.Debug("the clocking view's connection had ended; connecting again", slog.String("server", v.at.host()))
	}
}

// attempt runs work beside a timer. When the time is over, or the view is closed, the
// connection is cut below the driver, and attempt returns whatever the driver does.
// After an error l is closed, or belongs to a goroutine that closes it.
func (v *View) attempt(ctx context.Context, l *link, work func(context.Context, *link) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	done := make(chan error, 1)
	go func() {
		err := v.run(ctx, l, work)
		if err != nil {
			l.close()
		}
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	case <-v.closing:
		cancel(errClosed)
	}
	l.cut()
	late := time.NewTimer(grace)
	defer late.Stop()
	select {
	case err := <-done:
		if err == nil {
			return nil // it was done at the same moment
		}
	case <-late.C:
		v.logger.Warn("a call of the database driver does not return; it is left alone", slog.String("server", v.at.host()))
	}
	return givenUp{context.Cause(ctx)}
}

// run connects where there is no connection yet, then does the work.
func (v *View) run(ctx context.Context, l *link, work func(context.Context, *link) error) error {
	if l.conn == nil {
		if err := l.connect(ctx); err != nil {
			return err
		}
		v.logger.Debug("connected to the clocking view", slog.String("server", v.at.host()), slog.String("user", v.at.config.User))
	}
	return work(ctx, l)
}

// Close ends running calls and their connections, and waits for them. It may be called
// at any time, and again. Calls after it are Unavailable.
func (v *View) Close() error {
	v.once.Do(func() { close(v.closing) })
	v.pages.close()
	v.searches.close()
	return nil
}

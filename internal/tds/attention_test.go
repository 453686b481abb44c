package tds_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"timesheet/internal/tds"
)

// endless answers until it is stopped, and closes stopped then.
func endless(started, stopped chan struct{}) func(context.Context, tds.Query, *tds.Writer) error {
	return func(_ context.Context, _ tds.Query, w *tds.Writer) error {
		defer close(stopped)
		if err := w.Columns([]tds.Column{{Name: "id", Type: tds.BigIntType()}}); err != nil {
			return err
		}
		close(started)
		for id := int64(0); ; id++ {
			if err := w.Row([]tds.Value{tds.Int(id)}); err != nil {
				return err
			}
		}
	}
}

// blocked answers nothing until its context ends.
func blocked(started, stopped chan struct{}) func(context.Context, tds.Query, *tds.Writer) error {
	return func(ctx context.Context, _ tds.Query, _ *tds.Writer) error {
		defer close(stopped)
		close(started)
		<-ctx.Done()
		return ctx.Err()
	}
}

func await(t *testing.T, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatalf("%s: not within %v", what, patience)
	}
}

func TestAttention(t *testing.T) {
	for name, answer := range map[string]func(started, stopped chan struct{}) func(context.Context, tds.Query, *tds.Writer) error{
		"while rows flow": endless, "while nothing comes": blocked,
	} {
		for _, args := range [][]any{nil, {int64(1)}} {
			t.Run(name, func(t *testing.T) {
				started, stopped := make(chan struct{}), make(chan struct{})
				s := serve(t, answers{"select on": answer(started, stopped), "select ids": ids(10)}, nil)
				db := s.open(t)
				db.SetMaxOpenConns(1)
				ctx, cancel := context.WithCancel(t.Context())
				go func() { <-started; cancel() }()
				rows, err := db.QueryContext(ctx, "select on", args...)
				for err == nil {
					if !rows.Next() {
						err = errors.Join(rows.Err(), rows.Close())
						break
					}
				}
				if !errors.Is(err, context.Canceled) {
					t.Errorf("%v", err)
				}
				await(t, "the query's end", stopped)
				if n, err := readIDs(t.Context(), db, "select ids"); n != 10 || err != nil {
					t.Errorf("after it: %d rows, %v", n, err)
				}
				if n := len(s.handler.logins); n != 1 {
					t.Errorf("%d connections: the attention was not acknowledged", n)
				}
			})
		}
	}
}

// TestAttentionRaces cancels at all moments of short answers: whoever wins, each
// attention is acknowledged once, and the connection stays good.
func TestAttentionRaces(t *testing.T) {
	s := serve(t, answers{"select ids": ids(2000), "select one": ids(1)}, nil)
	db := s.open(t)
	db.SetMaxOpenConns(1)
	for i := range 200 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*5*time.Microsecond)
		n, err := readIDs(ctx, db, "select ids")
		if err == nil && n != 2000 {
			t.Fatalf("%d rows and no error", n)
		}
		cancel()
		if n, err := readIDs(t.Context(), db, "select one"); n != 1 || err != nil {
			t.Fatalf("after cancelling at %d: %d rows, %v", i, n, err)
		}
	}
}

func TestIgnoredAttention(t *testing.T) {
	started, stopped := make(chan struct{}), make(chan struct{})
	s := serve(t, answers{"select on": blocked(started, stopped)}, nil)
	s.Faults.IgnoreAttention(true)
	db := s.open(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { _, err := db.QueryContext(ctx, "select on"); ended <- err }()
	await(t, "the query", started)
	cancel()
	select {
	case <-stopped:
		t.Error("the query heard of the attention")
	case err := <-ended:
		t.Logf("the driver gave up by itself: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	s.CutConnections()
	await(t, "the query's end after the cut", stopped)
}

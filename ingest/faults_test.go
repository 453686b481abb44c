package ingest_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/ingest"
)

var small = ingest.ImportOptions{Now: now, Batch: 100, Parallel: 3, Patience: time.Minute}

// clean is what an import of cs without faults leaves, under the rules r.
func clean(t *testing.T, r *timesheet.DayRules, data string) []timesheet.Entry {
	t.Helper()
	sink := newMemory()
	sink.stored, sink.loaded = r, r
	if _, err := ingest.Import(t.Context(), sink, []ingest.Source{file("a", data)}, small); err != nil {
		t.Fatal(err)
	}
	return sink.all()
}

func code(c timesheet.Code) error { return timesheet.NewError(c, "submit", errors.New("as asked")) }

func TestSinkFaults(t *testing.T) {
	data := csvOf(shift(1000))
	t.Run("stale rules are read again and the batch made anew", func(t *testing.T) {
		sink := newMemory()
		tokyo := rules(2, "Asia/Tokyo")
		sink.fault = func(_ context.Context, n int) error {
			if n == 5 { // the rules change between two batches; entries of before stay, as the old rules made them
				sink.setRules(tokyo)
				sink.mu.Lock()
				clear(sink.entries)
				sink.mu.Unlock()
			}
			return nil
		}
		options := small
		options.Parallel = 1
		sum, err := ingest.Import(t.Context(), sink, []ingest.Source{file("a", data)}, options)
		if err != nil || sum.Accepted != 1000 {
			t.Fatalf("%+v, %v", sum, err)
		}
		same(t, sink.all(), clean(t, tokyo, csvOf(shift(1000)[400:])))
	})
	t.Run("rows that only the new rules refuse are listed", func(t *testing.T) {
		sink := newMemory()
		sink.setRules(rules(2, "America/New_York"))
		var list strings.Builder
		options := small
		options.Rejects = &list
		sum, err := ingest.Import(t.Context(), sink, []ingest.Source{file("a", header+"7,2000-01-01T00:30:00+01:00\n7,2026-01-01T00:30:00\n")}, options)
		if err != nil || sum.Accepted != 1 || sum.Rejected != 1 || !strings.Contains(list.String(), "\n2,\"clocked_at: 1999-12-31T18:30:00-05:00 lies before") {
			t.Errorf("%+v, %v, %q", sum, err, list.String())
		}
		sink.setRules(rules(3, "America/New_York"))
		sum, err = ingest.Import(t.Context(), sink, []ingest.Source{file("a", header+"7,2000-01-01T00:30:00+01:00\n")}, options)
		if err != nil || sum.Accepted != 0 || sum.Rejected != 1 {
			t.Errorf("%+v, %v", sum, err)
		}
	})
	t.Run("stale for ever ends", func(t *testing.T) {
		sink := newMemory()
		sink.fault = func(context.Context, int) error { return code(timesheet.Stale) }
		_, err := ingest.Import(t.Context(), sink, []ingest.Source{file("a", data)}, small)
		if !errors.Is(err, timesheet.Stale) {
			t.Error(err)
		}
	})
	for _, c := range []timesheet.Code{timesheet.Overloaded, timesheet.Unavailable} {
		t.Run(string(c)+" for a while is waited out", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sink := newMemory()
				began := time.Now()
				sink.fault = func(context.Context, int) error {
					if time.Since(began) < 50*time.Second {
						return code(c)
					}
					return nil
				}
				sum, err := ingest.Import(t.Context(), sink, []ingest.Source{file("a", data)}, small)
				if err != nil || sum.Accepted != 1000 || sink.submits > 200 {
					t.Errorf("%+v, %v, %d submits", sum, err, sink.submits)
				}
				same(t, sink.all(), clean(t, sink.stored, data))
			})
		})
		t.Run(string(c)+" for ever ends, and says what is durable", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sink := newMemory()
				var done atomic.Int32
				sink.fault = func(context.Context, int) error {
					if done.Add(1) > 4 {
						return code(c)
					}
					return nil
				}
				began := time.Now()
				sum, err := ingest.Import(t.Context(), sink, []ingest.Source{file("a", data)}, small)
				if !errors.Is(err, c) || sum.Accepted != 400 || !strings.Contains(err.Error(), "400 clockings are durable") {
					t.Errorf("%+v, %v", sum, err)
				}
				if took := time.Since(began); took < time.Minute || took > time.Minute+time.Second {
					t.Errorf("gave up after %v", took)
				}
				sink.fault = nil
				if _, err := ingest.Import(t.Context(), sink, []ingest.Source{file("a", data)}, small); err != nil {
					t.Error(err)
				}
				same(t, sink.all(), clean(t, sink.stored, data))
			})
		})
	}
	t.Run("rules that can't be read are waited for", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			sink := newMemory()
			sink.setRules(rules(2, "Asia/Tokyo"))
			var tries atomic.Int32
			sink.reload = func() error {
				if tries.Add(1) < 5 {
					return code(timesheet.Unavailable)
				}
				return nil
			}
			if sum, err := ingest.Import(t.Context(), sink, []ingest.Source{file("a", data)}, small); err != nil || sum.Accepted != 1000 {
				t.Errorf("%+v, %v", sum, err)
			}
		})
	})
	t.Run("invalid and internal end at once", func(t *testing.T) {
		for _, c := range []timesheet.Code{timesheet.Invalid, timesheet.Internal} {
			sink := newMemory()
			sink.fault = func(context.Context, int) error { return code(c) }
			_, err := ingest.Import(t.Context(), sink, []ingest.Source{file("a", data)}, small)
			if !errors.Is(err, c) || sink.submits > small.Parallel {
				t.Errorf("%v after %d submits", err, sink.submits)
			}
		}
	})
}

func TestParallel(t *testing.T) {
	sink := newMemory()
	var inside, most atomic.Int32
	meet := make(chan struct{})
	sink.fault = func(_ context.Context, n int) error {
		if now := inside.Add(1); now > most.Load() {
			most.Store(now)
		}
		defer inside.Add(-1)
		if n <= 3 { // the first three wait for one another
			if n == 3 {
				close(meet)
			}
			<-meet
		}
		return nil
	}
	if _, err := ingest.Import(t.Context(), sink, []ingest.Source{file("a", csvOf(shift(3000)))}, small); err != nil || most.Load() != 3 {
		t.Errorf("%d batches at once, %v", most.Load(), err)
	}
}

func TestCancel(t *testing.T) {
	stopped := errors.New("interrupted")
	check := func(t *testing.T, err error) {
		t.Helper()
		if !errors.Is(err, stopped) || !errors.Is(err, timesheet.Unavailable) || !strings.Contains(err.Error(), "harmless") {
			t.Error(err)
		}
	}
	t.Run("while the sink is busy", func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		sink := newMemory()
		sink.fault = func(ctx context.Context, n int) error {
			if n == 3 {
				cancel(stopped)
			}
			if n >= 3 {
				<-ctx.Done()
				return timesheet.NewError(timesheet.Unavailable, "submit", ctx.Err())
			}
			return nil
		}
		sum, err := ingest.Import(ctx, sink, []ingest.Source{file("a", csvOf(shift(3000)))}, small)
		check(t, err)
		if sum.Accepted != 200 {
			t.Errorf("%+v", sum)
		}
	})
	t.Run("while it waits for the sink to come back", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			sink := newMemory()
			sink.fault = func(context.Context, int) error { return code(timesheet.Unavailable) }
			began := time.Now()
			time.AfterFunc(7*time.Second, func() { cancel(stopped) })
			_, err := ingest.Import(ctx, sink, []ingest.Source{file("a", csvOf(shift(3000)))}, small)
			check(t, err)
			if took := time.Since(began); took != 7*time.Second {
				t.Errorf("stopped after %v", took)
			}
		})
	})
	t.Run("while it waits for input", func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		r, w := io.Pipe()
		src := ingest.Source{Name: "-", Open: func() (io.ReadCloser, error) { return r, nil }}
		go func() {
			_, _ = io.WriteString(w, csvOf(shift(10)))
			cancel(stopped) // the writer never closes
		}()
		_, err := ingest.Import(ctx, newMemory(), []ingest.Source{src}, small)
		check(t, err)
		if _, err := w.Write([]byte("x")); !errors.Is(err, io.ErrClosedPipe) {
			t.Error("the source is still open", err)
		}
	})
	t.Run("before it begins", func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(stopped)
		sum, err := ingest.Import(ctx, newMemory(), []ingest.Source{file("a", csvOf(shift(3000)))}, small)
		check(t, err)
		if sum.Accepted != 0 {
			t.Errorf("%+v", sum)
		}
	})
}

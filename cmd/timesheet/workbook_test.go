package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/internal/locked"
	"timesheet/storetest"
)

// office is a rules file whose version from a day on has another break.
func office(from, after string) string {
	return "format: 1\ndefault_schedule: office\nschedules:\n  office:\n    - break: [{after: 6h, deduct: 30m}]\n    - from: " + from + "\n      break: [{after: " + after + ", deduct: 45m}]\n"
}

// desk is an instance's rules file and what it logs.
type desk struct {
	*testing.T
	store *storetest.Faulty
	file  string
	log   locked.Buffer
}

func newDesk(t *testing.T, store *storetest.Faulty) *desk {
	return &desk{T: t, store: store, file: filepath.Join(t.TempDir(), "rules.yaml")}
}

func (d *desk) write(text string) {
	d.Helper()
	if err := os.WriteFile(d.file, []byte(text), 0o600); err != nil {
		d.Fatal(err)
	}
}

// settledUntil is the last settled day of these tests.
var settledUntil = timesheet.DayOf(2026, time.March, 31)

func (d *desk) open(ctx context.Context, s workSettings) (*workbook, error) {
	log := slog.New(slog.NewTextHandler(&d.log, &slog.HandlerOptions{Level: slog.LevelInfo}))
	return openWorkbook(ctx, log, d.store, s, bookTexts{}, func() timesheet.Day { return settledUntil })
}

func (d *desk) mustOpen(ctx context.Context, s workSettings) *workbook {
	d.Helper()
	b, err := d.open(ctx, s)
	if err != nil {
		d.Fatal(err)
	}
	return b
}

// deducts says which break the rules in force have on the first of a month of 2026.
func (d *desk) deducts(b *workbook, month time.Month, want time.Duration) {
	d.Helper()
	breaks := b.rules().Work.Terms("office", timesheet.DayOf(2026, month, 1)).Breaks
	var got time.Duration
	if len(breaks) > 0 {
		got = breaks[0].After
	}
	if got != want {
		d.Errorf("the break is after %v, want %v", got, want)
	}
}

func atDesk(t *testing.T, name string, f func(ctx context.Context, d *desk)) {
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			f(ctx, newDesk(t, storetest.NewFaulty(storetest.NewMemory(4))))
			cancel()
			synctest.Wait()
		})
	})
}

// pass lets time pass, in the bubble, and what happens then.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestWorkbook(t *testing.T) {
	const later, earlier = "2026-06-01", "2026-02-01"
	atDesk(t, "has the defaults where nothing is known", func(ctx context.Context, d *desk) {
		b := d.mustOpen(ctx, workSettings{})
		if got := b.rules().Work.Default(); got != timesheet.DefaultSchedule || b.rules().Directory != nil || b.notes() != nil {
			d.Errorf("%q, %v", got, b.notes())
		}
	})
	atDesk(t, "an instance without files follows those of another", func(ctx context.Context, d *desk) {
		other := d.mustOpen(ctx, workSettings{})
		go other.run(ctx)
		d.write(office(later, "9h"))
		b := d.mustOpen(ctx, workSettings{Rules: d.file})
		go b.run(ctx)
		d.deducts(b, time.July, 9*time.Hour)
		pass(bookEvery + time.Second)
		d.deducts(other, time.July, 9*time.Hour)
		d.write(office(later, "8h30m"))
		pass(3 * bookEvery)
		d.deducts(b, time.July, 8*time.Hour+30*time.Minute)
		d.deducts(other, time.July, 8*time.Hour+30*time.Minute)
		d.deducts(d.mustOpen(ctx, workSettings{}), time.July, 8*time.Hour+30*time.Minute)
	})
	atDesk(t, "a bad file is refused and the old one stays, also after a restart", func(ctx context.Context, d *desk) {
		d.write(office(later, "9h"))
		b := d.mustOpen(ctx, workSettings{Rules: d.file})
		go b.run(ctx)
		d.write(strings.Replace(office(later, "9h"), "deduct: 45m", "deduct: 45 apples", 1))
		pass(3 * bookEvery)
		d.deducts(b, time.July, 9*time.Hour)
		again := d.mustOpen(ctx, workSettings{Rules: d.file})
		d.deducts(again, time.July, 9*time.Hour)
		for _, w := range []*workbook{b, again} {
			if n := w.notes(); len(n) != 1 || !strings.Contains(n[0], "timesheet rules check") {
				d.Errorf("notes %q", n)
			}
		}
		if !strings.Contains(d.log.String(), "is refused") || !strings.Contains(d.log.String(), "rules.yaml:7") {
			d.Errorf("log: %s", d.log.String())
		}
		d.write(office(later, "9h15m"))
		pass(3 * bookEvery)
		d.deducts(b, time.July, 9*time.Hour+15*time.Minute)
		if n := b.notes(); n != nil {
			d.Errorf("notes %q", n)
		}
	})
	atDesk(t, "a restart with the same file writes nothing", func(ctx context.Context, d *desk) {
		d.write(office(later, "9h"))
		d.mustOpen(ctx, workSettings{Rules: d.file})
		before, err := d.store.DocumentVersion(ctx, bookName)
		d.mustOpen(ctx, workSettings{Rules: d.file})
		if after, err2 := d.store.DocumentVersion(ctx, bookName); after != before || before == 0 || err != nil || err2 != nil {
			d.Errorf("version %d, then %d: %v %v", before, after, err, err2)
		}
	})
	atDesk(t, "settled days change only with restate", func(ctx context.Context, d *desk) {
		d.write(office(later, "9h"))
		b := d.mustOpen(ctx, workSettings{Rules: d.file})
		go b.run(ctx)
		d.write(office(earlier, "9h"))
		pass(3 * bookEvery)
		d.deducts(b, time.March, 6*time.Hour)
		again := d.mustOpen(ctx, workSettings{Rules: d.file})
		d.deducts(again, time.March, 6*time.Hour)
		if n := again.notes(); len(n) != 1 || !strings.Contains(n[0], "first 2026-02-01") || !strings.Contains(n[0], "--restate") {
			d.Errorf("notes %q", n)
		}
		restated := d.mustOpen(ctx, workSettings{Rules: d.file, Restate: true})
		d.deducts(restated, time.March, 9*time.Hour)
		if !strings.Contains(d.log.String(), "settled days change") {
			d.Errorf("log: %s", d.log.String())
		}
		pass(2 * bookEvery)
		d.deducts(b, time.March, 9*time.Hour) // it follows
	})
	atDesk(t, "without a version from before a bad file is an error", func(ctx context.Context, d *desk) {
		d.write("format: 1\nschedule: {}\n")
		if _, err := d.open(ctx, workSettings{Rules: d.file}); !errors.Is(err, timesheet.Invalid) {
			d.Errorf("got %v", err)
		}
	})
	atDesk(t, "a store that is away gets its copy later, one that lost it gets it again", func(ctx context.Context, d *desk) {
		d.store.On("SetDocument", storetest.Always(storetest.Fault{Before: storetest.ErrInjected}))
		d.write(office(later, "9h"))
		b := d.mustOpen(ctx, workSettings{Rules: d.file})
		go b.run(ctx)
		d.deducts(b, time.July, 9*time.Hour)
		pass(2 * bookEvery)
		d.store.On("SetDocument", nil)
		pass(2 * bookEvery)
		d.deducts(d.mustOpen(ctx, workSettings{}), time.July, 9*time.Hour)
	})
	atDesk(t, "a write that was done though it failed is taken for what it is", func(ctx context.Context, d *desk) {
		d.store.On("SetDocument", storetest.Nth(1, storetest.Fault{After: storetest.ErrInjected}))
		d.write(office(later, "9h"))
		b := d.mustOpen(ctx, workSettings{Rules: d.file})
		go b.run(ctx)
		pass(3 * bookEvery)
		b.mu.Lock()
		unsaved, digest := b.unsaved, b.digest
		b.mu.Unlock()
		if unsaved || digest == "" {
			d.Errorf("unsaved %v, digest %q", unsaved, digest)
		}
		d.deducts(d.mustOpen(ctx, workSettings{}), time.July, 9*time.Hour)
	})
	t.Run("a store that lost it gets it again", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			memory := storetest.NewMemory(4)
			d := newDesk(t, storetest.NewFaulty(memory))
			d.write(office(later, "9h"))
			b := d.mustOpen(ctx, workSettings{Rules: d.file})
			follower := d.mustOpen(ctx, workSettings{})
			memory.Clear()
			if err := follower.follow(ctx); err != nil { // also one without files has a copy
				t.Fatal(err)
			}
			d.deducts(d.mustOpen(ctx, workSettings{}), time.July, 9*time.Hour)
			if err := b.follow(ctx); err != nil {
				t.Fatal(err)
			}
			d.deducts(b, time.July, 9*time.Hour)
			cancel()
		})
	})
}

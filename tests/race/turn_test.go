package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"timesheet/internal/load"
	"timesheet/internal/redistest"
)

// fair are settings for turns of an instant.
var fair = settings{Seconds: 0.2, WarmUp: 0.2, Connections: 32, Employees: 100, GOGC: 100, Seed: 1}

func newGround(t *testing.T) *ground {
	t.Helper()
	redis, err := redistest.Launch()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := redis.Close(); err != nil {
			t.Error(err)
		}
	})
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &ground{dir: t.TempDir(), program: program, redis: redis}
}

// TestWrongEntries has a contestant that isn't atomic and claims that it is.
func TestWrongEntries(t *testing.T) {
	g := newGround(t)
	liar := fair.baseline("naive", "")
	liar.racy = false
	c := postsCmd{fair}
	for range 20 {
		if _, _, err := c.turn(t.Context(), g, liar); err != nil {
			if !strings.Contains(err.Error(), "in the order of ids: ") || !strings.Contains(err.Error(), "entries are wrong") {
				t.Error(err)
			}
			return
		}
	}
	t.Error("20 turns, and no entry was wrong")
}

func TestContestantsThatFail(t *testing.T) {
	for name, start := range map[string]func(context.Context, *ground) (*process, error){
		"ended at its start": func(ctx context.Context, g *ground) (*process, error) {
			return launch(ctx, nil, g.program, "baseline", "lua", "--redis", "no URL")
		},
		"no such file": func(ctx context.Context, _ *ground) (*process, error) {
			return launch(ctx, nil, "/nowhere/timesheet")
		},
		// answers 503 since Redis is gone
		"not all were acknowledged": func(ctx context.Context, g *ground) (*process, error) {
			p, err := fair.baseline("lua", "").start(ctx, g)
			g.redis.Stop()
			return p, err
		},
	} {
		c := postsCmd{fair}
		_, _, err := c.turn(t.Context(), newGround(t), contestant{name: "failing", start: start})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want %q", err, name)
		}
	}
}

// TestReached has services that count something else than what they acknowledged.
func TestReached(t *testing.T) {
	for _, c := range []struct {
		acked, accepted, reached int
		err                      string
	}{
		{100, 100, 100, ""},
		{100, 130, 130, ""}, // 30 to warm up
		{100, 100, 99, "99 reached"},
		{100, 99, 99, "the senders count 100"},
		{100, 100, 101, "101 reached"},
	} {
		service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, "# HELP timesheet_clockings_total of all 7\ntimesheet_clockings_total %d\n", c.reached)
			fmt.Fprintf(w, "go_goroutines 8\ntimesheet_http_clockings_accepted_total %d\n", c.accepted)
		}))
		one := turn{contestant: contestant{service: true}, process: &process{url: service.URL}, acked: int64(c.acked), values: make(map[string]float64)}
		err := one.reached(t.Context())
		if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
			t.Errorf("%+v: %v", c, err)
		}
		if one.values["reached"] != float64(c.reached) {
			t.Errorf("%+v: %v", c, one.values)
		}
		http.DefaultClient.CloseIdleConnections()
		service.Close()
	}
}

// TestBareRedis sends by the senders' schedule straight to Redis: what arrives is what
// was sent.
func TestBareRedis(t *testing.T) {
	g := newGround(t)
	c := latencyCmd{settings: fair, Rate: 1000}
	values, _, err := c.bareRedis(t.Context(), g)
	if err != nil || values["acknowledged"] < 150 || values["acknowledged"] > 200 || values["p50_ms"] <= 0 {
		t.Fatalf("%v, %v", values, err)
	}
	if got, err := g.redis.Do("DBSIZE"); err != nil || got != ":100" { // employees, all on one day
		t.Errorf("%q, %v", got, err)
	}
	g.redis.Stop()
	client, err := openRedis(g.redis.URL(), 4)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if values, err := c.throughRedis(t.Context(), client); err == nil {
		t.Errorf("without Redis: %v", values)
	}
}

func TestWorkloads(t *testing.T) {
	if err := fair.rush().Validate(time.Now()); err != nil {
		t.Error(err)
	}
	stream, err := load.NewStream(fair.rush(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range stream.Next(nil, 4*perDay) {
		if int(c.Employee) != i/perDay || c.Day != 0 {
			t.Errorf("clocking %d of a rush is %+v", i, c)
		}
	}
	if last := rushDay + rushDays; last > load.DefaultFrom {
		t.Errorf("rushes last until %v, into the days that are measured", last)
	}
}

func TestBareDisk(t *testing.T) {
	dir := t.TempDir()
	began := time.Now()
	took, err := bareDisk(t.Context(), dir, 50*time.Millisecond)
	if err != nil || len(took) == 0 || time.Since(began) < 50*time.Millisecond {
		t.Fatalf("%v, %v", took, err)
	}
	var sum time.Duration
	for _, d := range took {
		sum += d
	}
	if sum > time.Since(began) {
		t.Errorf("%v in %v", sum, time.Since(began))
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v, %v", left, err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := bareDisk(ended, dir, time.Hour); err == nil {
		t.Error("goes on although nobody waits")
	}
	if _, err := bareDisk(t.Context(), "/nowhere", time.Second); err == nil {
		t.Error("/nowhere is no directory")
	}
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[99-i] = time.Duration(i+1) * time.Millisecond
	}
	if got := latencies(hundred); got["p50_ms"] != 50 || got["p99_ms"] != 99 || got["p999_ms"] != 100 {
		t.Errorf("got %v", got)
	}
}

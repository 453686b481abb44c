package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"timesheet/internal/redistest"
)

// ground is where they run: one Redis for all, one folder, one build of the service.
type ground struct {
	dir     string // of this run alone
	program string // this one, which also is every baseline
	service string
	redis   *redistest.Process
}

// prepare builds the service, unless there is a build already, and starts Redis. Its append-only file is rewritten between turns only: in the midst of
// a turn it would cost one contestant what another caused.
func prepare(ctx context.Context, parent, service string) (_ *ground, err error) {
	g := &ground{service: service}
	defer func() {
		if err != nil {
			err = errors.Join(err, g.close())
		}
	}()
	if g.program, err = os.Executable(); err != nil {
		return nil, err
	}
	if g.dir, err = os.MkdirTemp(parent, "timesheet-race-"); err != nil {
		return nil, err
	}
	if g.service == "" {
		if g.service, err = buildService(ctx, g.dir); err != nil {
			return nil, err
		}
	}
	g.redis, err = redistest.Launch("--auto-aof-rewrite-percentage", "0")
	return g, err
}

// buildService builds the service with the flags of the Dockerfile.
func buildService(ctx context.Context, dir string) (string, error) {
	program := filepath.Join(dir, "timesheet")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, "timesheet/cmd/timesheet")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the service: %w\n%s", err, out)
	}
	return program, nil
}

func (g *ground) close() error {
	var err error
	if g.redis != nil {
		err = g.redis.Close()
	}
	if g.dir != "" {
		err = errors.Join(err, os.RemoveAll(g.dir))
	}
	return err
}

// clear empties Redis and its append-only file, and waits until it is at rest.
func (g *ground) clear() error {
	for _, command := range []string{"FLUSHALL", "BGREWRITEAOF"} {
		if reply, err := g.redis.Do(command); err != nil || strings.HasPrefix(reply, "-") {
			return fmt.Errorf("%s: %q, %w", command, reply, err)
		}
	}
	return g.redis.Until("aof_rewrite_in_progress:0", "INFO", "persistence")
}

// contestant is one who runs: a process of its own for each turn.
type contestant struct {
	name    string
	about   string
	kept    bool   // what it acknowledged can be read back
	racy    bool   // it may lose some of that: it is there to show so
	service bool   // it counts what reached the actors
	floor   string // what its latency is held against; "" where it isn't
	// start launches it over an empty store.
	start func(context.Context, *ground) (*process, error)
}

func (s settings) baseline(name, about string) contestant {
	return contestant{name: name, about: about, kept: name != "bind" && name != "sync", racy: name == "naive", start: func(ctx context.Context, g *ground) (*process, error) {
		return launch(ctx, []string{"GOGC=" + strconv.Itoa(s.GOGC)}, g.program, "baseline", name, "--redis", g.redis.URL(), "--connections", strconv.Itoa(s.Connections), "--dir", g.dir)
	}}
}

// ceiling is a baseline that shows what no service behind HTTP can surpass.
func (s settings) ceiling(name, about, floor string) contestant {
	c := s.baseline(name, about)
	c.floor = floor
	return c
}

// onRedis and onPebble are the service as `serve` runs it, with nothing set that isn't
// needed; build is "" for this run's own.
func onRedis(build string) func(context.Context, *ground) (*process, error) {
	return func(ctx context.Context, g *ground) (*process, error) {
		return g.serve(ctx, build, g.redis.URL())
	}
}

func onPebble(build string) func(context.Context, *ground) (*process, error) {
	return func(ctx context.Context, g *ground) (*process, error) {
		dir := filepath.Join(g.dir, "pebble")
		if err := os.RemoveAll(dir); err != nil {
			return nil, err
		}
		return g.serve(ctx, build, "pebble:"+dir)
	}
}

func (g *ground) serve(ctx context.Context, build, store string) (*process, error) {
	return launch(ctx, nil, cmp.Or(build, g.service), "serve", "--store", store, "--time-zone", "UTC", "--listen", "127.0.0.1:0")
}

// counts are the service's counters by name; none of a baseline.
func counts(ctx context.Context, url string) (map[string]float64, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	all := make(map[string]float64)
	if resp.StatusCode != http.StatusOK {
		return all, nil
	}
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if v, err := strconv.ParseFloat(value, 64); err == nil && strings.HasPrefix(name, "timesheet_") {
			all[name] = v
		}
	}
	return all, lines.Err()
}

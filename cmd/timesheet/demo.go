package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"timesheet/ingest"
	"timesheet/internal/demo"
	"timesheet/internal/generate"
)

// Run runs the demo until ctx ends.
func (c *demoCmd) Run(ctx context.Context, con *console, log *slog.Logger) (err error) {
	zone := c.TimeZone
	if zone == "" {
		zone = machineZone()
	}
	location, err := time.LoadLocation(string(zone))
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	dir, err := os.MkdirTemp("", "timesheet-demo-")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	staff := generate.New(generate.Options{Seed: uint64(c.Seed), Employees: int(c.Employees),
		NightShift: int(c.Employees) / nightWorkers, Zone: location})
	v, err := c.listen(log, storeSettings{Store: storeName("pebble:" + dir), TimeZone: zone})
	if err != nil {
		return err
	}
	v.rules = demo.Assignments(staff, string(zone))
	v.feed = func(ctx context.Context, sink ingest.Sink) error {
		return demo.Run(ctx, sink, demo.Options{Staff: staff, Now: time.Now, History: historyDays, Logger: log})
	}
	return v.run(ctx, func() {
		greet(con.out, fmt.Sprintf("the demo's board is at %s (Ctrl-C ends it; %d employees in %s)", v.url(), c.Employees, zone))
	})
}

const (
	nightWorkers = 20 // every so-manieth employee works nights
	historyDays  = 30
)

// listen takes another port where the usual one is in use: whoever tries the demo
// needn't know about ports.
func (c *demoCmd) listen(log *slog.Logger, s storeSettings) (*service, error) {
	v, err := newService(log, s, c.listenSettings)
	if errors.Is(err, syscall.EADDRINUSE) && c.Listen == defaultListen {
		other := c.listenSettings
		other.Listen = "127.0.0.1:0"
		return newService(log, s, other)
	}
	return v, err
}

const defaultListen address = "127.0.0.1:8080"

// machineZone is this machine's time zone by its IANA name; UTC where it can't be
// told. Go knows the zone's rules, but not its name.
func machineZone() zoneName {
	candidates := []string{strings.TrimPrefix(os.Getenv("TZ"), ":")}
	if target, err := filepath.EvalSymlinks("/etc/localtime"); err == nil {
		if _, name, ok := strings.Cut(target, "/zoneinfo/"); ok {
			candidates = append(candidates, name)
		}
	}
	if text, err := os.ReadFile("/etc/timezone"); err == nil {
		candidates = append(candidates, strings.TrimSpace(string(text)))
	}
	for _, name := range candidates {
		if zone, err := parseZone(name); err == nil {
			return zone
		}
	}
	return "UTC"
}

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

	"timesheet/examples"
	"timesheet/internal/clocking"
	"timesheet/internal/demo"
	"timesheet/internal/generate"
	"timesheet/mssql"
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
	// A Clocking system that behaves as a SQL Server does: its rows come the whole way.
	machines := clocking.New(clocking.Options{Time: clocking.DateTimeOffset, Logger: log})
	if err := machines.Start("127.0.0.1:0"); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer func() { err = errors.Join(err, machines.Close()) }()
	v, err := c.listen(log, storeSettings{Store: storeName("pebble:" + dir), TimeZone: zone}, machines.DSN())
	if err != nil {
		return err
	}
	v.rules = demo.Assignments(staff, string(zone))
	if v.texts, err = demoTexts(staff); err != nil {
		return err
	}
	v.feed = func(ctx context.Context) error {
		return demo.Run(ctx, machines, demo.Options{Staff: staff, Now: time.Now, History: historyDays, Logger: log})
	}
	return v.run(ctx, func() {
		greet(con.out, fmt.Sprintf("the demo's board is at %s (Ctrl-C ends it; %d employees in %s)", v.url(), c.Employees, zone))
	})
}

// demoTexts are the rules of examples/office.yaml, and a directory of the made-up staff.
func demoTexts(staff *generate.Staff) (bookTexts, error) {
	directory, err := demo.Directory(staff)
	return bookTexts{examples.Office, directory}, err
}

const (
	nightWorkers = 20 // every so-manieth employee works nights
	historyDays  = 30
)

// listen takes another port where the usual one is in use: whoever tries the demo
// needn't know about ports.
func (c *demoCmd) listen(log *slog.Logger, s storeSettings, dsn string) (*service, error) {
	source := &sourceSettings{Source: sourceURL(dsn), ReadMode: mssql.ReadPast, SourceName: "clocking", View: "dbo.Clockings"}
	poll := &pollSettings{PollInterval: demoPoll}
	settings := serviceSettings{store: s, listen: c.listenSettings, source: source, poll: poll}
	v, err := newService(log, settings)
	if errors.Is(err, syscall.EADDRINUSE) && c.Listen == defaultListen {
		settings.listen.Listen = "127.0.0.1:0"
		return newService(log, settings)
	}
	return v, err
}

// demoPoll is often enough to look live.
const demoPoll = 250 * time.Millisecond

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

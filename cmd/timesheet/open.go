package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"timesheet"
	"timesheet/pebble"
	"timesheet/redis"

	"github.com/cenkalti/backoff/v5"
)

// errHeld says that another process holds the Pebble directory.
var errHeld = errors.New("another process holds the store")

// openStore opens the store; one that can't be reached is tried again for StoreWait.
func openStore(ctx context.Context, log *slog.Logger, s storeSettings) (timesheet.Store, error) {
	if dir, ok := s.Store.pebbleDir(); ok {
		return openPebble(ctx, log, dir, s.TimeZone)
	}
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = 100*time.Millisecond, 2*time.Second
	store, err := backoff.Retry(ctx, func() (timesheet.Store, error) {
		store, err := redis.Open(ctx, redis.Options{URL: string(s.Store), WaitReplicas: int(s.WaitReplicas), Logger: log})
		if err != nil && !errors.Is(err, timesheet.Unavailable) {
			return nil, backoff.Permanent(err)
		} else if err != nil {
			return nil, err
		}
		return store, nil
	}, backoff.WithBackOff(pause), backoff.WithMaxElapsedTime(max(s.StoreWait, time.Millisecond)),
		backoff.WithNotify(func(err error, next time.Duration) {
			log.Warn("the store can't be reached; trying again", "store", s.Store.redacted(), "error", err, "in", next.Round(time.Millisecond).String())
		}))
	if err != nil {
		return nil, fmt.Errorf("open the store %s: %w", s.Store.redacted(), err)
	}
	return store, nil
}

// openPebble opens the directory's store. It creates none without a time zone, since
// a store without one is of no use.
func openPebble(ctx context.Context, log *slog.Logger, dir string, zone zoneName) (timesheet.Store, error) {
	found, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open the store pebble:%s: %w", dir, err)
	}
	switch isStore, others := lookInto(found); {
	case !isStore && others != "":
		return nil, usagef("%s is no store, and other things are in it, such as %s; a store needs a directory of its own: name an empty or a new one", dir, others)
	case !isStore && zone == "":
		return nil, noStore("pebble:" + dir)
	}
	store, err := pebble.Open(ctx, dir, pebble.Options{Logger: log})
	if errors.Is(err, timesheet.Conflict) {
		return nil, fmt.Errorf("open the store pebble:%s: %w: %w", dir, errHeld, err)
	} else if err != nil {
		return nil, fmt.Errorf("open the store pebble:%s: %w", dir, err)
	}
	// The lock is ours, so that whoever announced himself here is dead.
	if err := withdraw(dir); err != nil {
		return nil, errors.Join(fmt.Errorf("open the store pebble:%s: %w", dir, err), store.Close())
	}
	return store, nil
}

// lookInto tells whether a directory is a Pebble store's, or else names something
// that is in it and not a file system's own. The lock is what a store makes first.
func lookInto(found []fs.DirEntry) (isStore bool, others string) {
	for _, f := range found {
		switch name := f.Name(); {
		case name == "LOCK" || strings.HasPrefix(name, "MANIFEST-"): // a copy may lack the former
			return true, ""
		case name != "lost+found" && name != filepath.Base(serverFile("")):
			others = name
		}
	}
	return false, others
}

func noStore(name string) error {
	return usagef("there is no store in %s yet. To create it, say in which time zone its site is, since that decides on which day a clocking counts: "+
		"--time-zone Europe/Berlin (%s). The store remembers it", name, envName("time-zone"))
}

// prepare gives a new store its day rules, which are the first ones given or else the
// site's zone for all; of an old one it checks that the zone is the same.
func prepare(ctx context.Context, store timesheet.Store, s storeSettings, first []timesheet.Assignment) error {
	version, assignments, err := store.DayRules(ctx)
	if err != nil {
		return fmt.Errorf("read the day rules: %w", err)
	}
	if version > 0 {
		return checkZone(assignments, s.TimeZone)
	}
	if s.TimeZone == "" {
		return noStore(s.Store.redacted())
	}
	if first == nil {
		first = []timesheet.Assignment{{From: timesheet.FirstDay, Rule: timesheet.DayRule{Zone: string(s.TimeZone)}}}
	}
	_, err = store.SetDayRules(ctx, 0, first)
	if !errors.Is(err, timesheet.Conflict) {
		return err
	}
	// Another instance was first.
	if _, assignments, err = store.DayRules(ctx); err != nil {
		return fmt.Errorf("read the day rules: %w", err)
	}
	return checkZone(assignments, s.TimeZone)
}

// checkZone refuses a zone that the site never had. One that the default day rule had
// earlier is no mistake: the configuration needn't follow every change of the rules.
func checkZone(assignments []timesheet.Assignment, zone zoneName) error {
	remembered := ""
	for _, a := range assignments {
		if a.Employee != "" {
			continue
		}
		if a.Rule.Zone == string(zone) {
			return nil
		}
		remembered = a.Rule.Zone
	}
	if zone == "" {
		return nil
	}
	return usagef("the time zone %s is not the one of this store, which was created for %s: its clockings are filed under the days of that zone. "+
		"Leave --time-zone (%s) out or say %s; to change the zone from a day on, use: timesheet dayrule set", zone, remembered, envName("time-zone"), remembered)
}

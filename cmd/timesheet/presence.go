package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"timesheet"
)

// presence tells the other instances that this one lives, and what it took in, by a
// small document in the store that all of them share.
type presence struct {
	log   *slog.Logger
	store timesheet.DocumentKeeper
	count func() uint64 // clockings acknowledged since the start

	mu   sync.Mutex
	self instance // guarded by mu
}

// instance is one process, as it tells of itself. Times are Unix seconds.
type instance struct {
	Name    string `json:"name"` // host and process
	Version string `json:"version"`
	Started int64  `json:"started"`
	Seen    int64  `json:"seen"`
	// Minutes are the clockings of the minutes up to the one of Seen, which is the last.
	Minutes []uint64 `json:"minutes"`
	Counted uint64   `json:"-"` // so many were in Minutes by Seen
}

const (
	presenceName  = "instances"
	presenceEvery = 15 * time.Second
	// presenceFor is how long one that is silent is still told of, and how far back
	// throughput goes.
	presenceFor = time.Hour
	minutesKept = int(presenceFor / time.Minute)
)

func newPresence(log *slog.Logger, store timesheet.DocumentKeeper, name string, count func() uint64, now time.Time) *presence {
	return &presence{log: log, store: store, count: count, self: instance{
		Name: name, Version: buildVersion(), Started: now.Unix(), Seen: now.Unix(), Minutes: []uint64{0}, Counted: count(),
	}}
}

// run tells of this instance until ctx ends, and then takes it from the list.
func (p *presence) run(ctx context.Context) {
	failing := false
	for {
		err := p.tell(ctx, time.Now())
		if failed := err != nil && ctx.Err() == nil; failed != failing {
			if failing = failed; failed {
				p.log.Warn("this instance can't tell the others that it lives", "error", err)
			}
		}
		if !sleep(ctx, presenceEvery) {
			break
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = p.edit(last, func(all []instance) []instance { return all }) // it is forgotten within the hour otherwise
}

// tell brings the list up to date.
func (p *presence) tell(ctx context.Context, now time.Time) error {
	self := p.now(now)
	return p.edit(ctx, func(all []instance) []instance {
		all = slices.DeleteFunc(all, func(i instance) bool { return now.Sub(time.Unix(i.Seen, 0)) > presenceFor })
		return append(all, self)
	})
}

// now is this instance at a moment.
func (p *presence) now(now time.Time) instance {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := &p.self
	for range min(max(0, now.Unix()/60-s.Seen/60), int64(minutesKept)) {
		s.Minutes = append(s.Minutes, 0)
	}
	s.Minutes = s.Minutes[max(0, len(s.Minutes)-minutesKept):]
	counted := p.count()
	s.Minutes[len(s.Minutes)-1] += counted - s.Counted
	s.Counted, s.Seen = counted, max(s.Seen, now.Unix())
	told := *s
	told.Minutes = slices.Clone(s.Minutes)
	return told
}

// edit changes the list of the others.
func (p *presence) edit(ctx context.Context, change func(others []instance) []instance) error {
	for range 5 {
		others, version, err := p.others(ctx)
		if err != nil {
			return err
		}
		text, err := json.Marshal(change(others))
		if err != nil {
			return fmt.Errorf("list the instances: %w", err)
		}
		if _, err = p.store.SetDocument(ctx, presenceName, version, text); !errors.Is(err, timesheet.Conflict) {
			return err
		}
	}
	return nil // somebody was faster each time: 15 seconds later then
}

// others are all instances but this one. A list that can't be read is begun anew: it
// lives for an hour at most.
func (p *presence) others(ctx context.Context) (others []instance, version uint64, err error) {
	doc, err := p.store.Document(ctx, presenceName)
	if err != nil {
		return nil, 0, err
	}
	_ = json.Unmarshal(doc.Text, &others)
	return slices.DeleteFunc(others, func(i instance) bool { return i.Name == p.self.Name }), doc.Version, nil
}

// all are the instances seen within the hour, this one as it is now, by name.
func (p *presence) all(ctx context.Context, now time.Time) ([]instance, error) {
	all, _, err := p.others(ctx)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(i instance) bool { return now.Sub(time.Unix(i.Seen, 0)) > presenceFor })
	all = append(all, p.now(now))
	slices.SortFunc(all, func(a, b instance) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// throughput sums what instances took in, minute by minute; the last one is now's.
func throughput(all []instance, now time.Time) (from time.Time, clockings []int64) {
	clockings = make([]int64, minutesKept)
	this := now.Unix() / 60
	for _, i := range all {
		for back, n := range slices.Backward(i.Minutes) {
			at := minutesKept - 1 - int(this-i.Seen/60) - (len(i.Minutes) - 1 - back)
			if at >= 0 && at < minutesKept {
				clockings[at] += int64(n)
			}
		}
	}
	return time.Unix((this-int64(minutesKept)+1)*60, 0), clockings
}

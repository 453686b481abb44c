package actors

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"timesheet"
)

// Options of a System. The zero value is ready for use.
type Options struct {
	// Shards is how many actors the partitions are spread over, at most as many
	// as there are partitions; 16 by default. It decides about parallelism only.
	Shards int
	// MaxPending bounds the entries that are accepted and not answered, over all
	// batches; 1<<20 by default. A batch that would exceed it is Overloaded; one
	// larger than it is taken when nothing else is pending.
	MaxPending int
	// IdleAfter is how long an employee actor lives without a clocking; 10 minutes
	// by default.
	IdleAfter time.Duration
	// Days is how many days an employee actor remembers; 4 by default. Clockings
	// of forgotten days are written again where they come again, which is harmless.
	Days int
	// Load finds a time zone by its name; time.LoadLocation by default.
	Load func(string) (*time.Location, error)
	// RetryMin and RetryMax bound the pause before a failed merge is sent again,
	// which doubles from one failure to the next; 50ms and 2s by default.
	RetryMin, RetryMax time.Duration
	// Patience is how long batches wait for a store that fails again and again
	// before they are answered Unavailable; 3s by default. After that, batches are
	// answered so at once between two tries: a sender with an answer can decide.
	Patience time.Duration
	// RulesEvery is how often the day rules are read without another reason; 10s
	// by default.
	RulesEvery time.Duration
	// Logger gets what goes wrong; by default it is discarded. Employee ids
	// aren't logged.
	Logger *slog.Logger

	visited func(timesheet.EmployeeID) // called in the employee actor; for tests that make it panic
}

const (
	defaultShards     = 16
	defaultMaxPending = 1 << 20
	defaultIdleAfter  = 10 * time.Minute
	defaultDays       = 4
	shortestPause     = 50 * time.Millisecond
	longestPause      = 2 * time.Second
	defaultPatience   = 3 * time.Second
	defaultRulesEvery = 10 * time.Second
)

// withDefaults fills in what is zero and checks the rest. Its errors are Invalid.
func (o Options) withDefaults(partitions int) (Options, error) {
	if partitions < 1 || partitions > 1<<16 {
		return o, timesheet.NewError(timesheet.Invalid, "start actors", fmt.Errorf("the store has %d partitions", partitions))
	}
	if o.Shards < 0 || o.MaxPending < 0 || o.Days < 0 || min(o.IdleAfter, o.RetryMin, o.RetryMax, o.Patience, o.RulesEvery) < 0 {
		return o, timesheet.NewError(timesheet.Invalid, "start actors", errors.New("an option is negative"))
	}
	o.Shards = min(positive(o.Shards, defaultShards), partitions)
	o.MaxPending = positive(o.MaxPending, defaultMaxPending)
	o.IdleAfter = positive(o.IdleAfter, defaultIdleAfter)
	o.Days = positive(o.Days, defaultDays)
	o.RetryMin = positive(o.RetryMin, shortestPause)
	o.RetryMax = max(positive(o.RetryMax, longestPause), o.RetryMin)
	o.Patience = positive(o.Patience, defaultPatience)
	o.RulesEvery = positive(o.RulesEvery, defaultRulesEvery)
	if o.Load == nil {
		o.Load = time.LoadLocation
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o, nil
}

func positive[T int | time.Duration](v, otherwise T) T {
	if v > 0 {
		return v
	}
	return otherwise
}

// pause is how long to wait before try number attempts+1: from RetryMin doubling up
// to RetryMax, of which the upper half is random, so that shards and instances
// don't come back all at once.
func (o Options) pause(attempts int) time.Duration {
	d := o.RetryMax
	if shift := attempts - 1; shift < 20 && o.RetryMin < o.RetryMax>>shift {
		d = o.RetryMin << shift
	}
	return d/2 + rand.N(d/2+1)
}

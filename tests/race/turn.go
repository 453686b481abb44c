package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"time"

	"timesheet"
	"timesheet/internal/load"
)

// perDay is how often an employee clocks on a day: in, out to lunch, in, out.
const perDay = 4

// rushDay is where the clockings of the warm-up begin, and rushDays how many days they
// can take: years before those that are measured, so that neither changes what the
// other's entries must be.
var rushDay = timesheet.DayOf(2006, time.January, 1)

const rushDays = 1000

// live is the workload of all that is measured: in the order of time, as machines send.
func (s settings) live() load.Workload {
	return load.Workload{Employees: s.Employees, PerDay: perDay, Seed: s.Seed, Order: load.ByTime}
}

// rush has the clockings of one employee's day come together, as a replay by id does:
// several of them are under way at once.
func (s settings) rush() load.Workload {
	w := s.live()
	w.From, w.Days, w.Order = rushDay, rushDays, load.ByID
	return w
}

// length is how long a turn is measured, and warmUp how long it runs before.
func (s settings) length() time.Duration { return time.Duration(s.Seconds * float64(time.Second)) }
func (s settings) warmUp() time.Duration { return time.Duration(s.WarmUp * float64(time.Second)) }

// turn is a contestant under way.
type turn struct {
	contestant contestant
	ground     *ground
	process    *process
	targets    []load.Target
	acked      int64 // clockings, in all that was fired and measured
	values     map[string]float64
}

// withTurn starts a contestant over an empty store, and ends it after work.
func withTurn(ctx context.Context, g *ground, c contestant, work func(*turn) error) (_ map[string]float64, err error) {
	if err := g.clear(); err != nil {
		return nil, err
	}
	p, err := c.start(ctx, g)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	target, err := load.Resolve(ctx, p.url, false)
	if err != nil {
		return nil, err
	}
	t := &turn{contestant: c, ground: g, process: p, targets: []load.Target{target}, values: make(map[string]float64)}
	if err := work(t); err != nil {
		return nil, err
	}
	return t.values, t.reached(ctx)
}

// fire carries out a plan. A request that wasn't acknowledged is an error: who doesn't
// answer all has no speed to compare.
func (t *turn) fire(ctx context.Context, p load.Plan) (*load.Result, error) {
	p.Targets = t.targets
	r, err := load.Run(ctx, p)
	if err != nil {
		return nil, err
	}
	t.acked += r.Acknowledged
	return r, errors.Join(ctx.Err(), refused(r))
}

func refused(r *load.Result) error {
	if len(r.Problems) == 0 && r.Acknowledged > 0 {
		return nil
	}
	return fmt.Errorf("of %d requests not all were acknowledged: %v", r.Requests, r.Problems)
}

// sample is what was spent and counted up to a moment.
type sample struct {
	cpu     [3]time.Duration // of the contestant, of Redis, of the senders
	counted map[string]float64
}

func (t *turn) sample(ctx context.Context) (s sample, err error) {
	if t.contestant.service {
		if s.counted, err = counts(ctx, t.process.url); err != nil {
			return s, err
		}
	}
	for i, pid := range []int{t.process.cmd.Process.Pid, t.ground.redis.PID(), os.Getpid()} {
		if s.cpu[i], err = cpuTime(pid); err != nil {
			return s, err
		}
	}
	return s, nil
}

// measure carries out a plan and notes its speed, latencies and what it cost.
func (t *turn) measure(ctx context.Context, p load.Plan) (*load.Result, error) {
	before, err := t.sample(ctx)
	if err != nil {
		return nil, err
	}
	if p.Warmup > 0 {
		p.Measured = func() { before, err = t.sample(ctx) }
	}
	r, failed := t.fire(ctx, p)
	after, late := t.sample(ctx)
	resident, gone := residentBytes(t.process.cmd.Process.Pid)
	if err := errors.Join(failed, err, late, gone); err != nil {
		return nil, err
	}
	maps.Copy(t.values, resultValues(r))
	t.values["rss_mb"] = float64(resident) / 1e6
	for i, name := range []string{"cpu_us", "redis_us", "sender_us"} {
		t.values[name] = float64((after.cpu[i] - before.cpu[i]).Microseconds()) / float64(r.Acknowledged)
		t.values["all_us"] += t.values[name]
	}
	grown := func(counter string) float64 { return after.counted[counter] - before.counted[counter] }
	if flushes := grown("timesheet_flushes_total"); flushes > 0 {
		t.values["per_flush"] = grown("timesheet_clockings_total") / flushes
		t.values["joins"] = grown("timesheet_entries_merged_total") / r.Seconds
	}
	return r, nil
}

func resultValues(r *load.Result) map[string]float64 {
	return map[string]float64{
		"rate": r.ClockingsPerSecond, "fold": r.Fold, "acknowledged": float64(r.Acknowledged), "unsent": float64(r.Unsent),
		"p50_ms": ms(r.Latency.P50), "p99_ms": ms(r.Latency.P99), "p999_ms": ms(r.Latency.P999), "lag99_ms": ms(r.Lag.P99),
	}
}

// check holds what was stored against the oracle of a run, under a name of its own.
func (t *turn) check(ctx context.Context, name string, r *load.Result) error {
	if !t.contestant.kept {
		return nil
	}
	v, err := r.Oracle.Verify(ctx, t.targets)
	if err != nil {
		return err
	}
	t.values[name+"_entries"] = float64(v.Entries)
	t.values[name+"_wrong"] = float64(v.Wrong + v.Extra)
	t.values[name+"_missing"] = float64(v.Missing)
	if !t.contestant.racy && !v.OK() {
		return fmt.Errorf("%d entries are wrong, %d missing of %d, first: %v", v.Wrong+v.Extra, v.Missing, v.Entries, v.Differences[0])
	}
	return nil
}

// reached notes the service's own counts, and demands that every clocking that it
// acknowledged reached its employee's actor: at least those that the senders counted,
// who leave out what was sent to warm up.
func (t *turn) reached(ctx context.Context) error {
	if !t.contestant.service {
		return nil
	}
	counted, err := counts(ctx, t.process.url)
	if err != nil {
		return err
	}
	reached, accepted := counted["timesheet_clockings_total"], counted["timesheet_http_clockings_accepted_total"]
	t.values["reached"], t.values["accepted"] = reached, accepted
	if reached != accepted || accepted < float64(t.acked) {
		return fmt.Errorf("the senders count %d clockings acknowledged, the service %.0f; %.0f reached their employees' actors", t.acked, accepted, reached)
	}
	return nil
}

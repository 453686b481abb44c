package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"timesheet/internal/load"
)

// postsCmd is the race of single-clocking posts.
type postsCmd struct{ settings }

// contestants are the five baselines, two ceilings, then the service, then its further builds.
func (s settings) contestants() []contestant {
	all := []contestant{
		s.baseline("bind", "takes the JSON apart and stores nothing: the ceiling"),
		s.baseline("naive", "HMGET, compare, HSET"),
		s.baseline("lua", "one EVALSHA a clocking"),
		s.baseline("lock", "SET NX, HMGET, HSET, unlock by script"),
		s.baseline("mutex", "maps in memory with a mutex each, one HSET a clocking"),
		s.ceiling("group", "one script for all who wait: the ceiling on Redis", "evalsha"),
		s.ceiling("sync", "one write and fdatasync for all who wait: the ceiling on a disk", "disk"),
		{name: "service", about: "timesheet serve --store redis://…", kept: true, service: true, floor: "evalsha", start: onRedis("")},
		{name: "pebble", about: "timesheet serve --store pebble:…, without Redis", kept: true, service: true, floor: "disk", start: onPebble("")},
	}
	for _, name := range slices.Sorted(maps.Keys(s.Builds)) {
		all = append(all,
			contestant{name: name, about: s.Builds[name] + ", on Redis", kept: true, service: true, floor: "evalsha", start: onRedis(s.Builds[name])},
			contestant{name: name + "-pebble", about: s.Builds[name] + ", on Pebble", kept: true, service: true, floor: "disk", start: onPebble(s.Builds[name])})
	}
	return all
}

// Run races.
func (c *postsCmd) Run(ctx context.Context, con console) error {
	return c.within(ctx, func(g *ground) error {
		var players []player
		for _, one := range c.contestants() {
			players = append(players, player{one.name, one.about, "", func(ctx context.Context) (map[string]float64, string, error) {
				return c.turn(ctx, g, one)
			}})
		}
		fmt.Fprintf(con.out, "Single-clocking posts, %d connections, closed loop, %d employees, %d clockings a day in the order of time;\n"+
			"Redis with appendfsync everysec. Median [least–greatest] of %d rounds of %g s.\n\n", c.Connections, c.Employees, perDay, c.Rounds, c.Seconds)
		return c.compete(ctx, con, "posts", players, postTables, postGoals)
	})
}

// turn warms up by a rush, which also shows who isn't atomic, then measures. What was
// acknowledged of both is held against the oracle.
func (c *postsCmd) turn(ctx context.Context, g *ground, one contestant) (map[string]float64, string, error) {
	values, err := withTurn(ctx, g, one, func(t *turn) error {
		plan := load.Plan{Workload: c.rush(), Format: load.JSON, Connections: c.Connections, For: c.warmUp(), Verify: one.kept}
		rush, err := t.fire(ctx, plan)
		if err != nil {
			return err
		}
		plan.Workload, plan.For = c.live(), c.length()
		live, err := t.measure(ctx, plan)
		if err != nil {
			return err
		}
		if err := t.check(ctx, "rush", rush); err != nil {
			return fmt.Errorf("in the order of ids: %w", err)
		}
		return t.check(ctx, "live", live)
	})
	return values, fmt.Sprintf("%8.0f req/s  p99 %6.2f ms  %5.1f µs", values["rate"], values["p99_ms"], values["cpu_us"]), err
}

var postTables = []table{
	{"Speed", []column{
		{title: "req/s", of: "rate"},
		{title: "× lua", of: "rate", to: "lua", digits: 2},
		{title: "× bind", of: "rate", to: "bind", digits: 2},
	}},
	{"Latency, ms", []column{
		{title: "p50", of: "p50_ms", digits: 2},
		{title: "p99", of: "p99_ms", digits: 2},
		{title: "p99.9", of: "p999_ms", digits: 2},
		{title: "p99 × lua", of: "p99_ms", to: "lua", digits: 2},
	}},
	{"Cost of a clocking, µs of processor time", []column{
		{title: "process", of: "cpu_us", digits: 1},
		{title: "Redis", of: "redis_us", digits: 1},
		{title: "senders", of: "sender_us", digits: 1},
		{title: "all", of: "all_us", digits: 1},
		{title: "all × lua", of: "all_us", to: "lua", digits: 2},
		{title: "memory, MB", of: "rss_mb"},
	}},
	{"Entries, all rounds, against the oracle", []column{
		{title: "in order of time", of: "live_entries", total: true},
		{title: "wrong", of: "live_wrong", total: true},
		{title: "missing", of: "live_missing", total: true},
		{title: "in order of ids", of: "rush_entries", total: true},
		{title: "wrong", of: "rush_wrong", total: true},
		{title: "missing", of: "rush_missing", total: true},
	}},
	actorsTable,
}

// actorsTable shows that nothing was joined past the actors. Fold is how many clockings
// the senders have for each entry and batch, joins what the service merged.
var actorsTable = table{"Clockings that reached their employees' actors, all rounds", []column{
	{title: "acknowledged", of: "accepted", total: true},
	{title: "reached", of: "reached", total: true},
	{title: "fold", of: "fold", digits: 2},
	{title: "joins/s", of: "joins"},
	{title: "clockings a flush", of: "per_flush", digits: 1},
}}

var postGoals = []goal{
	{"service at least 1.6 × the req/s of lua", "service", column{of: "rate", to: "lua"}, 1.6, false},
	{"service p99 at most that of lua", "service", column{of: "p99_ms", to: "lua"}, 1, true},
	{"service at least 0.85 × the req/s of bind", "service", column{of: "rate", to: "bind"}, 0.85, false},
}

// compete plays, prints the tables and concludes; when it is cut short, of what was
// measured until then.
func (s settings) compete(ctx context.Context, con console, race string, players []player, tables []table, goals []goal) error {
	players, err := chosen(players, s.Only)
	if err != nil {
		return err
	}
	introduce(con, players)
	began := time.Now()
	turns, failed := play(ctx, con, s.Rounds, players)
	if len(turns) == 0 {
		return failed
	}
	for _, t := range tables {
		if err := t.print(con.out, names(players), turns); err != nil {
			return err
		}
	}
	return errors.Join(failed, conclude(con, report{Race: race, Began: began, Settings: s, Turns: turns}, goals))
}

package main

import (
	"context"
	"fmt"

	"timesheet/internal/load"
)

// bulkCmd is the race of large batches.
type bulkCmd struct {
	settings
	Batch   int `default:"10000" placeholder:"N" help:"Clockings of a batch. Default: 10000."`
	Senders int `default:"2" placeholder:"N" help:"Connections of the batches' senders; lua has --connections. Default: 2."`
}

// Run races.
func (c *bulkCmd) Run(ctx context.Context, con console) error {
	return c.within(ctx, func(g *ground) error {
		all := c.contestants()
		var players []player
		for _, one := range all {
			if one.service || one.name == "lua" {
				players = append(players, player{one.name, one.about, "", func(ctx context.Context) (map[string]float64, string, error) {
					return c.turn(ctx, g, one)
				}})
			}
		}
		fmt.Fprintf(con.out, "NDJSON batches of %d clockings, %d connections, each acknowledged when durable; %d employees, %d clockings a day\n"+
			"in the order of time. lua has single-clocking posts from %d connections. Median [least–greatest] of %d rounds of %g s.\n\n",
			c.Batch, c.Senders, c.Employees, perDay, c.Connections, c.Rounds, c.Seconds)
		return c.compete(ctx, con, "bulk", players, bulkTables, bulkGoals)
	})
}

// turn warms up under the oracle, then measures without: at such rates the oracle
// would take a part of what is measured.
func (c *bulkCmd) turn(ctx context.Context, g *ground, one contestant) (map[string]float64, string, error) {
	plan := load.Plan{Workload: c.live(), Format: load.NDJSON, Batch: load.Range{Least: c.Batch, Most: c.Batch}, Connections: c.Senders}
	if !one.service {
		plan.Format, plan.Batch, plan.Connections = load.JSON, load.Range{}, c.Connections
	}
	values, err := withTurn(ctx, g, one, func(t *turn) error {
		warm := plan
		warm.Workload.From, warm.Workload.Days = rushDay, rushDays
		warm.For, warm.Verify = c.warmUp(), true
		checked, err := t.fire(ctx, warm)
		if err != nil {
			return err
		}
		plan.For = c.length()
		if _, err := t.measure(ctx, plan); err != nil {
			return err
		}
		return t.check(ctx, "live", checked)
	})
	return values, fmt.Sprintf("%9.0f clockings/s  p99 %6.2f ms  %6.3f µs  fold %.2f", values["rate"], values["p99_ms"], values["cpu_us"], values["fold"]), err
}

var bulkTables = []table{
	{"Speed", []column{
		{title: "clockings/s", of: "rate"},
		{title: "× lua", of: "rate", to: "lua", digits: 1},
		{title: "batch p50, ms", of: "p50_ms", digits: 1},
		{title: "p99", of: "p99_ms", digits: 1},
	}},
	{"Cost of a clocking, µs of processor time", []column{
		{title: "process", of: "cpu_us", digits: 3},
		{title: "Redis", of: "redis_us", digits: 3},
		{title: "senders", of: "sender_us", digits: 3},
		{title: "all", of: "all_us", digits: 3},
		{title: "memory, MB", of: "rss_mb"},
	}},
	{"Entries of the warm-ups, all rounds, against the oracle", []column{
		{title: "entries", of: "live_entries", total: true},
		{title: "wrong", of: "live_wrong", total: true},
		{title: "missing", of: "live_missing", total: true},
	}},
	actorsTable,
}

var bulkGoals = []goal{
	{"1,000,000 clockings/s into Pebble", "pebble", column{of: "rate"}, 1_000_000, false},
	{"40 × lua into Pebble", "pebble", column{of: "rate", to: "lua"}, 40, false},
	{"600,000 clockings/s into Redis", "service", column{of: "rate"}, 600_000, false},
}

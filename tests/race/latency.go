package main

import (
	"context"
	"fmt"

	goredis "github.com/redis/go-redis/v9"

	"timesheet/internal/load"
)

// latencyCmd holds the service's latency at a fixed rate against what lies below it.
type latencyCmd struct {
	settings
	Rate float64 `default:"5000" placeholder:"N" help:"Clockings a second. Default: 5000."`
}

// Validate is called by kong.
func (c latencyCmd) Validate() error {
	if c.Rate <= 0 {
		return fmt.Errorf("--rate %v: must be more than 0", c.Rate)
	}
	return c.settings.Validate()
}

// Run measures.
func (c *latencyCmd) Run(ctx context.Context, con console) error {
	return c.within(ctx, func(g *ground) error {
		players := []player{
			{name: "disk", about: "4 KiB written and fdatasync, one after the other, where Pebble has its directory", turn: func(ctx context.Context) (map[string]float64, string, error) {
				took, err := bareDisk(ctx, g.dir, c.length())
				values := latencies(took)
				return values, told(values), err
			}},
			{name: "evalsha", about: "the script of lua straight to Redis, at the same rate by the same schedule", turn: func(ctx context.Context) (map[string]float64, string, error) {
				return c.bareRedis(ctx, g)
			}},
		}
		for _, one := range c.contestants() {
			if one.floor != "" {
				players = append(players, player{one.name, one.about, one.floor, func(ctx context.Context) (map[string]float64, string, error) {
					return c.turn(ctx, g, one)
				}})
			}
		}
		fmt.Fprintf(con.out, "%g single clockings a second, open model, %d connections, latency from the scheduled instant; %d employees.\n"+
			"Median [least–greatest] of %d rounds of %g s.\n\n", c.Rate, c.Connections, c.Employees, c.Rounds, c.Seconds)
		return c.compete(ctx, con, "latency", players, latencyTables, latencyGoals)
	})
}

func (c *latencyCmd) plan(verify bool) load.Plan {
	return load.Plan{
		Workload: c.live(), Format: load.JSON, Connections: c.Connections,
		Rate: c.Rate, Warmup: c.warmUp(), For: c.length(), Verify: verify,
	}
}

func (c *latencyCmd) turn(ctx context.Context, g *ground, one contestant) (map[string]float64, string, error) {
	values, err := withTurn(ctx, g, one, func(t *turn) error {
		r, err := t.measure(ctx, c.plan(one.kept))
		if err != nil || !one.kept {
			return err
		}
		return t.check(ctx, "live", r)
	})
	return values, told(values), err
}

// bareRedis has the senders' schedule and clock, but their connections lead straight
// to Redis.
func (c *latencyCmd) bareRedis(ctx context.Context, g *ground) (map[string]float64, string, error) {
	if err := g.clear(); err != nil {
		return nil, "", err
	}
	client, err := openRedis(g.redis.URL(), c.Connections)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = client.Close() }()
	values, err := c.throughRedis(ctx, client)
	return values, told(values), err
}

func (c *latencyCmd) throughRedis(ctx context.Context, client *goredis.Client) (map[string]float64, error) {
	dial, err := dialKeeper(lua{client})
	if err != nil {
		return nil, err
	}
	p := c.plan(false)
	p.Dial = dial
	p.Targets = []load.Target{{Host: "redis", Address: "redis"}}
	r, err := load.Run(ctx, p)
	if err != nil {
		return nil, err
	}
	return resultValues(r), refused(r)
}

func told(values map[string]float64) string {
	return fmt.Sprintf("p50 %6.2f  p99 %6.2f  p99.9 %6.2f ms", values["p50_ms"], values["p99_ms"], values["p999_ms"])
}

var latencyTables = []table{
	{"Latency, ms", []column{
		{title: "p50", of: "p50_ms", digits: 2},
		{title: "p99", of: "p99_ms", digits: 2},
		{title: "p99.9", of: "p999_ms", digits: 2},
		{title: "senders late by, p99", of: "lag99_ms", digits: 2},
	}},
	{"Ratios: of pebble and sync × disk, of service and group × evalsha", []column{
		{title: "p50", of: "p50_ms", to: itsRival, digits: 2},
		{title: "p99", of: "p99_ms", to: itsRival, digits: 2},
		{title: "p99.9", of: "p999_ms", to: itsRival, digits: 2},
	}},
	{"Clockings a second that were due, and what they cost in µs of processor time", []column{
		{title: "acknowledged/s", of: "rate"},
		{title: "never sent", of: "unsent", total: true},
		{title: "process", of: "cpu_us", digits: 1},
		{title: "Redis", of: "redis_us", digits: 1},
		{title: "senders", of: "sender_us", digits: 1},
	}},
	actorsTable,
}

var latencyGoals = []goal{
	{"p99 on Pebble at most 3 × that of the bare disk", "pebble", column{of: "p99_ms", to: "disk"}, 3, true},
	{"p99 on Redis at most 3 × that of a bare EVALSHA", "service", column{of: "p99_ms", to: "evalsha"}, 3, true},
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"timesheet"
	"timesheet/internal/load"
)

const description = `Fire sends clockings to a running service over its public API and says what came
of it: rates, latencies, errors, and with --verify whether every entry is right.

With --rate requests are due at fixed times, whatever became of those before, and
latency counts from when a request was due: a service that stalls can't hide it.
With --max each connection sends as soon as it has its answer.

Examples:
  fire --rate 20000/s --for 60s --connections 64
  fire --max --for 10s --format ndjson --batch 10000 --connections 8 --verify
  fire --max --count 1000000 --format csv --batch 1..10000 --order shuffled --duplicates 0.1 --late 0.05
  fire --rate 500/s --report out.html --json out.json
  fire --count 10000 --vegeta targets.json

Every flag can also be set in the environment: --per-day is FIRE_PER_DAY.

Exit codes:
  0  done; with --verify, every entry is what was acknowledged
  1  failed, or nothing was acknowledged; the reason is on standard error
  2  the command line is wrong; nothing was sent
  4  --verify found entries missing, wrong or too many; they are listed`

var groups = []kong.Group{
	{Key: "load", Title: "The load:"},
	{Key: "clockings", Title: "The clockings:"},
	{Key: "requests", Title: "The requests:"},
	{Key: "results", Title: "The results:"},
}

// cli is the whole command line.
type cli struct {
	Target       []string `default:"http://127.0.0.1:8080" placeholder:"URL" help:"Fire at this service; may be given several times, for instances on one store: connections take them in turn. Default: http://127.0.0.1:8080." group:"load"`
	Rate         rate     `placeholder:"N/s" help:"Send so many clockings a second (or /min, /h), on time." group:"load"`
	Max          bool     `help:"Send as fast as answers come." group:"load"`
	For          duration `placeholder:"TIME" help:"Measure for so long. Default: 10s, or until --count." group:"load"`
	Count        count    `placeholder:"N" help:"End after so many clockings." group:"load"`
	Warmup       duration `default:"0s" placeholder:"TIME" help:"Send for so long before measuring. Default: 0s." group:"load"`
	TokenFile    string   `placeholder:"FILE" help:"Show the services the token in this file: its scope has to be ingest, with --verify also read:all. Without it they must ask for none." group:"load"`
	IOwnThisHost bool     `name:"i-own-this-host" help:"Fire at addresses that are neither loopback nor of a private network, too." group:"load"`

	Employees  number         `default:"5000" placeholder:"N" help:"How many employees. Default: 5000." group:"clockings"`
	PerDay     number         `default:"4" placeholder:"N" help:"Clockings of an employee a day. Default: 4." group:"clockings"`
	Order      load.Order     `default:"time" placeholder:"ORDER" help:"time (as machines send them live), id (employee by employee within a day) or shuffled (within a week). Default: time." group:"clockings"`
	Duplicates share          `default:"0" placeholder:"SHARE" help:"Send this share of the clockings, 0 to 1, a second time. Default: 0." group:"clockings"`
	Late       share          `default:"0" placeholder:"SHARE" help:"Hold this share back and send it after younger ones. Default: 0." group:"clockings"`
	From       timesheet.Day  `default:"2010-01-01" placeholder:"DAY" help:"The first day, written 2006-01-02. Default: 2010-01-01." group:"clockings"`
	Days       count          `placeholder:"N" help:"How many days, before it begins again with other times. Default: until the day before yesterday." group:"clockings"`
	Prefix     string         `default:"F" placeholder:"TEXT" help:"What the employees' ids begin with; they have at least 8 characters. Default: F." group:"clockings"`
	Zone       *time.Location `placeholder:"ZONE" help:"Write times with the offset of this IANA zone, which must be the site's. Default: local times without an offset." group:"clockings"`
	Seed       uint64         `default:"1" placeholder:"N" help:"The same seed sends the same clockings. Default: 1." group:"clockings"`

	Format      load.Format `default:"json" placeholder:"FORMAT" help:"json, ndjson or csv. Default: json." group:"requests"`
	Batch       load.Range  `default:"1" placeholder:"N..M" help:"Clockings in a request: a number, or a range to draw from. Default: 1." group:"requests"`
	Connections number      `default:"64" placeholder:"N" help:"How many connections, each with one request at a time. Default: 64." group:"requests"`
	Timeout     duration    `default:"30s" placeholder:"TIME" help:"Wait so long for an answer. Default: 30s." group:"requests"`
	Retry       count       `default:"10" placeholder:"N" help:"Send again up to N times what was answered 429 or 503, after the time that the answer tells; 0 for never. Default: 10." group:"requests"`
	RetryCap    duration    `default:"5s" placeholder:"TIME" help:"Wait no longer than this before that. Default: 5s." group:"requests"`

	Verify bool   `help:"Keep account of what is acknowledged, and read every entry back afterwards. Entries of the same ids from before are read first." group:"results"`
	Report string `placeholder:"FILE" help:"Write a page with plots (HTML) to this file." group:"results"`
	JSON   string `name:"json" placeholder:"FILE" help:"Write all figures as JSON to this file; - is standard output." group:"results"`
	Vegeta string `placeholder:"FILE" help:"Send nothing: write the requests as targets of vegeta (-format=json) to this file; - is standard output." group:"results"`

	targets []load.Target
}

const defaultFor = 10 * time.Second

// plan is what the flags ask for.
func (c *cli) plan() load.Plan {
	p := load.Plan{
		Workload: load.Workload{
			Employees: int(c.Employees), PerDay: int(c.PerDay), Prefix: c.Prefix, From: c.From, Days: int(c.Days), Zone: c.Zone,
			Seed: c.Seed, Order: c.Order, Duplicates: float64(c.Duplicates), Late: float64(c.Late),
		},
		Targets: c.targets, Format: c.Format, Batch: c.Batch, Connections: int(c.Connections), Rate: float64(c.Rate),
		Warmup: time.Duration(c.Warmup), For: time.Duration(c.For), Count: int64(c.Count), Timeout: time.Duration(c.Timeout),
		Retry:  load.Retry{Attempts: int(c.Retry), Cap: time.Duration(c.RetryCap)},
		Verify: c.Verify, Adopt: c.Verify,
	}
	if p.For == 0 && p.Count == 0 {
		p.For = defaultFor
	}
	return p
}

// problems are what no flag shows alone. Targets are looked up here. Where flags were
// mistaken, what hangs on their values isn't judged.
func (c *cli) problems(ctx context.Context, mistaken bool) (all []error) {
	wrong := func(when bool, format string, args ...any) {
		if when {
			all = append(all, fmt.Errorf(format, args...))
		}
	}
	wrong(c.Max && c.Rate > 0, "--max, --rate %v: only one can be; leave out --max to send on time", float64(c.Rate))
	wrong(!c.Max && c.Rate == 0 && c.Vegeta == "" && !mistaken, "--rate: is missing; say how fast, such as --rate 20000/s, or --max for as fast as answers come")
	wrong(c.Vegeta != "" && (c.Verify || c.Report != "" || c.JSON != ""), "--vegeta %.80q: sends nothing, so leave out --verify, --report and --json", c.Vegeta)
	wrong(c.Vegeta != "" && c.Count == 0 && c.Rate == 0, "--vegeta %.80q: needs --count, or --rate and --for", c.Vegeta)
	token, err := readToken(c.TokenFile)
	if err != nil {
		all = append(all, fmt.Errorf("--token-file: %w", err))
	}
	for _, raw := range c.Target {
		t, err := load.Resolve(ctx, raw, c.IOwnThisHost)
		if err != nil {
			if errors.Is(err, load.ErrForeign) {
				err = fmt.Errorf("%w (if so, add --i-own-this-host)", err)
			}
			all = append(all, fmt.Errorf("--%w", err))
			continue
		}
		t.Token = token
		c.targets = append(c.targets, t)
	}
	if mistaken || len(all) > 0 {
		return all
	}
	for _, problem := range c.plan().Problems(time.Now()) {
		all = append(all, fmt.Errorf("--%w", problem))
	}
	return all
}

// readToken is the first line of a file; "" where none is named.
func readToken(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	token, _, _ := strings.Cut(string(content), "\n")
	token = strings.TrimSpace(token)
	if token == "" || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", fmt.Errorf("%s: its first line is no token; timesheet token create prints one", file)
	}
	return token, nil
}

package load

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"time"

	"timesheet"
)

// Plan is what a run does. It ends after For, or when Count clockings are sent,
// whichever is first.
type Plan struct {
	Workload Workload `json:"workload"`
	Targets  []Target `json:"targets"` // the connections take them in turn
	Format   Format   `json:"format"`
	Batch    Range    `json:"batch"` // clockings in a request, drawn from it at random
	// Connections is how many requests can be under way at once, each on a connection
	// of its own.
	Connections int `json:"connections"`
	// Rate is in clockings a second, and makes the model open: a batch is due when its
	// first clocking is, whatever became of those before. 0 is the closed loop: each
	// connection sends when it has its answer.
	Rate   float64       `json:"rate"`
	Warmup time.Duration `json:"warmup_ns"` // comes before For and isn't measured
	For    time.Duration `json:"for_ns"`    // 0: until Count
	Count  int64         `json:"count"`     // 0: until For ends; the warm-up's count too
	// Timeout is how long an answer is waited for at least; up to a quarter more. 0 is 30 s.
	Timeout time.Duration `json:"timeout_ns"`
	Retry   Retry         `json:"retry"`
	// Verify keeps an oracle, for Result.Oracle. Adopt has it read the boards before the
	// run, so that it is right in a store with earlier entries of the same ids.
	Verify bool `json:"verify"`
	Adopt  bool `json:"adopt"`

	Dial     Dial         `json:"-"` // nil: as usual
	Measured func()       `json:"-"` // called when the warm-up is over, if not nil
	Tick     func(Second) `json:"-"` // called with each second's figures, if not nil
}

// Range is from Least to Most, both included.
type Range struct {
	Least int `json:"least"`
	Most  int `json:"most"`
}

// Retry says what is done about 429 and 503, which ask for another try after a time
// that they tell.
type Retry struct {
	Attempts int           `json:"attempts"` // beyond the first; 0: none
	Cap      time.Duration `json:"cap_ns"`   // waits no longer than this, whatever was told; 0: 5 s
}

const (
	defaultTimeout  = 30 * time.Second
	defaultCap      = 5 * time.Second
	untoldRetry     = time.Second // where 429 or 503 tell no time
	maxBatch        = 1_000_000   // what the service takes at most
	maxConnections  = 10_000
	maxRate         = 100_000_000
	clockingsRoute  = "/v1/clockings"
	maxTrackedDelay = 10 * time.Minute
)

func (p Plan) withDefaults(now time.Time) Plan {
	p.Workload = p.Workload.withDefaults(now)
	p.Format = cmp.Or(p.Format, JSON)
	p.Batch.Least = cmp.Or(p.Batch.Least, 1)
	p.Batch.Most = cmp.Or(p.Batch.Most, p.Batch.Least)
	p.Connections = cmp.Or(p.Connections, 1)
	p.Timeout = cmp.Or(p.Timeout, defaultTimeout)
	p.Retry.Cap = cmp.Or(p.Retry.Cap, defaultCap)
	return p
}

// Validate tells all that is wrong with p at once, as an Invalid error.
func (p Plan) Validate(now time.Time) error {
	if all := p.Problems(now); len(all) > 0 {
		return timesheet.NewError(timesheet.Invalid, "plan", errors.Join(all...))
	}
	return nil
}

// Problems are all that is wrong with p, each beginning with the field's name.
func (p Plan) Problems(now time.Time) []error {
	p = p.withDefaults(now)
	all := p.Workload.problems(now)
	wrong := func(when bool, format string, args ...any) {
		if when {
			all = append(all, fmt.Errorf(format, args...))
		}
	}
	wrong(len(p.Targets) == 0, "targets: there are none")
	wrong(p.Format != JSON && p.Format != NDJSON && p.Format != CSV, "format: %q is not json, ndjson or csv", p.Format)
	wrong(p.Batch.Least < 1 || p.Batch.Most < p.Batch.Least || p.Batch.Most > maxBatch,
		"batch: %d..%d is no range from 1 to %d", p.Batch.Least, p.Batch.Most, maxBatch)
	wrong(p.Connections < 1 || p.Connections > maxConnections, "connections: %d is not 1 to %d", p.Connections, maxConnections)
	wrong(!(p.Rate >= 0 && p.Rate <= maxRate), "rate: %v is not 0 to %d clockings a second", p.Rate, maxRate)
	wrong(p.For < 0 || p.Warmup < 0 || p.Timeout < 0 || p.Retry.Cap < 0, "for, warm-up, timeout, retry: none can be negative")
	wrong(p.Count < 0 || p.Retry.Attempts < 0, "count, retry: none can be negative")
	wrong(p.For == 0 && p.Count == 0, "for, count: neither is set; the run would have no end")
	return all
}

// clockings is how many clockings p sends if nothing keeps it from that, and whether
// that is known: it isn't in a closed loop without Count.
func (p Plan) clockings() (n int64, known bool) {
	n, known = p.Count, p.Count > 0
	if p.Rate > 0 && p.For > 0 {
		if due := int64(math.Ceil(p.Rate * (p.Warmup + p.For).Seconds())); !known || due < n {
			n, known = due, true
		}
	}
	return n, known
}

// days is how many days of the workload p can come to at most.
func (p Plan) days() int {
	n, known := p.clockings()
	if !known {
		return p.Workload.Days
	}
	window := int64(1)
	if p.Workload.Order == Shuffled {
		window = shuffleDays
	}
	perDay := int64(p.Workload.Employees) * int64(p.Workload.PerDay)
	// What is held back isn't among the n, but has let others go before it.
	return int(min((n+holdAtMost)/perDay+1+window, int64(p.Workload.Days)))
}

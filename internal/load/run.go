package load

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Run carries out p. When ctx ends it sends nothing new, waits for the answers that are
// under way, and answers what was measured so far. Its errors are Invalid for what is
// wrong with p, and Unavailable where Plan.Adopt can't read the boards.
func Run(ctx context.Context, p Plan) (*Result, error) {
	now := time.Now()
	if err := p.Validate(now); err != nil {
		return nil, err
	}
	p = p.withDefaults(now)
	stream, err := NewStream(p.Workload, now)
	if err != nil {
		return nil, err
	}
	names := newNames(p.Workload)
	var oracle *Oracle
	if p.Verify {
		oracle = newOracle(p.Workload, names)
		if p.Adopt {
			if err := oracle.AdoptFrom(ctx, p.Targets, p.days()); err != nil {
				return nil, err
			}
		}
	}
	r := &run{p: p, start: time.Now(), oracle: oracle, total: newHistogram(), second: newHistogram(), lags: newHistogram()}
	r.measure = r.start.Add(p.Warmup)
	r.batches = newBatches(p, stream, r.start)
	for k := range p.Connections {
		target := p.Targets[k%len(p.Targets)]
		encoder := newEncoder(p.Workload, names, p.Format)
		r.workers = append(r.workers, &worker{
			plan: &r.p, batches: r.batches, oracle: oracle, encoder: encoder, measure: r.measure,
			post: newPost(target, clockingsRoute, encoder.MediaType()), conn: newConn(target, p.Dial, p.Timeout),
		})
	}
	return r.run(ctx), nil
}

// run is one run. Its fields belong to the goroutine of run, but for what workers share.
type run struct {
	p       Plan
	start   time.Time
	measure time.Time // the warm-up's end
	batches *batches
	workers []*worker
	oracle  *Oracle

	result Result
	spare  []tally // a worker's each, to swap
	last   time.Time
	kinds  map[string]int64
	total  *hdrhistogram.Histogram
	second *hdrhistogram.Histogram
	lags   *hdrhistogram.Histogram
}

func (r *run) run(ctx context.Context) *Result {
	r.spare, r.kinds, r.last = make([]tally, len(r.workers)), make(map[string]int64), r.measure
	done := make(chan struct{})
	var wg sync.WaitGroup
	for _, w := range r.workers {
		wg.Go(func() { w.run(ctx) })
	}
	go func() {
		wg.Wait()
		close(done)
	}()
	warm := time.NewTimer(time.Until(r.measure))
	defer warm.Stop()
	var before time.Duration
	measuring, ended := false, false
	select {
	case <-warm.C:
		measuring = true
	case <-done:
		ended = true
	}
	if measuring && r.p.Measured != nil {
		r.p.Measured()
	}
	before = cpuTime()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for !ended {
		select {
		case now := <-tick.C:
			r.collect(now)
		case <-done:
			ended = true
		}
	}
	end := time.Now()
	r.collect(end)
	r.result.CPU = (cpuTime() - before).Seconds()
	r.result.Stopped = ctx.Err() != nil
	r.conclude(end)
	return &r.result
}

// collect takes what all workers did since it was last called.
func (r *run) collect(now time.Time) {
	s := Second{At: now.Sub(r.measure), Length: now.Sub(r.last)}
	if s.Length <= 0 {
		return
	}
	r.last = now
	r.second.Reset()
	for k, w := range r.workers {
		t := &r.spare[k]
		w.take(t)
		if w.busy.Load() {
			s.InFlight++
		}
		s.Requests, s.Clockings, s.Acknowledged, s.Retries = s.Requests+t.requests, s.Clockings+t.sent, s.Acknowledged+t.acked, s.Retries+t.retries
		r.result.Maybe += t.maybe
		for kind, n := range t.problems {
			r.kinds[kind] += n
		}
		s.Problems += t.requests - int64(len(t.delays))
		record(r.second, t.delays)
		record(r.total, t.delays)
		record(r.lags, t.lags)
	}
	s.P50, s.P99, s.Max = microseconds(r.second.ValueAtQuantile(50)), microseconds(r.second.ValueAtQuantile(99)), microseconds(r.second.Max())
	res := &r.result
	res.Requests, res.Clockings, res.Acknowledged, res.Retries = res.Requests+s.Requests, res.Clockings+s.Clockings, res.Acknowledged+s.Acknowledged, res.Retries+s.Retries
	s.Total, s.Kinds = res.Acknowledged, maps.Clone(r.kinds)
	res.Series = append(res.Series, s)
	if r.p.Tick != nil {
		r.p.Tick(s)
	}
}

// conclude fills in what only the end shows.
func (r *run) conclude(end time.Time) {
	res := &r.result
	res.Plan, res.Started, res.Oracle, res.Problems = r.p, r.start, r.oracle, r.kinds
	res.Seconds = max(end.Sub(r.measure).Seconds(), 0)
	out, entries, unsent := r.batches.finish(end)
	res.Unsent, res.Cores = unsent, runtime.NumCPU()
	if entries > 0 {
		res.Fold = float64(out) / float64(entries)
	}
	if res.Seconds > 0 {
		res.RequestsPerSecond = float64(res.Requests) / res.Seconds
		res.ClockingsPerSecond = float64(res.Acknowledged) / res.Seconds
	}
	res.Latency, res.Lag = summary(r.total, true), summary(r.lags, false)
}

// Bottlenecks say where the sender itself may have bounded what was measured.
func (r *Result) Bottlenecks() (all []string) {
	const muchCPU, muchLag = 0.5, 10 * time.Millisecond
	if share := r.CPUShare(); share > muchCPU {
		all = append(all, fmt.Sprintf("the sender took %.0f %% of all cores: what it fires at may be faster than this shows", 100*share))
	}
	if r.Lag.P99 > muchLag {
		all = append(all, fmt.Sprintf("1 %% of the requests left %v or more after they were due although a connection was free: this machine is short of CPU", r.Lag.P99))
	}
	if r.Unsent > 0 {
		all = append(all, fmt.Sprintf("%d clockings were due but never sent, since all connections were waiting for answers: the latencies are too low by what those would have shown", r.Unsent))
	}
	return all
}

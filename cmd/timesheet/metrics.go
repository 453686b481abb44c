package main

import (
	"timesheet/actors"
	"timesheet/board"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// newRegistry holds the process's metrics and those of the actors behind g; package
// http adds its own.
func newRegistry(g *gate) *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		gatedNumbers[actors.Stats]{g, func(o *opened) actors.Stats { return o.system.Stats() }, actorNumbers},
		gatedNumbers[board.Stats]{g, func(o *opened) board.Stats { return o.boards.Stats() }, boardNumbers})
	return r
}

// statistic is one number of S.
type statistic[S any] struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(S) float64
}

func newStatistic[S any](name, help string, kind prometheus.ValueType, value func(S) float64) statistic[S] {
	return statistic[S]{prometheus.NewDesc("timesheet_"+name, help, nil, nil), kind, value}
}

// gatedNumbers tell statistics of what is behind a gate; nothing before it is open.
type gatedNumbers[S any] struct {
	gate  *gate
	stats func(*opened) S
	all   []statistic[S]
}

// Describe is part of prometheus.Collector.
func (n gatedNumbers[S]) Describe(to chan<- *prometheus.Desc) {
	for _, m := range n.all {
		to <- m.desc
	}
}

// Collect is part of prometheus.Collector.
func (n gatedNumbers[S]) Collect(to chan<- prometheus.Metric) {
	o := n.gate.behind.Load()
	if o == nil {
		return
	}
	s := n.stats(o)
	for _, m := range n.all {
		to <- prometheus.MustNewConstMetric(m.desc, m.kind, m.value(s))
	}
}

func counter(name, help string, value func(actors.Stats) uint64) statistic[actors.Stats] {
	return newStatistic(name+"_total", help, prometheus.CounterValue, func(s actors.Stats) float64 { return float64(value(s)) })
}

func gauge(name, help string, value func(actors.Stats) int) statistic[actors.Stats] {
	return newStatistic(name, help, prometheus.GaugeValue, func(s actors.Stats) float64 { return float64(value(s)) })
}

// actorNumbers are the actors' counts.
var actorNumbers = []statistic[actors.Stats]{
	counter("clockings", "Clockings that reached their employee's actor.", func(s actors.Stats) uint64 { return s.Clockings }),
	counter("clockings_redelivered", "Clockings that reached it again, after a failed merge or a changed token.", func(s actors.Stats) uint64 { return s.Redelivered }),
	counter("clockings_unchanged", "Clockings that changed nothing that their actor knew.", func(s actors.Stats) uint64 { return s.Unchanged }),
	counter("entries_merged", "Entries that were merged into the store.", func(s actors.Stats) uint64 { return s.Merged }),
	counter("entries_expired", "Entries dropped below the retention's floor or under a tombstone.", func(s actors.Stats) uint64 { return s.Expired }),
	counter("flushes", "Merge calls to the store.", func(s actors.Stats) uint64 { return s.Flushes }),
	counter("retries", "Merges of a partition that failed and were tried again.", func(s actors.Stats) uint64 { return s.Retries }),
	counter("stale_tokens", "Tokens of partitions that turned out to be out of date.", func(s actors.Stats) uint64 { return s.Stale }),
	counter("employees_passivated", "Employee actors stopped for idleness.", func(s actors.Stats) uint64 { return s.Passivated }),
	counter("actor_panics", "Recovered panics of actors, each a defect.", func(s actors.Stats) uint64 { return s.Panics }),
	counter("dead_letters", "Messages to actors that are gone.", func(s actors.Stats) uint64 { return s.DeadLetters }),
	gauge("employees", "Employee actors that live.", func(s actors.Stats) int { return s.Employees }),
	gauge("entries_pending", "Entries accepted and not yet answered.", func(s actors.Stats) int { return s.Pending }),
}

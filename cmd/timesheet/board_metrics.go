package main

import (
	"timesheet/board"

	"github.com/prometheus/client_golang/prometheus"
)

// boardMetrics tells what the boards hold and did; none before they run.
type boardMetrics struct{ gate *gate }

// boardMetric is one number of the boards.
type boardMetric struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(board.Stats) float64
}

func boardNumber(name, help string, kind prometheus.ValueType, value func(board.Stats) float64) boardMetric {
	return boardMetric{prometheus.NewDesc("timesheet_board_"+name, help, nil, nil), kind, value}
}

var allBoardMetrics = []boardMetric{
	boardNumber("days", "Days that are kept in memory.", prometheus.GaugeValue, func(s board.Stats) float64 { return float64(s.Days) }),
	boardNumber("rows", "Rows of these days.", prometheus.GaugeValue, func(s board.Stats) float64 { return float64(s.Rows) }),
	boardNumber("live", "1 while the store's feed keeps them current.", prometheus.GaugeValue, func(s board.Stats) float64 {
		if s.Live {
			return 1
		}
		return 0
	}),
	boardNumber("behind_seconds", "How long the changes that are being applied have waited.", prometheus.GaugeValue, func(s board.Stats) float64 { return s.Behind.Seconds() }),
	boardNumber("changes_total", "Changes that the feed told.", prometheus.CounterValue, func(s board.Stats) float64 { return float64(s.Changes) }),
	boardNumber("resets_total", "Resets that the feed told.", prometheus.CounterValue, func(s board.Stats) float64 { return float64(s.Resets) }),
	boardNumber("loads_total", "Days read from the store.", prometheus.CounterValue, func(s board.Stats) float64 { return float64(s.Loads) }),
	boardNumber("late_total", "Days read from the store since the feed was too far behind.", prometheus.CounterValue, func(s board.Stats) float64 { return float64(s.Late) }),
	boardNumber("feed_failures_total", "Feeds that failed.", prometheus.CounterValue, func(s board.Stats) float64 { return float64(s.Failures) }),
}

// Describe is part of prometheus.Collector.
func (boardMetrics) Describe(to chan<- *prometheus.Desc) {
	for _, m := range allBoardMetrics {
		to <- m.desc
	}
}

// Collect is part of prometheus.Collector.
func (b boardMetrics) Collect(to chan<- prometheus.Metric) {
	o := b.gate.behind.Load()
	if o == nil {
		return
	}
	s := o.boards.Stats()
	for _, m := range allBoardMetrics {
		to <- prometheus.MustNewConstMetric(m.desc, m.kind, m.value(s))
	}
}

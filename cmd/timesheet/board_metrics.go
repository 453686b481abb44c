package main

import (
	"timesheet/board"

	"github.com/prometheus/client_golang/prometheus"
)

func boardNumber(name, help string, kind prometheus.ValueType, value func(board.Stats) float64) statistic[board.Stats] {
	return newStatistic("board_"+name, help, kind, value)
}

// boardNumbers are what the boards hold and did.
var boardNumbers = []statistic[board.Stats]{
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

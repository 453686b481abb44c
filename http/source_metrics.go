package http

import (
	"github.com/prometheus/client_golang/prometheus"

	"timesheet"
)

// sourceMetrics tells how far the source was read, at each scrape. No label names who
// reads: it would change with every takeover.
type sourceMetrics struct {
	source Source
	now    func() timesheet.Instant
}

// sourceMetric is one number of the status, or none.
type sourceMetric struct {
	desc  *prometheus.Desc
	value func(timesheet.SourceStatus, timesheet.Instant) (float64, bool)
}

func newSourceMetric(name, help string, value func(timesheet.SourceStatus) float64) sourceMetric {
	return sourceMetric{describeSource(name, help), func(st timesheet.SourceStatus, _ timesheet.Instant) (float64, bool) { return value(st), true }}
}

func newRowMetric(name, help string, value func(timesheet.SourceStatus) timesheet.RowID) sourceMetric {
	return sourceMetric{describeSource(name, help), func(st timesheet.SourceStatus, _ timesheet.Instant) (float64, bool) {
		id := value(st)
		return float64(id), id != noRow
	}}
}

func describeSource(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("timesheet_source_"+name, help, nil, nil)
}

var allSourceMetrics = []sourceMetric{
	newSourceMetric("up", "1 while the source is read, 0 while that is tried again, has stopped, or hasn't begun.", up),
	newRowMetric("last_id", "The highest row that is durable; absent before the first.", func(st timesheet.SourceStatus) timesheet.RowID { return st.LastID }),
	newRowMetric("settled_id", "Every row up to this one is durable, rejected or known not to exist; absent before the first.", func(st timesheet.SourceStatus) timesheet.RowID { return st.SettledID }),
	newSourceMetric("open_gaps", "Ids below the last one that were not seen and may still come.", func(st timesheet.SourceStatus) float64 { return float64(st.OpenGaps) }),
	newSourceMetric("lag_rows", "Ids above the last one that the source has.", func(st timesheet.SourceStatus) float64 { return float64(st.LagRows) }),
	newSourceMetric("rows_per_second", "New rows made durable, over the last seconds.", func(st timesheet.SourceStatus) float64 { return st.RowsPerSecond }),
	newSourceMetric("rejected", "Rejected rows that are kept.", func(st timesheet.SourceStatus) float64 { return float64(st.Rejected.Kept) }),
	{describeSource("lag_seconds", "Time since everything visible was durable; absent while that is not known."),
		func(st timesheet.SourceStatus, now timesheet.Instant) (float64, bool) {
			lag, ok := lagOf(st, now)
			return lag.Seconds(), ok
		}},
}

func up(st timesheet.SourceStatus) float64 {
	if st.State == timesheet.SourcePolling || st.State == timesheet.SourceCatchingUp {
		return 1
	}
	return 0
}

// Describe is part of prometheus.Collector.
func (sourceMetrics) Describe(to chan<- *prometheus.Desc) {
	for _, m := range allSourceMetrics {
		to <- m.desc
	}
}

// Collect is part of prometheus.Collector.
func (c sourceMetrics) Collect(to chan<- prometheus.Metric) {
	st, now := c.source.Status(), c.now()
	for _, m := range allSourceMetrics {
		if v, ok := m.value(st, now); ok {
			to <- prometheus.MustNewConstMetric(m.desc, prometheus.GaugeValue, v)
		}
	}
}

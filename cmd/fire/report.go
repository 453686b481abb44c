package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"strings"
	"time"

	"timesheet/internal/load"
)

//go:embed report.html
var reportText string

// report is what the page shows.
type report struct {
	Title       string
	When        string
	Verdict     string // of the verification; "" without one
	Good        bool
	Rows        []row
	Notes       []string
	Parameters  []row
	Charts      []chart
	Seconds     []load.Second
	Differences []load.Difference
	More        int // differences that aren't shown
}

// writeReport writes one page that needs nothing else: no script, no font, no picture.
func writeReport(w io.Writer, r *load.Result) error {
	page, err := template.New("report").Funcs(template.FuncMap{"short": short, "thousands": thousands, "perSecond": perSecond}).Parse(reportText)
	if err != nil {
		return fmt.Errorf("the report's own definition: %w", err)
	}
	v := report{
		Title: "fire: " + headline(r), When: r.Started.Format("2006-01-02 15:04:05 MST"), Rows: rows(r), Notes: notes(r),
		Parameters: parameters(r.Plan), Charts: charts(r), Seconds: r.Series,
	}
	if got := r.Verification; got != nil {
		v.Good, v.Verdict = got.OK(), fmt.Sprintf("%s entries read back: none missing, none wrong", thousands(int64(got.Entries)))
		if !v.Good {
			v.Verdict = fmt.Sprintf("%d entries missing, %d wrong, %d too many", got.Missing, got.Wrong, got.Extra)
		}
		shown := min(len(got.Differences), shownDifferences)
		v.Differences, v.More = got.Differences[:shown], got.Missing+got.Wrong+got.Extra-shown
	}
	return page.Execute(w, v)
}

func headline(r *load.Result) string {
	return fmt.Sprintf("%s clockings/s, p99 %s", thousands(int64(r.ClockingsPerSecond)), short(r.Latency.P99))
}

func perSecond(n int64, length time.Duration) string {
	return thousands(int64(float64(n) / max(length.Seconds(), 1e-9)))
}

// parameters are what was asked for.
func parameters(p load.Plan) []row {
	var targets []string
	for _, t := range p.Targets {
		targets = append(targets, t.URL)
	}
	model := "closed: each connection sends when it has its answer"
	if p.Rate > 0 {
		model = fmt.Sprintf("open: %.6g clockings/s, latency from when a request was due", p.Rate)
	}
	batch := fmt.Sprint(p.Batch.Least)
	if p.Batch.Most != p.Batch.Least {
		batch = fmt.Sprintf("%d to %d", p.Batch.Least, p.Batch.Most)
	}
	w := p.Workload
	rows := []row{
		{"targets", strings.Join(targets, ", ")}, {"model", model}, {"connections", fmt.Sprint(p.Connections)},
		{"format", string(p.Format)}, {"batch", batch}, {"employees", thousands(int64(w.Employees))},
		{"clockings a day", fmt.Sprint(w.PerDay)}, {"order", string(w.Order)}, {"duplicates", fmt.Sprint(w.Duplicates)},
		{"late", fmt.Sprint(w.Late)}, {"days", fmt.Sprintf("%d from %v", w.Days, w.From)}, {"seed", fmt.Sprint(w.Seed)},
		{"prefix", w.Prefix}, {"warm-up", p.Warmup.String()}, {"timeout", p.Timeout.String()},
		{"retries", fmt.Sprintf("%d, each after at most %v", p.Retry.Attempts, p.Retry.Cap)},
	}
	if p.For > 0 {
		rows = append(rows, row{"for", p.For.String()})
	}
	if p.Count > 0 {
		rows = append(rows, row{"count", thousands(p.Count)})
	}
	return rows
}

func charts(r *load.Result) []chart {
	return []chart{percentiles(r.Latency), throughput(r.Series), latencies(r.Series)}
}

// percentiles has the slowest tenth, hundredth and so on each in a part of its own.
func percentiles(l load.Latency) chart {
	s := series{name: "latency"}
	most := 1.0 // in nines: 1 is the 90th percentile
	for _, p := range l.Curve {
		if p.Quantile >= 1 {
			break
		}
		most = max(most, nines(p.Quantile))
		s.points = append(s.points, [2]float64{nines(p.Quantile), milliseconds(p.At)})
	}
	if l.Count > 0 {
		s.points = append(s.points, [2]float64{most, milliseconds(l.Max)})
	}
	x, y := xAxis(0, math.Ceil(most)), yAxis(true, s)
	ticks := []tick{{x.at(0), "0 %"}, {x.at(nines(0.5)), "50 %"}}
	for n, label := 1, "90"; float64(n) <= x.high; n++ {
		ticks = append(ticks, tick{x.at(float64(n)), label + " %"})
		if label += "9"; n == 1 {
			label = "99"
		} else if n == 2 {
			label = "99.9"
		}
	}
	return draw("Latency by percentile", "percentile", x, y, ticks, y.ticks(msLabel), s)
}

func nines(quantile float64) float64 { return -math.Log10(1 - quantile) }

func throughput(all []load.Second) chart {
	sent, acked := series{name: "sent"}, series{name: "acknowledged"}
	for _, s := range whole(all) {
		at := s.At.Seconds()
		sent.points = append(sent.points, [2]float64{at, float64(s.Clockings) / s.Length.Seconds()})
		acked.points = append(acked.points, [2]float64{at, float64(s.Acknowledged) / s.Length.Seconds()})
	}
	x, y := timeAxis(all), yAxis(false, sent, acked)
	return draw("Clockings a second", "seconds", x, y, x.ticks(number64), y.ticks(number64), acked, sent)
}

func latencies(all []load.Second) chart {
	lines := []series{{name: "p50"}, {name: "p99"}, {name: "max"}}
	for _, s := range whole(all) {
		for i, d := range []time.Duration{s.P50, s.P99, s.Max} {
			v := milliseconds(d)
			if d == 0 {
				v = math.NaN() // nothing was acknowledged
			}
			lines[i].points = append(lines[i].points, [2]float64{s.At.Seconds(), v})
		}
	}
	x, y := timeAxis(all), yAxis(true, lines...)
	return draw("Latency over time", "seconds", x, y, x.ticks(number64), y.ticks(msLabel), lines...)
}

// whole leaves out a last part of a second, whose rates would be noise.
func whole(all []load.Second) []load.Second {
	if n := len(all); n > 1 && all[n-1].Length < time.Second/2 {
		return all[:n-1]
	}
	return all
}

func timeAxis(all []load.Second) axis {
	end := 1.0
	if len(all) > 0 {
		end = all[len(all)-1].At.Seconds()
	}
	return xAxis(0, end)
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1e3 }

// msLabel is a power of ten of milliseconds.
func msLabel(v float64) string {
	switch {
	case v < 1:
		return fmt.Sprintf("%.4g µs", v*1e3)
	case v < 1e3:
		return fmt.Sprintf("%.4g ms", v)
	default:
		return fmt.Sprintf("%.4g s", v/1e3)
	}
}

func number64(v float64) string {
	if v != math.Trunc(v) {
		return fmt.Sprintf("%.3g", v)
	}
	return thousands(int64(v))
}

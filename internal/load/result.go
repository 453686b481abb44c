package load

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Result is what a run measured. Its figures leave out the warm-up, but for Oracle.
type Result struct {
	Plan    Plan      `json:"plan"` // with its defaults
	Started time.Time `json:"started"`
	Seconds float64   `json:"seconds"` // from the end of the warm-up to the last answer

	Requests     int64 `json:"requests"`     // answered or given up
	Clockings    int64 `json:"clockings"`    // in those
	Acknowledged int64 `json:"acknowledged"` // of the clockings
	Maybe        int64 `json:"maybe"`        // sent, and not acknowledged: stored or not
	Unsent       int64 `json:"unsent"`       // clockings that were due, but no connection was free before the end
	Retries      int64 `json:"retries"`
	// Problems counts requests that weren't acknowledged, and retries, by kind.
	Problems map[string]int64 `json:"problems"`

	RequestsPerSecond  float64 `json:"requests_per_second"`  // acknowledged or not
	ClockingsPerSecond float64 `json:"clockings_per_second"` // acknowledged
	// Fold is clockings for each entry and batch: what can be coalesced of them. It
	// counts all batches, the warm-up's too.
	Fold float64 `json:"fold"`

	Latency Latency `json:"latency"` // of acknowledged requests, from when they were due
	// Lag is by how much the sender itself was late where a connection was free.
	Lag Latency `json:"lag"`
	// CPU is what the sender took, in seconds of all cores.
	CPU     float64  `json:"cpu_seconds"`
	Cores   int      `json:"cores"`
	Series  []Second `json:"series"`
	Stopped bool     `json:"stopped"` // before its end, from outside

	Verification *Verification `json:"verification,omitempty"` // set by the caller who had it made

	Oracle *Oracle `json:"-"` // nil without Plan.Verify
}

// Latency is a distribution.
type Latency struct {
	Count int64         `json:"count"`
	Min   time.Duration `json:"min_ns"`
	Mean  time.Duration `json:"mean_ns"`
	P50   time.Duration `json:"p50_ns"`
	P90   time.Duration `json:"p90_ns"`
	P99   time.Duration `json:"p99_ns"`
	P999  time.Duration `json:"p999_ns"`
	Max   time.Duration `json:"max_ns"`
	// Curve is the whole distribution, for a plot.
	Curve []Point `json:"curve,omitempty"`
}

// Point says that Quantile of all took no longer than At.
type Point struct {
	Quantile float64       `json:"quantile"` // 0 to 1
	At       time.Duration `json:"at_ns"`
}

// Second is what happened in one second (the last may be shorter).
type Second struct {
	At           time.Duration    `json:"at_ns"` // its end, after the warm-up
	Length       time.Duration    `json:"length_ns"`
	Requests     int64            `json:"requests"`
	Clockings    int64            `json:"clockings"`
	Acknowledged int64            `json:"acknowledged"`
	Retries      int64            `json:"retries"`
	Problems     int64            `json:"problems"`
	P50          time.Duration    `json:"p50_ns"`
	P99          time.Duration    `json:"p99_ns"`
	Max          time.Duration    `json:"max_ns"`
	InFlight     int              `json:"in_flight"` // at its end
	Total        int64            `json:"total"`     // clockings acknowledged since the warm-up
	Kinds        map[string]int64 `json:"-"`         // problems by kind, since the warm-up; the caller must not change it
}

// newHistogram has three digits of microseconds.
func newHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(1, maxTrackedDelay.Microseconds(), 3)
}

// record adds delays in µs; what is longer than can be tracked counts as the longest.
func record(h *hdrhistogram.Histogram, delays []uint32) {
	for _, d := range delays {
		_ = h.RecordValue(min(int64(d), h.HighestTrackableValue())) // it can't be out of range
	}
}

// curveTicks is how many points a curve has on the way to each half of what remains.
const curveTicks = 10

func microseconds(n int64) time.Duration { return time.Duration(n) * time.Microsecond }

// summary is h in figures.
func summary(h *hdrhistogram.Histogram, curve bool) Latency {
	l := Latency{
		Count: h.TotalCount(), Min: microseconds(h.Min()), Mean: time.Duration(h.Mean() * float64(time.Microsecond)),
		P50: microseconds(h.ValueAtQuantile(50)), P90: microseconds(h.ValueAtQuantile(90)),
		P99: microseconds(h.ValueAtQuantile(99)), P999: microseconds(h.ValueAtQuantile(99.9)), Max: microseconds(h.Max()),
	}
	if curve && l.Count > 0 {
		for _, b := range h.CumulativeDistributionWithTicks(curveTicks) {
			l.Curve = append(l.Curve, Point{Quantile: b.Quantile / 100, At: microseconds(b.ValueAt)})
		}
	}
	return l
}

// CPUShare is the part of all cores that the sender itself took, 0 to 1.
func (r *Result) CPUShare() float64 {
	if r.Seconds <= 0 || r.Cores == 0 {
		return 0
	}
	return r.CPU / r.Seconds / float64(r.Cores)
}

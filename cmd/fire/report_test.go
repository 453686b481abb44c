package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"timesheet/internal/load"
)

// sample is a result with all that a page can show.
func sample() *load.Result {
	r := &load.Result{
		Plan:     load.Plan{Workload: load.Workload{Employees: 10, Prefix: "F", Order: load.ByTime}, Targets: []load.Target{{URL: "http://127.0.0.1:1"}}, Rate: 100},
		Requests: 300, Acknowledged: 290, Seconds: 3, Cores: 2, Problems: map[string]int64{`<script>alert("x")</script>`: 10},
		Verification: &load.Verification{Entries: 9, Missing: 1, Differences: []load.Difference{{Kind: "missing", Employee: "<b>", Stored: "nothing", Want: "08:00:00"}}},
	}
	for i, d := range []time.Duration{time.Millisecond, 2 * time.Millisecond, 0, 700 * time.Millisecond} {
		r.Series = append(r.Series, load.Second{At: time.Duration(i+1) * time.Second, Length: time.Second, Clockings: 100, Acknowledged: 97, P50: d, P99: 2 * d, Max: 3 * d})
	}
	r.Latency = load.Latency{Count: 290, Min: time.Millisecond, Max: 2 * time.Second, Curve: []load.Point{{Quantile: 0, At: time.Millisecond}, {Quantile: 0.5, At: 2 * time.Millisecond}, {Quantile: 0.99, At: time.Second}, {Quantile: 1, At: 2 * time.Second}}}
	return r
}

func page(t *testing.T, r *load.Result) string {
	t.Helper()
	var b bytes.Buffer
	if err := writeReport(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestReport(t *testing.T) {
	html := page(t, sample())
	t.Run("text is escaped", func(t *testing.T) {
		if strings.Contains(html, "<script") || strings.Contains(html, "<b>") || !strings.Contains(html, "&lt;script&gt;") {
			t.Error("text of the result is markup")
		}
	})
	t.Run("needs nothing but itself", func(t *testing.T) {
		if found := regexp.MustCompile(`(?:src|href)=|@import|url\(`).FindString(html); found != "" {
			t.Errorf("it asks for more: %s", found)
		}
	})
	t.Run("shows everything", func(t *testing.T) {
		for _, s := range []string{"1 entries missing", "Latency by percentile", "Clockings a second", "Latency over time", "open: 100 clockings/s", "08:00:00", "prefers-color-scheme: dark"} {
			if !strings.Contains(html, s) {
				t.Errorf("it lacks %q", s)
			}
		}
	})
	t.Run("every picture is whole and within its frame", func(t *testing.T) {
		pictures := regexp.MustCompile(`(?s)<svg.*?</svg>`).FindAllString(html, -1)
		if len(pictures) != 3 {
			t.Fatalf("%d pictures", len(pictures))
		}
		for _, p := range pictures {
			wellFormed(t, p)
			for _, m := range regexp.MustCompile(`[ML](-?[\d.]+|NaN|[+-]Inf) (-?[\d.]+|NaN|[+-]Inf)`).FindAllStringSubmatch(p, -1) {
				x, errX := strconv.ParseFloat(m[1], 64)
				y, errY := strconv.ParseFloat(m[2], 64)
				if errX != nil || errY != nil || !(x >= 70 && x <= 724 && y >= 16 && y <= 240) {
					t.Errorf("%s is outside", m[0])
				}
			}
		}
		if !regexp.MustCompile(`class="curve line0" d="M[^"]+M`).MatchString(pictures[2]) {
			t.Error("a second without an answer doesn't interrupt the latencies")
		}
	})
	t.Run("a run without anything", func(t *testing.T) {
		html := page(t, &load.Result{})
		if strings.Contains(html, "NaN") || strings.Contains(html, "Inf") {
			t.Error("it has numbers that are none")
		}
	})
}

func wellFormed(t *testing.T, text string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("%v: %.300s", err, text)
			return
		}
	}
}

func TestLive(t *testing.T) {
	var b bytes.Buffer
	l := newLive(&b, load.Plan{For: 10 * time.Second, Count: 1000})
	l.tick(load.Second{At: time.Second, Length: time.Second})
	l.say("x")
	l.clear()
	if b.Len() > 0 {
		t.Errorf("%q on what is no terminal", &b)
	}
	l.w = &b
	l.tick(load.Second{At: 5 * time.Second, Length: time.Second, Acknowledged: 20_014, Total: 100, P99: 4200 * time.Microsecond, InFlight: 3, Kinds: map[string]int64{"status 500": 1200}})
	if got, want := b.String(), "\r\x1b[2K[==========          ] 5/10 s  20,014/s  p99 4.20 ms  in flight 3  problems 1,200"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	l.tick(load.Second{At: 5 * time.Second, Length: time.Second, Total: 750})
	if !strings.Contains(b.String(), "[===============     ] 750 of 1,000") {
		t.Errorf("%q shows not what is further", &b)
	}
}

func TestTexts(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000"} {
		if got := thousands(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
	for d, want := range map[time.Duration]string{0: "0 µs", 999 * time.Microsecond: "999 µs", 1500 * time.Microsecond: "1.50 ms", 12 * time.Millisecond: "12 ms", 1500 * time.Millisecond: "1.50 s"} {
		if got := short(d); got != want {
			t.Errorf("%v: %s", d, got)
		}
	}
}

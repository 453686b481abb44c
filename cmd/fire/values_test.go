package main

import (
	"math"
	"testing"
	"time"

	"timesheet/internal/load"
)

func TestValues(t *testing.T) {
	for text, want := range map[string]rate{"20000/s": 20000, "20000": 20000, "60/min": 1, "3600/h": 1, "0.5/s": 0.5, "1e4/s": 10000} {
		if got, err := parseRate(text); err != nil || got != want {
			t.Errorf("%s: %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "0", "-1", "x/s", "1/d", "1/s/s", "NaN", "Inf", "1e9", "/s"} {
		if got, err := parseRate(text); err == nil {
			t.Errorf("%q is a rate: %v", text, got)
		}
	}
	for text, want := range map[string]load.Range{"1": {Least: 1, Most: 1}, "1..10000": {Least: 1, Most: 10000}, "7..7": {Least: 7, Most: 7}} {
		if got, err := parseBatch(text); err != nil || got != want {
			t.Errorf("%s: %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "0", "2..1", "1-5", "..", "1..", "..5", "1...5", "1..1000001", "-1..5"} {
		if got, err := parseBatch(text); err == nil {
			t.Errorf("%q is a batch: %v", text, got)
		}
	}
	for text, want := range map[string]duration{"60s": duration(time.Minute), "0s": 0, "1h30m": duration(90 * time.Minute)} {
		if got, err := parseDuration(text); err != nil || got != want {
			t.Errorf("%s: %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "60", "-1s", "9000h", "x"} {
		if got, err := parseDuration(text); err == nil {
			t.Errorf("%q is a duration: %v", text, got)
		}
	}
	for _, text := range []string{"", "-0.1", "1.1", "NaN", "x"} {
		if got, err := parseShare(text); err == nil {
			t.Errorf("%q is a share: %v", text, got)
		}
	}
}

// Whatever is accepted as a value can be worked with.
func FuzzValues(f *testing.F) {
	for _, s := range []string{"20000/s", "1..10000", "60s", "0.1", "1e400/s", "..", "-0", "5/min"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if r, err := parseRate(s); err == nil && (!(r > 0) || math.IsInf(float64(r), 0)) {
			t.Errorf("rate %q: %v", s, r)
		}
		if b, err := parseBatch(s); err == nil && (b.Least < 1 || b.Most < b.Least || b.Most > maxBatch) {
			t.Errorf("batch %q: %v", s, b)
		}
		if d, err := parseDuration(s); err == nil && d < 0 {
			t.Errorf("duration %q: %v", s, d)
		}
		if p, err := parseShare(s); err == nil && !(p >= 0 && p <= 1) {
			t.Errorf("share %q: %v", s, p)
		}
		if n, err := parseCount(s); err == nil && n < 0 {
			t.Errorf("count %q: %v", s, n)
		}
	})
}

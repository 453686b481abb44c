package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// pageSize is what the bare disk is given at once: the least that it writes.
const pageSize = 4096

// bareDisk appends 4 KiB and waits until the disk has them, again and again, and
// answers how long each took. It is the least that anything durable costs on that disk.
func bareDisk(ctx context.Context, dir string, length time.Duration) (took []time.Duration, err error) {
	f, err := os.Create(filepath.Join(dir, "bare"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	page := make([]byte, pageSize)
	for last, end := time.Now(), time.Now().Add(length); last.Before(end); {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		before := time.Now()
		if _, err := f.Write(page); err != nil {
			return nil, err
		}
		if err := syscall.Fdatasync(int(f.Fd())); err != nil {
			return nil, fmt.Errorf("fdatasync: %w", err)
		}
		last = time.Now()
		took = append(took, last.Sub(before))
	}
	return took, nil
}

// quantile is the least value that the share q of values, more than 0, doesn't exceed;
// sorted has at least one.
func quantile(sorted []time.Duration, q float64) time.Duration {
	return sorted[int(math.Ceil(q*float64(len(sorted))))-1]
}

// latencies are the measures of a turn by what each request took.
func latencies(took []time.Duration) map[string]float64 {
	slices.Sort(took)
	values := make(map[string]float64)
	if len(took) > 0 {
		for name, q := range map[string]float64{"p50_ms": 0.5, "p99_ms": 0.99, "p999_ms": 0.999} {
			values[name] = ms(quantile(took, q))
		}
	}
	return values
}

func ms(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }

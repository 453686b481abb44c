package main

import (
	"os"
	"runtime"
	"testing"
	"time"
)

func TestCPUTime(t *testing.T) {
	t.Run("is utime and stime, whatever the program's name", func(t *testing.T) {
		got, err := parseStat("7 (a) 1 (b 2) S 1 2 3 4 5 6 7 8 9 10 150 25 99 99 20 0")
		if err != nil || got != 1750*time.Millisecond {
			t.Errorf("got %v, %v", got, err)
		}
	})
	t.Run("grows with work", func(t *testing.T) {
		before, err := cpuTime(os.Getpid())
		if err != nil {
			t.Fatal(err)
		}
		for {
			now, err := cpuTime(os.Getpid())
			if err != nil {
				t.Fatal(err)
			}
			if now-before >= 50*time.Millisecond {
				return
			}
			runtime.Gosched()
		}
	})
	for _, stat := range []string{"", "7 (race) S 1 2", "7 (race) S 1 2 3 4 5 6 7 8 9 10 x 25 99"} {
		if got, err := parseStat(stat); err == nil {
			t.Errorf("%q: got %v", stat, got)
		}
	}
	if _, err := cpuTime(1 << 30); err == nil {
		t.Error("no process has that id")
	}
}

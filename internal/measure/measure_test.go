package measure_test

import (
	"os"
	"runtime"
	"testing"
	"time"

	"timesheet/internal/measure"
)

var sink [][]byte

func TestMeter(t *testing.T) {
	spin := func(d time.Duration) {
		for began := measure.CPU(t); measure.CPU(t)-began < d; {
			runtime.Gosched()
		}
	}
	r := testing.Benchmark(func(b *testing.B) {
		m := measure.Start(b)
		for range b.N {
			spin(time.Millisecond)
			sink = append(sink[:0], make([]byte, 100), make([]byte, 100))
		}
		m.Per("turn", 2*b.N)
	})
	if got := r.Extra["cpu-ns/turn"]; got < 0.45e6 || got > 5e6 {
		t.Errorf("half a turn of 1 ms took %v ns of processor time", got)
	}
	if took, cpu := r.Extra["ns/turn"], r.Extra["cpu-ns/turn"]; took*float64(runtime.NumCPU())*1.2 < cpu {
		t.Errorf("%v ns on the clock, %v ns of the processors", took, cpu)
	}
	if got := r.Extra["allocs/turn"]; got < 1 || got > 2 {
		t.Errorf("%v allocations, not 1 a unit", got)
	}
}

func TestMemory(t *testing.T) {
	const size = 64 << 20
	live, rss := measure.Live(), measure.RSS(t, os.Getpid())
	held := make([]byte, size)
	for i := 0; i < size; i += 1024 {
		held[i] = 1
	}
	// What others held before may be gone by now.
	if got := int64(measure.Live() - live); got < size-size/8 || got > size+size/8 {
		t.Errorf("%d bytes more are live, not %d", got, size)
	}
	if got := measure.RSS(t, os.Getpid()) - rss; got < size*3/4 {
		t.Errorf("the process grew by %d, not %d", got, size)
	}
	runtime.KeepAlive(held) // and no longer
	if got := int64(measure.Live() - live); got > size/8 {
		t.Errorf("%d bytes are live that nobody holds", got)
	}
}

package bench

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"timesheet/pebble"
)

// BenchmarkStart starts the built program until it says that it is ready: on no store
// yet, on two million entries that were closed in order, and on those as kill -9 leaves
// them. median-ms is the one to look at; beside it stands what the program takes to
// print its version, below which no start can be.
func BenchmarkStart(b *testing.B) {
	binary := program(b, "timesheet")
	b.Run("bare version", func(b *testing.B) {
		var took []time.Duration
		for b.Loop() {
			began := time.Now()
			if out, err := exec.Command(binary, "version").CombinedOutput(); err != nil {
				b.Fatalf("%v\n%s", err, out)
			}
			took = append(took, time.Since(began))
		}
		reportMedian(b, took)
	})
	b.Run("empty", func(b *testing.B) {
		starts(b, func() string { return b.TempDir() })
	})
	for _, employees := range []int{5000, 1_000_000} {
		closed, killed := filled(b, 2_000_000, employees)
		name := map[int]string{5000: "2000000 entries of 5000 employees", 1_000_000: "2000000 entries of 1000000 employees"}[employees]
		b.Run(name, func(b *testing.B) { starts(b, func() string { return closed }) })
		b.Run(name+" after kill -9", func(b *testing.B) {
			starts(b, func() string {
				dir := filepath.Join(b.TempDir(), "copy")
				if err := os.CopyFS(dir, os.DirFS(killed)); err != nil {
					b.Fatal(err)
				}
				return dir
			})
		})
	}
}

func starts(b *testing.B, dir func() string) {
	b.Helper()
	var took []time.Duration
	for b.Loop() {
		b.StopTimer()
		store := dir()
		b.StartTimer()
		began := time.Now()
		p := launch(b, store)
		took = append(took, time.Since(began))
		p.stop(b)
	}
	reportMedian(b, took)
}

func reportMedian(b *testing.B, took []time.Duration) {
	b.Helper()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
}

// filled makes the directory of a store with so many entries whose service was killed,
// and a copy of it that was then opened and closed in order.
func filled(b *testing.B, entries, employees int) (closed, killed string) {
	b.Helper()
	root := b.TempDir()
	closed, killed = filepath.Join(root, "closed"), filepath.Join(root, "killed")
	p := launch(b, killed)
	for n := 0; n < entries; n += postSize {
		post(b, p.url, n%employees, employees, n/employees, 0)
	}
	p.kill()
	if err := os.CopyFS(closed, os.DirFS(killed)); err != nil {
		b.Fatal(err)
	}
	s, err := pebble.Open(b.Context(), closed, pebble.Options{Logger: discard})
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	return closed, killed
}

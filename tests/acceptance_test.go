package tests

import (
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"timesheet/internal/redistest"
)

// dataset is a set of clockings with the entries that must come of it.
type dataset struct {
	name      string
	clockings []clocking
	want      map[string]facts
}

// datasets are a generated set, and every NAME.clockings.csv.zst with its
// NAME.expected.csv.zst in the folder that ACCEPTANCE_DATA names, if any.
func datasets(t *testing.T) []dataset {
	t.Helper()
	made := generated(t, 60, 45)
	sets := []dataset{{"generated", made, expected(made)}}
	dir := os.Getenv("ACCEPTANCE_DATA")
	if dir == "" {
		return sets
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.clockings.csv.zst"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no *.clockings.csv.zst in %s (%v)", dir, err)
	}
	for _, file := range files {
		set := dataset{name: strings.TrimSuffix(filepath.Base(file), ".clockings.csv.zst"), want: make(map[string]facts)}
		for i, row := range zstdRows(t, file) {
			set.clockings = append(set.clockings, clocking{ID: i + 1, Employee: row[1], At: row[2]})
		}
		for _, row := range zstdRows(t, strings.Replace(file, ".clockings.", ".expected.", 1)) {
			set.want[row[0]+","+row[1]] = facts{row[2], row[3]}
		}
		sets = append(sets, set)
	}
	return sets
}

func zstdRows(t *testing.T, file string) [][]string {
	t.Helper()
	text, err := exec.CommandContext(t.Context(), "zstd", "-dcq", file).Output()
	if err != nil {
		t.Fatalf("zstd %s: %v", file, err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

// eachStore runs a test on a fresh store of each kind.
func eachStore(t *testing.T, test func(t *testing.T, store string)) {
	t.Helper()
	t.Run("pebble", func(t *testing.T) {
		t.Parallel()
		test(t, "pebble:"+filepath.Join(t.TempDir(), "store"))
	})
	t.Run("redis", func(t *testing.T) {
		t.Parallel()
		test(t, redistest.Start(t).URL())
	})
}

func importText(t *testing.T, store, text string, args ...string) {
	t.Helper()
	args = append([]string{"import", "--store", store, "--time-zone", "UTC"}, append(args, "-")...)
	if _, stderr, exit := timesheetCommand(t, text, args...); exit != 0 {
		t.Fatalf("import: exit %d\n%s", exit, stderr)
	}
}

func TestImport(t *testing.T) {
	for _, set := range datasets(t) {
		t.Run(set.name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, store string) {
				importText(t, store, csvOf(set.clockings))
				requireEqual(t, exported(t, store), set.want)
			})
		})
	}
}

func TestImportShuffledAndThreeTimes(t *testing.T) {
	for _, set := range datasets(t) {
		t.Run(set.name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, store string) {
				importText(t, store, csvOf(shuffled(set.clockings)))
				requireEqual(t, exported(t, store), set.want)
				importText(t, store, csvOf(set.clockings))
				importText(t, store, csvOf(shuffled(set.clockings)))
				requireEqual(t, exported(t, store), set.want)
			})
		})
	}
}

func TestConcurrentSendersInIDOrder(t *testing.T) {
	for _, set := range datasets(t) {
		t.Run(set.name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, store string) {
				s := startService(t, store)
				sendInIDOrder(t, set.clockings, s)
				s.stop(stopWithin)
				requireEqual(t, exported(t, store), set.want)
			})
		})
	}
}

func TestTwoServicesOnOneRedis(t *testing.T) {
	for _, set := range datasets(t) {
		t.Run(set.name, func(t *testing.T) {
			store := redistest.Start(t).URL()
			sendInIDOrder(t, set.clockings, startService(t, store), startService(t, store))
			requireEqual(t, exported(t, store), set.want)
		})
	}
}

// sendInIDOrder splits clockings over 8 concurrent senders that keep to the order of
// the ids as a whole: tidy orders hide races, this one shows them.
func sendInIDOrder(t *testing.T, clockings []clocking, services ...*service) {
	t.Helper()
	var mu sync.Mutex
	next := 0 // guarded by mu
	take := func() ([]clocking, int) {
		mu.Lock()
		defer mu.Unlock()
		from := next
		next = min(next+1+from%9, len(clockings))
		return clockings[from:next], from
	}
	var senders sync.WaitGroup
	for range 8 {
		senders.Go(func() {
			for part, i := take(); len(part) > 0 && !t.Failed(); part, i = take() {
				mustPost(t, services[i%len(services)].url, part)
			}
		})
	}
	senders.Wait()
}

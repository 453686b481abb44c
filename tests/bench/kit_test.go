package bench

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"timesheet"
	"timesheet/actors"
	"timesheet/internal/redistest"
	"timesheet/pebble"
	"timesheet/redis"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if dir := buildDir(); dir != "" {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code) //nolint:forbidigo // a TestMain that cleans up must end so
}

var discard = slog.New(slog.DiscardHandler)

// stores are the two, fresh and with day rules of UTC.
var stores = []struct {
	name string
	open func(b *testing.B) timesheet.Store
}{
	{"pebble", func(b *testing.B) timesheet.Store {
		b.Helper()
		s, err := pebble.Open(b.Context(), b.TempDir(), pebble.Options{Logger: discard})
		return fresh(b, s, err)
	}},
	{"redis", func(b *testing.B) timesheet.Store {
		b.Helper()
		s, err := redis.Open(b.Context(), redis.Options{URL: redistest.Start(b).URL(), Logger: discard})
		return fresh(b, s, err)
	}},
}

func fresh(b testing.TB, s timesheet.Store, err error) timesheet.Store {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	if _, err := s.SetDayRules(b.Context(), 0, []timesheet.Assignment{{From: timesheet.FirstDay, Rule: timesheet.DayRule{Zone: "UTC"}}}); err != nil {
		b.Fatal(err)
	}
	return s
}

// over runs actors over a store until the benchmark's end.
func over(b *testing.B, s timesheet.Store) *actors.System {
	b.Helper()
	sys, err := actors.Start(b.Context(), s, actors.Options{Logger: discard, IdleAfter: time.Hour})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := sys.Stop(context.Background()); err != nil {
			b.Error(err)
		}
	})
	return sys
}

// builds keeps what program built.
var builds struct {
	mu   sync.Mutex
	dir  string          // guarded by mu; "" before the first build
	done map[string]bool // guarded by mu
}

func buildDir() string {
	builds.mu.Lock()
	defer builds.mu.Unlock()
	return builds.dir
}

// program builds a command of the module, once.
func program(b *testing.B, name string) string {
	b.Helper()
	builds.mu.Lock()
	defer builds.mu.Unlock()
	if builds.dir == "" {
		dir, err := os.MkdirTemp("", "timesheet-bench-")
		if err != nil {
			b.Fatal(err)
		}
		builds.dir, builds.done = dir, make(map[string]bool)
	}
	path := filepath.Join(builds.dir, name)
	if !builds.done[name] {
		build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "timesheet/cmd/"+name)
		build.Env = append(build.Environ(), "CGO_ENABLED=0") // as the image is built
		if out, err := build.CombinedOutput(); err != nil {
			b.Fatalf("build: %v\n%s", err, out)
		}
		builds.done[name] = true
	}
	return path
}

// process is a running service.
type process struct {
	cmd *exec.Cmd
	url string
}

// launch starts the built program on the store in dir and answers once it says that it is
// ready, and where: the last word of its first line.
func launch(b *testing.B, dir string, flags ...string) *process {
	b.Helper()
	args := append([]string{"serve", "--store", "pebble:" + dir, "--time-zone", "UTC", "--listen", "127.0.0.1:0"}, flags...)
	cmd := exec.Command(program(b, "timesheet"), args...)
	var log strings.Builder
	cmd.Stderr = &log
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	p := &process{cmd: cmd}
	b.Cleanup(p.kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	words := strings.Fields(line)
	if err != nil || len(words) == 0 {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		b.Fatalf("the service didn't say that it is ready: %v\n%s", err, log.String())
	}
	p.url = words[len(words)-1]
	if _, err := url.Parse(p.url); err != nil {
		b.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return p
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// stop ends the service in order.
func (p *process) stop(b *testing.B) {
	b.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		b.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		b.Fatal(err)
	}
}

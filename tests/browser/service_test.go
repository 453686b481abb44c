package browser

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"timesheet"
	"timesheet/internal/clocking"
	"timesheet/internal/locked"
)

// binary is the service's program, built once.
var binary string

// office is a site: its machines' system, its rules and its people.
type office struct {
	machines *clocking.System
	dir      string
	flags    []string
}

// dayText is the day that most tests look at: a Tuesday, long over.
const dayText = "2026-03-03"

// newOffice has staff in its directory, and nobody has clocked.
func newOffice(t testing.TB, staff []person) *office {
	t.Helper()
	o := &office{machines: clocking.New(clocking.Options{}), dir: t.TempDir()}
	if err := o.machines.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.machines.Close() })
	rules, err := filepath.Abs("../../examples/office.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var list strings.Builder
	list.WriteString("employee_id,name,team,schedule\n")
	for _, p := range staff {
		fmt.Fprintf(&list, "%s,%s,%s,\n", quoted(p.id), quoted(p.name), quoted(p.team))
	}
	directory := filepath.Join(o.dir, "people.csv")
	if err := os.WriteFile(directory, []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	o.flags = []string{"serve", "--store", "pebble:" + filepath.Join(o.dir, "store"), "--time-zone", "UTC", "--source", o.machines.DSN(),
		"--poll-interval", "50ms", "--rules", rules, "--directory", directory, "--log-level", "warn"}
	return o
}

func quoted(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }

type person struct{ id, name, team string }

// at is a wall time, written 08:09 on the day, or with another one.
func at(clock string) clocking.Time {
	if !strings.Contains(clock, "T") {
		clock = dayText + "T" + clock
	}
	wall, err := time.Parse("2006-01-02T15:04", clock)
	if err != nil {
		panic(err)
	}
	return clocking.Wall(timesheet.Wall(wall.UnixMilli()))
}

// clocks has somebody touch a machine on the day.
func (o *office) clocks(id string, clocks ...string) {
	for _, clock := range clocks {
		o.machines.Insert(id, at(clock))
	}
}

// service is a running program.
type service struct {
	url    string
	cmd    *exec.Cmd
	log    *locked.Buffer
	exited chan struct{}
}

var address = regexp.MustCompile(`http://(127\.0\.0\.1:\d+)`)

// serve runs the service at listen until the test ends.
func (o *office) serve(t testing.TB, listen string, more ...string) *service {
	t.Helper()
	cmd := exec.Command(binary, append(append([]string{}, o.flags...), append(more, "--listen", listen)...)...)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "TIMESHEET_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	s := &service{cmd: cmd, log: &locked.Buffer{}, exited: make(chan struct{})}
	cmd.Stderr = s.log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	told := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if url := address.FindString(lines.Text()); url != "" {
				select {
				case told <- url:
				default:
				}
			}
		}
		_ = cmd.Wait()
		close(s.exited)
	}()
	t.Cleanup(s.kill)
	select {
	case s.url = <-told:
	case <-s.exited:
		t.Fatalf("the service ended at its start\n%s", s.log)
	case <-time.After(time.Minute):
		t.Fatalf("the service doesn't say where it listens\n%s", s.log)
	}
	return s
}

// kill ends the program as a power cut would.
func (s *service) kill() {
	_ = s.cmd.Process.Kill()
	<-s.exited
}

// stop ends it properly.
func (s *service) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	<-s.exited
}

// host is where it listens.
func (s *service) host() string { return strings.TrimPrefix(s.url, "http://") }

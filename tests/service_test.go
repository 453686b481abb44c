package tests

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"timesheet/internal/locked"
)

// binary is the service's program, clockingBinary that of the stand-in for the SQL Server
// and fireBinary the load generator, built once for the whole test run, with the race
// detector when the tests have it.
var binary, clockingBinary, fireBinary string

func TestMain(m *testing.M) {
	os.Exit(run(m)) //nolint:forbidigo // a TestMain that cleans up must end so
}

// atOnce is how many tests run beside one another: they wait for most of their time, for
// processes and for what a source or a store does to them.
const atOnce = "8"

func run(m *testing.M) int {
	flag.Parse()
	if err := flag.Set("test.parallel", atOnce); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	dir, err := os.MkdirTemp("", "timesheet-tests-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary, clockingBinary, fireBinary = filepath.Join(dir, "timesheet"), filepath.Join(dir, "clocking"), filepath.Join(dir, "fire")
	args := []string{"build", "-o", dir + string(filepath.Separator)}
	if raceEnabled {
		args = append(args, "-race")
		// A process would sleep for a second at its end, in case that a goroutine which
		// outlives main meets a race. Goroutines that do are found by other tests.
		if err := os.Setenv("GORACE", os.Getenv("GORACE")+" atexit_sleep_ms=0"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	if out, err := exec.Command("go", append(args, "timesheet/cmd/timesheet", "timesheet/cmd/clocking", "timesheet/cmd/fire")...).CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		return 1
	}
	everyLog.forbid("Clocking-2026") // the password of the machines' system
	return everyLog.report(m.Run())
}

// service is a running `timesheet serve`.
type service struct {
	t      testing.TB
	cmd    *exec.Cmd
	url    string
	log    *locked.Buffer
	exited chan struct{}
	err    error
}

// startService runs the service on a store with its site in UTC and waits until it
// says where it listens.
func startService(t testing.TB, store string, args ...string) *service {
	t.Helper()
	return startServiceIn(t, "UTC", store, args...)
}

// startServiceIn does it with the site in a zone.
func startServiceIn(t testing.TB, zone, store string, args ...string) *service {
	t.Helper()
	args = append([]string{"serve", "--store", store, "--time-zone", zone, "--listen", "127.0.0.1:0"}, args...)
	cmd := exec.Command(binary, args...)
	cmd.Env = cleanEnv()
	return launch(t, cmd)
}

// launch starts a process that serves, and waits until it says where.
func launch(t testing.TB, cmd *exec.Cmd) *service {
	t.Helper()
	s := &service{t: t, cmd: cmd, log: &locked.Buffer{}, exited: make(chan struct{})}
	s.cmd.Stderr = s.log
	everyLog.add(t.Name(), s.log)
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	address := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			if url := addressPattern.FindString(lines.Text()); url != "" {
				select {
				case address <- url:
				default:
				}
			}
		}
		s.err = s.cmd.Wait()
		close(s.exited)
	}()
	t.Cleanup(s.kill)
	select {
	case s.url = <-address:
	case <-s.exited:
		t.Fatalf("the service ended at its start: %v\n%s", s.err, s.log)
	case <-time.After(60 * time.Second):
		t.Fatalf("the service did not say where it listens\n%s", s.log)
	}
	return s
}

var addressPattern = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// cleanEnv is the environment without the service's own variables.
func cleanEnv() []string {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "TIMESHEET_") {
			env = append(env, v)
		}
	}
	return env
}

// kill ends the process as a power cut would: SIGKILL.
func (s *service) kill() {
	_ = s.cmd.Process.Kill()
	<-s.exited
}

// stop asks the process to end and fails the test unless it exits with 0 in time.
func (s *service) stop(within time.Duration) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	select {
	case <-s.exited:
	case <-time.After(within):
		s.t.Fatalf("still running %v after SIGTERM\n%s", within, s.log)
	}
	if s.err != nil {
		s.t.Fatalf("SIGTERM: %v, want exit 0\n%s", s.err, s.log)
	}
}

// status is the answer's code and headers to a GET, or an error.
func (s *service) status(path string) (int, http.Header, error) {
	resp, err := http.Get(s.url + path)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	return resp.StatusCode, resp.Header, nil
}

// timesheetCommand runs the program to its end.
func timesheetCommand(t testing.TB, stdin string, args ...string) (stdout, stderr string, exit int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = cleanEnv()
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if exited, ok := errors.AsType[*exec.ExitError](err); ok {
		return out.String(), errs.String(), exited.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), 0
}

// exported is everything that the store holds, by `timesheet export --raw`. The site
// is in UTC, so that times lose their Z to be compared as texts.
func exported(t testing.TB, store string, args ...string) map[string]facts {
	t.Helper()
	stdout, stderr, exit := timesheetCommand(t, "", append([]string{"export", "--raw", "--store", store}, args...)...)
	if exit != 0 {
		t.Fatalf("export: exit %d\n%s", exit, stderr)
	}
	rows, err := csv.NewReader(strings.NewReader(stdout)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]facts)
	last := ""
	for i, row := range rows {
		key := row[0] + "," + row[1]
		if i == 0 {
			if key+","+row[2]+","+row[3] != "employee_id,day,earliest,latest" {
				t.Fatalf("export: header %v", row)
			}
			continue
		}
		if key <= last {
			t.Fatalf("export: %q comes after %q", key, last)
		}
		last = key
		got[key] = facts{strings.TrimSuffix(row[2], "Z"), strings.TrimSuffix(row[3], "Z")}
	}
	return got
}

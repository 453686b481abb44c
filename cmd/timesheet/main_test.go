package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"
)

// TestMain lets the test binary stand in for the program, so that scripts run it as
// a process of its own.
func TestMain(m *testing.M) {
	testscript.Main(checked{m}, map[string]func(){"timesheet": main})
}

// checked fails a run that leaves goroutines behind.
type checked struct{ m *testing.M }

func (c checked) Run() int {
	code := c.m.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		_, _ = os.Stderr.WriteString(err.Error() + "\n")
		return 1
	}
	return code
}

// TestScripts runs typical sessions, testdata/*.txtar, on the real program.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Vars = slices.DeleteFunc(env.Vars, func(v string) bool { return strings.HasPrefix(v, envPrefix) })
			// Under the race detector each process would sleep for a second at its end.
			env.Setenv("GORACE", "atexit_sleep_ms=0")
			env.Values[machinesKey{}] = &machines{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "waitfor": waitFor, "day": day, "fromfile": setFromFile, "halfpost": halfPost,
			"machines": startMachines, "row": changeRow, "login": setLogin, "until": until,
		},
	})
}

// exits CODE COMMAND… runs a command and demands its exit code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exited, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exited.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// waitfor FILE waits until a process has made the file; ! waitfor FILE, until it
// has removed it.
func waitFor(ts *testscript.TestScript, gone bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		if found, err := filepath.Glob(ts.MkAbs(args[0])); err == nil && len(found) > 0 != gone {
			return
		}
		if !sleep(ctx, 20*time.Millisecond) {
			ts.Fatalf("waited too long for %s", args[0])
		}
	}
}

// fromfile NAME FILE sets a variable to the line that a file, which may be a pattern
// for one, holds.
func setFromFile(ts *testscript.TestScript, _ bool, args []string) {
	found, err := filepath.Glob(ts.MkAbs(args[1]))
	ts.Check(err)
	if len(found) != 1 {
		ts.Fatalf("%s: found %v", args[1], found)
	}
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile(found[0])))
}

// halfpost URL begins a request, whose rest doesn't come before the script ends.
func halfPost(ts *testscript.TestScript, _ bool, args []string) {
	c, err := beginPost(args[0])
	ts.Check(err)
	ts.Defer(func() { _ = c.Close() })
}

// beginPost begins a post and answers when the service has begun to read it.
func beginPost(url string) (net.Conn, error) {
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		return nil, err
	}
	_, err = io.WriteString(c, "POST /v1/clockings HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\n"+
		"Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n")
	if err == nil {
		var begun string
		if begun, err = bufio.NewReader(c).ReadString('\n'); err == nil && !strings.Contains(begun, " 100 ") {
			err = fmt.Errorf("got %q", begun)
		}
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// day NAME OFFSET sets a variable to the date so many days from now, in UTC.
func day(ts *testscript.TestScript, _ bool, args []string) {
	offset, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Setenv(args[0], time.Now().UTC().AddDate(0, 0, offset).Format(time.DateOnly))
}

// result is what a run of the program did.
type result struct {
	code        int
	out, errOut string
}

// runWith runs the program in this process, with the environment given.
func runWith(t *testing.T, env map[string]string, args ...string) result {
	t.Helper()
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, envPrefix) {
			t.Setenv(name, "") // empty counts as unset
		}
	}
	for name, value := range env {
		t.Setenv(name, value)
	}
	var out, errOut bytes.Buffer
	code := run(t.Context(), args, strings.NewReader(""), &out, &errOut)
	return result{code, out.String(), errOut.String()}
}

func TestRun(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		name string
		args string
		code int
		out  []string // each is part of standard output
		err  []string // each is part of standard error
	}{
		{"no command prints what there is", "", exitUsage, nil, []string{`expected one of "demo", "serve"`, "timesheet help"}},
		{"help goes to standard output", "help", exitOK, []string{"Usage: timesheet <command>", "Exit codes:", "--check-config", "$TIMESHEET_LOG_LEVEL"}, nil},
		{"help flag is the same", "--help", exitOK, []string{"Exit codes:"}, nil},
		{"help of a command", "help import", exitOK, []string{"--rejects=FILE", "$TIMESHEET_REJECTS", "Default: pebble:./data"}, nil},
		{"help of a command below another", "help dayrule set", exitOK, []string{"--boundary=HH:MM", "12:00"}, nil},
		{"help needs no required flags", "export --help", exitOK, []string{"--raw"}, nil},
		{"help for a wrong command", "help imprt", exitUsage, nil, []string{`did you mean "import"`}},
		{"the nearest command is named", "exprot", exitUsage, nil, []string{`did you mean "export"`}},
		{"the nearest flag is named", "serve --listne :1", exitUsage, nil, []string{`--listne is no flag; did you mean --listen?`}},
		{"a flag of another command", "export --raw --listen :1", exitUsage, nil, []string{"unknown flag --listen", "timesheet help export"}},
		{"a missing argument", "import", exitUsage, nil, []string{"name the files to import"}},
		{"missing flags are all named", "dayrule set", exitUsage, nil, []string{"--boundary", "--from", "--zone"}},
		{"version", "version", exitOK, []string{"timesheet ", "go1."}, nil},
		{"export without the only form", "export", exitUsage, nil, []string{"--raw"}},
		{"export with that form denied", "export --raw=false", exitUsage, nil, []string{"--raw"}},
		{"export of days in the wrong order", "export --raw --from 2026-02-02 --to 2026-02-01", exitUsage, nil, []string{"2026-02-02", "2026-02-01"}},
		{"export where no store is", "export --raw", exitUsage, nil, []string{"no store in pebble:./data"}},
		{"a file that isn't there", "import --time-zone UTC nothing.csv", exitFailed, nil, []string{"nothing.csv"}},
		{"standard input twice", "import --time-zone UTC - -", exitUsage, nil, []string{"only once"}},
		{"a directory", "import --time-zone UTC .", exitFailed, nil, []string{"is a directory"}},
		{"no service to be healthy", "healthcheck --server http://127.0.0.1:1", exitFailed, nil, []string{"healthcheck"}},
		{"no service to work through", "export --raw --server http://127.0.0.1:1", exitFailed, nil, []string{"the service at http://127.0.0.1:1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := runWith(t, nil, strings.Fields(c.args)...)
			if r.code != c.code {
				t.Errorf("exit code %d, want %d\n%s%s", r.code, c.code, r.out, r.errOut)
			}
			wantParts(t, r.out, c.out)
			wantParts(t, r.errOut, c.err)
			if c.code == exitOK && r.errOut != "" || c.code != exitOK && r.out != "" {
				t.Errorf("results belong on standard output, complaints on standard error:\n%s\n%s", r.out, r.errOut)
			}
		})
	}
	if left, _ := os.ReadDir("."); len(left) != 0 {
		t.Errorf("commands that failed left %v", left)
	}
}

func wantParts(t *testing.T, text string, parts []string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%q is missing in:\n%s", p, text)
		}
	}
}

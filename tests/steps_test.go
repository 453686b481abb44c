package tests

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func (r *tour) plain(t *testing.T, command string) { r.output(t, command) }

// launch starts a command that serves. The usual port may be in use on this machine:
// it listens on another one.
func (r *tour) launch(t testing.TB, command string) *service {
	t.Helper()
	return launch(t, r.shell(context.Background(), "exec "+command, "TIMESHEET_LISTEN=127.0.0.1:0"))
}

func (r *tour) demo(t *testing.T, command string) {
	s := r.launch(t, command)
	for _, path := range []string{"/", "/readyz"} {
		if code, _, err := s.status(path); err != nil || code != http.StatusOK {
			t.Errorf("%s: %d, %v", path, code, err)
		}
	}
	// Of the last 30 days some were working days.
	r.await(t, "entries on the demo's board", func() bool {
		for ago := range 7 {
			day := time.Now().AddDate(0, 0, -ago).Format(time.DateOnly)
			if out := r.output(t, "curl -sS "+s.url+"/v1/days/"+day); strings.Contains(out, `"employee_id"`) {
				return true
			}
		}
		return false
	})
	s.stop(stopWithin)
}

// await asks until what is told is so.
func (r *tour) await(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !so(); <-time.After(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no %s within a minute", what)
		}
	}
}

// serve starts the service, which the commands after it ask.
func (r *tour) serve(t *testing.T, command string) {
	if settings := r.output(t, command+" --check-config"); !strings.Contains(settings, `listen = "127.0.0.1:8080" # default`) {
		t.Errorf("the documents say 127.0.0.1:8080, the program says:\n%s", settings)
	}
	r.service = r.launch(part{t, r.whole}, command)
}

// fire fires at the service, which isn't at the usual address.
func (r *tour) fire(t *testing.T, command string) {
	args := strings.TrimPrefix(command, "go run ./cmd/fire ")
	out := r.output(t, "FIRE_TARGET="+r.service.url+" "+fireBinary+" "+args)
	if strings.Contains(args, "--verify") && !strings.Contains(out, "0 missing, 0 wrong, 0 too many") {
		t.Errorf("it proves nothing:\n%s", out)
	}
}

// clocking starts the stand-in for the SQL Server; what it prints first is $URL after it.
func (r *tour) clocking(t *testing.T, command string) {
	if command != "go run ./cmd/clocking" {
		t.Fatalf("only the plain command is tried, not %s", command)
	}
	cmd := exec.Command(clockingBinary, "--listen", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r.whole.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	r.env = append(r.env, "URL="+strings.TrimSpace(line))
}

// follows starts a service beside the one before it, with the source.
func (r *tour) follows(t *testing.T, command string) {
	r.service.stop(stopWithin)
	r.service = r.launch(part{t, r.whole}, command)
	r.service.awaitSource("read", time.Minute, func(s sourceStatus) bool { return s.State == "polling" && s.LastID > 1000 })
}

// office starts a service beside the one before it, with rules and a directory.
func (r *tour) office(t *testing.T, command string) {
	r.service.stop(stopWithin)
	r.service = r.launch(part{t, r.whole}, command)
}

// guarded starts a service that asks for tokens, and goes back to the one before it: what
// follows brings none.
func (r *tour) guarded(t *testing.T, command string) {
	s := r.launch(part{t, r.whole}, command)
	if code, _, err := s.status("/v1/days/2026-01-05"); err != nil || code != http.StatusUnauthorized {
		t.Errorf("without a token: %d, %v", code, err)
	}
	s.stop(stopWithin)
}

// named asks for the help of a command that is only named.
func (r *tour) named(t *testing.T, command string) {
	words := strings.Fields(command)
	r.output(t, strings.Join(words[:2], " ")+" --help")
}

// through runs a command that works through the running service; where it is only
// named, it must be one that has help.
func (r *tour) through(t *testing.T, command string) {
	if !strings.Contains(command, " --store ") {
		command += " --help"
	}
	out := r.output(t, command)
	if strings.Contains(command, "replay --store") && !regexp.MustCompile(`(?m)^accepted +[1-9]`).MatchString(out) {
		t.Errorf("nothing was read again:\n%s", out)
	}
}

// part is a part of the tour whose process outlives it: it ends with the tour.
type part struct {
	testing.TB
	whole testing.TB
}

// Cleanup is where launch says how to end the process.
func (p part) Cleanup(end func()) { p.whole.Cleanup(end) }

func (r *tour) imports(t *testing.T, command string) {
	if out := r.output(t, command); !regexp.MustCompile(`(?m)^accepted +5$`).MatchString(out) {
		t.Errorf("5 clockings were there to import:\n%s", out)
	}
	if _, err := os.Stat(filepath.Join(r.dir, "rejects.csv")); err != nil {
		t.Error(err)
	}
}

func (r *tour) export(t *testing.T, command string) {
	const want = "employee_id,day,earliest,latest\n" +
		"7,2026-01-02,2026-01-02T07:58:11+01:00,2026-01-02T18:30:00+01:00\n" +
		"8,2026-01-02,2026-01-02T09:00:00+01:00,2026-01-02T09:00:00+01:00\n"
	if got := r.output(t, command); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// curl sends the request to the running service, wherever that listens.
func (r *tour) curl(t *testing.T, command string) {
	const usual = "http://127.0.0.1:8080"
	if r.service == nil || !strings.Contains(command, usual) {
		t.Fatalf("only a service that was started before, at %s, can be asked", usual)
	}
	out := r.output(t, strings.ReplaceAll(command, usual, r.service.url))
	if strings.HasSuffix(command, "/v1/source") {
		if !strings.Contains(out, `"state":"`) {
			t.Errorf("no state: %s", out)
		}
		return
	}
	if strings.HasSuffix(command, ".xlsx") {
		name := command[strings.LastIndexByte(command, '/')+1:]
		if b, err := os.ReadFile(filepath.Join(r.dir, name)); err != nil || !strings.HasPrefix(string(b), "PK") {
			t.Errorf("%s is no workbook: %v", name, err)
		}
		return
	}
	var answer struct {
		Accepted int
		Entries  []struct {
			Employee string `json:"employee_id"`
		}
		Steps              []any
		Correction, Closed any
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil || answer.Accepted == 0 && len(answer.Entries) == 0 && len(answer.Steps) == 0 &&
		answer.Correction == nil && answer.Closed == nil {
		t.Errorf("neither clockings accepted nor entries: %s, %v", out, err)
	}
	who := "7"
	if asked := regexp.MustCompile(`/employees/([^/]+)/`).FindStringSubmatch(command); asked != nil {
		who = asked[1]
	}
	for _, e := range answer.Entries {
		if e.Employee != who {
			t.Errorf("there is an entry of employee %q: %s", e.Employee, out)
		}
	}
}

func (r *tour) daySet(t *testing.T, command string) {
	if out := r.output(t, command); !strings.HasPrefix(out, "from ") {
		t.Errorf("the answer was %q", out)
	}
}

func (r *tour) everyCommand(t *testing.T, command string) {
	for _, name := range commandNames(t) {
		if out := r.output(t, strings.Replace(command, "COMMAND", name, 1)); !strings.HasPrefix(out, "Usage: timesheet "+name) && name != "help" {
			t.Errorf("%s: got\n%s", name, out)
		}
	}
}

// make asks make itself what it would do: `make test` is what runs this test.
func (r *tour) make(t *testing.T, command string) {
	words := strings.Fields(command)
	cmd := exec.CommandContext(t.Context(), "make", append([]string{"-n"}, words[1:]...)...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

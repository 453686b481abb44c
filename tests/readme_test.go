package tests

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

// tour follows a document: it runs each command as it is written, in one folder, as
// its reader would.
type tour struct {
	dir     string // where the commands run; holds what their reader is told to have
	whole   testing.TB
	service *service // of `timesheet serve`; nil before
}

// steps tells by its first words how a command is run. What none of them begins with
// is a command that nobody tried.
var steps = []struct {
	words string
	run   func(*tour, *testing.T, string)
}{
	{"timesheet COMMAND ", (*tour).everyCommand},
	{"timesheet demo", (*tour).demo},
	{"timesheet serve", (*tour).serve},
	{"timesheet import ", (*tour).imports},
	{"timesheet export ", (*tour).export},
	{"timesheet dayrule set ", (*tour).daySet},
	{"timesheet help", (*tour).plain},
	{"curl ", (*tour).curl},
	{"make ", (*tour).make},
}

// TestCommandsInDocs runs every command of the README for real, and what the other
// documents name.
func TestCommandsInDocs(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Fatal("this test needs curl: apt-get install curl")
	}
	documents := documents(t)
	commands := readMarkdown(documents["README.md"], true).commands
	delete(documents, "README.md")
	for _, text := range documents {
		commands = append(commands, readMarkdown(text, false).commands...)
	}
	tour := newTour(t)
	ran := make(map[string]bool) // by first words
	for i, command := range commands {
		if slices.Contains(commands[:i], command) {
			continue
		}
		t.Run(command, func(t *testing.T) { ran[tour.follow(t, command)] = true })
	}
	if tour.service != nil {
		tour.service.t = t
		tour.service.stop(stopWithin)
	}
	for _, step := range steps {
		if !ran[step.words] {
			t.Errorf("no document says %q any more; leave it out here too", step.words)
		}
	}
}

// newTour is a folder with the files that the README reads.
func newTour(t *testing.T) *tour {
	t.Helper()
	dir := t.TempDir()
	attlog := "        7\t2026-01-02 07:58:11\t1\t0\t1\t0\n        7\t2026-01-02 17:01:40\t1\t1\t1\t0\n        7\t2025-12-30 08:00:00\t1\t0\t1\t0\n"
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	more := encoder.EncodeAll([]byte("employee_id,clocked_at\n7,2026-01-02T18:30:00\n8,2026-01-02T09:00:00+01:00\n"), nil)
	for name, text := range map[string][]byte{"attlog.dat": []byte(attlog), "more.csv.zst": more} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return &tour{dir: dir, whole: t}
}

// follow runs the command and answers the words by which it was known. What `go run`
// would build is built already.
func (r *tour) follow(t *testing.T, command string) string {
	t.Helper()
	if rest, ok := strings.CutPrefix(command, "go run ./cmd/timesheet "); ok {
		if _, err := os.Stat(filepath.Join(root, "cmd", "timesheet", "main.go")); err != nil {
			t.Fatal(err)
		}
		command = "timesheet " + rest
	}
	for _, step := range steps {
		if strings.HasPrefix(command, step.words) {
			step.run(r, t, command)
			return step.words
		}
	}
	t.Error("no test knows this command: teach it to steps, so that it is tried")
	return ""
}

// shell is the command as a shell runs it in the folder, with the program in its path.
func (r *tour) shell(ctx context.Context, command string, env ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "bash", "-c", command)
	cmd.Dir = r.dir
	cmd.Env = append(cleanEnv(), "PATH="+filepath.Dir(binary)+string(os.PathListSeparator)+os.Getenv("PATH"))
	cmd.Env = append(cmd.Env, env...)
	return cmd
}

// output runs a command that ends, and fails the test unless it ends well.
func (r *tour) output(t *testing.T, command string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var stderr bytes.Buffer
	cmd := r.shell(ctx, command)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", command, err, out, &stderr)
	}
	return string(out)
}

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
	var answer struct {
		Accepted int
		Entries  []struct {
			Employee string `json:"employee_id"`
		}
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil || answer.Accepted == 0 && len(answer.Entries) == 0 {
		t.Errorf("neither clockings accepted nor entries: %s, %v", out, err)
	}
	for _, e := range answer.Entries {
		if e.Employee != "7" {
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

// TestExamplesInHelp checks the examples in the program's help texts: their flags and
// values are understood. --check-config keeps them from doing anything.
func TestExamplesInHelp(t *testing.T) {
	tour := newTour(t)
	secret := filepath.Join(tour.dir, "store")
	if err := os.WriteFile(secret, []byte("redis://localhost:6379"), 0o600); err != nil {
		t.Fatal(err)
	}
	// Two columns in the general help: what is right of three spaces explains.
	example := regexp.MustCompile(`(?m)^ +(?:\S.* \| )?((?:TIMESHEET_\w+=\S+ )?timesheet [a-z]+(?: \S+)*)(?:$|   )`)
	checked := 0
	for _, name := range append(commandNames(t), "") {
		out := tour.output(t, "timesheet "+name+" --help")
		_, examples, _ := strings.Cut(out, "Example")
		for _, match := range example.FindAllStringSubmatch(examples, -1) {
			command, _, _ := strings.Cut(match[1], " > ")
			checked++
			tour.output(t, strings.ReplaceAll(command, "/run/secrets/store", secret)+" --check-config")
		}
	}
	if checked < 10 {
		t.Errorf("only %d examples were found", checked)
	}
}

package tests

import (
	"bytes"
	"context"
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
	env     []string // NAME=VALUE, learned on the way
}

// steps tells by its first words how a command is run. What none of them begins with
// is a command that nobody tried.
var steps = []struct {
	words string
	run   func(*tour, *testing.T, string)
}{
	{"timesheet COMMAND ", (*tour).everyCommand},
	{"timesheet demo", (*tour).demo},
	{"timesheet serve --store pebble:./followed ", (*tour).follows},
	{"timesheet serve --store pebble:./office ", (*tour).office},
	{"timesheet serve --store pebble:./guarded ", (*tour).guarded},
	{"timesheet serve", (*tour).serve},
	{"timesheet token create --name", (*tour).plain},
	{"timesheet token create", (*tour).named},
	{"timesheet erase", (*tour).named},
	{"timesheet copy", (*tour).named},
	{"timesheet rules check ", (*tour).plain},
	{"timesheet rules diff", (*tour).through},
	{"timesheet source", (*tour).through},
	{"timesheet replay", (*tour).through},
	{"timesheet verify", (*tour).through},
	{"go run ./cmd/clocking", (*tour).clocking},
	{"go run ./cmd/fire ", (*tour).fire},
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
	if err := os.CopyFS(filepath.Join(dir, "examples"), os.DirFS(filepath.Join(root, "examples"))); err != nil {
		t.Fatal(err)
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
	cmd.Env = append(append(cmd.Env, r.env...), env...)
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

// TestExamplesInHelp checks the examples in the program's help texts: their flags and
// values are understood. --check-config keeps them from doing anything.
func TestExamplesInHelp(t *testing.T) {
	tour := newTour(t)
	secrets := filepath.Join(tour.dir, "secrets")
	if err := os.Mkdir(secrets, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"store": "redis://localhost:6379", "reader": "secret"} {
		if err := os.WriteFile(filepath.Join(secrets, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
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
			tour.output(t, strings.ReplaceAll(command, "/run/secrets", secrets)+" --check-config")
		}
	}
	if checked < 10 {
		t.Errorf("only %d examples were found", checked)
	}
}

package pebble_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	"timesheet"
	"timesheet/pebble"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
)

// A child is this test binary as another process. It has its part and the store's
// directory in the environment, and tells what it did line by line on its output.
const dirEnv = "TIMESHEET_PEBBLE_DIR"

var parts = map[string]func(ctx context.Context, dir string) error{
	"hold": func(ctx context.Context, dir string) error {
		s, err := pebble.Open(ctx, dir, quiet(pebble.Options{}))
		if err != nil {
			return err
		}
		fmt.Println("open")
		_, err = io.Copy(io.Discard, os.Stdin) // until the parent closes it
		return errors.Join(err, s.Close())
	},
	"merge":        mergeForever,
	"sync fails":   failSync,
	"log fails":    failRotation,
	"table fails":  failTables,
	"full, closed": closeWhileFull,
	"full, opened": openWhileFull,
}

func playChild(part string) {
	if err := parts[part](context.Background(), os.Getenv(dirEnv)); err != nil {
		fmt.Println("error:", err)
	}
	fmt.Println("end")
}

// child starts a child; its standard input stays open until the test ends.
func child(t *testing.T, part, dir string) (cmd *exec.Cmd, lines *bufio.Scanner, stdin io.WriteCloser) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd = exec.Command(self)
	cmd.Env = append(os.Environ(), childEnv+"="+part, dirEnv+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if stdin, err = cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd, bufio.NewScanner(out), stdin
}

// mergeForever merges from four goroutines and prints what was acknowledged.
func mergeForever(ctx context.Context, dir string) error {
	s, err := pebble.Open(ctx, dir, quiet(pebble.Options{MemTableBytes: 256 << 10}))
	if err != nil {
		return err
	}
	epochs, err := probeAll(ctx, s)
	if err != nil {
		return err
	}
	var out sync.Mutex
	say := func(format string, args ...any) {
		out.Lock()
		defer out.Unlock()
		fmt.Printf(format+"\n", args...)
	}
	if _, err := s.Acquire(ctx, "view", timesheet.Lease{Nonce: "n"}, 1<<40); err != nil {
		return err
	}
	c, err := s.Checkpoint(ctx, "view")
	if err != nil {
		return err
	}
	errs := make(chan error)
	for w := range 4 {
		go func() {
			for i := int(c.Settled); ; i++ {
				if err := mergeErr(ctx, s, epochs, load(w, i)); err != nil {
					errs <- err
				}
				say("merged %d %d", w, i)
				if w == 0 {
					if err := s.Advance(ctx, "view", "n", timesheet.Checkpoint{Settled: timesheet.RowID(i)}); err != nil {
						errs <- err
					}
					say("settled %d", i)
					if err := s.Reject(ctx, "view", rejected(timesheet.RowID(i), 1)); err != nil {
						errs <- err
					}
					say("rejected %d", i)
					if _, err := s.Correct(ctx, correction(firstDay+timesheet.Day(i/100), fmt.Sprint(i)), timesheet.AnySeq); err != nil {
						errs <- err
					}
					say("corrected %d", i)
				}
			}
		}()
	}
	return <-errs
}

// TestKill kills a process that merges, twelve times, with signal 9; all that it
// said to be acknowledged is there each time, and the next process goes on.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	var l ledger
	settled, first, last := 0, -1, -1 // rows rejected
	said := make(map[int]bool)
	for round := range 12 {
		cmd, lines, _ := child(t, "merge", dir)
		n := 0
		for lines.Scan() {
			if n++; n == 40+round*17%90 {
				if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
					t.Fatal(err)
				}
			}
			var w, i int
			switch line := lines.Text(); {
			case scan(line, "settled %d", &i):
				settled = i
			case scan(line, "corrected %d", &i):
				said[i] = true
			case scan(line, "rejected %d", &i):
				if last = i; first < 0 {
					first = i
				}
			case scan(line, "merged %d %d", &w, &i):
				l.acked(load(w, i))
			default:
				t.Errorf("the child says %q", line)
			}
		}
		if err := cmd.Wait(); err == nil {
			t.Error("the child ended by itself")
		}
		s, err := pebble.Open(t.Context(), dir, quiet(pebble.Options{}))
		if err != nil {
			t.Fatal(err)
		}
		if n := lacks(t, s, l.entries()); n > 0 {
			t.Errorf("round %d: %d acknowledged entries are lost", round, n)
		}
		if c, err := s.Checkpoint(t.Context(), "view"); err != nil || int(c.Settled) < settled {
			t.Errorf("round %d: the checkpoint is at %d, acknowledged was %d (%v)", round, c.Settled, settled, err)
		}
		if rows := rejectedOf(t, s); len(rows) < last-first+1 {
			t.Errorf("round %d: of rows %d to %d rejected %d are there", round, first, last, len(rows))
		}
		histories(t, s, said)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// scan tells whether a whole line was there; kill cuts the last one anywhere.
func scan(line, format string, args ...any) bool {
	n, err := fmt.Sscanf(line, format, args...)
	return err == nil && n == len(args)
}

// TestOpen_held opens a directory that another process holds, and one that this
// process holds.
func TestOpen_held(t *testing.T) {
	dir := t.TempDir()
	cmd, lines, stdin := child(t, "hold", dir)
	if !lines.Scan() || lines.Text() != "open" {
		t.Fatalf("the child says %q", lines.Text())
	}
	_, err := pebble.Open(t.Context(), dir, quiet(pebble.Options{}))
	wantError(t, err, timesheet.Conflict, "in use by another process")
	if err := stdin.Close(); err != nil {
		t.Fatal(err)
	}
	if !lines.Scan() || lines.Text() != "end" {
		t.Fatalf("the child says %q", lines.Text())
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	open(t, dir, pebble.Options{})
	_, err = pebble.Open(t.Context(), dir, quiet(pebble.Options{}))
	wantError(t, err, timesheet.Conflict, "in use")
}

func wantError(t *testing.T, err error, code timesheet.Code, words string) {
	t.Helper()
	if timesheet.CodeOf(err) != code || !strings.Contains(err.Error(), words) {
		t.Errorf("the error is %v (%s), want %s and the words %q", err, timesheet.CodeOf(err), code, words)
	}
}

// onDisk opens a store on the real disk whose file operations fail as inject says.
func onDisk(ctx context.Context, dir string, inject errorfs.InjectorFunc) (*pebble.Store, []timesheet.Epoch, error) {
	s, err := pebble.Open(ctx, dir, quiet(pebble.Options{FS: errorfs.Wrap(vfs.Default, inject), MemTableBytes: 256 << 10}))
	if err != nil {
		return nil, nil, err
	}
	epochs, err := probeAll(ctx, s)
	return s, epochs, err
}

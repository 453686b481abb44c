package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

// ran is what a call that ends by itself printed.
func ran(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var out, err output
	code = run(ctx, args, strings.NewReader(stdin), &out, &err)
	if ctx.Err() != nil {
		t.Errorf("%q: went on", args)
	}
	return code, out.String(), err.String()
}

func TestHelp(t *testing.T) {
	code, text, stderr := ran(t, "", "--help")
	if code != exitOK || stderr != "" {
		t.Errorf("exit %d: %s", code, stderr)
	}
	t.Run("explains every flag with its default", func(t *testing.T) {
		for f := range reflect.TypeFor[cli]().Fields() {
			help, preset := f.Tag.Get("help"), f.Tag.Get("default")
			if help == "" || f.Tag.Get("group") == "" || preset != "" && !strings.Contains(help, "Default: "+preset) {
				t.Errorf("%s: %q with default %q", f.Name, help, preset)
			}
		}
	})
	t.Run("has examples that are understood", func(t *testing.T) {
		examples := regexp.MustCompile(`(?m)^  clocking( .*?)?(  .*)?$`).FindAllStringSubmatch(text, -1)
		if len(examples) < 4 {
			t.Errorf("%d examples", len(examples))
		}
		for _, e := range examples {
			if _, err := parse(&cli{}, strings.Fields(e[1]), io.Discard, io.Discard); err != nil {
				t.Errorf("clocking%s: %v", e[1], err)
			}
		}
	})
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		args string
		want []string
	}{
		{"--nope", []string{"--nope"}},
		{"rows.csv", []string{"rows.csv"}},
		{"--rate fast", []string{"--rate", `"fast"`, "5000/s"}},
		{"--rate 0/s", []string{"--rate", `"0/s"`}},
		{"--rate 5/day", []string{"--rate", `"5/day"`}},
		{"--rate NaN", []string{"--rate", `"NaN"`}},
		{"--hold 300-1ms", []string{"--hold", `"300-1ms"`, "0-300ms"}},
		{"--hold soon", []string{"--hold", `"soon"`}},
		{"--writers 0", []string{"--writers", `"0"`, "1 or more"}},
		{"--loaded=-1", []string{"--loaded", `"-1"`, "0 or more"}},
		{"--rollback 1.5", []string{"--rollback", `"1.5"`, "0 to 1"}},
		{"--rollback 0.95", []string{"--rollback", "0.95", "0.9"}},
		{"--late 2", []string{"--late", `"2"`, "0 to 1"}},
		{"--cut NaN", []string{"--cut", `"NaN"`}},
		{"--fail 1205", []string{"--fail", `"1205"`, "1205:0.01"}},
		{"--fail x:0.1", []string{"--fail", `"x:0.1"`}},
		{"--speed 0.5", []string{"--speed", `"0.5"`}},
		{"--listen 0.0.0.0:14330", []string{"--listen", "0.0.0.0:14330", "loopback"}},
		{"--listen 14330", []string{"--listen", "14330", "HOST:PORT"}},
		{"--zone Mars", []string{"--zone", "Mars", "Europe/Berlin"}},
		{"--isolation none", []string{"--isolation", "none", "locking", "snapshot"}},
		{"--employee-type float", []string{"--employee-type", "float", "bigint"}},
		{"--time-type date", []string{"--time-type", "date", "datetimeoffset"}},
		{"--view Clockings", []string{"--view", "Clockings", "dbo.Clockings"}},
		{"--delay=-1s", []string{"--delay", "-1s", "negative"}},
		{"--from 2026-02-30 --speed 2", []string{"--from", "2026-02-30"}},
		{"--from 2999-01-01 --speed 2", []string{"--from", "2999-01-01", "before today"}},
		{"--from 2026-01-01", []string{"--from", "needs --speed"}},
		{"--password=", []string{"--password", "empty"}},
		{"--user= --database=", []string{"2 things", "--user", "--database"}},
		{"--loaded 5 --speed 3 --csv x --certificate y --history 3", []string{"4 things", "--loaded 5", "--speed 3", "--certificate", "--history"}},
	} {
		t.Run(c.args, func(t *testing.T) {
			code, stdout, stderr := ran(t, "", strings.Fields(c.args)...)
			if code != exitUsage || stdout != "" {
				t.Errorf("exit %d, %q", code, stdout)
			}
			for _, w := range c.want {
				if !strings.Contains(stderr, w) {
					t.Errorf("no %q in %q", w, stderr)
				}
			}
		})
	}
}

func TestFailures(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty")
	if err := os.WriteFile(empty, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const header = "id,employee_id,clocked_at\n"
	for name, c := range map[string]struct {
		stdin string
		args  string
		want  []string
	}{
		"no such file":                 {"", "--csv " + filepath.Join(dir, "none"), []string{"--csv", "none"}},
		"no header":                    {"E1,now\n", "--csv -", []string{"--csv", "employee_id"}},
		"a bad line":                   {header + "1,E1,2026-11-23T08:00:00\n2,E1,later\n", "--csv -", []string{"--csv", "line 3", "later"}},
		"a bad line that comes late":   {header + "1,E1,2026-11-23T08:00:00\n2,E1,later\n", "--csv - --loaded 1 --rate 100/s", []string{"line 3", "later"}},
		"an id twice":                  {header + "1,E1,2026-11-23T08:00:00\n1,E1,2026-11-23T09:00:00\n", "--csv -", []string{"duplicate key", "(1)"}},
		"an employee who is no number": {header + "1,E1,2026-11-23T08:00:00\n", "--csv - --employee-type int", []string{"E1", "int"}},
		"cut off":                      {"\x1f\x8b", "--csv -", []string{"--csv", "gzip"}},
		"no password file":             {"", "--password-file " + filepath.Join(dir, "none"), []string{"--password-file", "none"}},
		"an empty password file":       {"", "--password-file " + empty, []string{"--password-file", "empty"}},
		"a certificate nowhere":        {header, "--csv - --tls --certificate " + filepath.Join(dir, "none", "x"), []string{"certificate"}},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, stderr := ran(t, c.stdin, append([]string{"--listen", "127.0.0.1:0"}, strings.Fields(c.args)...)...)
			if code != exitFailed {
				t.Errorf("exit %d", code)
			}
			for _, w := range c.want {
				if !strings.Contains(stderr, w) {
					t.Errorf("no %q in %q", w, stderr)
				}
			}
		})
	}
	t.Run("an address in use", func(t *testing.T) {
		p := served(t, header, "--csv", "-")
		if code, _, stderr := ran(t, header, "--csv", "-", "--listen", p.dsn.Host); code != exitFailed || !strings.Contains(stderr, p.dsn.Host) {
			t.Errorf("exit %d: %s", code, stderr)
		}
	})
	t.Run("nobody reads its output", func(t *testing.T) {
		var stderr output
		if code := run(t.Context(), []string{"--csv", "-", "--listen", "127.0.0.1:0"}, strings.NewReader(header), closed{}, &stderr); code != exitFailed {
			t.Errorf("exit %d: %s", code, &stderr)
		}
	})
}

type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, errors.New("closed") }

func TestHold(t *testing.T) {
	for text, want := range map[string]hold{
		"0-300ms": {0, 300 * time.Millisecond}, "50ms": {50 * time.Millisecond, 50 * time.Millisecond}, "0": {},
		"50-300ms": {50 * time.Millisecond, 300 * time.Millisecond}, "1.5s-2m": {1500 * time.Millisecond, 2 * time.Minute},
	} {
		var got hold
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%s: %v, %v; want %v", text, got, err, want)
		}
	}
}

package tests

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"timesheet"
	rows "timesheet/internal/clocking"
)

// office is a site with two teams, whose machines are the stand-in.
type office struct {
	t      testing.TB
	dir    string
	system *rows.System
	month  timesheet.Month // a month that has long ended
}

const officeRules = `format: 1
default_schedule: office
schedules:
  office:
    - from: 2000-01-01
      work_days: [] # so that nothing is expected, and rules change days with work alone
      start: "08:00"
      end: "17:00"
      break: [{from: "12:00", to: "13:00"}]
`

const officePeople = `employee_id,name,team
sentinel-ada,Ada Sentinel-Lovelace,Engines
sentinel-bob,Bob Sentinel-Builder,Kitchen
`

// newOffice has files of rules and people, and two working days of two people in a month
// that ended.
func newOffice(t testing.TB) *office {
	t.Helper()
	o := &office{t: t, dir: t.TempDir(), system: startMachines(t, rows.Options{})}
	now := time.Now().UTC()
	o.month = timesheet.MonthOf(timesheet.DayOf(now.Year(), now.Month()-1, 1))
	o.write("rules.yaml", officeRules)
	o.write("people.csv", officePeople)
	for _, who := range []string{"sentinel-ada", "sentinel-bob"} {
		for _, n := range []int{8, 9} {
			o.clock(who, n, 8, 0)
			o.clock(who, n, 17, 0)
		}
	}
	return o
}

func (o *office) write(name, text string) {
	o.t.Helper()
	if err := os.WriteFile(o.file(name), []byte(text), 0o600); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) file(name string) string { return filepath.Join(o.dir, name) }

// clock puts a row into the source: of the n-th of the month.
func (o *office) clock(who string, n, hour, minute int) {
	o.system.Insert(who, rows.Wall(timesheet.Wall(o.day(n))*86_400_000+timesheet.Wall(hour*60+minute)*60_000))
}

func (o *office) day(n int) timesheet.Day { return o.month.First() + timesheet.Day(n-1) }

// serve runs the service over the office's files and its source.
func (o *office) serve(store string, more ...string) *service {
	o.t.Helper()
	args := append(reading(o.system, "--gap-age", "1s", "--rules", o.file("rules.yaml"), "--directory", o.file("people.csv")), more...)
	return startService(o.t, store, args...)
}

// token makes a token of the command's own, and adds its entry to the file.
func (o *office) token(name string, args ...string) string {
	o.t.Helper()
	out, errs, exit := timesheetCommand(o.t, "", append([]string{"token", "create", "--name", name}, args...)...)
	if exit != 0 {
		o.t.Fatalf("token create: exit %d\n%s", exit, errs)
	}
	token, entry, _ := strings.Cut(out, "\n")
	before, _ := os.ReadFile(o.file("tokens.yaml"))
	o.write("tokens.yaml", string(before)+entry)
	everyLog.forbid(token)
	return token
}

// ask sends a request with a token ("" for none) and answers status and body.
func (s *service) ask(token, method, path string, body any) (int, string) {
	s.t.Helper()
	var text io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			s.t.Fatal(err)
		}
		text = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, text)
	if err != nil {
		s.t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(answer)
}

// must is ask for what has to be 200, decoded.
func (s *service) must(token, method, path string, body, answer any) {
	s.t.Helper()
	code, text := s.ask(token, method, path, body)
	if code != http.StatusOK {
		s.t.Fatalf("%s %s: %d %s\n%s", method, path, code, text, s.log)
	}
	if answer != nil {
		if err := json.Unmarshal([]byte(text), answer); err != nil {
			s.t.Fatal(err)
		}
	}
}

// correction is the body of one.
func correction(out, reason string) map[string]any {
	return map[string]any{"set": map[string]any{"clock_out": out}, "reason": reason}
}

// until waits for what becomes true.
func (s *service) until(what string, so func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(time.Minute); !so(); <-time.After(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("not within a minute: %s\n%s", what, s.log)
		}
	}
}

func (o *office) read(path string) string {
	o.t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		o.t.Fatal(err)
	}
	return string(text)
}

// wantAudited wants a line of the audit log with all parts.
func (o *office) wantAudited(path string, parts ...string) {
	o.t.Helper()
	for line := range strings.Lines(o.read(path)) {
		all := true
		for _, p := range parts {
			all = all && strings.Contains(line, p)
		}
		if all {
			return
		}
	}
	o.t.Errorf("no line of the audit log has %q:\n%s", parts, o.read(path))
}

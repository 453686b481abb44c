package tests

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"timesheet/internal/locked"
)

// everyLog has the log of every service that the tests of this package started, at info
// level as operators have it: when all tests are done, it is searched for what must
// never be in a log.
var everyLog logs

// logs are those of processes, by the test that started them.
type logs struct {
	mu   sync.Mutex
	all  []*locked.Buffer // guarded by mu, as is of
	of   []string
	also []string // further secrets that tests made; guarded by mu
}

func (l *logs) add(test string, log *locked.Buffer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all, l.of = append(l.all, log), append(l.of, test)
}

// forbid adds a secret.
func (l *logs) forbid(secret string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.also = append(l.also, secret)
}

// private is what no log may have: tokens and sessions, and the ids that the tests of
// this package and its load generator give to employees.
var private = regexp.MustCompile(`ts_[A-Za-z0-9_-]{20,}|timesheet_session=|\b[A-Z]\d{3,}\b|sentinel[-a-z0-9]*`)

// search answers lines that shouldn't be there, with their tests.
func (l *logs) search() (found []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, log := range l.all {
		for line := range strings.Lines(log.String()) {
			bad := private.FindString(line)
			for _, secret := range l.also {
				if bad == "" && strings.Contains(line, secret) {
					bad = secret
				}
			}
			if bad != "" {
				found = append(found, fmt.Sprintf("%s: the log has %q: %s", l.of[i], bad, strings.TrimSpace(line)))
			}
		}
	}
	return found
}

// report is the exit code of a run whose tests answered code.
func (l *logs) report(code int) int {
	found := l.search()
	for _, line := range found {
		fmt.Fprintln(os.Stderr, line)
	}
	if len(found) > 0 && code == 0 {
		return 1
	}
	return code
}

func TestLogsAreSearched(t *testing.T) {
	var l logs
	clean, dirty := &locked.Buffer{}, &locked.Buffer{}
	l.add("clean", clean)
	l.add("dirty", dirty)
	l.forbid("Clocking-2026")
	fmt.Fprintln(clean, `{"level":"INFO","msg":"ready","address":"127.0.0.1:8080","digest":"abe12c9f"}`)
	for _, bad := range []string{
		"employee E123 is new", "token=ts_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "Cookie: timesheet_session=x", "sentinel-7 Ada", "dsn " + "Clocking-2026",
	} {
		*dirty = locked.Buffer{}
		fmt.Fprintln(dirty, bad)
		if got := l.search(); len(got) != 1 || !strings.HasPrefix(got[0], "dirty: ") || l.report(0) != 1 {
			t.Errorf("%q: found %q", bad, got)
		}
	}
	*dirty = locked.Buffer{}
	if got := l.search(); len(got) != 0 || l.report(0) != 0 || l.report(2) != 2 {
		t.Errorf("found %q", got)
	}
}

package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// output takes what the program prints, and tells of it.
type output struct {
	mu      sync.Mutex // guards what follows
	text    bytes.Buffer
	changed chan struct{} // closed by the next Write
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.changed != nil {
		close(o.changed)
		o.changed = nil
	}
	return o.text.Write(p)
}

func (o *output) now() (string, <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.changed == nil {
		o.changed = make(chan struct{})
	}
	return o.text.String(), o.changed
}

func (o *output) String() string {
	text, _ := o.now()
	return text
}

// await waits until there is what is wanted.
func (o *output) await(t *testing.T, want string) {
	t.Helper()
	limit := time.After(20 * time.Second)
	for {
		text, changed := o.now()
		if strings.Contains(text, want) {
			return
		}
		select {
		case <-changed:
		case <-limit:
			t.Fatalf("no %q in %q", want, text)
		}
	}
}

// program is one that serves.
type program struct {
	out, err output
	dsn      *url.URL
	stop     func() int // ends it and answers its exit code
}

func served(t *testing.T, stdin string, args ...string) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	p := &program{}
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, append([]string{"--listen", "127.0.0.1:0"}, args...), strings.NewReader(stdin), &p.out, &p.err)
	}()
	p.stop = sync.OnceValue(func() int { cancel(); return <-done })
	t.Cleanup(func() {
		if code := p.stop(); code != exitOK {
			t.Errorf("exit %d: %s", code, &p.err)
		}
	})
	p.out.await(t, "\n")
	first, _, _ := strings.Cut(p.out.String(), "\n")
	var err error
	if p.dsn, err = url.Parse(first); err != nil || p.dsn.Scheme != "sqlserver" {
		t.Fatalf("the first line is %q, %v", first, err)
	}
	return p
}

// ask has FreeTDS's tsql ask a query, and answers what it printed.
func (p *program) ask(t *testing.T, query string) string {
	t.Helper()
	path, err := exec.LookPath("tsql")
	if err != nil {
		t.Fatal("this test runs FreeTDS's tsql: apt-get install freetds-bin")
	}
	password, _ := p.dsn.User.Password()
	cmd := exec.CommandContext(t.Context(), path, "-H", p.dsn.Hostname(), "-p", p.dsn.Port(),
		"-U", p.dsn.User.Username(), "-P", password, "-D", p.dsn.Query().Get("database"), "-t", "|", "-o", "q")
	cmd.Env = append(os.Environ(), "TDSVER=7.4", "HOME="+t.TempDir(), "LC_ALL=C.UTF-8")
	cmd.Stdin = strings.NewReader(query + "\ngo\nexit\n")
	answer, err := cmd.CombinedOutput()
	if err != nil {
		t.Logf("tsql: %v", err) // as it should, of a login refused
	}
	return string(answer)
}

func (p *program) wantAnswer(t *testing.T, query string, want ...string) {
	t.Helper()
	answer := p.ask(t, query)
	for _, w := range want {
		if !strings.Contains(answer, w) {
			t.Errorf("%s: no %q in %q; %s", query, w, answer, &p.err)
		}
	}
}

const (
	allRows = "SELECT id, employee_id, clocked_at FROM dbo.Clockings ORDER BY id"
	howMany = "SELECT COUNT(*) FROM dbo.Clockings"
	three   = "id,employee_id,clocked_at\n5,E1,2026-11-23T08:00:00\n9,E2,2026-11-23T08:01:00\n12,,2026-11-23T08:02:00\n"
)

func TestServesAFile(t *testing.T) {
	p := served(t, three, "--csv", "-", "--user", "reader", "--password", "s3cret:@/", "--database", "HR")
	if got := p.dsn.User.String() + p.dsn.RawQuery; got != "reader:s3cret%3A%40%2Fdatabase=HR&encrypt=disable" {
		t.Errorf("the DSN has %s", got)
	}
	p.wantAnswer(t, allRows, "5|E1|Nov 23 2026 08:00AM\n9|E2|Nov 23 2026 08:01AM\n12|NULL|Nov 23 2026 08:02AM\n")
	p.wantAnswer(t, "SELECT * FROM sys.tables", "Msg 102")
	if code := p.stop(); code != exitOK || strings.Count(p.out.String(), "\n") != 1 || strings.Contains(p.err.String(), "s3cret") {
		t.Errorf("exit %d; %s%s", code, &p.out, &p.err)
	}
}

func TestServesACompressedFileByAndBy(t *testing.T) {
	file := filepath.Join(t.TempDir(), "rows.csv.gz")
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = io.WriteString(z, three)
	z.Close()
	if err := os.WriteFile(file, packed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	p := served(t, "", "--csv", file, "--loaded", "1", "--rate", "10/s", "--hold", "0-20ms", "--writers", "2", "--employee-type", "char(4)")
	p.err.await(t, "rows=1 ")
	p.err.await(t, "all rows are there")
	p.wantAnswer(t, allRows, "5|E1  |", "9|E2  |", "12|NULL|")
}

func TestServesMadeUpEmployees(t *testing.T) {
	t.Run("as they come and go", func(t *testing.T) {
		p := served(t, "", "--employees", "20", "--history", "7", "--employee-type", "int", "--zone", "Asia/Tokyo", "--time-type", "datetimeoffset")
		p.wantAnswer(t, "SELECT TOP 1 id, employee_id, clocked_at FROM dbo.Clockings ORDER BY id", "1|")
		if strings.Contains(p.err.String(), "rows=0 ") {
			t.Errorf("no history: %s", &p.err)
		}
	})
	t.Run("faster than clocks", func(t *testing.T) {
		p := served(t, "", "--employees", "50", "--history", "0", "--speed", "50000", "--hold", "0")
		p.err.await(t, "rows=0 ")
		for !strings.Contains(p.ask(t, "SELECT TOP 9 id, employee_id, clocked_at FROM dbo.Clockings"), "9|E") {
			if t.Context().Err() != nil {
				t.Fatal("nobody came")
			}
		}
	})
	t.Run("at a rate, upon a backlog", func(t *testing.T) {
		p := served(t, "", "--rate", "50/s", "--loaded", "5000", "--rollback", "0.5", "--jump-every", "5", "--seed", "3", "--isolation", "snapshot")
		p.wantAnswer(t, "SELECT TOP 1 id, employee_id, clocked_at FROM dbo.Clockings ORDER BY id", "1|E")
		p.err.await(t, "rows=5000 ")
		for strings.HasPrefix(p.ask(t, howMany), "5000\n") {
			if t.Context().Err() != nil {
				t.Fatal("nobody came")
			}
		}
	})
}

func TestTLSAndPasswordFile(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "password")
	if err := os.WriteFile(secret, []byte("from a file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	pem := filepath.Join(dir, "clocking.pem")
	p := served(t, three, "--csv", "-", "--tls", "--certificate", pem, "--password-file", secret)
	if q := p.dsn.Query(); q.Get("encrypt") != "true" || q.Get("certificate") != pem {
		t.Errorf("the DSN has %v", q)
	}
	if text, err := os.ReadFile(pem); err != nil || !strings.Contains(string(text), "BEGIN CERTIFICATE") {
		t.Errorf("%s, %v", text, err)
	}
	p.wantAnswer(t, howMany, "3\n")
	t.Run("the certificate's own file goes with the program", func(t *testing.T) {
		p := served(t, three, "--csv", "-", "--tls")
		file := p.dsn.Query().Get("certificate")
		if _, err := os.Stat(file); err != nil {
			t.Error(err)
		}
		p.err.await(t, file) // the DSN comes first, and isn't waited for
		p.stop()
		if _, err := os.Stat(file); err == nil {
			t.Error("it is still there")
		}
	})
}

func TestFaults(t *testing.T) {
	served(t, three, "--csv", "-", "--refuse-login").wantAnswer(t, howMany, "18456", "Login failed for user 'timesheet'.")
	p := served(t, three, "--csv", "-", "--fail", "1205:1", "--delay", "1ms", "--slow-rows", "100000", "--ignore-attention")
	p.wantAnswer(t, howMany, "Msg 1205")
	cut := served(t, "", "--loaded", "9000", "--rate", "1/h", "--cut", "1")
	if answer := cut.ask(t, allRows); strings.Contains(answer, "\n9000|") {
		t.Error("nothing was cut")
	}
}

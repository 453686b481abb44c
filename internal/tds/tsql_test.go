package tds_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"timesheet/internal/tds"
)

// everything is a row of each type, and one of NULLs.
func everything(_ context.Context, _ tds.Query, w *tds.Writer) error {
	at := wallOf("2026-11-23T08:09:10.123Z")
	if err := w.Columns([]tds.Column{
		{Name: "id", Type: tds.BigIntType()}, {Name: "i", Type: tds.IntType(), Nullable: true},
		{Name: "n", Type: tds.NVarCharType(20), Nullable: true}, {Name: "c", Type: tds.CharType(4), Nullable: true},
		{Name: "v", Type: tds.VarCharType(9), Nullable: true}, {Name: "d", Type: tds.DateTimeType(), Nullable: true},
		{Name: "d2", Type: tds.DateTime2Type(3), Nullable: true}, {Name: "o", Type: tds.DateTimeOffsetType(3), Nullable: true},
	}); err != nil {
		return err
	}
	if err := w.Row([]tds.Value{
		tds.Int(1 << 40), tds.Int(-7), tds.String("Łódź"), tds.String("A7"), tds.String("é"),
		tds.DateTime(at), tds.DateTime(at), tds.DateTimeOffset(at-3_600_000, 60),
	}); err != nil {
		return err
	}
	return w.Row([]tds.Value{tds.Int(2), tds.Null(), tds.Null(), tds.Null(), tds.Null(), tds.Null(), tds.Null(), tds.Null()})
}

// tsql runs queries, one a line, and answers what was printed.
func (s *site) tsql(t *testing.T, version, encryption, pass string, queries ...string) string {
	t.Helper()
	path, err := exec.LookPath("tsql")
	if err != nil {
		t.Fatal("this test runs FreeTDS's tsql: apt-get install freetds-bin")
	}
	host, port, err := net.SplitHostPort(s.addr)
	if err != nil {
		t.Fatal(err)
	}
	conf := filepath.Join(t.TempDir(), "freetds.conf")
	text := fmt.Sprintf("[site]\n host = %s\n port = %s\n tds version = %s\n encryption = %s\n client charset = UTF-8\n", host, port, version, encryption)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "-S", "site", "-U", user, "-P", pass, "-D", "Clocking", "-t", "|", "-o", "q")
	cmd.Env = append(os.Environ(), "FREETDSCONF="+conf, "TDSVER="+version, "LC_ALL=C.UTF-8", "HOME="+t.TempDir())
	cmd.Stdin = strings.NewReader(strings.Join(queries, "\ngo\n") + "\ngo\nexit\n")
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		t.Fatalf("tsql hangs: %s", out)
	}
	t.Logf("tsql: %v", err) // it fails for some of what is asked here
	return string(out)
}

// TestTSQL has FreeTDS print answers, in each version of the protocol. It prints
// times by its own format; before 7.3 the newer ones come as text.
func TestTSQL(t *testing.T) {
	const row = "1099511627776|-7|Łódź|A7  |é|Nov 23 2026 08:09AM|"
	asText := row + "2026-11-23 08:09:10.123|2026-11-23 08:09:10.123 +01:00"
	asTimes := row + "Nov 23 2026 08:09AM|Nov 23 2026 08:09AM"
	for version, want := range map[string]string{"7.1": asText, "7.2": asText, "7.3": asTimes, "7.4": asTimes} {
		for _, encryption := range []string{"off", "request", "require"} { // none, of the login, of all
			t.Run(version+" "+encryption, func(t *testing.T) {
				t.Parallel()
				config := encrypted(t)
				s := serve(t, answers{"select * from everything": everything, "select ids": ids(3000)}, func(s *tds.Server) {
					config(s)
					s.RequireTLS = encryption == "require"
				})
				out := s.tsql(t, version, encryption, password, "select * from everything", "select nonsense", "select ids")
				for _, want := range []string{want, "2|NULL|NULL|NULL|NULL|NULL|NULL|NULL", "Msg 102 (severity 15, state 1)", "2998\n2999\n"} {
					if !strings.Contains(out, want) {
						t.Errorf("no %q in\n%.2000s", want, out)
					}
				}
			})
		}
	}
	t.Run("a wrong password", func(t *testing.T) {
		t.Parallel()
		s := serve(t, nil, nil)
		if out := s.tsql(t, "7.4", "off", "wrong"); !strings.Contains(out, "18456") || !strings.Contains(out, "Login failed for user 'reader'.") {
			t.Errorf("%s", out)
		}
	})
	t.Run("no encryption where it is required", func(t *testing.T) {
		t.Parallel()
		config := encrypted(t)
		s := serve(t, answers{"select ids": ids(1)}, func(s *tds.Server) { config(s); s.RequireTLS = true })
		if s.tsql(t, "7.4", "off", password, "select ids"); len(s.handler.asked()) != 0 || len(s.handler.logins) != 0 {
			t.Error("a client without encryption was let in")
		}
	})
}

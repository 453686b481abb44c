package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestBadValues: every setting, in every source, with a value that it can't have.
func TestBadValues(t *testing.T) {
	const set = "dayrule set --zone UTC --boundary 00:00 --from 2030-01-01"
	for _, c := range []struct {
		command, flag, value, says string
	}{
		{"serve", "store", "pebble:", "names no directory"},
		{"serve", "store", "./data", "is no store"},
		{"serve", "store", "redis://", "no Redis URL"},
		{"serve", "store", "redis://user:pa%ss@host", "no Redis URL"},
		{"serve", "store", "redis://:6379", "no Redis URL"},
		{"serve", "store", "redis://host:99999", "has a port"},
		{"serve", "store", "redis://host/entries", "a database that is no number"},
		{"serve", "store-file", "missing-file", "no such file"},
		{"serve", "store-wait", "soon", "is not a duration"},
		{"serve", "store-wait", "-1s", "is not a duration"},
		{"serve", "time-zone", "Local", "is not an IANA time zone"},
		{"serve", "time-zone", "Europe/Bonn", "is not a known IANA time zone"},
		{"serve", "time-zone", "../etc/passwd", "is not a known IANA time zone"},
		{"serve", "wait-replicas", "-1", "is not a whole number"},
		{"serve", "listen", "8080", "is not HOST:PORT"},
		{"serve", "listen", "127.0.0.1:http", "port"},
		{"serve", "listen", "127.0.0.1:65536", "from 0"},
		{"serve", "listen", "127.0.0.1:080", "leading zeros"},
		{"serve", "listen", "0.0.0.0:8080", "--insecure-listen"},
		{"serve", "listen", ":8080", "--insecure-listen"},
		{"serve", "listen", "[::]:8080", "--insecure-listen"},
		{"serve", "listen", "example.org:8080", "--insecure-listen"},
		{"serve", "listen", "0.0.0.0:8080", "timesheet token create"},
		{"demo", "listen", "0.0.0.0:8080", "no authentication"},
		{"serve", "retain", "400", "is no number of days"},
		{"serve", "retain", "4d", "is less than 62d"},
		{"serve", "retain", "-400d", "is no number of days"},
		{"serve", "retain", "400 d", "is no number of days"},
		{"serve", "allow-origins", "intranet.example.org", "is no origin"},
		{"serve", "allow-origins", "https://a.example,https://b.example/path", "is no origin"},
		{"serve", "allow-origins", "*", "is no origin"},
		{"serve", "public-url", "timesheet.example.org", "is not a URL"},
		{"serve", "oidc-issuer", "https://id.example.org", "it needs --tokens"},
		{"serve", "oidc-client-id", "timesheet", "it needs --oidc-issuer"},
		{"serve", "oidc-client-secret-file", "missing-file", "no such file"},
		{"export --raw", "token-file", "missing-file", "no such file"},
		{"token create --name hr", "scope", "read", "is not one of ingest, read:self"},
		{"token create --name hr", "scope", "read:all,write", "is not one of ingest, read:self"},
		{"token create --name hr --scope ingest", "expires", "soon", "is not a day"},
		{"copy", "to", "elsewhere", "is no store"},
		{"serve", "insecure-listen", "perhaps", "neither true nor false"},
		{"serve", "max-body", "0", "is not a number of bytes"},
		{"serve", "max-body", "16MB", "is not a number of bytes"},
		{"serve", "max-rows", "many", "is not a whole number"},
		{"serve", "max-requests", "1.5", "is not a whole number"},
		{"serve", "max-requests", "0", "1 or more"},
		{"serve", "max-rows", "0", "1 or more"},
		{"serve", "request-timeout", "0s", "write a duration"},
		{"serve", "request-timeout", "30", "is not a duration"},
		{"serve", "idle-after", "999ms", "write 1s or more"},
		{"serve", "idle-after", "0s", "write 1s or more"},
		{"serve", "idle-after", "10", "is not a duration"},
		{"serve", "log-level", "loud", "is not debug, info, warn or error"},
		{"serve", "log-format", "xml", "is not one of [auto text json]"},
		{"serve", "source", "mysql://host", "is no source"},
		{"serve", "source", "sqlserver://", "is no source"},
		{"serve", "source", "sqlserver://u:pa%ss@host", "is no source"},
		{"serve", "source-file", "missing-file", "no such file"},
		{"serve", "source-password-file", "missing-file", "no such file"},
		{"serve", "read-mode", "nolock", "is not one of [readpast plain]"},
		{"serve", "source-timeout", "0s", "write a duration"},
		{"serve", "lock-timeout", "0s", "write a duration"},
		{"serve", "page", "0", "1 or more"},
		{"serve", "poll-interval", "0s", "write a duration"},
		{"serve", "gap-age", "-1s", "is not a duration"},
		{"serve", "sweep-age", "a day", "is not a duration"},
		{"serve", "sweep-every", "0s", "write a duration"},
		{"serve", "rewind-by", "24", "is not a duration"},
		{"serve", "on-reseed", "ignore", "is not one of [stop rescan]"},
		{"serve", "from-id", "first", "is not a row's id"},
		{"serve", "from-time", "2026-11-23T08:00:00+01:00", "without an offset"},
		{"serve", "from-time", "yesterday", "is not a wall time"},
		{"replay", "from", "yesterday", "neither a row's id nor a day"},
		{"replay", "to", "2026-02-30", "neither a row's id nor a day"},
		{"verify --from 2026-01-01 --to 2026-01-31", "repair", "everything", "is not one of [merge replace]"},
		{"verify --to 2026-01-31", "from", "1", "is not a day"},
		{"source rescan", "from-id", "1.5", "is not a row's id"},
		{"source rejected", "format", "xml", "is not one of [table csv json]"},
		{"demo", "employees", "all", "is not a whole number"},
		{"demo", "employees", "0", "1 or more"},
		{"demo", "seed", "-5", "is not a whole number"},
		{"demo", "time-zone", "Mars", "is not a known IANA time zone"},
		{"import f", "format", "xlsx", "is not a format"},
		{"import f", "server", "localhost:8080", "is not a URL"},
		{"import f", "server", "ftp://localhost", "is not a URL"},
		{"export --raw", "from", "yesterday", "is not a day"},
		{"export --raw", "from", "1999-12-30", "is not a day from 1999-12-31"},
		{"export --raw", "to", "2026-02-29", "is not a day"},
		{"dayrule list", "format", "yaml", "is not one of [table csv json]"},
		{set, "employee", "a\x7fb", "unprintable"},
		{set, "employee", strings.Repeat("x", 65), "65 bytes"},
		{"dayrule set --boundary 00:00 --from 2030-01-01", "zone", "CET/Berlin", "is not a known IANA time zone"},
		{"dayrule set --zone UTC --from 2030-01-01", "boundary", "24:00", "00:00 to 23:59"},
		{"dayrule set --zone UTC --from 2030-01-01", "boundary", "6:00", "HH:MM"},
		{"dayrule set --zone UTC --boundary 00:00", "from", "01.01.2030", "is not a day"},
		{"healthcheck", "listen", "8080", "is not HOST:PORT"},
		{"healthcheck", "timeout", "1", "is not a duration"},
		{"healthcheck", "timeout", "0s", "write a duration"},
	} {
		t.Run(c.flag+"="+c.value[:min(len(c.value), 30)], func(t *testing.T) {
			t.Chdir(t.TempDir())
			args := strings.Fields(c.command)
			inFile := "settings.toml"
			if err := os.WriteFile(inFile, []byte(c.flag+" = '"+strings.ReplaceAll(c.value, "\x7f", "\u00ad")+"'\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			for source, r := range map[string]result{
				"--" + c.flag:          runWith(t, nil, append(args, "--"+c.flag+"="+c.value)...),
				inFile + ": " + c.flag: runWith(t, nil, append(args, "--config", inFile)...),
				envName(c.flag):        runWith(t, map[string]string{envName(c.flag): c.value}, args...),
			} {
				if r.code != exitUsage || !strings.Contains(r.errOut, source) || !strings.Contains(r.errOut, c.says) {
					t.Errorf("%s: exit code %d, want %d and %q:\n%s", source, r.code, exitUsage, c.says, r.errOut)
				}
			}
		})
	}
}

func TestProblems(t *testing.T) {
	t.Run("are_told_all_at_once", func(t *testing.T) {
		t.Chdir(t.TempDir())
		writeFile(t, "t.toml", "time-zon = \"UTC\"\nlog-level = \"loud\"\n[serve]\nlisten = \"x\"\n")
		r := runWith(t, map[string]string{"TIMESHEET_LISTN": "x", "TIMESHEET_STORE_WAIT": "soon", "TIMESHEET_CONFIG": "t.toml"},
			"serve", "--max-body", "0", "--time-zone", "Mars")
		if r.code != exitUsage {
			t.Errorf("exit code %d, want %d", r.code, exitUsage)
		}
		wantParts(t, r.errOut, []string{"7 things are wrong",
			"TIMESHEET_LISTN is no setting; did you mean TIMESHEET_LISTEN?", "t.toml: \"time-zon\" is no setting; did you mean time-zone?",
			"t.toml: \"serve\" must be a plain value", "t.toml: log-level: \"loud\"", "TIMESHEET_STORE_WAIT: \"soon\"",
			"--max-body: \"0\"", "--time-zone: \"Mars\""})
	})
	t.Run("are_told_with_unknown_flags_too", func(t *testing.T) {
		r := runWith(t, map[string]string{"TIMESHEET_STORE_WAIT": "soon"}, "serve", "--max-body=0", "--time-zon", "UTC", "--lisen=x")
		wantParts(t, r.errOut, []string{"4 things are wrong", "TIMESHEET_STORE_WAIT: \"soon\"", "--max-body: \"0\"",
			"--time-zon is no flag; did you mean --time-zone?", "--lisen is no flag; did you mean --listen?"})
	})
	t.Run("of_the_command_line_are_told_in_its_words", func(t *testing.T) {
		for line, says := range map[string]string{
			"import":                  "name the files to import; - is standard input (see: timesheet help import)",
			"import f --store":        "--store needs a value (see: timesheet help import)",
			"import f --store --zone": "--store needs a value",
			"export --raw --config":   "--config needs a value",
			"--store pebble:x serve":  "--store stands before the command; write timesheet COMMAND, then its flags (see: timesheet help)",
			"import f --zone UTC":     "unknown flag --zone",
			"exprot":                  "did you mean \"export\"?",
		} {
			if r := runWith(t, nil, strings.Fields(line)...); r.code != exitUsage || !strings.Contains(r.errOut, says) {
				t.Errorf("%s: exit code %d, want %d and %q:\n%s", line, r.code, exitUsage, says, r.errOut)
			}
		}
	})
	t.Run("of_a_file_that_is_no_TOML_name_the_line", func(t *testing.T) {
		t.Chdir(t.TempDir())
		writeFile(t, "t.toml", "log-level = \"info\"\nlisten = \n")
		wantParts(t, runWith(t, nil, "serve", "--config", "t.toml").errOut, []string{"t.toml is no TOML", "line 2"})
		wantParts(t, runWith(t, nil, "serve", "--config=absent.toml").errOut, []string{"absent.toml"})
	})
	t.Run("never_show_a_password", func(t *testing.T) {
		t.Chdir(t.TempDir())
		writeFile(t, "store", "redis://:geheim@")
		writeFile(t, "t.toml", "store = 'geheim@redis'\n")
		for _, r := range []result{
			runWith(t, map[string]string{"TIMESHEET_STORE": "redis://:geheim@host:port"}, "serve"),
			runWith(t, nil, "serve", "--store", "rediss://:geh%eim@host"),
			runWith(t, nil, "serve", "--store-file", "store"),
			runWith(t, nil, "serve", "--config", "t.toml"),
			runWith(t, nil, "import", "--server", "http//u:geheim@host", "f"),
			runWith(t, nil, "serve", "--store", "redis://user:geheim@host:1/0", "--check-config"),
			runWith(t, nil, "serve", "--store", "redis://geheim@host:1/0", "--check-config"),
			runWith(t, nil, "serve", "--store", "redis://host:1/0?password=geheim", "--check-config"),
			runWith(t, nil, "import", "--server", "http://user:geheim@127.0.0.1:1", "f"),
			runWith(t, nil, "export", "--raw", "--store", "redis://user:geheim@127.0.0.1:1/0", "--store-wait", "1ms"),
		} {
			if strings.Contains(r.out+r.errOut, "geheim") || strings.Contains(r.errOut, "geh%eim") {
				t.Errorf("the password is shown:\n%s%s", r.out, r.errOut)
			}
		}
	})
}

func TestSources(t *testing.T) {
	t.Run("flag_wins_over_environment_over_file_over_default", func(t *testing.T) {
		t.Chdir(t.TempDir())
		writeFile(t, "t.toml", "store-wait = '1m'\nmax-rows = 7\nlisten = '127.0.0.1:1'\ninsecure-listen = true\n")
		r := runWith(t, map[string]string{"TIMESHEET_MAX_ROWS": "8", "TIMESHEET_LISTEN": "127.0.0.1:2", "TIMESHEET_MAX_BODY": ""},
			"serve", "--config", "t.toml", "--check-config", "--listen", "127.0.0.1:3")
		wantParts(t, r.out, []string{
			"store = \"pebble:./data\" # default", "store-wait = \"1m0s\" # t.toml", "max-rows = 8 # TIMESHEET_MAX_ROWS",
			"listen = \"127.0.0.1:3\" # --listen", "insecure-listen = true # t.toml", "max-body = 16777216 # default"})
		writeFile(t, "again.toml", r.out)
		if again := runWith(t, nil, "serve", "--config", "again.toml", "--check-config"); again.code != exitOK {
			t.Errorf("what --check-config prints is no settings file:\n%s", again.errOut)
		}
	})
	t.Run("the_store_comes_from_a_file_of_its_own", func(t *testing.T) {
		t.Chdir(t.TempDir())
		writeFile(t, "secret", "redis://:geheim@host:1\n")
		env := map[string]string{"TIMESHEET_STORE_FILE": "secret"}
		wantParts(t, runWith(t, env, "serve", "--check-config").out, []string{`store = "redis://:xxxxx@host:1" # store-file`})
		wantParts(t, runWith(t, env, "serve", "--check-config", "--store", "pebble:x").out, []string{`store = "pebble:x" # --store`})
		writeFile(t, "t.toml", "store = 'pebble:y'\n")
		wantParts(t, runWith(t, env, "serve", "--check-config", "--config", "t.toml").out, []string{`store = "redis://:xxxxx@host:1"`})
		both := runWith(t, map[string]string{"TIMESHEET_STORE_FILE": "secret", "TIMESHEET_STORE": "pebble:z"}, "serve")
		wantParts(t, both.errOut, []string{"TIMESHEET_STORE_FILE", "TIMESHEET_STORE is set, too"})
	})
	t.Run("a_check_touches_nothing", func(t *testing.T) {
		t.Chdir(t.TempDir())
		if r := runWith(t, nil, "serve", "--time-zone", "UTC", "--check-config"); r.code != exitOK {
			t.Fatal(r.errOut)
		}
		if left, _ := filepath.Glob("*"); len(left) > 0 {
			t.Errorf("it left %v", left)
		}
	})
}

func TestLoopback(t *testing.T) {
	for a, want := range map[address]bool{
		"127.0.0.1:1": true, "127.9.9.9:1": true, "[::1]:1": true, "localhost:1": true,
		":1": false, "0.0.0.0:1": false, "[::]:1": false, "10.0.0.1:1": false, "localhost.example.org:1": false, "[::ffff:127.0.0.1]:1": true,
	} {
		if a.loopback() != want {
			t.Errorf("%s: loopback %v, want %v", a, !want, want)
		}
	}
}

func TestURLOf(t *testing.T) {
	for addr, want := range map[string]serverURL{
		"127.0.0.1:80": "http://127.0.0.1:80", "0.0.0.0:80": "http://127.0.0.1:80", ":80": "http://127.0.0.1:80",
		"[::]:80": "http://[::1]:80", "[fd00::1]:80": "http://[fd00::1]:80", "localhost:80": "http://localhost:80",
	} {
		if got := urlOf(addr); got != want {
			t.Errorf("%s: %s, want %s", addr, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	words := rapid.StringOfN(rapid.RuneFrom([]rune("abc")), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := words.Draw(t, "a"), words.Draw(t, "b"), words.Draw(t, "c")
		switch d := distance(a, b); {
		case d != distance(b, a), (d == 0) != (a == b), d > max(len(a), len(b)), distance(a, c) > d+distance(b, c):
			t.Fatalf("%q %q: %d", a, b, d)
		}
	})
}

func TestMachineZone(t *testing.T) {
	t.Setenv("TZ", "Asia/Jakarta")
	if z := machineZone(); z != "Asia/Jakarta" {
		t.Errorf("got %s", z)
	}
	t.Setenv("TZ", "nonsense")
	if _, err := parseZone(string(machineZone())); err != nil {
		t.Error(err)
	}
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

package tests

import (
	"debug/elf"
	"go/version"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"timesheet/internal/redistest"
)

func TestImage(t *testing.T) {
	c := buildContainer(t)
	t.Run("the binary needs nothing else", func(t *testing.T) { requireStatic(t, filepath.Join(c.root, c.entrypoint[0])) })

	version := []string{c.entrypoint[0], "version"}
	switch out, err := c.run(version, nil); {
	case err != nil && os.Geteuid() != 0:
		t.Fatalf("%v: this user may not enter an empty root: run the tests as root, or allow user namespaces "+
			"(sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0)\n%s", err, out)
	case err != nil || !strings.Contains(out, builtVersion):
		t.Fatalf("%q: %v, %s; want the version %s", version, err, out, builtVersion)
	}
	t.Run("serves from its volume", func(t *testing.T) {
		c.mustServe(t, map[string]string{"TIMESHEET_TIME_ZONE": "Pacific/Chatham"}, "+13:45")
	})
	for name, service := range readCompose(t).timesheets() {
		t.Run("serves as compose's "+name, func(t *testing.T) {
			redis := redistest.Start(t, readCompose(t).Services["redis"].Command[1:]...)
			env := service.environment()
			env["TIMESHEET_STORE"] = strings.Replace(env["TIMESHEET_STORE"], "redis:6379", redis.Addr(), 1)
			c.mustServe(t, env, "+01:00")
		})
	}
}

// requireStatic reads the program's header: no loader, no shared library.
func requireStatic(t *testing.T, path string) {
	t.Helper()
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	libraries, err := f.ImportedLibraries()
	if err != nil || len(libraries) > 0 {
		t.Errorf("it needs the libraries %q, %v", libraries, err)
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			t.Error("it needs a loader")
		}
	}
}

// mustServe runs the image's command on a loopback port: healthy once it is ready,
// its clockings filed under the day of the site's zone, unhealthy once it has ended.
func (c *container) mustServe(t *testing.T, env map[string]string, offset string) {
	t.Helper()
	env["TIMESHEET_LISTEN"] = freeAddress(t)
	if out, err := c.run(c.healthcheck, env); err == nil {
		t.Fatalf("healthy before it ran: %s", out)
	}
	s := launch(t, c.command(slices.Concat(c.entrypoint, c.cmd), env))
	if out, err := c.run(c.healthcheck, env); err != nil {
		t.Fatalf("not healthy: %v\n%s\n%s", err, out, s.log)
	}
	// No file of the root tells the zone's rules: the binary does.
	mustPost(t, s.url, []clocking{{Employee: "7", At: "2026-01-05T08:09:00"}})
	code, body := s.get(t, "/v1/days/2026-01-05")
	if want := `"earliest":"2026-01-05T08:09:00` + offset; code != http.StatusOK || !strings.Contains(body, want) {
		t.Errorf("%d %s; want %s", code, body, want)
	}
	s.stop(stopWithin)
	if out, err := c.run(c.healthcheck, env); err == nil {
		t.Errorf("healthy after its end: %s", out)
	}
}

// freeAddress is a loopback address at which nobody listens.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// TestImageAndProgramAgree holds the Dockerfile to the program's own settings.
func TestImageAndProgramAgree(t *testing.T) {
	i := readImage(t)
	module, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	needed := regexp.MustCompile(`(?m)^go (\S+)$`).FindStringSubmatch(string(module))[1]
	if version.Compare("go"+i.goVersion, "go"+needed) < 0 || !version.IsValid("go"+i.goVersion) {
		t.Errorf("the image is built by Go %q, go.mod needs %s", i.goVersion, needed)
	}
	if i.uid == 0 || i.gid == 0 {
		t.Error("the image runs as root")
	}
	if want := "pebble:" + i.volume; i.env["TIMESHEET_STORE"] != want {
		t.Errorf("the store is %q, outside the volume %s", i.env["TIMESHEET_STORE"], i.volume)
	}
	for _, path := range []string{i.entrypoint[0], i.healthcheck[0], i.volume, "/etc/ssl/certs/ca-certificates.crt"} {
		if i.copied[path] == "" {
			t.Errorf("%s is not in the image", path)
		}
	}
	settings := effective(t, i.env, i.cmd...)
	if listen := settings["listen"]; !strings.HasSuffix(listen, ":"+i.exposed) {
		t.Errorf("the image exposes port %s, the program listens on %s", i.exposed, listen)
	}
	settings = effective(t, i.env, i.healthcheck[1:]...)
	if timeout := duration(t, settings["timeout"]); timeout >= i.options["timeout"] {
		t.Errorf("the health check takes up to %v and is cut off after %v", timeout, i.options["timeout"])
	}
}

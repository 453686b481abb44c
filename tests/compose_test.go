package tests

import (
	"bytes"
	"maps"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// compose is what compose.yaml uses of the Compose file format; a key that isn't here
// fails the tests.
type compose struct {
	Services map[string]composeService `yaml:"services"`
	Volumes  map[string]any            `yaml:"volumes"`
}

type composeService struct {
	Image       string                                `yaml:"image"`
	Build       string                                `yaml:"build"`
	Entrypoint  []string                              `yaml:"entrypoint"`
	Command     []string                              `yaml:"command"`
	Environment map[string]string                     `yaml:"environment"`
	DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	Ports       []string                              `yaml:"ports"`
	Volumes     []string                              `yaml:"volumes"`
	Healthcheck *struct {
		Test              []string
		Interval, Timeout string
		Retries           int
	} `yaml:"healthcheck"`
	StopGracePeriod string `yaml:"stop_grace_period"`
	Restart         string `yaml:"restart"`
}

func readCompose(t testing.TB) *compose {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var c compose
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&c); err != nil {
		t.Fatal(err)
	}
	return &c
}

// timesheets are the services that run our image.
func (c *compose) timesheets() map[string]composeService {
	ours := maps.Clone(c.Services)
	maps.DeleteFunc(ours, func(_ string, s composeService) bool { return s.Image != "timesheet" })
	return ours
}

// environment has the variables of whoever starts it filled in: none is set, so that
// each ${NAME:-default} is its default.
func (s composeService) environment() map[string]string {
	env := make(map[string]string)
	for name, value := range s.Environment {
		env[name] = os.Expand(value, func(variable string) string {
			_, standard, _ := strings.Cut(variable, ":-")
			return standard
		})
	}
	return env
}

// TestComposeAgrees holds compose.yaml to the program, to the Dockerfile and to itself.
func TestComposeAgrees(t *testing.T) {
	c, i := readCompose(t), readImage(t)
	if n := len(c.timesheets()); n != 2 {
		t.Errorf("%d services run timesheet, want two", n)
	}
	published := make(map[string]string)
	for name, s := range c.timesheets() {
		env := maps.Clone(i.env)
		maps.Copy(env, s.environment())
		settings := effective(t, env, i.cmd...)
		_, port, err := net.SplitHostPort(settings["listen"])
		if err != nil || port != i.exposed {
			t.Errorf("%s: listens on %q, the image exposes %s", name, settings["listen"], i.exposed)
		}
		if settings["time-zone"] == "" {
			t.Errorf("%s: no time zone: it could not create its store", name)
		}
		if host := strings.TrimPrefix(settings["store"], "redis://"); c.Services[strings.TrimSuffix(host, ":6379")].Command == nil {
			t.Errorf("%s: its store %s is no service of the file", name, settings["store"])
		}
		for _, p := range s.Ports {
			outside, inside, _ := cutLast(p, ":")
			if !strings.HasPrefix(outside, "127.0.0.1:") || inside != port {
				t.Errorf("%s: publishes %s; want port %s on loopback only", name, p, port)
			}
			if other := published[outside]; other != "" {
				t.Errorf("%s and %s both publish %s", name, other, outside)
			}
			published[outside] = name
		}
		if grace := duration(t, s.StopGracePeriod); grace <= stopWithin {
			t.Errorf("%s: killed after %v, but may take %v to stop", name, grace, stopWithin)
		}
	}
	for name, s := range c.Services {
		for on, how := range s.DependsOn {
			// A service that ends has no health to check.
			if ends := c.Services[on].Restart == "on-failure"; (c.Services[on].Healthcheck == nil) != ends || (how.Condition == "service_completed_successfully") != ends {
				t.Errorf("%s: waits for %s to be %s, which never comes", name, on, how.Condition)
			}
		}
		for _, v := range s.Volumes {
			volume, _, _ := strings.Cut(v, ":")
			_, declared := c.Volumes[volume]
			if strings.HasPrefix(volume, "./") {
				_, err := os.Stat(filepath.Join(root, volume))
				declared = err == nil
			}
			if !declared {
				t.Errorf("%s: the volume %s is not declared, or not there", name, volume)
			}
		}
	}
	if len(published) != len(c.timesheets()) {
		t.Errorf("published: %v, want one address for each service", published)
	}
}

// TestComposeSource holds the SQL Server's scripts to what the instances are told of it.
func TestComposeSource(t *testing.T) {
	c, i := readCompose(t), readImage(t)
	script, err := os.ReadFile(filepath.Join(root, "deploy", "sqlserver", "init.sql"))
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range c.timesheets() {
		env := maps.Clone(i.env)
		maps.Copy(env, s.environment())
		settings := effective(t, env, i.cmd...)
		source, err := url.Parse(settings["source"])
		if err != nil || c.Services[source.Hostname()].Image == "" || source.Port() != "1433" {
			t.Errorf("%s: its source %s is no service of the file", name, settings["source"])
		}
		user, database := source.User.Username(), source.Query().Get("database")
		for _, want := range []string{
			"CREATE DATABASE " + database + ";", "USE " + database + ";", "CREATE LOGIN " + user + " ", "CREATE USER " + user + " ",
			"VIEW " + settings["view"] + " AS SELECT " + settings["id-column"] + ", " + settings["employee-column"] + ", " + settings["time-column"] + " ",
			"GRANT SELECT ON " + settings["view"] + " TO " + user + ";",
		} {
			if !strings.Contains(string(script), want) {
				t.Errorf("%s: the init script has no %q", name, want)
			}
		}
		if grants := strings.Count(string(script), "GRANT"); grants != 1 {
			t.Errorf("%d grants, want the view's alone", grants)
		}
		if env["TIMESHEET_SOURCE_PASSWORD"] == "" || env["TIMESHEET_SOURCE_PASSWORD"] != c.Services["clocking-init"].environment()["READER_PASSWORD"] {
			t.Errorf("%s: its password isn't the one that the login gets", name)
		}
	}
	if a, b := c.Services["clocking"].environment()["MSSQL_SA_PASSWORD"], c.Services["clocking-init"].environment()["SA_PASSWORD"]; a != b || a == "" {
		t.Error("the init job has another password than the server")
	}
}

// cutLast is strings.Cut at the last separator.
func cutLast(s, separator string) (before, after string, found bool) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(separator):], true
}

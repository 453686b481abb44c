package load_test

import (
	"errors"
	"testing"

	"timesheet"
	"timesheet/internal/load"
)

func TestResolve(t *testing.T) {
	for raw, want := range map[string]load.Target{
		"http://127.0.0.1:8080":    {URL: "http://127.0.0.1:8080", Host: "127.0.0.1:8080", Address: "127.0.0.1:8080"},
		"http://localhost:8080":    {URL: "http://localhost:8080", Host: "localhost:8080", Address: "127.0.0.1:8080"},
		"http://10.1.2.3":          {URL: "http://10.1.2.3", Host: "10.1.2.3", Address: "10.1.2.3:80"},
		"http://192.168.0.9:1/a/":  {URL: "http://192.168.0.9:1/a", Host: "192.168.0.9:1", Path: "/a", Address: "192.168.0.9:1"},
		"http://172.31.255.1":      {URL: "http://172.31.255.1", Host: "172.31.255.1", Address: "172.31.255.1:80"},
		"http://[::1]:9":           {URL: "http://[::1]:9", Host: "[::1]:9", Address: "[::1]:9"},
		"http://[fd00::7]:9":       {URL: "http://[fd00::7]:9", Host: "[fd00::7]:9", Address: "[fd00::7]:9"},
		"http://[fe80::1]:9":       {URL: "http://[fe80::1]:9", Host: "[fe80::1]:9", Address: "[fe80::1]:9"},
		"http://169.254.1.1:9":     {URL: "http://169.254.1.1:9", Host: "169.254.1.1:9", Address: "169.254.1.1:9"},
		"http://[::ffff:10.0.0.1]": {URL: "http://[::ffff:10.0.0.1]", Host: "[::ffff:10.0.0.1]", Address: "10.0.0.1:80"},
	} {
		got, err := load.Resolve(t.Context(), raw, false)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", raw, got, err, want)
		}
	}
	for _, raw := range []string{
		"http://1.1.1.1", "http://8.8.8.8:8080", "http://172.32.0.1", "http://192.169.0.1", "http://100.64.0.1", "http://0.0.0.0:8080",
		"http://[2001:db8::1]", "http://[::ffff:1.1.1.1]", "http://[::]", "http://255.255.255.255",
	} {
		if _, err := load.Resolve(t.Context(), raw, false); !errors.Is(err, load.ErrForeign) || timesheet.CodeOf(err) != timesheet.Invalid {
			t.Errorf("%s: %v, want it refused as foreign", raw, err)
		}
		if _, err := load.Resolve(t.Context(), raw, true); err != nil {
			t.Errorf("%s: %v, though it was asked for", raw, err)
		}
	}
	for _, raw := range []string{"", "127.0.0.1:80", "https://127.0.0.1", "ftp://127.0.0.1", "http://", "http://a:b@127.0.0.1", "http://127.0.0.1?q", "http://127.0.0.1#f", "http://%"} {
		if _, err := load.Resolve(t.Context(), raw, true); timesheet.CodeOf(err) != timesheet.Invalid {
			t.Errorf("%q: %v, want Invalid", raw, err)
		}
	}
	if _, err := load.Resolve(t.Context(), "http://user:secret@127.0.0.1", false); err == nil || containsText(err, "secret") {
		t.Errorf("%v shows the password", err)
	}
}

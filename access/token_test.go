package access_test

import (
	"encoding/base64"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"timesheet"
	"timesheet/access"
)

func TestNewToken(t *testing.T) {
	seen := make(map[string]bool)
	for range 100 {
		token := access.NewToken()
		raw, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(token, "ts_"))
		if err != nil || len(raw) != 32 || !strings.HasPrefix(token, "ts_") || seen[token] {
			t.Fatalf("%s: %d bytes, %v", token, len(raw), err)
		}
		seen[token] = true
	}
	if got := access.Hash("abc"); got != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" { // FIPS 180-2, B.1
		t.Error(got)
	}
}

// What token create prints is read back as it was meant, whatever the names are.
func TestEntryAsYAML(t *testing.T) {
	text := rapid.StringOfN(rapid.RuneFrom(nil, rapidPrintable...), 1, 12, 80)
	rapid.Check(t, func(t *rapid.T) {
		var want []access.Entry
		var file []byte
		names := rapid.SliceOfNDistinct(text, 1, 4, rapid.ID).Draw(t, "names")
		for _, name := range names {
			e := access.Entry{
				Name: name, SHA256: access.Hash(access.NewToken()),
				Scopes:  timesheet.Scopes(rapid.IntRange(1, int(timesheet.AllScopes)).Draw(t, "scopes")),
				Teams:   rapid.SliceOfNDistinct(text, 1, 3, rapid.ID).Draw(t, "teams"),
				Expires: time.Date(2026, 11, rapid.IntRange(1, 30).Draw(t, "day"), 0, 0, 0, 0, time.UTC),
				Rate:    rapid.Float64Range(0.001, 1e6).Draw(t, "rate"),
			}
			e.Employee = timesheet.EmployeeID(rapid.SampledFrom([]string{"1042", "007", "0x1F", "no", "null", "~", "1e3", "2026-01-01", "# 7", "a: b"}).Draw(t, "employee"))
			if !e.Scopes.Any(timesheet.ScopeReadSelf | timesheet.ScopeReadTeam | timesheet.ScopeReadAll) {
				e.Scopes &^= timesheet.ScopeCorrect // it reaches what may be read
				e.Scopes |= timesheet.ScopeIngest
			}
			want, file = append(want, e), append(file, e.YAML()...)
		}
		got, err := access.Parse("tokens.yaml", file)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%v\n%+v\n%+v\n%s", err, got, want, file)
		}
	})
}

func TestEntryIsChecked(t *testing.T) {
	good := access.Entry{Name: "hr", SHA256: access.Hash("x"), Scopes: timesheet.ScopeReadAll}
	for name, spoil := range map[string]func(*access.Entry){
		"name: it has":                    func(e *access.Entry) { e.Name = "a\nb" },
		"name: it must not begin":         func(e *access.Entry) { e.Name = "oidc:hr" },
		"sha256: give either":             func(e *access.Entry) { e.SHA256 = "" },
		"sha256: it is not the 64":        func(e *access.Entry) { e.SHA256 = "abc" },
		"oidc: write a claim":             func(e *access.Entry) { e.SHA256, e.OIDC = "", "groups" },
		"scopes: there is none":           func(e *access.Entry) { e.Scopes = 0 },
		"scopes: correct reaches":         func(e *access.Entry) { e.Scopes = timesheet.ScopeCorrect },
		"employee: it is missing":         func(e *access.Entry) { e.Scopes = timesheet.ScopeReadSelf },
		"employee: it is no employee":     func(e *access.Entry) { e.Employee = " 7" },
		"employee: with oidc":             func(e *access.Entry) { e.SHA256, e.OIDC, e.Employee = "", "a=b", "7" },
		"teams: it is missing":            func(e *access.Entry) { e.Scopes = timesheet.ScopeReadTeam },
		"teams: a team has":               func(e *access.Entry) { e.Teams = []string{""} },
		"rate: it is not above 0 and up ": func(e *access.Entry) { e.Rate = -1 },
	} {
		e := good
		spoil(&e)
		if err := e.Validate(); timesheet.CodeOf(err) != timesheet.Invalid || !strings.Contains(err.Error(), name) {
			t.Errorf("%v, want %s", err, name)
		}
	}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
}

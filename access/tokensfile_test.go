package access_test

import (
	"strings"
	"testing"
	"unicode"

	"timesheet"
	"timesheet/access"
)

var rapidPrintable = []*unicode.RangeTable{unicode.Latin, unicode.Han, unicode.Digit, unicode.Punct, unicode.Symbol, {R16: []unicode.Range16{{Lo: ' ', Hi: ' ', Stride: 1}}}}

func TestMistakesAreToldAtOnceWithTheirLines(t *testing.T) {
	hash, other := access.Hash("x"), access.Hash("y")
	secret := access.NewToken()
	file := `- name: hr
  sha256: ` + hash + `
  scopes: [read:all, write]
- name: hr
  sha256: ` + secret + `
  scopes: [read:all]
- name: mills
  sha256: ` + other + `
  scope: [read:team]
- name: late
  sha256: ` + other + `
  scopes: [read:all]
  expires: 31.1.2027
  rate: fast
- name: self
  sha256: ` + hash[:60] + `ffff
  scopes: [read:self]
- name: team
  sha256: ` + hash[:60] + `eeee
  scopes: [read:team, read:team]
  name: again
- [a]
- name: null
  oidc: groups=hr
  scopes: read:all
`
	_, err := access.Parse("tokens.yaml", []byte(file))
	wantCode(t, err, timesheet.Invalid)
	for _, want := range []string{
		`tokens.yaml:3: scopes: "write" is not one of ingest, `,
		"tokens.yaml:5: sha256: it is not the 64 hex digits",
		`tokens.yaml:9: "scope" is not known; known are name, sha256,`,
		`tokens.yaml:13: expires: "31.1.2027" is not a date; write it as 2027-01-31`,
		`tokens.yaml:14: rate: "fast" is not a number`,
		"tokens.yaml:15: employee: it is missing",
		"tokens.yaml:20: scopes: one of them is given twice",
		`tokens.yaml:21: "name" is given twice`,
		"tokens.yaml:22: it is no entry",
		"tokens.yaml:23: name: it has to be a text",
		"tokens.yaml:25: scopes: it has to be a list",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("not told: %s", want)
		}
	}
	if strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), secret[3:20]) {
		t.Error("the error has a token that somebody wrote in the place of its hash")
	}
	if n := strings.Count(err.Error(), "\n"); n > 12 {
		t.Error("it is told more than once:", err)
	}
}

func TestTokensInWrongPlacesAreNotTold(t *testing.T) {
	secret := access.NewToken()
	file := "- name: hr\n  sha256: " + access.Hash("x") + "\n  scopes: [" + secret + "]\n  expires: " + secret + "\n  rate: " + secret + "\n  " + secret + ": x\n  " + secret + ": y\n"
	_, err := access.Parse("tokens.yaml", []byte(file))
	wantCode(t, err, timesheet.Invalid)
	if n := strings.Count(err.Error(), "\n"); n != 5 || strings.Contains(err.Error(), secret[:20]) {
		t.Error(err)
	}
}

func TestFilesThatAreNone(t *testing.T) {
	hash := access.Hash("x")
	good := "- name: a\n  sha256: " + hash + "\n  scopes: [admin]\n"
	for want, file := range map[string]string{
		"it is no list":                         "name: hr\n",
		"it is no YAML":                         "- [\n",
		"there is more than one document":       good + "---\n" + good,
		"4: name: the entry of line 1 has the ": good + strings.Replace(good, hash, access.Hash("y"), 1),
		"4: sha256: the entry of line 1 has th": good + strings.Replace(good, "name: a", "name: b", 1),
		"it has to be a text":                   "- name: [a]\n",
		`"<<" is not known`:                     "- &a\n  name: a\n- <<: *a\n",
		"at most 1048576 are allowed":           strings.Repeat("#", 1<<20+1),
		"at most 10000 are allowed":             strings.Repeat("- a\n", 10_001),
	} {
		if _, err := access.Parse("f", []byte(file)); timesheet.CodeOf(err) != timesheet.Invalid || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	for _, empty := range []string{"", "# nobody yet\n", "[]"} {
		if entries, err := access.Parse("f", []byte(empty)); err != nil || len(entries) > 0 {
			t.Errorf("%q: %v, %v", empty, entries, err)
		}
	}
}

// Hashes in capitals are the same hashes.
func TestHashesInCapitals(t *testing.T) {
	entries, err := access.Parse("f", []byte("- name: a\n  sha256: "+strings.ToUpper(access.Hash("x"))+"\n  scopes: [admin]\n"))
	if err != nil || entries[0].SHA256 != access.Hash("x") {
		t.Fatal(entries, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("- name: a\n  sha256: " + access.Hash("x") + "\n  scopes: [read:self]\n  employee: 007\n  expires: 2027-01-31\n  rate: 1.5\n"))
	f.Add([]byte("- oidc: groups=hr\n  name: x\n  scopes: [read:team]\n  teams: [A, B]\n"))
	f.Add([]byte("- &a [*a]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		entries, err := access.Parse("f", text)
		if err != nil {
			if timesheet.CodeOf(err) != timesheet.Invalid {
				t.Fatal(err)
			}
			return
		}
		for _, e := range entries {
			if err := e.Validate(); err != nil {
				t.Fatalf("%+v was taken: %v", e, err)
			}
		}
	})
}

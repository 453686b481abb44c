package access

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"timesheet"
)

// tokenPrefix lets scanners of source code and logs know a token when they meet one.
const tokenPrefix = "ts_"

// NewToken is a token that nobody has: "ts_" and 32 random bytes as base64url. It is kept
// nowhere; show it once.
func NewToken() string { return tokenPrefix + random() }

// random is 32 random bytes as base64url, without padding.
func random() string {
	var b [sha256.Size]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Hash is what is kept of a token: its SHA-256 in hex.
func Hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Entry is one of the tokens file: who has a token, or whoever has a claim of the OpenID
// provider's, and what they may.
type Entry struct {
	Name string // unique; told as the actor and in the audit log

	// One of these two. SHA256 is Hash of the token; OIDC is "claim=value", such as
	// "groups=hr".
	SHA256 string
	OIDC   string

	Scopes   timesheet.Scopes
	Employee timesheet.EmployeeID // whose days read:self reaches; with OIDC a claim says it
	Teams    []string             // which read:team reaches
	Expires  time.Time            // 00:00 UTC of the last day on which it holds; zero: for good
	Rate     float64              // requests a second, posts of clockings and internal routes too; 0: 200, without those
}

const dateLayout = "2006-01-02"

// YAML is e as an element of the file's list.
func (e Entry) YAML() []byte {
	type written struct {
		Name     string   `yaml:"name"`
		SHA256   string   `yaml:"sha256,omitempty"`
		OIDC     string   `yaml:"oidc,omitempty"`
		Scopes   []string `yaml:"scopes,flow"`
		Employee string   `yaml:"employee,omitempty"`
		Teams    []string `yaml:"teams,flow,omitempty"`
		Expires  string   `yaml:"expires,omitempty"`
		Rate     float64  `yaml:"rate,omitempty"`
	}
	w := written{e.Name, e.SHA256, e.OIDC, slices.Collect(e.Scopes.Names()), string(e.Employee), e.Teams, "", e.Rate}
	if !e.Expires.IsZero() {
		w.Expires = e.Expires.Format(dateLayout)
	}
	b, err := yaml.Marshal([]written{w})
	if err != nil {
		panic("access: a token's entry can't be written: " + err.Error()) // it has no type that fails
	}
	return b
}

// Validate tells everything that is wrong with e. Its errors are Invalid; none shows the hash.
func (e Entry) Validate() error {
	var problems []error
	for _, p := range e.problems() {
		problems = append(problems, timesheet.NewError(timesheet.Invalid, p.field, errors.New(p.detail)))
	}
	return errors.Join(problems...)
}

type fieldProblem struct{ field, detail string }

func (e Entry) problems() (all []fieldProblem) {
	bad := func(is bool, field, detail string) {
		if is {
			all = append(all, fieldProblem{field, detail})
		}
	}
	bad(!printable(e.Name, timesheet.MaxActor), "name", "it has to be 1 to 100 bytes that can be printed")
	bad(strings.HasPrefix(e.Name, oidcPrefix), "name", "it must not begin with "+oidcPrefix+", as the names of those do who log in at the provider")
	bad((e.SHA256 == "") == (e.OIDC == ""), "sha256", "give either sha256 or oidc")
	if e.SHA256 != "" {
		sum, err := hex.DecodeString(e.SHA256)
		bad(err != nil || len(sum) != sha256.Size, "sha256", "it is not the 64 hex digits of a SHA-256; make it by `timesheet token create`, which prints the whole entry (what stands there isn't shown: it may be a token)")
		bad(e.Employee == "" && e.Scopes.Any(timesheet.ScopeReadSelf), "employee", "it is missing: read:self needs to know whose days")
	}
	if e.OIDC != "" {
		claim, value, _ := strings.Cut(e.OIDC, "=")
		bad(claim == "" || value == "", "oidc", "write a claim and its value, as in groups=hr")
		bad(e.Employee != "", "employee", "with oidc the provider says it, by a claim; leave it out")
	}
	if e.Employee != "" {
		id, err := timesheet.ParseEmployeeID(string(e.Employee))
		bad(err != nil || id != e.Employee, "employee", "it is no employee's id")
	}
	reads := timesheet.ScopeReadSelf | timesheet.ScopeReadTeam | timesheet.ScopeReadAll
	bad(e.Scopes == 0, "scopes", "there is none; write one or more of "+strings.Join(slices.Collect(timesheet.AllScopes.Names()), ", "))
	bad(e.Scopes.Any(timesheet.ScopeCorrect) && !e.Scopes.Any(reads), "scopes", "correct reaches what a read scope of the same entry does; add one")
	bad(e.Scopes.Any(timesheet.ScopeReadTeam) && len(e.Teams) == 0, "teams", "it is missing: read:team needs to know which")
	bad(slices.ContainsFunc(e.Teams, func(t string) bool { return !printable(t, 200) }), "teams", "a team has 1 to 200 bytes that can be printed")
	bad(e.Rate < 0 || e.Rate > maxRate, "rate", "it is not above 0 and up to 1000000 requests a second")
	return all
}

// holds tells whether e isn't over at a moment.
func (e *Entry) holds(now time.Time) bool { return e.Expires.IsZero() || now.Before(e.end()) }

// end is when e is over: the day after Expires begins, in UTC.
func (e *Entry) end() time.Time { return e.Expires.AddDate(0, 0, 1) }

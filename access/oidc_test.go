package access_test

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"timesheet"
	"timesheet/access"
	"timesheet/internal/locked"
)

// portal is an access whose people log in at a provider.
type portal struct {
	*access.Access
	p    *provider
	docs *counted
	log  locked.Buffer
	now  time.Time
}

func newPortal(t *testing.T) *portal {
	t.Helper()
	o := &portal{p: newProvider(t), docs: newCounted(), now: time.Now()}
	oidc, err := access.NewProvider(access.ProviderConfig{
		Issuer: o.p.URL, ClientID: clientID, ClientSecret: clientSecret, RedirectURL: "https://timesheet.example.org/v1/session/oidc/callback",
	})
	if err != nil {
		t.Fatal(err)
	}
	file := newTokenFile(t,
		access.Entry{Name: "everybody", OIDC: "groups=staff", Scopes: timesheet.ScopeReadSelf},
		access.Entry{Name: "mills", OIDC: "groups=mills", Scopes: timesheet.ScopeReadTeam, Teams: []string{"Mills"}},
		access.Entry{Name: "engines", OIDC: "groups=engines", Scopes: timesheet.ScopeReadTeam | timesheet.ScopeCorrect, Teams: []string{"Engines", "Mills"}},
		access.Entry{Name: "boss", OIDC: "email=boss@example.org", Scopes: timesheet.ScopeReadAll},
	)
	o.Access = access.New(access.Options{Tokens: file.open(quiet), Documents: o.docs, OIDC: oidc, Logger: o.log.Logger(), Now: func() time.Time { return o.now }})
	return o
}

// begun is a login that is at the provider.
type begun struct{ state, challenge, nonce, cookie string }

func (o *portal) begin(t *testing.T) (b begun) {
	t.Helper()
	location, cookie, err := o.BeginLogin(t.Context(), "/#month")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(location)
	q := u.Query()
	if err != nil || !strings.HasPrefix(location, o.p.URL+"/auth?") || q.Get("code_challenge_method") != "S256" || q.Get("response_type") != "code" ||
		q.Get("redirect_uri") != "https://timesheet.example.org/v1/session/oidc/callback" || !strings.Contains(q.Get("scope"), "openid") {
		t.Fatal(location, err)
	}
	return begun{q.Get("state"), q.Get("code_challenge"), q.Get("nonce"), cookie}
}

// end comes back with a code of somebody of those claims.
func (o *portal) end(t *testing.T, b begun, claims map[string]any) (session string, c timesheet.Caller, err error) {
	t.Helper()
	answer := url.Values{"state": {b.state}, "code": {o.p.login(b.challenge, b.nonce, claims)}}
	session, back, c, err := o.EndLogin(t.Context(), b.cookie, answer)
	if err == nil && back != "/#month" {
		t.Errorf("back to %q", back)
	}
	return session, c, err
}

func TestLoginAtTheProvider(t *testing.T) {
	o := newPortal(t)
	session, c, err := o.end(t, o.begin(t), map[string]any{
		"groups": []string{"staff", "engines", "mills", "others"}, "employee_id": "1042", "preferred_username": "hr", "email": "boss@example.org.evil",
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Name != "oidc:hr" || c.ID != "oidc:s-1" || c.Employee != "1042" || !slices.Equal(c.Teams, []string{"Engines", "Mills"}) ||
		c.Scopes != timesheet.ScopeReadSelf|timesheet.ScopeReadTeam|timesheet.ScopeCorrect {
		t.Errorf("%+v", c)
	}
	if c2, err := o.Session(t.Context(), session); err != nil || c2.Name != c.Name || c2.Scopes != c.Scopes {
		t.Fatalf("%+v %v", c2, err)
	}
	if n, err := o.EraseEmployee(t.Context(), "1042"); err != nil || n != 1 {
		t.Error(n, err)
	}
	_, err = o.Session(t.Context(), session)
	wantCode(t, err, timesheet.Unauthenticated)

	t.Run("by a claim that is one text", func(t *testing.T) {
		_, c, err := o.end(t, o.begin(t), map[string]any{"email": "boss@example.org"})
		if err != nil || c.Scopes != timesheet.ScopeReadAll || c.Name != "oidc:boss@example.org" || c.Employee != "" {
			t.Fatalf("%+v %v", c, err)
		}
	})
	t.Run("of somebody for whom there is nothing here", func(t *testing.T) {
		for _, claims := range []map[string]any{nil, {"groups": []string{"Staff", "groups=staff"}}, {"groups": 7}, {"groups": map[string]any{"staff": true}}} {
			_, _, err := o.end(t, o.begin(t), claims)
			wantCode(t, err, timesheet.Forbidden)
		}
	})
	t.Run("gives no scope to read oneself who has no id", func(t *testing.T) {
		_, c, err := o.end(t, o.begin(t), map[string]any{"groups": "staff", "employee_id": "\x00"})
		if err != nil || c.Employee != "" || c.Reach().Sees(timesheet.Person{}) {
			t.Fatalf("%+v %v", c, err)
		}
	})
}

func TestSessionsOfPeopleFollowTheFile(t *testing.T) {
	o := newPortal(t)
	session, _, err := o.end(t, o.begin(t), map[string]any{"groups": []string{"staff", "mills"}})
	if err != nil {
		t.Fatal(err)
	}
	tokens := newTokenFile(t, access.Entry{Name: "mills", OIDC: "groups=mills", Scopes: timesheet.ScopeReadTeam, Teams: []string{"Weaving"}})
	other := access.New(access.Options{Tokens: tokens.open(quiet), Documents: o.docs, Logger: quiet}) // an instance that has read it anew
	if c, err := other.Session(t.Context(), session); err != nil || c.Scopes != timesheet.ScopeReadTeam || !slices.Equal(c.Teams, []string{"Weaving"}) {
		t.Fatalf("%+v %v", c, err)
	}
	gone := access.New(access.Options{Tokens: newTokenFile(t).open(quiet), Documents: o.docs, Logger: quiet})
	_, err = gone.Session(t.Context(), session)
	wantCode(t, err, timesheet.Unauthenticated)
	o.now = o.now.Add(12 * time.Hour)
	_, err = o.Session(t.Context(), session)
	wantCode(t, err, timesheet.Unauthenticated)
}

func TestLoginsThatAreRefused(t *testing.T) {
	for name, spoil := range map[string]func(claims map[string]any){
		"another nonce":    func(c map[string]any) { c["nonce"] = "x" },
		"no nonce":         func(c map[string]any) { delete(c, "nonce") },
		"another audience": func(c map[string]any) { c["aud"] = "other" },
		"over":             func(c map[string]any) { c["exp"] = time.Now().Add(-time.Hour).Unix() },
		"another issuer":   func(c map[string]any) { c["iss"] = "https://evil.example" },
		"nobody":           func(c map[string]any) { c["sub"] = "" },
	} {
		t.Run(name, func(t *testing.T) {
			o := newPortal(t)
			o.p.spoil = spoil
			_, _, err := o.end(t, o.begin(t), map[string]any{"groups": "staff"})
			wantCode(t, err, timesheet.Unauthenticated)
			if strings.Contains(err.Error(), "evil") || strings.Contains(err.Error(), "oidc:") {
				t.Error("outsiders are told why:", err)
			}
		})
	}
	t.Run("signed by another key", func(t *testing.T) {
		o := newPortal(t)
		o.p.forge = true
		_, _, err := o.end(t, o.begin(t), map[string]any{"groups": "staff"})
		wantCode(t, err, timesheet.Unauthenticated)
		if !strings.Contains(o.log.String(), "signature") {
			t.Error("the log doesn't say why:", o.log.String())
		}
	})
	o := newPortal(t)
	good := map[string]any{"groups": "staff"}
	end := func(cookie string, answer url.Values) error {
		_, _, _, err := o.EndLogin(t.Context(), cookie, answer)
		return err
	}
	t.Run("a second time", func(t *testing.T) {
		b := o.begin(t)
		if _, _, err := o.end(t, b, good); err != nil {
			t.Fatal(err)
		}
		_, _, err := o.end(t, b, good) // with a code that is good
		wantCode(t, err, timesheet.Unauthenticated)
	})
	t.Run("by the answer of another's login", func(t *testing.T) {
		mine, theirs := o.begin(t), o.begin(t)
		code := o.p.login(theirs.challenge, theirs.nonce, good)
		wantCode(t, end(mine.cookie, url.Values{"state": {theirs.state}, "code": {code}}), timesheet.Unauthenticated)
		wantCode(t, end(mine.cookie, url.Values{"state": {mine.state}, "code": {code}}), timesheet.Unauthenticated) // PKCE
	})
	t.Run("by no login of this browser", func(t *testing.T) {
		b := o.begin(t)
		for _, cookie := range []string{"", "x", "%", base64.RawURLEncoding.EncodeToString([]byte("{}"))} {
			wantCode(t, end(cookie, url.Values{"state": {b.state}, "code": {o.p.login(b.challenge, b.nonce, good)}}), timesheet.Unauthenticated)
		}
		wantCode(t, end(base64.RawURLEncoding.EncodeToString([]byte("{}")), url.Values{"state": {""}}), timesheet.Unauthenticated)
	})
	t.Run("by another provider's answer", func(t *testing.T) {
		b := o.begin(t)
		wantCode(t, end(b.cookie, url.Values{"state": {b.state}, "iss": {"https://evil.example"}, "code": {o.p.login(b.challenge, b.nonce, good)}}), timesheet.Unauthenticated)
	})
	t.Run("at the provider", func(t *testing.T) {
		b := o.begin(t)
		err := end(b.cookie, url.Values{"state": {b.state}, "error": {"access_denied"}})
		if wantCode(t, err, timesheet.Unauthenticated); !strings.Contains(err.Error(), "access_denied") {
			t.Error(err)
		}
	})
	t.Run("that took too long", func(t *testing.T) {
		b := o.begin(t)
		o.now = o.now.Add(10 * time.Minute)
		_, _, err := o.end(t, b, good)
		wantCode(t, err, timesheet.Unauthenticated)
	})
}

func TestProviderThatIsAway(t *testing.T) {
	o := newPortal(t)
	o.p.down = true
	_, _, err := o.BeginLogin(t.Context(), "/")
	wantCode(t, err, timesheet.Unavailable)
	o.p.down = false
	_, _, err = o.BeginLogin(t.Context(), "/")
	wantCode(t, err, timesheet.Unavailable) // it isn't asked by everybody at once
	o.now = o.now.Add(5 * time.Second)
	b := o.begin(t) // it is found when it is there
	o.p.CloseClientConnections()
	o.p.Close()
	_, _, err = o.end(t, b, nil)
	wantCode(t, err, timesheet.Unavailable)
}

func TestProviderConfigIsChecked(t *testing.T) {
	good := access.ProviderConfig{Issuer: "https://login.example.org/realms/x", ClientID: "c", RedirectURL: "https://t.example.org/v1/session/oidc/callback"}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	bad := access.ProviderConfig{Issuer: "http://login.example.org", RedirectURL: "t.example.org"}
	err := bad.Validate()
	wantCode(t, err, timesheet.Invalid)
	for _, want := range []string{"OpenID issuer: it has to begin with https://", "OpenID redirect URL: it is no URL", "OpenID client id: it is missing"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %q", err, want)
		}
	}
	if access.New(access.Options{Tokens: newTokenFile(t).open(quiet), Documents: newCounted()}).OIDC() {
		t.Error("there is a provider though none is configured")
	}
}

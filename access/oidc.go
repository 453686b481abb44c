package access

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"timesheet"
)

const (
	loginTime     = 10 * time.Minute // from the begin of a login to its end
	providerTime  = 10 * time.Second // for a request to the provider
	providerRetry = 5 * time.Second  // after it wasn't found: those who log in wait for one another
	maxUsed       = 10_000           // logins that are remembered as done
)

// ProviderConfig is an OpenID provider, at which this service is registered as a client.
type ProviderConfig struct {
	Issuer       string // https://login.example.org/realms/x; http on loopback alone
	ClientID     string
	ClientSecret string   // "" for a client without
	RedirectURL  string   // this service's /v1/session/oidc/callback, as browsers reach it
	Scopes       []string // to ask for, beside openid; profile and email where nil

	// EmployeeClaim says whose days read:self reaches; employee_id. It must be one that
	// people can't set themselves.
	EmployeeClaim string
}

// Validate tells everything that is wrong with c. Its errors are Invalid.
func (c ProviderConfig) Validate() error {
	var problems []error
	bad := func(name, detail string) {
		problems = append(problems, timesheet.NewError(timesheet.Invalid, name, errors.New(detail)))
	}
	for name, given := range map[string]string{"issuer": c.Issuer, "redirect URL": c.RedirectURL} {
		u, err := url.Parse(given)
		switch {
		case err != nil || u.Host == "" || u.User != nil:
			bad("OpenID "+name, "it is no URL such as https://host/path")
		case u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
			bad("OpenID "+name, "it has to begin with https://, but for loopback: whoever listens on the way could log in as anybody")
		}
	}
	if c.ClientID == "" {
		bad("OpenID client id", "it is missing")
	}
	return errors.Join(problems...)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Provider is where people log in: the code flow with PKCE (RFC 7636), a state and a
// nonce. Safe for concurrent use.
type Provider struct {
	c    ProviderConfig
	http *http.Client

	mu       sync.Mutex
	provider *oidc.Provider // nil until it was found
	verifier *oidc.IDTokenVerifier
	failed   error                // of the last look for it
	retry    time.Time            // not before
	used     map[string]time.Time // states of logins that ended, until they are too old anyhow
}

// NewProvider is the provider of c. It is asked when somebody first logs in, so that the
// service starts without it. Its errors are Invalid.
func NewProvider(c ProviderConfig) (*Provider, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if c.EmployeeClaim == "" {
		c.EmployeeClaim = "employee_id"
	}
	if c.Scopes == nil {
		c.Scopes = []string{"profile", "email"}
	}
	return &Provider{c: c, http: &http.Client{Timeout: providerTime}, used: make(map[string]time.Time)}, nil
}

// login is what the browser keeps, in a cookie, while its user is at the provider. Whoever
// changes their own deceives nobody but themselves: state, nonce and verifier have to
// fit what the provider was told.
type login struct {
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"`
	Back     string `json:"b"`
	Ends     int64  `json:"e"` // unix seconds
}

func (p *Provider) begin(ctx context.Context, back string, now time.Time) (location, state string, err error) {
	config, _, err := p.found(ctx, now)
	if err != nil {
		return "", "", err
	}
	l := login{random(), random(), oauth2.GenerateVerifier(), back, now.Add(loginTime).Unix()}
	b, err := json.Marshal(l)
	if err != nil {
		return "", "", timesheet.NewError(timesheet.Internal, "begin login", err)
	}
	return config.AuthCodeURL(l.State, oidc.Nonce(l.Nonce), oauth2.S256ChallengeOption(l.Verifier)), base64.RawURLEncoding.EncodeToString(b), nil
}

// found is the provider as it says itself that it is.
func (p *Provider) found(ctx context.Context, now time.Time) (*oauth2.Config, *oidc.IDTokenVerifier, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.provider == nil && p.failed != nil && now.Before(p.retry) {
		return nil, nil, p.failed
	}
	if p.provider == nil {
		ctx := oidc.ClientContext(ctx, p.http)
		provider, err := oidc.NewProvider(ctx, p.c.Issuer)
		if err != nil {
			p.failed, p.retry = timesheet.NewError(timesheet.Unavailable, "find OpenID provider", err), now.Add(providerRetry)
			return nil, nil, p.failed
		}
		p.provider, p.verifier = provider, provider.VerifierContext(ctx, &oidc.Config{ClientID: p.c.ClientID})
	}
	return &oauth2.Config{
		ClientID: p.c.ClientID, ClientSecret: p.c.ClientSecret, RedirectURL: p.c.RedirectURL,
		Endpoint: p.provider.Endpoint(), Scopes: append([]string{oidc.ScopeOpenID}, p.c.Scopes...),
	}, p.verifier, nil
}

// refusal is why nobody is logged in: detail for everybody, cause for the log.
type refusal struct {
	detail string
	cause  error // may be nil
}

func (r *refusal) Error() string { return r.detail }

func refused(detail string, cause error) error {
	return timesheet.NewError(timesheet.Unauthenticated, "log in", &refusal{detail, cause})
}

// end is who the provider says that it sent back.
func (p *Provider) end(ctx context.Context, state string, answer url.Values, now time.Time) (claims map[string]any, back string, err error) {
	l, err := p.begun(state, answer, now)
	if err != nil {
		return nil, "", err
	}
	if reason := answer.Get("error"); reason != "" {
		return nil, "", refused("the provider refused: "+clip(reason), nil)
	}
	config, verifier, err := p.found(ctx, now)
	if err != nil {
		return nil, "", err
	}
	ctx = oidc.ClientContext(ctx, p.http)
	tokens, err := config.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(l.Verifier))
	if err != nil {
		if _, answered := errors.AsType[*oauth2.RetrieveError](err); answered {
			return nil, "", refused("the provider doesn't take back what it sent with you; log in again", err)
		}
		return nil, "", timesheet.NewError(timesheet.Unavailable, "ask OpenID provider", err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	id, err := verifier.Verify(ctx, raw)
	if err != nil {
		return nil, "", refused("what the provider says of you can't be trusted", err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(l.Nonce)) != 1 {
		return nil, "", refused("what the provider says of you is of another login", nil)
	}
	if err := id.Claims(&claims); err != nil || id.Subject == "" {
		return nil, "", refused("what the provider says of you can't be read", err)
	}
	return claims, l.Back, nil
}

// begun is the login that an answer ends: of this browser, not too old, and once.
func (p *Provider) begun(state string, answer url.Values, now time.Time) (l login, err error) {
	b, err := base64.RawURLEncoding.DecodeString(state)
	if err == nil {
		err = json.Unmarshal(b, &l)
	}
	given := answer.Get("state")
	if err != nil || l.State == "" || subtle.ConstantTimeCompare([]byte(given), []byte(l.State)) != 1 {
		return l, refused("this browser didn't begin the login, or too long ago; begin it again", nil)
	}
	if iss := answer.Get("iss"); iss != "" && iss != p.c.Issuer { // RFC 9207: another provider answers
		return l, refused("another provider than the one that was asked answers", nil)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for used, until := range p.used {
		if now.After(until) || len(p.used) >= maxUsed {
			delete(p.used, used)
		}
	}
	if _, again := p.used[l.State]; again || now.Unix() >= l.Ends || l.Ends > now.Add(loginTime).Unix() {
		return l, refused("the login is over; begin it again", nil)
	}
	p.used[l.State] = now.Add(loginTime)
	return l, nil
}

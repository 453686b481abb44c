package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"

	"timesheet"
	"timesheet/access"
)

func parseOrigin(s string) (origin, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.TrimRight(s, "/") != u.Scheme+"://"+u.Host {
		return "", errors.New("is no origin such as https://intranet.example.org (scheme, host and port alone)")
	}
	return origin(u.Scheme + "://" + strings.ToLower(u.Host)), nil
}

func parseScope(s string) (scope, error) {
	one, err := timesheet.ParseScope(s)
	if err != nil {
		return 0, errors.New("is not one of ingest, read:self, read:team, read:all, correct, admin")
	}
	return scope(one), nil
}

func (a *accessSettings) accessOf() *accessSettings { return a }
func (s *serverSettings) serverOf() *serverSettings { return s }

// checkAccess adds what is wrong with the settings of who may do what, and reads the
// client's secret where a file holds it.
func (p *parsed) checkAccess(a *accessSettings) {
	p.readSecretFile("oidc-client-secret", "oidc-client-secret-file", a.OIDCClientSecretFile, func(text string) error {
		a.OIDCClientSecret = secret(text)
		return nil
	})
	needs := func(flag string, is bool, other string, there bool) {
		if is && !there {
			p.sources.add(fmt.Errorf("%s: it needs --%s (%s) as well", p.sources.name(flag), other, envName(other)))
		}
	}
	if a.Tokens != "" {
		if _, err := access.OpenTokens(a.Tokens, slog.New(slog.DiscardHandler)); err != nil {
			p.sources.add(fmt.Errorf("%s: %w", p.sources.name("tokens"), err))
		}
	}
	oidc := a.OIDCIssuer != ""
	needs("oidc-issuer", oidc, "tokens", a.Tokens != "")
	needs("oidc-issuer", oidc, "public-url", a.PublicURL != "")
	needs("oidc-issuer", oidc, "oidc-client-id", a.OIDCClientID != "")
	needs("oidc-client-id", a.OIDCClientID != "", "oidc-issuer", oidc)
	needs("oidc-client-secret", a.OIDCClientSecret != "", "oidc-issuer", oidc)
}

// openToAll refuses an address that anybody could use for anything. Without a way to
// authenticate, as in the demo, that way out isn't offered.
func (p *parsed) openToAll(l *listenSettings, tokens bool) {
	way := ""
	if tokens {
		way = fmt.Sprintf("make a token (timesheet token create --name me --scope admin,read:all), put its entry into a file and say --tokens FILE (%s); or ", envName("tokens"))
	}
	p.sources.add(fmt.Errorf("%s: %q can be reached from other machines, and there is no authentication: whoever reaches it could read and write everything; "+
		"%ssay --insecure-listen (%s=true) if that is guarded by other means, or listen on 127.0.0.1", p.sources.name("listen"), l.Listen, way, envName("insecure-listen")))
}

// checkServer reads the token where a file holds it.
func (p *parsed) checkServer(s *serverSettings) {
	p.readSecretFile("token", "token-file", s.TokenFile, func(text string) error {
		s.Token = secret(text)
		return nil
	})
}

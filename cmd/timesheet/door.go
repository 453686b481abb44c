package main

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
	"time"

	"timesheet"
	"timesheet/access"
)

// door is who may do what, with one token more than the file has: that of this machine's
// own commands, which is new with each start and stands in the store's directory, where
// only those can read it who can read the store.
type door struct {
	*access.Access
	own  string
	hash [sha256.Size]byte
}

// newDoor reads the tokens file; without one there is the own token alone. documents are where sessions are kept, stdout is where
// the audit log goes unless it has a file.
func newDoor(log *slog.Logger, s accessSettings, documents timesheet.DocumentKeeper, stdout io.Writer) (_ *door, err error) {
	o := access.Options{Tokens: access.NoTokens(), Documents: documents, Logger: log}
	if s.Tokens != "" {
		if o.Tokens, err = access.OpenTokens(s.Tokens, log); err != nil {
			return nil, fmt.Errorf("--tokens: %w", err)
		}
		if o.Audit, err = access.OpenAudit(s.Audit, stdout); err != nil {
			return nil, fmt.Errorf("--audit: %w", err)
		}
	}
	if s.OIDCIssuer != "" {
		if o.OIDC, err = access.NewProvider(access.ProviderConfig{
			Issuer: string(s.OIDCIssuer), ClientID: s.OIDCClientID, ClientSecret: string(s.OIDCClientSecret),
			RedirectURL: string(s.PublicURL) + "/v1/session/oidc/callback", EmployeeClaim: s.OIDCEmployeeClaim,
		}); err != nil {
			return nil, fmt.Errorf("--oidc-issuer: %w", err)
		}
	}
	d := &door{Access: access.New(o), own: access.NewToken()}
	d.hash = sha256.Sum256([]byte(d.own))
	return d, nil
}

// ownCaller is whoever can read the store's directory.
var ownCaller = timesheet.Caller{
	Principal: timesheet.Principal{Name: "command on the service's machine", Scopes: timesheet.ScopeAdmin | timesheet.ScopeReadAll}, ID: "own",
}

// Token is that of package access, but for the own one.
func (d *door) Token(ctx context.Context, token, from string) (timesheet.Caller, error) {
	if sum := sha256.Sum256([]byte(token)); subtle.ConstantTimeCompare(sum[:], d.hash[:]) == 1 {
		return ownCaller, nil
	}
	return d.Access.Token(ctx, token, from)
}

// Allow is that of package access; the own token has no rate.
func (d *door) Allow(c timesheet.Caller, clockings bool) error {
	if c.ID == ownCaller.ID {
		return nil
	}
	return d.Access.Allow(c, clockings)
}

// Run prints a new token, and the entry by which it is known.
func (c *tokenCreateCmd) Run(con *console) error {
	token := access.NewToken()
	e := access.Entry{Name: c.Name, SHA256: access.Hash(token), Employee: c.Employee, Teams: c.Team}
	for _, s := range c.Scope {
		e.Scopes |= timesheet.Scopes(s)
	}
	if c.Expires != 0 {
		year, month, day := c.Expires.Date()
		e.Expires = time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	}
	if err := e.Validate(); err != nil {
		return usagef("%w", err)
	}
	if _, err := fmt.Fprintf(con.out, "%s\n%s", token, e.YAML()); err != nil {
		return err
	}
	if isTerminal(con.err) {
		fmt.Fprintln(con.err, "timesheet: the token is shown this once; append what stands below it to the file of serve --tokens")
	}
	return nil
}

package access_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"timesheet"
	"timesheet/access"
	"timesheet/storetest"
)

// counted is a store's documents, whose calls are counted and can be made to fail.
type counted struct {
	timesheet.DocumentKeeper
	texts, versions atomic.Int64
	away            atomic.Bool
}

func newCounted() *counted { return &counted{DocumentKeeper: storetest.NewMemory(1)} }

func (c *counted) down() error {
	if c.away.Load() {
		return timesheet.NewError(timesheet.Unavailable, "document", errors.New("no route to host"))
	}
	return nil
}

func (c *counted) Document(ctx context.Context, name string) (timesheet.Document, error) {
	c.texts.Add(1)
	if err := c.down(); err != nil {
		return timesheet.Document{}, err
	}
	return c.DocumentKeeper.Document(ctx, name)
}

func (c *counted) DocumentVersion(ctx context.Context, name string) (uint64, error) {
	c.versions.Add(1)
	if err := c.down(); err != nil {
		return 0, err
	}
	return c.DocumentKeeper.DocumentVersion(ctx, name)
}

func (c *counted) SetDocument(ctx context.Context, name string, expected uint64, text []byte) (uint64, error) {
	if err := c.down(); err != nil {
		return 0, err
	}
	return c.DocumentKeeper.SetDocument(ctx, name, expected, text)
}

// tokenFile is a tokens file of entries.
type tokenFile struct {
	t    testing.TB
	path string
}

func newTokenFile(t testing.TB, entries ...access.Entry) *tokenFile {
	t.Helper()
	f := &tokenFile{t, filepath.Join(t.TempDir(), "tokens.yaml")}
	f.set(entries...)
	return f
}

func (f *tokenFile) set(entries ...access.Entry) {
	f.t.Helper()
	var b strings.Builder
	for _, e := range entries {
		b.Write(e.YAML())
	}
	f.write(b.String())
}

func (f *tokenFile) write(text string) {
	f.t.Helper()
	if err := os.WriteFile(f.path, []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

func (f *tokenFile) open(log *slog.Logger) *access.Tokens {
	f.t.Helper()
	tokens, err := access.OpenTokens(f.path, log)
	if err != nil {
		f.t.Fatal(err)
	}
	return tokens
}

// entryOf is an entry with a token of its own.
func entryOf(name string, scopes timesheet.Scopes) (token string, e access.Entry) {
	token = access.NewToken()
	return token, access.Entry{Name: name, SHA256: access.Hash(token), Scopes: scopes}
}

var quiet = slog.New(slog.DiscardHandler)

func wantCode(t testing.TB, err error, code timesheet.Code) {
	t.Helper()
	if timesheet.CodeOf(err) != code {
		t.Fatalf("%v (%s), want %q", err, timesheet.CodeOf(err), code)
	}
}

// pass lets time pass, in a bubble.
func pass(d time.Duration) { <-time.After(d) }

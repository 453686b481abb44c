package access_test

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/access"
	"timesheet/internal/locked"
)

// running is an access whose Run lasts as long as the bubble's test.
func running(t *testing.T, o access.Options) *access.Access {
	t.Helper()
	a := access.New(o)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { a.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		wg.Wait()
	})
	return a
}

func TestTokensFileIsFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, hr := entryOf("hr", timesheet.ScopeReadAll)
		two, mills := entryOf("mills", timesheet.ScopeReadTeam)
		mills.Teams = []string{"Mills"}
		f := newTokenFile(t, hr)
		var log locked.Buffer
		a := running(t, access.Options{Tokens: f.open(log.Logger()), Documents: newCounted(), Logger: log.Logger()})
		knows := func(token string, want bool) {
			t.Helper()
			pass(2100 * time.Millisecond)
			synctest.Wait()
			if _, err := a.Token(t.Context(), token, "192.0.2.1"); (err == nil) != want {
				t.Fatalf("%v, want known %v", err, want)
			}
		}
		knows(one, true)
		knows(two, false)
		f.set(hr, mills)
		knows(two, true)

		f.write("- name: hr\n")
		knows(one, true) // a bad version changes nothing
		if s := strings.Join(a.Status(), "\n"); !strings.Contains(s, "tokens.yaml:1: sha256: give either") {
			t.Errorf("status: %q", s)
		}
		pass(time.Minute)
		if n := strings.Count(log.String(), "can't be used"); n != 1 {
			t.Errorf("it was told %d times", n)
		}
		if err := os.Remove(f.path); err != nil {
			t.Fatal(err)
		}
		knows(one, true)
		if s := strings.Join(a.Status(), "\n"); !strings.Contains(s, "no such file") {
			t.Errorf("status: %q", s)
		}
		f.set(mills) // of the same size as before, perhaps: it is read, not guessed by its time
		knows(one, false)
		knows(two, true)
		if s := a.Status(); len(s) != 0 {
			t.Errorf("status: %q", s)
		}
		if err := os.Chmod(f.path, 0o644); err != nil {
			t.Fatal(err)
		}
		knows(two, true)
		if s := strings.Join(a.Status(), "\n"); !strings.Contains(s, "chmod 600") {
			t.Errorf("status: %q", s)
		}
		if err := os.Chmod(f.path, 0o622); err != nil {
			t.Fatal(err)
		}
		knows(two, true)
		if s := strings.Join(a.Status(), "\n"); !strings.Contains(s, "changed by others") {
			t.Errorf("status: %q", s)
		}
		for _, secret := range []string{one, two, hr.SHA256, mills.SHA256} {
			if strings.Contains(log.String(), secret) {
				t.Error("the log has a secret")
			}
		}
	})
}

// Two versions of one size, written at one time: the second holds all the same.
func TestTokensFileOfTheSameSizeAndTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, a1 := entryOf("a", timesheet.ScopeAdmin)
		two, a2 := entryOf("a", timesheet.ScopeAdmin)
		f := newTokenFile(t, a1)
		at := time.Unix(1e9, 0)
		chtimes := func() {
			if err := os.Chtimes(f.path, at, at); err != nil {
				t.Fatal(err)
			}
		}
		chtimes()
		a := running(t, access.Options{Tokens: f.open(quiet), Documents: newCounted(), Logger: quiet})
		f.set(a2)
		chtimes()
		pass(3 * time.Second)
		synctest.Wait()
		if _, err := a.Token(t.Context(), one, ""); err == nil {
			t.Error("the old one is still known")
		}
		if _, err := a.Token(t.Context(), two, ""); err != nil {
			t.Error(err)
		}
	})
}

func TestTokensFileIsRefusedAtTheBegin(t *testing.T) {
	f := newTokenFile(t)
	f.write("hr: x\n")
	_, err := access.OpenTokens(f.path, quiet)
	wantCode(t, err, timesheet.Invalid)
	_, err = access.OpenTokens(f.path+".none", quiet)
	wantCode(t, err, timesheet.Invalid)
}

func TestToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // it is 2000-01-01 in here
		token, e := entryOf("hr", timesheet.ScopeReadSelf|timesheet.ScopeReadTeam|timesheet.ScopeCorrect)
		e.Employee, e.Teams, e.Expires = "7", []string{"Mills"}, time.Date(2000, 1, 2, 0, 0, 0, 0, time.UTC)
		a := access.New(access.Options{Tokens: newTokenFile(t, e).open(quiet), Documents: newCounted(), Logger: quiet})
		c, err := a.Token(t.Context(), token, "192.0.2.1")
		if err != nil || c.Name != "hr" || c.ID != "token:hr" || c.Employee != "7" || len(c.Teams) != 1 || c.Scopes != e.Scopes ||
			c.Expires != timesheet.InstantOf(time.Date(2000, 1, 3, 0, 0, 0, 0, time.UTC)) {
			t.Fatalf("%+v %v", c, err)
		}
		for _, wrong := range []string{"", "ts_", token[:len(token)-1], token + "A", "TS_" + token[3:], e.SHA256, strings.Repeat("a", 1000)} {
			_, err := a.Token(t.Context(), wrong, "192.0.2.2")
			wantCode(t, err, timesheet.Unauthenticated)
			if strings.Contains(err.Error(), token[3:]) {
				t.Error("the error has the token")
			}
		}
		pass(time.Until(time.Date(2000, 1, 2, 23, 59, 59, 0, time.UTC)))
		if _, err := a.Token(t.Context(), token, ""); err != nil {
			t.Error("it holds on its last day:", err)
		}
		pass(time.Second)
		_, err = a.Token(t.Context(), token, "")
		wantCode(t, err, timesheet.Unauthenticated)
	})
}

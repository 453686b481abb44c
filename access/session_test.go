package access_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/access"
)

// office is two instances on one store and one tokens file.
type office struct {
	docs   *counted
	file   *tokenFile
	a, b   *access.Access
	token  string
	entry  access.Entry
	other  string
	second access.Entry
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{docs: newCounted()}
	o.token, o.entry = entryOf("hr", timesheet.ScopeReadAll|timesheet.ScopeReadSelf)
	o.entry.Employee = "7"
	o.other, o.second = entryOf("mills", timesheet.ScopeReadTeam)
	o.second.Teams = []string{"Mills"}
	o.file = newTokenFile(t, o.entry, o.second)
	o.a = running(t, access.Options{Tokens: o.file.open(quiet), Documents: o.docs, Logger: quiet})
	o.b = running(t, access.Options{Tokens: o.file.open(quiet), Documents: o.docs, Logger: quiet})
	return o
}

func (o *office) login(t *testing.T, token string) (session string) {
	t.Helper()
	session, c, err := o.a.Login(t.Context(), token, "192.0.2.1")
	if err != nil || c.ID == "" || c.Expires != timesheet.InstantOf(time.Now().Add(12*time.Hour)) {
		t.Fatalf("%+v %v", c, err)
	}
	return session
}

func known(t *testing.T, a *access.Access, session string) bool {
	t.Helper()
	_, err := a.Session(t.Context(), session)
	if err != nil {
		wantCode(t, err, timesheet.Unauthenticated)
	}
	return err == nil
}

func TestSessions(t *testing.T) {
	in := func(name string, f func(t *testing.T, o *office)) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { f(t, newOffice(t)) })
		})
	}
	in("are known on all instances, and end on all", func(t *testing.T, o *office) {
		s := o.login(t, o.token)
		if !known(t, o.a, s) || !known(t, o.b, s) {
			t.Fatal("not known")
		}
		if err := o.b.Logout(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		if known(t, o.b, s) {
			t.Error("known where it ended")
		}
		pass(time.Second)
		if known(t, o.a, s) {
			t.Error("known on the other instance a second later")
		}
		if err := o.b.Logout(t.Context(), s); err != nil {
			t.Error("again:", err)
		}
	})
	in("have the rights that their token's entry has now", func(t *testing.T, o *office) {
		s := o.login(t, o.token)
		changed := o.entry
		changed.Scopes, changed.Name = timesheet.ScopeAdmin, "chief"
		o.file.set(changed, o.second)
		pass(3 * time.Second)
		if c, err := o.b.Session(t.Context(), s); err != nil || c.Scopes != timesheet.ScopeAdmin || c.Name != "chief" {
			t.Fatalf("%+v %v", c, err)
		}
		o.file.set(o.second)
		pass(3 * time.Second)
		if known(t, o.a, s) || known(t, o.b, s) {
			t.Error("known though its token was taken out")
		}
	})
	in("end with a token that was made anew under the same name", func(t *testing.T, o *office) {
		s := o.login(t, o.token)
		_, again := entryOf("hr", o.entry.Scopes)
		again.Employee = "7"
		o.file.set(again, o.second)
		pass(3 * time.Second)
		if known(t, o.a, s) {
			t.Error("known by the new one's name")
		}
	})
	in("last twelve hours, however much they are used", func(t *testing.T, o *office) {
		s := o.login(t, o.token)
		for range 11 {
			pass(time.Hour)
			if !known(t, o.a, s) {
				t.Fatal("not known")
			}
		}
		pass(time.Hour)
		if known(t, o.a, s) || known(t, o.b, s) {
			t.Error("known after it")
		}
		pass(2 * time.Hour) // who is over is taken out
		if text := o.documents(t); strings.Contains(text, "hash") {
			t.Error(text)
		}
	})
	in("end with their token", func(t *testing.T, o *office) { // it is 2000-01-01, 00:00 UTC
		o.entry.Expires = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
		o.file.set(o.entry, o.second)
		pass(13 * time.Hour)
		s, c, err := o.a.Login(t.Context(), o.token, "")
		if err != nil || c.Expires != timesheet.InstantOf(time.Date(2000, 1, 2, 0, 0, 0, 0, time.UTC)) {
			t.Fatalf("%+v %v", c, err)
		}
		pass(11*time.Hour - time.Minute)
		if !known(t, o.a, s) {
			t.Error("it ended before")
		}
		pass(time.Minute)
		if known(t, o.a, s) {
			t.Error("it goes on")
		}
	})
	in("of an erased employee end", func(t *testing.T, o *office) {
		s, other := o.login(t, o.token), o.login(t, o.other)
		if n, err := o.b.EraseEmployee(t.Context(), "7"); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		pass(time.Second)
		if known(t, o.a, s) || !known(t, o.a, other) {
			t.Error("the wrong ones ended")
		}
		if names := o.a.TokensOf("7"); len(names) != 1 || names[0] != "hr" {
			t.Error(names)
		}
	})
	in("cost no reading of texts", func(t *testing.T, o *office) {
		s := o.login(t, o.token)
		known(t, o.b, s)
		texts, versions := o.docs.texts.Load(), o.docs.versions.Load()
		for range 1000 {
			known(t, o.b, s)
			pass(10 * time.Millisecond)
		}
		if n := o.docs.texts.Load() - texts; n != 0 {
			t.Errorf("%d texts were read", n)
		}
		if n := o.docs.versions.Load() - versions; n > 10 {
			t.Errorf("%d versions were asked for in 10 s", n)
		}
	})
	in("are known for a while when the store is away", func(t *testing.T, o *office) {
		s := o.login(t, o.token)
		known(t, o.b, s)
		o.docs.away.Store(true)
		pass(20 * time.Second)
		if !known(t, o.b, s) {
			t.Error("not known 20 s later")
		}
		pass(20 * time.Second)
		_, err := o.b.Session(t.Context(), s)
		wantCode(t, err, timesheet.Unavailable)
		_, _, err = o.b.Login(t.Context(), o.token, "")
		wantCode(t, err, timesheet.Unavailable)
		wantCode(t, o.b.Logout(t.Context(), s), timesheet.Unavailable)
		o.docs.away.Store(false)
		if !known(t, o.b, s) {
			t.Error("not known when it is back")
		}
	})
	in("are kept by hashes alone", func(t *testing.T, o *office) {
		s := o.login(t, o.token)
		text := o.documents(t)
		if strings.Contains(text, s) || strings.Contains(text, o.token) || !strings.Contains(text, access.Hash(s)) {
			t.Error(text)
		}
	})
	in("aren't what nobody was given", func(t *testing.T, o *office) {
		s := o.login(t, o.token)
		for _, wrong := range []string{"", "x", s[1:], s + "A", access.Hash(s), strings.Repeat("a", 10_000), "\xff"} {
			if known(t, o.a, wrong) {
				t.Errorf("%q is known", wrong)
			}
		}
	})
	in("that can't be read let nobody in, and keep nobody out", func(t *testing.T, o *office) {
		s := o.login(t, o.token)
		for _, shard := range "0123456789abcdef" {
			name := "sessions-" + string(shard)
			doc, err := o.docs.DocumentKeeper.Document(t.Context(), name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := o.docs.SetDocument(t.Context(), name, doc.Version, []byte(`{"`)); err != nil {
				t.Fatal(err)
			}
		}
		pass(2 * time.Second)
		if known(t, o.a, s) || !known(t, o.a, o.login(t, o.token)) {
			t.Error("wrong")
		}
	})
}

// documents is all that the store keeps.
func (o *office) documents(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, shard := range "0123456789abcdef" {
		doc, err := o.docs.DocumentKeeper.Document(t.Context(), "sessions-"+string(shard))
		if err != nil {
			t.Fatal(err)
		}
		b.Write(doc.Text)
	}
	return b.String()
}

// Logins on two instances at once all hold: none overwrites another.
func TestLoginsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := newCounted()
		var entries []access.Entry
		var tokens []string
		for i := range 40 {
			token, e := entryOf(fmt.Sprint("t", i), timesheet.ScopeReadAll)
			tokens, entries = append(tokens, token), append(entries, e)
		}
		f := newTokenFile(t, entries...)
		instances := []*access.Access{
			access.New(access.Options{Tokens: f.open(quiet), Documents: docs, Logger: quiet}),
			access.New(access.Options{Tokens: f.open(quiet), Documents: docs, Logger: quiet}),
		}
		sessions := make([]string, 5*len(tokens))
		var wg sync.WaitGroup
		for i := range sessions {
			wg.Go(func() {
				var err error
				sessions[i], _, err = instances[i%2].Login(t.Context(), tokens[i%len(tokens)], "")
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		pass(time.Second)
		for i, s := range sessions {
			for _, a := range instances {
				if c, err := a.Session(t.Context(), s); err != nil || c.Name != fmt.Sprint("t", i%len(tokens)) {
					t.Fatalf("session %d: %+v %v", i, c, err)
				}
			}
		}
	})
}

// Who logs in again and again has a bounded number of sessions, the newest ones, and
// drives out nobody else's.
func TestSessionsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		other := o.login(t, o.other)
		first := o.login(t, o.token)
		newest := ""
		for range 1500 {
			pass(time.Millisecond)
			newest = o.login(t, o.token)
		}
		if n := strings.Count(o.documents(t), "hash"); n > 16*32+1 {
			t.Errorf("%d sessions", n)
		}
		if known(t, o.a, first) || !known(t, o.a, newest) || !known(t, o.a, other) {
			t.Error("the wrong ones were driven out")
		}
	})
}

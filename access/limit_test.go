package access_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"timesheet"
	"timesheet/access"
)

func TestWrongTokensAreSlowedDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		token, e := entryOf("hr", timesheet.ScopeReadAll)
		a := access.New(access.Options{Tokens: newTokenFile(t, e).open(quiet), Documents: newCounted(), Logger: quiet})
		tries, slowed := 0, 0
		try := func(from string) timesheet.Code {
			tries++
			_, err := a.Token(t.Context(), fmt.Sprintf("ts_%d", tries), from)
			return timesheet.CodeOf(err)
		}
		for range 1000 { // 100 a second for 10 s
			switch try("192.0.2.1") {
			case timesheet.Overloaded:
				slowed++
			case timesheet.Unauthenticated:
			default:
				t.Fatal("a wrong token is known")
			}
			if _, err := a.Token(t.Context(), token, "192.0.2.1"); err != nil {
				t.Fatal("a right one is slowed down:", err)
			}
			pass(10 * time.Millisecond)
		}
		if answered := 1000 - slowed; answered < 19 || answered > 20 { // 10 at once and 1 a second
			t.Errorf("%d were answered", answered)
		}
		if got := try("192.0.2.2"); got != timesheet.Unauthenticated {
			t.Errorf("another address: %s", got)
		}
		for i := range 11 { // one host has a whole /64
			if got := try(fmt.Sprintf("2001:db8::%x", i)); (got == timesheet.Overloaded) != (i == 10) {
				t.Errorf("address %d of a network: %s", i, got)
			}
		}
		for try("192.0.2.1") != timesheet.Overloaded {
			continue
		}
		if got := try("::ffff:192.0.2.1"); got != timesheet.Overloaded {
			t.Errorf("the first address, written as IPv6: %s", got)
		}
		pass(time.Minute)
		if got := try("192.0.2.1"); got != timesheet.Unauthenticated {
			t.Errorf("a minute later: %s", got)
		}
		_, _, err := a.Login(t.Context(), "ts_x", "192.0.2.9")
		wantCode(t, err, timesheet.Unauthenticated)
		for range 10 {
			_, _, err = a.Login(t.Context(), "ts_x", "192.0.2.9")
		}
		wantCode(t, err, timesheet.Overloaded)
	})
}

// Who has many addresses neither fills the memory nor makes others be forgotten.
func TestWrongTokensOfManyAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := access.New(access.Options{Tokens: newTokenFile(t).open(quiet), Documents: newCounted(), Logger: quiet})
		try := func(from string) bool {
			_, err := a.Token(t.Context(), "ts_x", from)
			return timesheet.CodeOf(err) == timesheet.Overloaded
		}
		for try("192.0.2.1") == false {
			continue
		}
		slowed := 0
		for i := range 20_000 {
			if try(fmt.Sprintf("10.0.%d.%d", i/256, i%256)) {
				slowed++
			}
		}
		if slowed < 9_900 {
			t.Errorf("%d of 20,000 addresses were slowed down", slowed)
		}
		if !try("192.0.2.1") {
			t.Error("the first one was forgotten")
		}
		pass(time.Minute)
		if try("10.1.0.1") {
			t.Error("a new one has no budget though the others have theirs back")
		}
	})
}

func TestRates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plain, hr := entryOf("hr", timesheet.ScopeReadAll)
		own, gate := entryOf("gate", timesheet.ScopeIngest)
		gate.Rate = 5
		a := access.New(access.Options{Tokens: newTokenFile(t, hr, gate).open(quiet), Documents: newCounted(), Logger: quiet})
		allowed := func(token string, bulk bool) (n int) {
			c, err := a.Token(t.Context(), token, "")
			if err != nil {
				t.Fatal(err)
			}
			for range 1000 {
				if err := a.Allow(c, bulk); err == nil {
					n++
				} else {
					wantCode(t, err, timesheet.Overloaded)
				}
			}
			return n
		}
		if n := allowed(plain, false); n != 400 {
			t.Errorf("%d of the standard's at once", n)
		}
		if n := allowed(plain, true); n != 1000 {
			t.Errorf("%d posts without a rate", n)
		}
		if n := allowed(own, true); n != 10 {
			t.Errorf("%d posts by a rate", n)
		}
		pass(time.Second)
		if n, m := allowed(plain, false), allowed(own, false); n != 200 || m != 5 {
			t.Errorf("%d and %d a second", n, m)
		}
	})
}

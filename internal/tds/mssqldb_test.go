package tds_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	mssqldb "github.com/microsoft/go-mssqldb"

	"timesheet/internal/tds"
)

func TestEncryption(t *testing.T) {
	with := encrypted(t)
	for _, c := range []struct {
		name     string
		prepare  func(*tds.Server)
		encrypt  string
		verified bool
		want     string // part of the error
	}{
		{name: "none on either side", encrypt: "disable"},
		{name: "wanted by the server alone", prepare: with, encrypt: "disable"},
		{name: "of the login", prepare: with, encrypt: "false"},
		{name: "of all, with a known certificate", prepare: with, encrypt: "true", verified: true},
		{name: "of all, with an unknown certificate", prepare: with, encrypt: "true", want: "certificate"},
		{name: "insisted on by the client", encrypt: "true", want: "server does not support encryption"},
		{name: "insisted on by the server", prepare: func(s *tds.Server) { with(s); s.RequireTLS = true }, encrypt: "false", verified: true},
		{name: "refused by the client", prepare: func(s *tds.Server) { with(s); s.RequireTLS = true }, encrypt: "disable", want: "TLS"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, answers{"select ids": ids(5000)}, c.prepare)
			options := []string{"encrypt", c.encrypt}
			if c.verified {
				options = append(options, "certificate", s.pem)
			}
			if c.encrypt == "false" {
				options = append(options, "trustservercertificate", "true")
			}
			n, err := readIDs(t.Context(), s.open(t, options...), "select ids")
			if c.want != "" {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Fatalf("%v, want an error with %q", err, c.want)
				}
				return
			}
			if n != 5000 || err != nil {
				t.Fatalf("%d rows, %v", n, err)
			}
		})
	}
}

func TestLogin(t *testing.T) {
	t.Run("has what the client said", func(t *testing.T) {
		s := serve(t, answers{"select ids": ids(1)}, nil)
		if _, err := readIDs(t.Context(), s.open(t, "app name", "Äpp", "workstation id", "box"), "select ids"); err != nil {
			t.Fatal(err)
		}
		want := tds.Login{User: user, Password: password, Database: "Clocking", App: "Äpp", Host: "box", Version: tds.Version74}
		if got := s.handler.logins[0]; got != want {
			t.Fatalf("%+v, want %+v", got, want)
		}
	})
	t.Run("a wrong password is error 18456", func(t *testing.T) {
		s := serve(t, nil, nil)
		db := openDSN(t, strings.Replace(s.dsn(), ":corr", ":incorr", 1))
		err := db.PingContext(t.Context())
		failed, ok := errors.AsType[mssqldb.Error](err)
		if !ok || failed.Number != 18456 || !strings.Contains(failed.Message, "Login failed for user 'reader'.") {
			t.Fatalf("%#v", err)
		}
	})
}

func TestErrors(t *testing.T) {
	s := serve(t, answers{
		"select other": func(context.Context, tds.Query, *tds.Writer) error { return errors.New("no disk") },
		"select midway": func(ctx context.Context, q tds.Query, w *tds.Writer) error {
			if err := ids(3)(ctx, q, w); err != nil {
				return err
			}
			return &tds.Error{Number: 1205, State: 51, Class: 13, Message: "Transaction (Process ID 51) was deadlocked."}
		},
		"select fatal": func(context.Context, tds.Query, *tds.Writer) error {
			return &tds.Error{Number: 596, State: 1, Class: 21, Message: "Cannot continue the execution because the session is in the kill state."}
		},
		"select ids": ids(1),
	}, nil)
	db := s.open(t)
	for _, args := range [][]any{nil, {int64(1)}} { // as a batch, and by sp_executesql
		for _, c := range []struct {
			query  string
			number int32
			class  uint8
			rows   int
		}{{"select nonsense", 102, 15, 0}, {"select other", 50000, 16, 0}, {"select midway", 1205, 13, 3}} {
			rows, err := db.QueryContext(t.Context(), c.query, args...)
			n := 0
			if err == nil {
				for rows.Next() {
					n++
				}
				err = errors.Join(rows.Err(), rows.Close())
			}
			failed, ok := errors.AsType[mssqldb.Error](err)
			if !ok || failed.Number != c.number || failed.Class != c.class || n != c.rows {
				t.Errorf("%s: %d rows, %#v", c.query, n, err)
			}
		}
		if n, err := readIDs(t.Context(), db, "select ids"); n != 1 || err != nil {
			t.Errorf("after an error: %d rows, %v", n, err)
		}
	}
	if len(s.handler.logins) != 1 {
		t.Errorf("%d connections for errors that end none", len(s.handler.logins))
	}
	if _, err := db.ExecContext(t.Context(), "select fatal"); err == nil {
		t.Error("no error")
	}
	// The driver learns that its connection is gone by using it.
	if n, err := readIDs(t.Context(), db, "select ids"); err == nil {
		t.Errorf("%d rows on a connection that was to end", n)
	}
	if n, err := readIDs(t.Context(), db, "select ids"); n != 1 || err != nil || len(s.handler.logins) != 2 {
		t.Errorf("after a fatal error: %d rows, %v, %d connections", n, err, len(s.handler.logins))
	}
}

// broken is a handler that can't look users up.
type broken struct{}

func (broken) Login(context.Context, tds.Login) (tds.Session, error) {
	return nil, errors.New("no file users.db")
}

func TestALoginThatFailsForAnotherReasonSaysNoMore(t *testing.T) {
	s := serve(t, nil, func(s *tds.Server) { s.Handler = broken{} })
	err := s.open(t).PingContext(t.Context())
	failed, ok := errors.AsType[mssqldb.Error](err)
	if !ok || failed.Number != 18456 || strings.Contains(failed.Message, "users.db") {
		t.Errorf("%v", err)
	}
}

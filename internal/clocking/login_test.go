package clocking_test

import (
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"timesheet/internal/clocking"
)

// ping logs in anew.
func ping(t *testing.T, dsn string) error {
	t.Helper()
	db, err := sql.Open("sqlserver", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var one int
	return db.QueryRowContext(t.Context(), "SELECT 1").Scan(&one)
}

// changed is a DSN with another user, or parameters replaced.
func changed(t *testing.T, dsn, user, password string, parameters ...string) string {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	if user != "" {
		u.User = url.UserPassword(user, password)
	}
	q := u.Query()
	for i := 0; i < len(parameters); i += 2 {
		q.Del(parameters[i])
		if parameters[i+1] != "" {
			q.Set(parameters[i], parameters[i+1])
		}
	}
	u.RawQuery = q.Encode()
	return u.String()
}

func TestLogin(t *testing.T) {
	s := started(t, clocking.Options{User: "reader", Password: "secret: 7%/ä"}, 1)
	if err := ping(t, s.DSN()); err != nil {
		t.Error(err)
	}
	wantNumber(t, ping(t, changed(t, s.DSN(), "reader", "Secret: 7%/ä")), 18456)
	wantNumber(t, ping(t, changed(t, s.DSN(), "reader", "")), 18456)
	wantNumber(t, ping(t, changed(t, s.DSN(), "sa", "secret: 7%/ä")), 18456)
	wantNumber(t, ping(t, changed(t, s.DSN(), "", "", "database", "master")), 4060)
	if err := ping(t, changed(t, s.DSN(), "READER", "secret: 7%/ä", "database", "")); err != nil {
		t.Errorf("without a database: %v", err)
	}
	s.Faults().RefuseLogin(true)
	wantNumber(t, ping(t, s.DSN()), 18456)
	s.Faults().RefuseLogin(false)
	if err := ping(t, s.DSN()); err != nil {
		t.Error(err)
	}
}

func TestTLS(t *testing.T) {
	file := filepath.Join(t.TempDir(), "clocking.pem")
	s := started(t, clocking.Options{TLS: true, CertificateFile: file}, 1)
	if err := ping(t, s.DSN()); err != nil {
		t.Errorf("with the certificate checked: %v", err)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != string(s.Certificate()) {
		t.Errorf("the file: %v", err)
	}
	if err := ping(t, changed(t, s.DSN(), "", "", "certificate", "")); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("an unknown certificate: %v", err)
	}
	for _, encrypt := range []string{"disable", ""} {
		if err := ping(t, changed(t, s.DSN(), "", "", "encrypt", encrypt, "certificate", "")); err != nil {
			t.Errorf("encrypt=%q: %v", encrypt, err)
		}
	}
	t.Run("DSN trusts any certificate where none is written", func(t *testing.T) {
		s := started(t, clocking.Options{TLS: true}, 1)
		if err := ping(t, s.DSN()); err != nil {
			t.Error(err)
		}
	})
	t.Run("a file that can't be written is told", func(t *testing.T) {
		s := clocking.New(clocking.Options{TLS: true, CertificateFile: filepath.Join(file, "below")})
		if err := s.Start("127.0.0.1:0"); err == nil {
			s.Close()
			t.Error("started")
		}
	})
}

func TestStartListensOnLoopbackAlone(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "example.com:0", "nonsense"} {
		s := clocking.New(clocking.Options{})
		if err := s.Start(address); err == nil {
			s.Close()
			t.Errorf("%s: listens", address)
		}
	}
	t.Run("Start once", func(t *testing.T) {
		s := started(t, clocking.Options{}, 1)
		if err := s.Start("127.0.0.1:0"); err == nil {
			t.Error("started twice")
		}
	})
	t.Run("Close while frozen", func(t *testing.T) {
		s := started(t, clocking.Options{}, 1)
		db := client(t, s)
		wantIDs(t, db, []int64{1}, plainPage, page(5, 0)...)
		s.Faults().Freeze()
		done := asked(t.Context(), db, plainPage, page(5, 0)...)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if a := <-done; a.err == nil {
			t.Errorf("got %v", a.ids)
		}
	})
	t.Run("Close without Start", func(t *testing.T) {
		if err := clocking.New(clocking.Options{}).Close(); err != nil {
			t.Error(err)
		}
	})
}

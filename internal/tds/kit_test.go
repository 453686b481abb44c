package tds_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"database/sql"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/microsoft/go-mssqldb" // the driver

	"timesheet/internal/tds"
)

const (
	user     = "reader"
	password = "corréct Hörse 1"
	patience = 20 * time.Second // for what happens at once
)

// answers is a handler that has one answer for each text, and keeps what was asked.
type answers map[string]func(ctx context.Context, q tds.Query, w *tds.Writer) error

type handler struct {
	answers answers

	mu      sync.Mutex // guards what follows
	logins  []tds.Login
	queries []tds.Query
	open    int
}

func (h *handler) Login(_ context.Context, l tds.Login) (tds.Session, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.logins = append(h.logins, l)
	if l.User != user || l.Password != password {
		return nil, &tds.Error{Number: 18456, State: 1, Class: 14, Message: fmt.Sprintf("Login failed for user '%s'.", l.User)}
	}
	h.open++
	return session{h}, nil
}

type session struct{ h *handler }

func (s session) Close() {
	s.h.mu.Lock()
	defer s.h.mu.Unlock()
	s.h.open--
}

func (s session) Query(ctx context.Context, q tds.Query, w *tds.Writer) error {
	s.h.mu.Lock()
	s.h.queries = append(s.h.queries, q)
	s.h.mu.Unlock()
	if answer, ok := s.h.answers[strings.TrimSpace(q.SQL)]; ok {
		return answer(ctx, q, w)
	}
	return &tds.Error{Number: 102, State: 1, Class: 15, Message: "Incorrect syntax near '" + q.SQL + "'."}
}

func (h *handler) asked() []tds.Query {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]tds.Query(nil), h.queries...)
}

// site is a server that runs until the test ends.
type site struct {
	*tds.Server
	handler *handler
	addr    string
	pem     string // file of its certificate
}

// serve starts a server; prepare, if any, sets its fields.
func serve(t testing.TB, a answers, prepare func(*tds.Server)) *site {
	t.Helper()
	h := &handler{answers: a}
	s := &site{Server: &tds.Server{Handler: h, Faults: &tds.Faults{}}, handler: h}
	if prepare != nil {
		prepare(s.Server)
	}
	if s.TLS != nil {
		s.pem = filepath.Join(t.TempDir(), "server.pem")
		block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.TLS.Certificates[0].Certificate[0]})
		if err := os.WriteFile(s.pem, block, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), <-ended); err != nil {
			t.Errorf("the server: %v", err)
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.open != 0 {
			t.Errorf("%d sessions were not closed", h.open)
		}
	})
	return s
}

// encrypted gives a server a certificate.
func encrypted(t testing.TB) func(*tds.Server) {
	config := certificate(t)
	return func(s *tds.Server) { s.TLS = config }
}

func certificate(t testing.TB) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "127.0.0.1"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// dsn is a data source name of go-mssqldb, with more options.
func (s *site) dsn(options ...string) string {
	q := url.Values{"database": {"Clocking"}, "encrypt": {"disable"}}
	for i := 0; i+1 < len(options); i += 2 {
		q.Set(options[i], options[i+1])
	}
	u := url.URL{Scheme: "sqlserver", User: url.UserPassword(user, password), Host: s.addr, RawQuery: q.Encode()}
	return u.String()
}

// open connects go-mssqldb.
func (s *site) open(t testing.TB, options ...string) *sql.DB {
	t.Helper()
	return openDSN(t, s.dsn(options...))
}

func openDSN(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlserver", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// ids answers with the numbers below n in one column.
func ids(n int64) func(context.Context, tds.Query, *tds.Writer) error {
	return func(_ context.Context, _ tds.Query, w *tds.Writer) error {
		if err := w.Columns([]tds.Column{{Name: "id", Type: tds.BigIntType()}}); err != nil {
			return err
		}
		for id := range n {
			if err := w.Row([]tds.Value{tds.Int(id)}); err != nil {
				return err
			}
		}
		return nil
	}
}

// readIDs scans all of an answer of ids.
func readIDs(ctx context.Context, db *sql.DB, query string) (n int64, err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return n, err
		}
		if id != n {
			return n, fmt.Errorf("row %d has id %d", n, id)
		}
		n++
	}
	return n, rows.Err()
}

package tds_test

import (
	"bytes"
	"database/sql"
	"errors"
	"io"
	"net"
	"sync"
	"testing"

	mssqldb "github.com/microsoft/go-mssqldb"

	"timesheet/internal/tds"
)

// captured are RPC messages as go-mssqldb sends them, for there are no others of
// sp_executesql to be had: the specification's example calls another procedure.
func captured(f testing.TB) [][]byte {
	f.Helper()
	s := serve(f, answers{"select params": ids(0)}, nil)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		f.Fatal(err)
	}
	var sent bytes.Buffer
	var wg sync.WaitGroup
	wg.Go(func() {
		client, err := l.Accept()
		if err != nil {
			f.Error(err)
			return
		}
		defer client.Close()
		server, err := net.Dial("tcp", s.addr)
		if err != nil {
			f.Error(err)
			return
		}
		defer server.Close()
		wg.Go(func() { // ends when the client's side is closed
			_, err := io.Copy(client, server)
			if err != nil && !errors.Is(err, net.ErrClosed) {
				f.Log(err)
			}
		})
		if _, err := io.Copy(io.MultiWriter(server, &sent), client); err != nil {
			f.Log(err)
		}
	})
	proxied := &site{Server: s.Server, addr: l.Addr().String()}
	db, err := sql.Open("sqlserver", proxied.dsn())
	if err != nil {
		f.Fatal(err)
	}
	east := at("2026-11-23T09:09:10.123+01:00")
	for _, args := range [][]any{
		{int64(1), int32(2), int16(3), byte(4)}, {"Łódź", mssqldb.VarChar("v"), mssqldb.NVarCharMax("max"), []byte{1}},
		{1.5, true, nil, sql.NullString{}}, {east, mssqldb.DateTime1(east)},
	} {
		if _, err := readAll(f, db, "select params", args...); err != nil {
			f.Fatal(err)
		}
	}
	if err := errors.Join(db.Close(), l.Close()); err != nil {
		f.Fatal(err)
	}
	wg.Wait()
	all, _ := tds.ReadMessages(&sent) // to the end of the stream
	var calls [][]byte
	for _, b := range all {
		if _, err := tds.ParseRPC(b, tds.Version74); err == nil {
			calls = append(calls, b)
		}
	}
	if len(calls) != 4 {
		f.Fatalf("%d calls", len(calls))
	}
	return calls
}

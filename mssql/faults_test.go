package mssql_test

import (
	"log/slog"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"timesheet"
	"timesheet/internal/clocking"
	"timesheet/mssql"
)

// filled is a stand-in with so many rows, one employee.
func filled(t testing.TB, n int, o clocking.Options) (*clocking.System, mssql.Options) {
	t.Helper()
	s := start(t, o)
	for i := range n {
		s.Insert("E1", clocking.Wall(timesheet.Wall(1_790_000_000_000+int64(i)*60_000)))
	}
	return s, mssql.Options{URL: s.DSN(), View: "dbo.Clockings", Logger: slog.New(slog.DiscardHandler)}
}

// soon are options with short times, for what is expected to run out of them.
func soon(o mssql.Options) mssql.Options {
	o.Timeout, o.LockTimeout = 500*time.Millisecond, 50*time.Millisecond
	return o
}

func page(t *testing.T, v *mssql.View, want int) {
	t.Helper()
	rows, err := v.Page(t.Context(), 0, 100_000, nil)
	if err != nil || len(rows) != want {
		t.Fatalf("%d rows, %v, want %d", len(rows), err, want)
	}
}

func pageFails(t *testing.T, v *mssql.View, code timesheet.Code, words ...string) {
	t.Helper()
	kept := []timesheet.Row{{ID: -1}}
	rows, err := v.Page(t.Context(), 0, 100_000, kept)
	wantError(t, err, code, words...)
	if !slices.Equal(rows, kept) {
		t.Errorf("%d rows beside an error", len(rows)-1)
	}
}

func TestServerDown(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	v := open(t, mssql.Options{URL: "sqlserver://u:p@" + address, View: "v"})
	pageFails(t, v, timesheet.Unavailable, "no connection to "+address+": connection refused")
	v = open(t, mssql.Options{URL: "sqlserver://u:p@nowhere.invalid", View: "v"})
	pageFails(t, v, timesheet.Unavailable, "no connection to nowhere.invalid:1433: ")
}

func TestErrorsOfTheServer(t *testing.T) {
	for _, c := range []struct {
		number int32
		code   timesheet.Code
		words  string
	}{
		{1205, timesheet.Unavailable, "was chosen as deadlock victim (error 1205"},
		{1222, timesheet.Unavailable, "waited 5s for a lock (error 1222"},
		{40613, timesheet.Unavailable, "not available at present"},
		{229, timesheet.Invalid, "no right to read the view dbo.Clockings (error 229)"},
		{50001, timesheet.Unavailable, "reports error 50001"},
	} {
		for _, after := range []int{0, 3, 5000} { // rows
			s, o := filled(t, 5000, clocking.Options{})
			v := open(t, o)
			page(t, v, 5000)
			s.Faults().Fail(c.number, after, 1)
			pageFails(t, v, c.code, c.words)
			page(t, v, 5000)
		}
	}
}

func TestNoRight(t *testing.T) {
	s, o := filled(t, 3, clocking.Options{})
	v := open(t, o)
	s.Faults().Deny(true)
	pageFails(t, v, timesheet.Invalid, "timesheet has no right to read the view dbo.Clockings (error 229): grant SELECT on it")
	s.Faults().Deny(false)
	page(t, v, 3)
}

func TestRefusedLogin(t *testing.T) {
	s, o := filled(t, 3, clocking.Options{})
	s.Faults().RefuseLogin(true)
	v := open(t, o)
	pageFails(t, v, timesheet.Invalid, "the server at "+s.Address()+" refuses the login of timesheet (error 18456): check user and password")
	s.Faults().Clear()
	page(t, v, 3)
}

func TestNoSuchDatabase(t *testing.T) {
	_, o := filled(t, 3, clocking.Options{})
	o.URL = strings.Replace(o.URL, "database=Clocking", "database=Nothing", 1)
	// The server says 4060, which passes, and then 18456, which alone wouldn't.
	pageFails(t, open(t, o), timesheet.Unavailable, "4060")
}

func TestKilledIdleConnectionIsNoError(t *testing.T) {
	s, o := filled(t, 10, clocking.Options{})
	v := open(t, o)
	for range 5 {
		page(t, v, 10)
		s.CutConnections()
	}
	s.Restart(0)
	deadline := time.Now().Add(5 * time.Second)
	for { // until it listens again
		_, err := v.Page(t.Context(), 0, 10, nil)
		if err == nil {
			return
		}
		wantError(t, err, timesheet.Unavailable, "connection refused")
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

// A page that is cut anywhere is an error: what is missing in it would be taken for gaps.
func TestCutAnswer(t *testing.T) {
	const rows = 300
	for name, system := range map[string]clocking.Options{
		"plain": {},
		"TLS":   {TLS: true, CertificateFile: filepath.Join(t.TempDir(), "server.pem")},
	} {
		t.Run(name, func(t *testing.T) {
			s, o := filled(t, rows, system)
			v := open(t, o)
			cut := 0
			for bytes := int64(1); ; bytes += 1 + bytes/3 {
				page(t, v, rows)
				s.Faults().CutAfter(bytes, 2) // also what is tried again
				got, err := v.Page(t.Context(), 0, 100_000, nil)
				if err == nil && len(got) == rows {
					break // the answer was shorter than what it is cut to
				}
				cut++
				wantError(t, err, timesheet.Unavailable, s.Address())
				s.Faults().Clear()
			}
			if cut < 10 {
				t.Errorf("cut %d times only", cut)
			}
		})
	}
}

// Whatever fails on the way, a page that comes without an error has all its rows.
func TestNoRowIsSkipped(t *testing.T) {
	const rows, limit = 20_000, 1000
	s, o := filled(t, rows, clocking.Options{Seed: 7})
	s.Faults().CutShare(0.5)
	s.Faults().FailShare(1205, 0.2)
	v := open(t, o)
	failed := 0
	for after := timesheet.RowID(0); after < rows; {
		got, err := v.Page(t.Context(), after, limit, nil)
		if err != nil {
			wantError(t, err, timesheet.Unavailable)
			failed++
			continue
		}
		if want := min(limit, rows-int(after)); len(got) != want || got[want-1].ID != after+timesheet.RowID(want) {
			t.Fatalf("after %d: %d rows, want %d", after, len(got), want)
		}
		after = got[len(got)-1].ID
	}
	if failed < 5 {
		t.Errorf("it failed %d times only", failed)
	}
}

package tds_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"timesheet/internal/tds"
)

// Messages as the specification prints them: [MS-TDS] 4 "Protocol Examples".
const (
	goldenPrelogin = `12 01 00 2F 00 00 01 00 00 00 1A 00 06 01 00 20 00 01 02 00 21 00 01 03 00 22 00 04 04 00 26 00
		01 FF 09 00 00 00 00 00 01 00 B8 0D 00 00 01` // 4.1
	goldenLogin = `10 01 00 90 00 00 01 00 88 00 00 00 02 00 09 72 00 10 00 00 00 00 00 07 00 01 00 00 00 00 00 00
		E0 03 00 00 00 00 00 00 09 04 00 00 5E 00 08 00 6E 00 02 00 72 00 00 00 72 00 07 00 80 00 00 00
		80 00 00 00 80 00 04 00 88 00 00 00 88 00 00 00 00 50 8B E2 B7 8F 88 00 00 00 88 00 00 00 88 00
		00 00 00 00 00 00 73 00 6B 00 6F 00 73 00 74 00 6F 00 76 00 31 00 73 00 61 00 4F 00 53 00 51 00
		4C 00 2D 00 33 00 32 00 4F 00 44 00 42 00 43 00` // 4.2
	goldenBatch = `01 01 00 5C 00 00 01 00 16 00 00 00 12 00 00 00 02 00 00 00 00 00 00 00 00 01 00 00 00 00 0A 00
		73 00 65 00 6C 00 65 00 63 00 74 00 20 00 27 00 66 00 6F 00 6F 00 27 00 20 00 61 00 73 00 20 00
		27 00 62 00 61 00 72 00 27 00 0A 00 20 00 20 00 20 00 20 00 20 00 20 00 20 00 20 00` // 4.6
	goldenAnswer = `04 01 00 33 00 00 01 00 81 01 00 00 00 00 00 20 00 A7 03 00 09 04 D0 00 34 03 62 00 61 00 72 00
		D1 03 00 66 6F 6F FD 10 00 C1 00 01 00 00 00 00 00 00 00` // 4.7
	goldenRPC = `03 01 00 2F 00 00 01 00 16 00 00 00 12 00 00 00 02 00 00 00 00 00 00 00 00 01 00 00 00 00 04 00
		66 00 6F 00 6F 00 33 00 00 00 00 02 26 02 00` // 4.8
	goldenAttention = `06 01 00 08 00 00 01 00` // 4.10
	goldenBulk      = `07 01 00 26 00 00 01 00 81 01 00 00 00 00 00 05 00 32 02 63 00 31 00 D1 00 FD 00 00 00 00 00 00
		00 00 00 00 00 00` // 4.12
	// [MS-SSTDS] 4.1, of a client before TDS 7.
	goldenSSTDS = `12 01 00 34 00 00 01 00 00 00 15 00 06 01 00 1B 00 01 02 00 1C 00 0C 03 00 28 00 04 FF 08 00 01
		55 00 00 00 4D 53 53 51 4C 53 65 72 76 65 72 00 80 19 00 00`
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// wire is a client of bytes.
type wire struct {
	t testing.TB
	net.Conn
}

func (s *site) dial(t testing.TB) *wire {
	t.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return &wire{t, c}
}

func (w *wire) send(packet []byte) {
	w.t.Helper()
	if _, err := w.Write(packet); err != nil {
		w.t.Fatal(err)
	}
}

// packet reads one packet, with the session's id in its header blotted out.
func (w *wire) packet() []byte {
	w.t.Helper()
	header := make([]byte, 8)
	if _, err := io.ReadFull(w, header); err != nil {
		w.t.Fatal(err)
	}
	body := make([]byte, int(header[2])<<8+int(header[3])-8)
	if _, err := io.ReadFull(w, body); err != nil {
		w.t.Fatal(err)
	}
	header[4], header[5] = 0, 0
	return append(header, body...)
}

// golden is a server that lets the specification's user in.
type golden struct{ login tds.Login }

func (g *golden) Login(_ context.Context, l tds.Login) (tds.Session, error) {
	g.login = l
	return g, nil
}

func (g *golden) Close() {}

func (g *golden) Query(_ context.Context, q tds.Query, w *tds.Writer) error {
	if strings.TrimSpace(q.SQL) != "select 'foo' as 'bar'" {
		return &tds.Error{Number: 102, Class: 15, Message: q.SQL}
	}
	if err := w.Columns([]tds.Column{{Name: "bar", Type: tds.VarCharType(3)}}); err != nil {
		return err
	}
	return w.Row([]tds.Value{tds.String("foo")})
}

// TestGolden has the conversation of the specification's examples.
func TestGolden(t *testing.T) {
	g := &golden{}
	w := serve(t, nil, func(s *tds.Server) { s.Handler = g }).dial(t)
	w.send(unhex(t, goldenPrelogin))
	// No example has these values: VERSION, ENCRYPTION (not supported), INSTOPT, MARS (off).
	want := unhex(t, "00 00 15 00 06 01 00 1B 00 01 02 00 1C 00 01 04 00 1D 00 01 FF 10 00 03 E8 00 00 02 00 00")
	if got := w.packet(); !bytes.Equal(got[8:], want) {
		t.Errorf("PRELOGIN %x, want %x", got[8:], want)
	}
	w.send(unhex(t, goldenLogin))
	if got := w.packet(); !bytes.Contains(got, []byte{0xAD}) || !bytes.Contains(got, unhex(t, "01 72 09 00 02 14")) {
		t.Errorf("no LOGINACK of 7.2: %x", got)
	}
	if want := (tds.Login{User: "sa", App: "OSQL-32", Host: "skostov1", Version: tds.Version72}); g.login != want {
		t.Errorf("%+v, want %+v", g.login, want)
	}
	w.send(unhex(t, goldenBatch))
	answer := unhex(t, goldenAnswer)
	answer[15] = 0 // the column is computed, which isn't known here
	if got := w.packet(); !bytes.Equal(got, answer) {
		t.Errorf("the answer to a batch is\n%x, want\n%x", got, answer)
	}
	w.send(unhex(t, goldenRPC))
	if got := w.packet(); !bytes.Contains(got, unhex(t, "AA")) || !bytes.Contains(got, unhex(t, "FC 0A 00 00 3E 10")) {
		t.Errorf("a procedure that isn't there is no error 2812: %x", got)
	}
	w.send(unhex(t, goldenBulk))
	if got := w.packet(); got[8] != 0xAA {
		t.Errorf("a bulk load is no error: %x", got)
	}
	w.send(unhex(t, goldenAttention))
	// Not in the specification: what a SQL Server sent, in dotnet/SqlClient's pull request 2714.
	if got, want := w.packet(), unhex(t, "04 01 00 15 00 00 01 00 FD 20 00 FD 00 00 00 00 00 00 00 00 00"); !bytes.Equal(got, want) {
		t.Errorf("an attention is acknowledged by %x, want %x", got, want)
	}
	ignored := unhex(t, goldenBatch)
	ignored[1] |= 2
	w.send(ignored)
	if got, want := w.packet(), unhex(t, "04 01 00 15 00 00 01 00 FD 02 00 C1 00 00 00 00 00 00 00 00 00"); !bytes.Equal(got, want) {
		t.Errorf("a request given up is answered by %x, want %x", got, want)
	}
	reset := unhex(t, goldenBatch)
	reset[1] |= 8
	w.send(reset)
	if got, want := w.packet(), unhex(t, "E3 03 00 12 00 00 81"); !bytes.HasPrefix(got[8:], want) {
		t.Errorf("a reset is answered by %x, want %x", got[8:], want)
	}
}

// TestOlderTokens has the tokens that are shorter in TDS 7.1, byte for byte by their
// definitions in [MS-TDS] 2.2.7: no example there is of that version.
func TestOlderTokens(t *testing.T) {
	for version, want := range map[uint32]string{
		tds.Version71: "AA 1E 00 66 00 00 00 00 0F 01 00 78 00 08 43 00 4C 00 4F 00 43 00 4B 00 49 00 4E 00 47 00 00 01 00" +
			"FD 02 00 00 00 00 00 00 00",
		tds.Version72: "AA 20 00 66 00 00 00 00 0F 01 00 78 00 08 43 00 4C 00 4F 00 43 00 4B 00 49 00 4E 00 47 00 00 01 00 00 00" +
			"FD 02 00 00 00 00 00 00 00 00 00 00 00",
	} {
		s := serve(t, nil, func(s *tds.Server) {
			s.Handler = any1{func(context.Context, tds.Query, *tds.Writer) error {
				return &tds.Error{Number: 102, Class: 15, Message: "x"}
			}}
		})
		w := s.loggedIn(t, version)
		w.send(raw(1, 1, unhex(t, "04 00 00 00 41 00")))
		if got := w.packet()[8:]; !bytes.Equal(got, unhex(t, want)) {
			t.Errorf("%#x: %x", version, got)
		}
	}
}

// TestMidnight looks at the bytes: drivers make a time of 24:00 the next day by themselves.
func TestMidnight(t *testing.T) {
	last := wallOf("2026-11-23T23:59:59.999Z")
	for columnType, want := range map[tds.Type]string{
		tds.DateTimeType():   "0C B5 00 00 00 00 00 00",
		tds.DateTime2Type(0): "06 00 00 00 67 4A 0B",
		tds.DateTime2Type(3): "07 FF 5B 26 05 66 4A 0B",
	} {
		s := serve(t, nil, func(s *tds.Server) {
			s.Handler = any1{func(_ context.Context, _ tds.Query, w *tds.Writer) error {
				if err := w.Columns([]tds.Column{{Name: "v", Type: columnType}}); err != nil {
					return err
				}
				return w.Row([]tds.Value{tds.DateTime(last)})
			}}
		})
		w := s.loggedIn(t, tds.Version74)
		w.send(unhex(t, goldenBatch))
		if got := w.packet(); !bytes.Contains(got, append([]byte{0xD1}, unhex(t, want)...)) {
			t.Errorf("%v: %x, want %s", columnType, got, want)
		}
	}
}

// TestResultSetsFollowOneAnother: each ends with its own DONE, all but the last with
// DONE_MORE ([MS-TDS] 2.2.2.7).
func TestResultSetsFollowOneAnother(t *testing.T) {
	s := serve(t, nil, func(s *tds.Server) {
		s.Handler = any1{func(_ context.Context, _ tds.Query, w *tds.Writer) error {
			for range 2 {
				if err := w.Columns([]tds.Column{{Name: "v", Type: tds.IntType()}}); err != nil {
					return err
				}
				if err := w.Row([]tds.Value{tds.Int(5)}); err != nil {
					return err
				}
			}
			return nil
		}}
	})
	w := s.loggedIn(t, tds.Version74)
	w.send(unhex(t, goldenBatch))
	const set = "81 01 00 00 00 00 00 00 00 38 01 76 00 D1 05 00 00 00"
	want := unhex(t, set+"FD 11 00 C1 00 01 00 00 00 00 00 00 00"+set+"FD 10 00 C1 00 01 00 00 00 00 00 00 00")
	if got := w.packet()[8:]; !bytes.Equal(got, want) {
		t.Errorf("%x, want %x", got, want)
	}
}

package tds_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"timesheet/internal/tds"
)

// raw is a packet of its own message.
func raw(kind, status byte, body []byte) []byte {
	b := []byte{kind, status}
	b = binary.BigEndian.AppendUint16(b, uint16(8+len(body)))
	return append(append(b, 0, 0, 1, 0), body...)
}

// loggedIn is a wire that is past its login, in a version of the protocol.
func (s *site) loggedIn(t testing.TB, version uint32) *wire {
	t.Helper()
	w := s.dial(t)
	w.send(unhex(t, goldenPrelogin))
	w.packet()
	login := unhex(t, goldenLogin)
	binary.LittleEndian.PutUint32(login[8+4:], version)
	w.send(login)
	w.packet()
	return w
}

// ended reads until the server closes the connection.
func (w *wire) ended() []byte {
	w.t.Helper()
	b, err := io.ReadAll(w)
	if err != nil && !strings.Contains(err.Error(), "reset") {
		w.t.Fatalf("the connection doesn't end: %v", err)
	}
	return b
}

func TestMalformed(t *testing.T) {
	s := serve(t, nil, func(s *tds.Server) { s.Handler = any1{ids(1)} })
	t.Run("before the login the connection ends without a word", func(t *testing.T) {
		login := unhex(t, goldenLogin)
		old := bytes.Clone(login)
		binary.LittleEndian.PutUint32(old[8+4:], 0x70000000)
		beyond := bytes.Clone(login)
		beyond[8+36] = 0xF0 // the host name's offset
		for name, sent := range map[string][]byte{
			"no packet":                     []byte("GET / HTTP/1.1\r\n\r\n"),
			"a packet shorter than nothing": {0x12, 1, 0, 7, 0, 0, 1, 0},
			"a request":                     unhex(t, goldenBatch),
			"PRELOGIN without an end":       raw(0x12, 1, nil),
			"PRELOGIN beyond its end":       raw(0x12, 1, unhex(t, "01 00 06 00 01 FF")),
			"PRELOGIN of no encryption":     raw(0x12, 1, unhex(t, "01 00 06 00 01 FF 07")),
			"LOGIN7 of 7.0":                 old,
			"LOGIN7 cut short":              raw(0x10, 1, login[8:60]),
			"LOGIN7 with texts elsewhere":   beyond,
			"two types in one message":      append(raw(0x12, 0, nil), raw(0x10, 1, nil)...),
			"half a packet":                 login[:50],
		} {
			w := s.dial(t)
			w.send(sent)
			if err := w.Conn.(*net.TCPConn).CloseWrite(); err != nil {
				t.Fatal(err)
			}
			if got := w.ended(); len(got) != 0 {
				t.Errorf("%s: %x", name, got)
			}
		}
	})
	t.Run("after it the connection ends with error 4002", func(t *testing.T) {
		rpc := func(s string) []byte {
			return append(unhex(t, "16 00 00 00 12 00 00 00 02 00 00 00 00 00 00 00 00 01 00 00 00 00 FF FF 0A 00 00 00"), unhex(t, s)...)
		}
		for name, sent := range map[string][]byte{
			"a batch without headers":  raw(1, 1, []byte{1, 0}),
			"headers beyond the end":   raw(1, 1, unhex(t, "FF 00 00 00 00")),
			"a header of nothing":      raw(1, 1, unhex(t, "0A 00 00 00 00 00 00 00 02 00")),
			"half a header":            raw(1, 1, unhex(t, "06 00 00 00 00 00")),
			"half a character":         raw(1, 1, unhex(t, "04 00 00 00 41")),
			"a procedure's half name":  raw(3, 1, unhex(t, "04 00 00 00 09 00 41 00")),
			"a type that isn't":        raw(3, 1, rpc("00 00 01")),
			"a text beyond the end":    raw(3, 1, rpc("00 00 E7 08 00 09 04 D0 00 34 08 00 41 00")),
			"a chunk beyond the end":   raw(3, 1, rpc("00 00 E7 FF FF 09 04 D0 00 34 FE FF FF FF FF FF FF FF FF FF FF 7F 41 00")),
			"chunks of another sum":    raw(3, 1, rpc("00 00 E7 FF FF 09 04 D0 00 34 08 00 00 00 00 00 00 00 02 00 00 00 41 00 00 00 00 00")),
			"an integer of 3 bytes":    raw(3, 1, rpc("00 00 26 08 03 01 02 03")),
			"a time of scale 9":        raw(3, 1, rpc("00 00 2A 09 05 01 02 03 04 05")),
			"25 o'clock":               raw(3, 1, rpc("00 00 2A 00 06 A0 5F 01 01 00 00")),
			"a text of 4 GB":           raw(3, 1, rpc("00 00 63 FF FF FF 7F 09 04 D0 00 34 FE FF FF FF")),
			"two types in one message": append(raw(1, 0, nil), raw(3, 1, nil)...),
		} {
			w := s.loggedIn(t, tds.Version74)
			w.send(sent)
			got := w.ended()
			if name == "two types in one message" { // nothing says what it would have been
				if len(got) != 0 {
					t.Errorf("%s: %x", name, got)
				}
				continue
			}
			if len(got) < 15 || got[8] != 0xAA || binary.LittleEndian.Uint32(got[11:]) != 4002 {
				t.Errorf("%s: %x", name, got)
			}
		}
	})
	t.Run("too many parameters are an error that ends nothing", func(t *testing.T) {
		w := s.loggedIn(t, tds.Version74)
		body := unhex(t, "04 00 00 00 FF FF 0A 00 00 00")
		for range 2103 {
			body = append(body, 0, 0, 0x1F)
		}
		w.send(raw(3, 1, body))
		if got := w.packet(); binary.LittleEndian.Uint32(got[11:]) != 8003 {
			t.Errorf("%x", got)
		}
		w.send(unhex(t, goldenAttention))
		w.packet()
	})
	t.Run("what an attention interrupts is dropped", func(t *testing.T) {
		w := s.loggedIn(t, tds.Version74)
		w.send(append(raw(1, 0, unhex(t, "04 00 00 00")), unhex(t, goldenAttention)...))
		if got := w.packet(); got[9] != 0x20 {
			t.Errorf("%x", got)
		}
	})
	t.Run("a message without end is not kept", func(t *testing.T) {
		w := s.loggedIn(t, tds.Version74)
		part := raw(1, 0, make([]byte, 32000))
		for range 16<<20/32000 + 1 {
			if _, err := w.Write(part); err != nil {
				return // ended while we spoke
			}
		}
		w.ended()
	})
}

// pipes is a listener of connections that were made by hand.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	c, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}

func (p pipes) Close() error { close(p); return nil }

func (p pipes) Addr() net.Addr { return &net.UnixAddr{} }

func TestLoginTime(t *testing.T) {
	for name, sent := range map[string]string{"silence": "", "half a PRELOGIN": goldenPrelogin[:30], "no LOGIN7": goldenPrelogin} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &tds.Server{Handler: any1{ids(1)}}
				l := make(pipes)
				ended := make(chan error)
				go func() { ended <- s.Serve(l) }()
				client, server := net.Pipe()
				l <- server
				begun := time.Now()
				if _, err := client.Write(unhex(t, sent)); err != nil {
					t.Fatal(err)
				}
				if _, err := io.ReadAll(client); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(begun); took != 10*time.Second {
					t.Errorf("the server waited for %v", took)
				}
				if err := errors.Join(s.Close(), <-ended); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestIntegratedLoginIsRefused(t *testing.T) {
	s := serve(t, nil, func(s *tds.Server) { s.Handler = any1{ids(1)} })
	w := s.dial(t)
	login := unhex(t, goldenLogin)
	login[8+25] |= 0x80
	w.send(login) // also without PRELOGIN
	if got := w.packet(); binary.LittleEndian.Uint32(got[11:]) != 18452 {
		t.Errorf("%x", got)
	}
	w.ended()
}

func TestRequiredEncryptionIsNotLeftOut(t *testing.T) {
	config := encrypted(t)
	s := serve(t, nil, func(s *tds.Server) { config(s); s.RequireTLS, s.Handler = true, any1{ids(1)} })
	w := s.dial(t)
	w.send(unhex(t, goldenLogin)) // and no PRELOGIN before it
	if got := w.ended(); len(got) != 0 {
		t.Errorf("%x", got)
	}
	w = s.dial(t)
	w.send(raw(0x12, 1, unhex(t, "01 00 06 00 01 FF 02"))) // a client that has none
	if got := w.packet(); got[len(got)-3] != 3 {
		t.Errorf("the server doesn't insist: %x", got)
	}
	w.send(unhex(t, goldenLogin))
	if got := w.ended(); len(got) != 0 {
		t.Errorf("%x", got)
	}
}

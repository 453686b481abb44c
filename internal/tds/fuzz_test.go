package tds_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"time"
	"unicode/utf16"

	"timesheet/internal/tds"
)

// versions are those whose requests differ.
var versions = []uint32{tds.Version71, tds.Version72, tds.Version74}

func FuzzPrelogin(f *testing.F) {
	f.Add(unhex(f, goldenPrelogin)[8:])
	f.Add(unhex(f, goldenSSTDS)[8:])
	f.Add([]byte{0xFF})
	f.Fuzz(func(t *testing.T, b []byte) {
		if e, err := tds.ParsePrelogin(b); err == nil && e > 3 {
			t.Errorf("encryption %d", e)
		}
	})
}

func FuzzLogin7(f *testing.F) {
	f.Add(unhex(f, goldenLogin)[8:])
	f.Fuzz(func(t *testing.T, b []byte) {
		l, size, err := tds.ParseLogin(b)
		if err != nil {
			return
		}
		if size < 512 || size > 32767 {
			t.Errorf("packets of %d bytes", size)
		}
		if l.Version < tds.Version71 || l.Version > tds.Version74 {
			t.Errorf("version %#x", l.Version)
		}
		for _, text := range []string{l.User, l.Password, l.App, l.Host, l.Database} {
			if n := len(utf16.Encode([]rune(text))); n > 128 {
				t.Errorf("a text of %d", n)
			}
		}
	})
}

func FuzzBatch(f *testing.F) {
	f.Add(unhex(f, goldenBatch)[8:])
	f.Add([]byte{4, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, version := range versions {
			if sql, err := tds.ParseBatch(b, version); err == nil && len(sql) > 2*len(b) {
				t.Errorf("%d bytes of %d", len(sql), len(b))
			}
		}
	})
}

func FuzzRPC(f *testing.F) {
	f.Add(unhex(f, goldenRPC)[8:])
	for _, b := range captured(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, version := range versions {
			q, err := tds.ParseRPC(b, version)
			if err != nil {
				continue
			}
			size := len(q.SQL)
			for _, p := range q.Params {
				size += len(p.Name)
				switch v := p.Value.(type) {
				case string:
					size += len(v)
				case []byte:
					size += len(v)
				case time.Time:
					if v.UTC().Year() < 1 || v.UTC().Year() > 9999 {
						t.Errorf("%v", v)
					}
				case nil, int64, float64, bool:
				default:
					t.Errorf("%T", v)
				}
			}
			if len(q.Params) > 2100 || size > 2*len(b) { // one UTF-16 unit is at most 3 bytes of UTF-8
				t.Errorf("%d parameters, %d bytes of %d", len(q.Params), size, len(b))
			}
		}
	})
}

// FuzzPackets joins what a message was cut into, and reads what is no packet at all.
func FuzzPackets(f *testing.F) {
	f.Add([]byte("body"), uint16(512), []byte{})
	f.Add(bytes.Repeat([]byte("x"), 3000), uint16(600), unhex(f, goldenAttention))
	f.Fuzz(func(t *testing.T, body []byte, size uint16, tail []byte) {
		n := max(int(size), 72) - 8
		var stream bytes.Buffer
		for rest := body; ; {
			part := rest[:min(n, len(rest))]
			rest = rest[len(part):]
			status := byte(0)
			if len(rest) == 0 {
				status = 1
			}
			stream.Write([]byte{1, status})
			if err := binary.Write(&stream, binary.BigEndian, uint16(8+len(part))); err != nil {
				t.Fatal(err)
			}
			stream.Write([]byte{0, 0, 1, 0})
			stream.Write(part)
			if len(rest) == 0 {
				break
			}
		}
		stream.Write(tail)
		got, err := tds.ReadMessages(&stream)
		if n+8 > 32767 {
			return // a packet beyond the protocol's bound, if there was one
		}
		if len(got) == 0 || !bytes.Equal(got[0], body) {
			t.Fatalf("%d messages: %v", len(got), err)
		}
		if len(tail) == 0 && (len(got) != 1 || !errors.Is(err, io.EOF)) {
			t.Errorf("%d messages: %v", len(got), err)
		}
	})
}

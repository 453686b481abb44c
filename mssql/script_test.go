package mssql_test

import (
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"
	"unicode/utf16"

	"timesheet/mssql"
)

// scripted is a server that lets anybody in and answers each query with the same bytes.
// It says what no proper server says. Source: MS-TDS, sections 2.2.6 and 2.2.7.
func scripted(t *testing.T, answer []byte, end bool) mssql.Options {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	t.Cleanup(func() {
		l.Close()
		serving.Wait()
	})
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { play(c, answer, end) })
		}
	})
	return mssql.Options{URL: "sqlserver://u:p@" + l.Addr().String() + "?encrypt=disable", View: "dbo.V"}
}

// play answers the four messages of a connection: prelogin, login, SET, and the query,
// after which it waits for the other side to go.
func play(c net.Conn, answer []byte, end bool) {
	defer c.Close()
	prelogin := []byte{0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 255, 16, 0, 0, 0, 0, 0, 2} // version 16, no encryption
	loginAck := append([]byte{0xAD, 16, 0, 1, 0x74, 0, 0, 4, 3}, 'x', 0, 'y', 0, 'z', 0, 16, 0, 0, 0)
	loginAck = append(loginAck, done(0, 0)...)
	for i, say := range [][]byte{prelogin, loginAck, done(0, 0), answer} {
		if hear(c) != nil {
			return
		}
		tell(c, say, end || i < 3)
	}
	_, _ = io.Copy(io.Discard, c)
}

// hear reads a message.
func hear(c net.Conn) error {
	for {
		var header [8]byte
		if _, err := io.ReadFull(c, header[:]); err != nil {
			return err
		}
		if _, err := io.CopyN(io.Discard, c, int64(binary.BigEndian.Uint16(header[2:]))-8); err != nil {
			return err
		}
		if header[1]&1 != 0 {
			return nil
		}
	}
}

// tell writes a message; one without an end is never finished.
func tell(c net.Conn, message []byte, end bool) {
	for first := true; first || len(message) > 0; first = false {
		part := message[:min(len(message), 4000)]
		message = message[len(part):]
		header := []byte{4, 0, 0, 0, 0, 0, 1, 0}
		binary.BigEndian.PutUint16(header[2:], uint16(len(part)+8))
		if end && len(message) == 0 {
			header[1] = 1
		}
		if _, err := c.Write(append(header, part...)); err != nil {
			return
		}
	}
}

// Status of done. Source: MS-TDS 2.2.7.6.
const (
	more    = 1
	failed  = 2
	counted = 16
)

func done(status uint16, rows uint64) []byte {
	b := binary.LittleEndian.AppendUint16([]byte{0xFD}, status)
	return binary.LittleEndian.AppendUint64(append(b, 0xC1, 0), rows)
}

func serverError(number uint32, text string) []byte {
	message := utf16.Encode([]rune(text))
	b := binary.LittleEndian.AppendUint16([]byte{0xAA}, uint16(4+1+1+2+2*len(message)+1+1+4))
	b = append(binary.LittleEndian.AppendUint32(b, number), 1, 16)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(message)))
	for _, r := range message {
		b = binary.LittleEndian.AppendUint16(b, r)
	}
	return append(b, 0, 0, 1, 0, 0, 0)
}

// Types of columns, as they stand in COLMETADATA. Source: MS-TDS 2.2.5.4.
var (
	bigint           = []byte{0x26, 8}
	oddInt           = []byte{0x26, 3}
	bit              = []byte{0x68, 1}
	decimal          = []byte{0x6C, 5, 9, 0}
	nvarchar         = []byte{0xE7, 128, 0, 9, 4, 0xD0, 0, 0x34}
	varchar          = []byte{0xA7, 128, 0, 9, 4, 0xD0, 0, 0x34}
	varbinary        = []byte{0xA5, 128, 0}
	uniqueidentifier = []byte{0x24, 16}
	datetime         = []byte{0x6F, 8}
	smalldatetime    = []byte{0x6F, 4}
	date             = []byte{0x28}
)

func columns(types ...[]byte) []byte {
	b := []byte{0x81, byte(len(types)), 0}
	for _, t := range types {
		b = append(b, 0, 0, 0, 0, 1, 0)
		b = append(append(b, t...), 0)
	}
	return b
}

// row is of bigint, bigint and datetime: noon of 1900-01-11.
func row(id int64) []byte {
	b := binary.LittleEndian.AppendUint64([]byte{0xD1, 8}, uint64(id))
	b = append(binary.LittleEndian.AppendUint64(append(b, 8), 7), 8, 10, 0, 0, 0)
	return binary.LittleEndian.AppendUint32(b, 12*3600*300)
}

func join(parts ...[]byte) (all []byte) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func rows(from, to int64) (all []byte) {
	for id := from; id <= to; id++ {
		all = append(all, row(id)...)
	}
	return all
}

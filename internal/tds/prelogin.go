package tds

import (
	"encoding/binary"
	"errors"
)

// serverName is what messages name as their server.
const serverName = "CLOCKING"

// serverVersion is 16.0.1000, SQL Server 2022 as released, as PRELOGIN has it.
const serverVersion = "\x10\x00\x03\xE8\x00\x00"

// Options of PRELOGIN (2.2.6.5).
const (
	optionVersion    = 0x00
	optionEncryption = 0x01
	optionInstance   = 0x02
	optionMARS       = 0x04
	optionEnd        = 0xFF
)

// encryption is what a side of PRELOGIN wants (2.2.6.5).
type encryption byte

const (
	encryptOff    encryption = 0 // of the login alone
	encryptOn     encryption = 1
	encryptNotSup encryption = 2
	encryptReq    encryption = 3
)

// parsePrelogin reads of a client's PRELOGIN what it says of encryption; a client
// that says nothing has none.
func parsePrelogin(b []byte) (encryption, error) {
	client := encryptNotSup
	for at := 0; ; at += 5 {
		if at >= len(b) {
			return 0, errors.New("PRELOGIN: options without an end")
		}
		if b[at] == optionEnd {
			return client, nil
		}
		if at+5 > len(b) {
			return 0, errors.New("PRELOGIN: half an option")
		}
		offset, size := int(binary.BigEndian.Uint16(b[at+1:])), int(binary.BigEndian.Uint16(b[at+3:]))
		if offset+size > len(b) {
			return 0, errors.New("PRELOGIN: an option's value is not there")
		}
		if b[at] == optionEncryption {
			if size != 1 || b[offset] > byte(encryptReq) {
				return 0, errors.New("PRELOGIN: unknown encryption")
			}
			client = encryption(b[offset])
		}
	}
}

// negotiate is what the server answers to what a client wants, by the table of
// 2.2.6.5. Without a certificate there is none to be had.
func negotiate(client encryption, certificate, require bool) encryption {
	switch {
	case !certificate:
		return encryptNotSup
	case client == encryptOn || client == encryptReq:
		return encryptOn
	case require:
		return encryptReq
	}
	return client
}

// appendPrelogin appends the server's PRELOGIN.
func appendPrelogin(b []byte, e encryption) []byte {
	options := []struct {
		token byte
		value string
	}{
		{optionVersion, serverVersion},
		{optionEncryption, string([]byte{byte(e)})},
		{optionInstance, "\x00"},
		{optionMARS, "\x00"},
	}
	offset := 5*len(options) + 1
	for _, o := range options {
		b = append(b, o.token)
		b = binary.BigEndian.AppendUint16(b, uint16(offset))
		b = binary.BigEndian.AppendUint16(b, uint16(len(o.value)))
		offset += len(o.value)
	}
	b = append(b, optionEnd)
	for _, o := range options {
		b = append(b, o.value...)
	}
	return b
}

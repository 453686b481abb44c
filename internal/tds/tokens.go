package tds

import (
	"encoding/binary"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Tokens of an answer (2.2.7).
const (
	tokenReturnStatus = 0x79
	tokenColumns      = 0x81
	tokenError        = 0xAA
	tokenInfo         = 0xAB
	tokenLoginAck     = 0xAD
	tokenFeatureAck   = 0xAE
	tokenRow          = 0xD1
	tokenNBCRow       = 0xD2
	tokenEnvChange    = 0xE3
	tokenDone         = 0xFD
	tokenDoneProc     = 0xFE
	tokenDoneInProc   = 0xFF
)

// Bits of a DONE's status, and its commands (2.2.7.6).
const (
	doneMore       = 0x01
	doneError      = 0x02
	doneCount      = 0x10
	doneAttention  = 0x20
	commandSelect  = 0xC1
	commandExecute = 0xE0
	// commandAttention is what SQL Server has in an attention's acknowledgement, seen in
	// a capture: https://github.com/dotnet/SqlClient/pull/2714.
	commandAttention = 0xFD
)

// Kinds of ENVCHANGE (2.2.7.9).
const (
	envDatabase   = 1
	envLanguage   = 2
	envPacketSize = 4
	envCollation  = 7
	envReset      = 18
)

// maxText is how many UTF-16 units a message may have.
const maxText = 2047

// appendCollation appends SQL_Latin1_General_CP1_CI_AS, the default of an
// installation in the United States: language 0x0409, sort order 52.
func appendCollation(b []byte) []byte { return append(b, 0x09, 0x04, 0xD0, 0x00, 0x34) }

// appendUTF16 appends s in UTF-16, little-endian.
func appendUTF16(b []byte, s string) []byte {
	for _, r := range s {
		if r < utf8.RuneSelf {
			b = append(b, byte(r), 0)
		} else if hi, lo := utf16.EncodeRune(r); hi != utf8.RuneError {
			b = binary.LittleEndian.AppendUint16(b, uint16(hi))
			b = binary.LittleEndian.AppendUint16(b, uint16(lo))
		} else {
			b = binary.LittleEndian.AppendUint16(b, uint16(r))
		}
	}
	return b
}

// appendShort appends s with its length in one byte (B_VARCHAR).
func appendShort(b []byte, s string) []byte {
	at := len(b)
	b = appendUTF16(append(b, 0), s)
	units := min((len(b)-at-1)/2, 0xff)
	b[at] = byte(units)
	return b[:at+1+2*units]
}

// appendLong appends s with its length in two bytes (US_VARCHAR).
func appendLong(b []byte, s string) []byte {
	at := len(b)
	b = appendUTF16(append(b, 0, 0), s)
	units := min((len(b)-at-2)/2, maxText)
	binary.LittleEndian.PutUint16(b[at:], uint16(units))
	return b[:at+2+2*units]
}

// lengthed appends what put appends, after its length in two bytes.
func lengthed(b []byte, put func([]byte) []byte) []byte {
	at := len(b)
	b = put(append(b, 0, 0))
	binary.LittleEndian.PutUint16(b[at:], uint16(len(b)-at-2))
	return b
}

// appendMessage appends an ERROR or INFO (2.2.7.10, 2.2.7.13).
func appendMessage(b []byte, token byte, e *Error, version uint32) []byte {
	return lengthed(append(b, token), func(b []byte) []byte {
		b = binary.LittleEndian.AppendUint32(b, uint32(e.Number))
		b = append(b, e.State, e.Class)
		b = appendLong(b, e.Message)
		b = appendShort(b, serverName)
		b = appendShort(b, "") // no procedure
		if version < Version72 {
			return binary.LittleEndian.AppendUint16(b, 1)
		}
		return binary.LittleEndian.AppendUint32(b, 1) // line
	})
}

func appendDone(b []byte, token byte, status, command uint16, rows int64, version uint32) []byte {
	b = binary.LittleEndian.AppendUint16(append(b, token), status)
	b = binary.LittleEndian.AppendUint16(b, command)
	if version < Version72 {
		return binary.LittleEndian.AppendUint32(b, uint32(rows))
	}
	return binary.LittleEndian.AppendUint64(b, uint64(rows))
}

func appendReturnStatus(b []byte, result int32) []byte {
	return binary.LittleEndian.AppendUint32(append(b, tokenReturnStatus), uint32(result))
}

// appendEnv appends an ENVCHANGE of a text.
func appendEnv(b []byte, kind byte, now, before string) []byte {
	return lengthed(append(b, tokenEnvChange), func(b []byte) []byte {
		return appendShort(appendShort(append(b, kind), now), before)
	})
}

// appendReset acknowledges that the session was reset.
func appendReset(b []byte) []byte { return append(b, tokenEnvChange, 3, 0, envReset, 0, 0) }

// appendLogin appends the answer to a login that is let in, as SQL Server words it.
func appendLogin(b []byte, l *login) []byte {
	b = appendEnv(b, envDatabase, l.database(), "master")
	b = appendMessage(b, tokenInfo, &Error{
		Number: 5701, State: 2, Message: "Changed database context to '" + l.database() + "'.",
	}, l.Version)
	b = lengthed(append(b, tokenEnvChange), func(b []byte) []byte {
		return append(appendCollation(append(b, envCollation, 5)), 0)
	})
	b = appendEnv(b, envLanguage, "us_english", "")
	b = appendMessage(b, tokenInfo, &Error{
		Number: 5703, State: 1, Message: "Changed language setting to us_english.",
	}, l.Version)
	b = lengthed(append(b, tokenLoginAck), func(b []byte) []byte {
		b = binary.BigEndian.AppendUint32(append(b, 1), l.Version) // 1: Transact-SQL
		return append(appendShort(b, "Microsoft SQL Server"), serverVersion[:4]...)
	})
	b = appendEnv(b, envPacketSize, strconv.Itoa(l.packetSize), strconv.Itoa(l.packetSize))
	if l.extended {
		b = append(b, tokenFeatureAck, 0xFF) // of the features asked for, none
	}
	return appendDone(b, tokenDone, 0, 0, 0, l.Version)
}

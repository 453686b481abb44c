package tds

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Places in a LOGIN7 (2.2.6.4): fixed fields, then offset and length of each text.
const (
	loginVersion    = 4
	loginPacketSize = 8
	loginFlags2     = 25
	loginFlags3     = 27
	loginHost       = 36
	loginUser       = 40
	loginPassword   = 44
	loginApp        = 48
	loginDatabase   = 68
	// loginFixed is where the texts may begin: after the part that TDS 7.1 has too.
	loginFixed = 86

	flagIntegrated = 0x80 // of OptionFlags2: Windows authentication
	flagExtension  = 0x10 // of OptionFlags3
	maxLoginText   = 128
)

// login is a client's LOGIN7.
type login struct {
	Login
	packetSize int  // asked for; within the bounds
	integrated bool // wants Windows authentication
	extended   bool // asks for features, and expects to hear of them
}

// database is what the client is in; a name that isn't said is master.
func (l *login) database() string {
	if l.Database == "" {
		return "master"
	}
	return l.Database
}

// parseLogin reads a LOGIN7's message.
func parseLogin(b []byte) (*login, error) {
	if len(b) < loginFixed {
		return nil, errors.New("LOGIN7: too short")
	}
	if n := binary.LittleEndian.Uint32(b); n < loginFixed || uint64(n) > uint64(len(b)) {
		return nil, fmt.Errorf("LOGIN7: a length of %d in %d bytes", n, len(b))
	}
	l := &login{
		packetSize: int(min(binary.LittleEndian.Uint32(b[loginPacketSize:]), maxPacket)),
		integrated: b[loginFlags2]&flagIntegrated != 0,
	}
	l.Version = binary.LittleEndian.Uint32(b[loginVersion:])
	if l.Version < Version71 || l.Version > 0x7FFFFFFF {
		return nil, fmt.Errorf("LOGIN7: TDS version %#08x; 7.1 to 7.4 are served", l.Version)
	}
	l.Version = min(l.Version, Version74) // SQL Server too answers with the latest it has
	l.extended = l.Version >= Version74 && b[loginFlags3]&flagExtension != 0
	if l.packetSize == 0 {
		l.packetSize = defaultPacket
	}
	l.packetSize = max(l.packetSize, minPacket)
	for _, text := range []struct {
		at   int
		into *string
	}{
		{loginHost, &l.Host}, {loginUser, &l.User}, {loginPassword, &l.Password},
		{loginApp, &l.App}, {loginDatabase, &l.Database},
	} {
		raw, err := loginText(b, text.at)
		if err != nil {
			return nil, err
		}
		if text.at == loginPassword {
			raw = reveal(raw)
		}
		*text.into = decodeUTF16(raw)
	}
	return l, nil
}

// loginText is the text whose offset and length stand at a place.
func loginText(b []byte, at int) ([]byte, error) {
	offset := int(binary.LittleEndian.Uint16(b[at:]))
	units := int(binary.LittleEndian.Uint16(b[at+2:]))
	if units == 0 {
		return nil, nil
	}
	if units > maxLoginText || offset < loginFixed || offset+2*units > len(b) {
		return nil, fmt.Errorf("LOGIN7: the text at %d has %d characters from %d", at, units, offset)
	}
	return b[offset : offset+2*units], nil
}

// reveal undoes how a client disguises a password: each byte's halves swapped, then
// XOR 0xA5 (2.2.6.4).
func reveal(b []byte) []byte {
	plain := make([]byte, len(b))
	for i, c := range b {
		c ^= 0xA5
		plain[i] = c<<4 | c>>4
	}
	return plain
}

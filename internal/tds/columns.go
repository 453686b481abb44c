package tds

import "encoding/binary"

// Type bytes of TYPE_INFO (2.2.5.4).
const (
	typeNull           = 0x1F
	typeIntN           = 0x26
	typeDate           = 0x28
	typeTime           = 0x29
	typeDateTime2      = 0x2A
	typeDateTimeOffset = 0x2B
	typeInt1           = 0x30
	typeBit            = 0x32
	typeInt2           = 0x34
	typeInt4           = 0x38
	typeDateTim4       = 0x3A
	typeFloat4         = 0x3B
	typeDateTime       = 0x3D
	typeFloat8         = 0x3E
	typeNText          = 0x63
	typeBitN           = 0x68
	typeFloatN         = 0x6D
	typeDateTimeN      = 0x6F
	typeInt8           = 0x7F
	typeVarBinary      = 0xA5
	typeVarChar        = 0xA7
	typeBinary         = 0xAD
	typeChar           = 0xAF
	typeNVarChar       = 0xE7
	typeNChar          = 0xEF
)

// nullLength is the length of a text that is NULL.
const nullLength = 0xFFFF

// on is the type that a client of a version gets instead: those before 7.3 know
// nothing of the newer times and have them as text.
func (t Type) on(version uint32) Type {
	if version >= Version73A || t.kind != kindDateTime2 && t.kind != kindDateTimeOffset {
		return t
	}
	t.size = 19 // 2006-01-02 15:04:05
	if t.scale > 0 {
		t.size += uint16(t.scale) + 1
	}
	if t.kind == kindDateTimeOffset {
		t.size += 7 // and " +00:00"
	}
	t.kind = kindNVarChar
	return t
}

// appendColumns appends COLMETADATA (2.2.7.4).
func appendColumns(b []byte, columns []Column, version uint32) []byte {
	b = binary.LittleEndian.AppendUint16(append(b, tokenColumns), uint16(len(columns)))
	for _, c := range columns {
		b = append(b, 0, 0) // user type
		if version >= Version72 {
			b = append(b, 0, 0)
		}
		var flags uint16
		if c.Nullable {
			flags = 1
		}
		b = binary.LittleEndian.AppendUint16(b, flags)
		b = appendType(b, c.Type, c.Nullable)
		b = appendShort(b, c.Name)
	}
	return b
}

// appendType appends TYPE_INFO.
func appendType(b []byte, t Type, nullable bool) []byte {
	switch t.kind {
	case kindInt:
		if nullable {
			return append(b, typeIntN, 4)
		}
		return append(b, typeInt4)
	case kindBigInt:
		if nullable {
			return append(b, typeIntN, 8)
		}
		return append(b, typeInt8)
	case kindDateTime:
		if nullable {
			return append(b, typeDateTimeN, 8)
		}
		return append(b, typeDateTime)
	case kindDateTime2:
		return append(b, typeDateTime2, t.scale)
	case kindDateTimeOffset:
		return append(b, typeDateTimeOffset, t.scale)
	case kindNVarChar:
		b = binary.LittleEndian.AppendUint16(append(b, typeNVarChar), 2*t.size)
	case kindChar:
		b = binary.LittleEndian.AppendUint16(append(b, typeChar), t.size)
	case kindVarChar:
		b = binary.LittleEndian.AppendUint16(append(b, typeVarChar), t.size)
	}
	return appendCollation(b)
}

package tds

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"
)

// Type bytes of TYPE_INFO (2.2.5.4).
const (
	typeNull           = 0x1F
	typeGUID           = 0x24
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

// layouts of times as text, by their scale.
const (
	layoutWall   = "2006-01-02 15:04:05.0000000"
	layoutOffset = " -07:00"
)

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

// appendRow appends ROW, or NBCROW, which leaves NULLs out, where there are some and the client knows it.
func appendRow(b []byte, columns []Column, values []Value, version uint32) ([]byte, error) {
	nulls := false
	for i := range values {
		if values[i].kind == valueNull {
			if !columns[i].Nullable {
				return b, fmt.Errorf("NULL in column %q, which has none", columns[i].Name)
			}
			nulls = true
		}
	}
	if compact := nulls && version >= Version73B; compact {
		b = append(b, tokenNBCRow)
		at := len(b)
		b = append(b, make([]byte, (len(values)+7)/8)...)
		for i := range values {
			if values[i].kind == valueNull {
				b[at+i/8] |= 1 << (i % 8)
			}
		}
		nulls = false
	} else {
		b = append(b, tokenRow)
	}
	var err error
	for i := range values {
		switch {
		case values[i].kind != valueNull:
			b, err = appendValue(b, &columns[i], &values[i])
		case nulls || version < Version73B:
			b = appendNull(b, columns[i].Type)
		}
		if err != nil {
			return b, fmt.Errorf("column %q: %w", columns[i].Name, err)
		}
	}
	return b, nil
}

func appendNull(b []byte, t Type) []byte {
	switch t.kind {
	case kindNVarChar, kindChar, kindVarChar:
		return binary.LittleEndian.AppendUint16(b, nullLength)
	}
	return append(b, 0)
}

// appendValue appends a value that isn't NULL.
func appendValue(b []byte, c *Column, v *Value) ([]byte, error) {
	t := c.Type
	switch {
	case v.kind == valueInt && t.kind == kindBigInt:
		if c.Nullable {
			b = append(b, 8)
		}
		return binary.LittleEndian.AppendUint64(b, uint64(v.n)), nil
	case v.kind == valueInt && t.kind == kindInt:
		if v.n != int64(int32(v.n)) {
			return b, fmt.Errorf("%d is no int", v.n)
		}
		if c.Nullable {
			b = append(b, 4)
		}
		return binary.LittleEndian.AppendUint32(b, uint32(v.n)), nil
	case v.kind == valueString && t.kind == kindNVarChar:
		return appendNVarChar(b, t, v.s)
	case v.kind == valueString && (t.kind == kindChar || t.kind == kindVarChar):
		return appendLatin1(b, t, v.s)
	case v.kind == valueWall && t.kind == kindDateTime:
		if c.Nullable {
			b = append(b, 8)
		}
		return appendDateTime(b, v.n)
	case v.kind == valueWall && t.kind == kindDateTime2:
		return appendDateTime2(append(b, timeSize(t.scale)+3), t.scale, v.n)
	case v.kind == valueInstant && t.kind == kindDateTimeOffset:
		b, err := appendDateTime2(append(b, timeSize(t.scale)+5), t.scale, v.n)
		if err == nil && (v.offset < -840 || v.offset > 840) {
			err = fmt.Errorf("%d is no offset in minutes", v.offset)
		}
		return binary.LittleEndian.AppendUint16(b, uint16(v.offset)), err
	case (v.kind == valueWall || v.kind == valueInstant) && t.kind == kindNVarChar:
		return appendTimeText(b, t, v)
	}
	return b, fmt.Errorf("%v: not a value of this type", t)
}

func appendNVarChar(b []byte, t Type, s string) ([]byte, error) {
	at := len(b)
	b = appendUTF16(append(b, 0, 0), s)
	size := len(b) - at - 2
	if size > 2*int(t.size) {
		return b, fmt.Errorf("%v: a text of %d", t, size/2)
	}
	binary.LittleEndian.PutUint16(b[at:], uint16(size))
	return b, nil
}

// appendLatin1 appends a text of one byte per character; what Latin-1 lacks is a "?",
// as SQL Server converts it.
func appendLatin1(b []byte, t Type, s string) ([]byte, error) {
	at := len(b)
	b = append(b, 0, 0)
	for _, r := range s {
		if r > 0xFF || r >= 0x80 && r < 0xA0 {
			r = '?'
		}
		b = append(b, byte(r))
	}
	size := len(b) - at - 2
	if size > int(t.size) {
		return b, fmt.Errorf("%v: a text of %d", t, size)
	}
	for ; t.kind == kindChar && size < int(t.size); size++ {
		b = append(b, ' ')
	}
	binary.LittleEndian.PutUint16(b[at:], uint16(size))
	return b, nil
}

const (
	ticksPerSecond = 1000 * ticksPerMilli
	ticksPerDay    = 86_400 * ticksPerSecond
	days0001       = 719_162 // from 0001-01-01 to 1970-01-01
	days1900       = 25_567  // from 1900-01-01 to 1970-01-01
	days9999       = 3_652_058
	days1753       = 639_905 // from 0001-01-01 to 1753-01-01, where DATETIME begins
)

// split is the day since 1970-01-01 and the ticks since its midnight.
func split(ticks int64) (day, clock int64) {
	day, clock = ticks/ticksPerDay, ticks%ticksPerDay
	if clock < 0 {
		day, clock = day-1, clock+ticksPerDay
	}
	return day, clock
}

// appendDateTime appends days since 1900 and 1/300 s since midnight, rounded.
func appendDateTime(b []byte, ticks int64) ([]byte, error) {
	day, clock := split(ticks)
	clock = (clock*3 + ticksPerSecond/200) / (ticksPerSecond / 100)
	if clock == 86_400*300 {
		day, clock = day+1, 0
	}
	if day+days0001 < days1753 || day+days0001 > days9999 {
		return b, fmt.Errorf("datetime: out of its range")
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(int32(day+days1900)))
	return binary.LittleEndian.AppendUint32(b, uint32(clock)), nil
}

// timeSize is how many bytes a time of day has (2.2.5.5.1.8).
func timeSize(scale uint8) byte {
	return min(3+(max(scale, 1)-1)/2, 5)
}

// appendDateTime2 appends the time of day in units of its scale, rounded, and the
// days since 0001-01-01.
func appendDateTime2(b []byte, scale uint8, ticks int64) ([]byte, error) {
	day, clock := split(ticks)
	unit := int64(math.Pow10(7 - int(scale)))
	clock = (clock + unit/2) / unit
	if clock == ticksPerDay/unit {
		day, clock = day+1, 0
	}
	day += days0001
	if day < 0 || day > days9999 {
		return b, fmt.Errorf("datetime2: out of its range")
	}
	for range timeSize(scale) {
		b = append(b, byte(clock))
		clock >>= 8
	}
	return append(b, byte(day), byte(day>>8), byte(day>>16)), nil
}

// appendTimeText appends a newer time for an older client.
func appendTimeText(b []byte, t Type, v *Value) ([]byte, error) {
	layout := layoutWall[:min(19, int(t.size))]
	if t.scale > 0 {
		layout = layoutWall[:20+t.scale]
	}
	at := time.Unix(v.n/ticksPerSecond, v.n%ticksPerSecond*100).UTC()
	if v.kind == valueInstant {
		at = at.In(time.FixedZone("", int(v.offset)*60))
		layout += layoutOffset
	}
	return appendNVarChar(b, t, at.Format(layout))
}

package tds

import (
	"encoding/binary"
	"fmt"
)

// appendRow appends ROW, or NBCROW, which leaves NULLs out, where there are some and
// the client knows it.
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
	compact := nulls && version >= Version73B
	if compact {
		b = append(b, tokenNBCRow)
		at := len(b)
		b = append(b, make([]byte, (len(values)+7)/8)...)
		for i := range values {
			if values[i].kind == valueNull {
				b[at+i/8] |= 1 << (i % 8)
			}
		}
	} else {
		b = append(b, tokenRow)
	}
	var err error
	for i := range values {
		switch {
		case values[i].kind != valueNull:
			b, err = appendValue(b, &columns[i], &values[i])
		case !compact:
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

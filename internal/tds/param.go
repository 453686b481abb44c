package tds

import "math"

// Lengths of a PLP value (2.2.5.2.3) that aren't one.
const (
	plpNull    = math.MaxUint64
	plpUnknown = math.MaxUint64 - 1
)

// value reads TYPE_INFO and a value of this type.
func (r *reader) value() any {
	switch t := r.byte(); t {
	case typeNull:
		return nil
	case typeInt1:
		return r.integer(1)
	case typeInt2:
		return r.integer(2)
	case typeInt4:
		return r.integer(4)
	case typeInt8:
		return r.integer(8)
	case typeBit:
		return r.byte() != 0
	case typeFloat4:
		return r.float(4)
	case typeFloat8:
		return r.float(8)
	case typeDateTime:
		return r.dateTime(8)
	case typeDateTim4:
		return r.dateTime(4)
	case typeIntN, typeBitN, typeFloatN, typeDateTimeN:
		return r.sized(t)
	case typeDate, typeTime, typeDateTime2, typeDateTimeOffset:
		return r.newerTime(t)
	case typeNVarChar, typeNChar, typeVarChar, typeChar, typeVarBinary, typeBinary:
		return r.variable(t)
	case typeNText:
		return r.ntext()
	default:
		r.fail("parameters of type %#02x are not supported here", t)
		return nil
	}
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = malformed(format, args...)
	}
	r.b = nil
}

// integer reads INT and its kin; one byte is a TINYINT, which has no sign.
func (r *reader) integer(size byte) any {
	switch size {
	case 1:
		return int64(r.byte())
	case 2:
		return int64(int16(r.uint16()))
	case 4:
		return int64(int32(r.uint32()))
	case 8:
		return int64(r.uint64())
	}
	r.fail("an integer of %d bytes", size)
	return nil
}

func (r *reader) float(size byte) any {
	switch size {
	case 4:
		return float64(math.Float32frombits(r.uint32()))
	case 8:
		return math.Float64frombits(r.uint64())
	}
	r.fail("a float of %d bytes", size)
	return nil
}

// sized reads a type that comes in several sizes; of size 0 it is NULL.
func (r *reader) sized(t byte) any {
	r.byte() // the largest
	size := r.byte()
	switch {
	case size == 0 || r.err != nil:
		return nil
	case t == typeIntN:
		return r.integer(size)
	case t == typeFloatN:
		return r.float(size)
	case t == typeDateTimeN:
		return r.dateTime(size)
	case size == 1:
		return r.byte() != 0
	}
	r.fail("a bit of %d bytes", size)
	return nil
}

// variable reads a text or bytes.
func (r *reader) variable(t byte) any {
	largest := r.uint16()
	if t != typeVarBinary && t != typeBinary {
		r.take(5) // collation
	}
	if largest == nullLength {
		b, ok := r.plp()
		if !ok {
			return nil
		}
		return decoded(t, b)
	}
	size := r.uint16()
	if size == nullLength || r.err != nil {
		return nil
	}
	b := r.take(int(size))
	if r.err != nil {
		return nil
	}
	return decoded(t, b)
}

// plp reads a value in chunks; those of (max) types are so.
func (r *reader) plp() (b []byte, ok bool) {
	total := r.uint64()
	if total == plpNull || r.err != nil {
		return nil, false
	}
	for {
		n := r.uint32()
		if n == 0 || r.err != nil {
			break
		}
		if uint64(n) > uint64(len(r.b)) {
			r.fail("a chunk of %d bytes", n)
			break
		}
		b = append(b, r.take(int(n))...)
	}
	if total != plpUnknown && total != uint64(len(b)) {
		r.fail("%d bytes of %d", len(b), total)
	}
	return b, r.err == nil
}

func (r *reader) ntext() any {
	r.uint32() // the largest
	r.take(5)  // collation
	size := r.uint32()
	if size == math.MaxUint32 || r.err != nil {
		return nil
	}
	if uint64(size) > uint64(len(r.b)) {
		r.fail("a text of %d bytes", size)
		return nil
	}
	return decodeUTF16(r.take(int(size)))
}

// decoded is a text in UTF-8, or a copy of bytes.
func decoded(t byte, b []byte) any {
	switch t {
	case typeNVarChar, typeNChar:
		return decodeUTF16(b)
	case typeVarChar, typeChar:
		runes := make([]rune, len(b))
		for i, c := range b {
			runes[i] = rune(c)
		}
		return string(runes)
	}
	return append([]byte{}, b...)
}

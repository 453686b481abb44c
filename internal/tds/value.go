package tds

import "fmt"

// Column describes one column of an answer.
type Column struct {
	Name     string
	Type     Type
	Nullable bool
}

type kind uint8

const (
	kindNone kind = iota
	kindInt
	kindBigInt
	kindNVarChar
	kindChar
	kindVarChar
	kindDateTime
	kindDateTime2
	kindDateTimeOffset
)

// Type is a column's type; the zero Type is none. Types compare with ==.
type Type struct {
	kind  kind
	scale uint8
	size  uint16
}

// IntType is INT: 32 bits.
func IntType() Type { return Type{kind: kindInt} }

// BigIntType is BIGINT: 64 bits.
func BigIntType() Type { return Type{kind: kindBigInt} }

// NVarCharType is NVARCHAR(chars): 1 to 4,000 UTF-16 units.
func NVarCharType(chars int) Type { return Type{kind: kindNVarChar, size: clamp(chars)} }

// CharType is CHAR(bytes), 1 to 8,000 in Latin-1; values are padded with spaces.
func CharType(bytes int) Type { return Type{kind: kindChar, size: clamp(bytes)} }

// VarCharType is VARCHAR(bytes), 1 to 8,000 in Latin-1.
func VarCharType(bytes int) Type { return Type{kind: kindVarChar, size: clamp(bytes)} }

// DateTimeType is DATETIME: a wall time in steps of 1/300 s.
func DateTimeType() Type { return Type{kind: kindDateTime} }

// DateTime2Type is DATETIME2(scale): a wall time with 0 to 7 digits of a second.
func DateTime2Type(scale int) Type { return Type{kind: kindDateTime2, scale: digitsOf(scale)} }

// DateTimeOffsetType is DATETIMEOFFSET(scale): a moment with its offset from UTC
// and 0 to 7 digits of a second.
func DateTimeOffsetType(scale int) Type {
	return Type{kind: kindDateTimeOffset, scale: digitsOf(scale)}
}

// clamp keeps what is no size at all a size that check refuses.
func clamp(size int) uint16 { return uint16(min(max(size, 0), 0xffff)) }

func digitsOf(scale int) uint8 { return uint8(min(max(scale, 0), 0xff)) }

// String is the type as SQL declares it.
func (t Type) String() string {
	switch t.kind {
	case kindInt:
		return "int"
	case kindBigInt:
		return "bigint"
	case kindNVarChar:
		return fmt.Sprintf("nvarchar(%d)", t.size)
	case kindChar:
		return fmt.Sprintf("char(%d)", t.size)
	case kindVarChar:
		return fmt.Sprintf("varchar(%d)", t.size)
	case kindDateTime:
		return "datetime"
	case kindDateTime2:
		return fmt.Sprintf("datetime2(%d)", t.scale)
	case kindDateTimeOffset:
		return fmt.Sprintf("datetimeoffset(%d)", t.scale)
	}
	return "no type"
}

// check refuses what SQL Server has no such column of.
func (t Type) check() error {
	var limit uint16
	switch t.kind {
	case kindNone:
		return fmt.Errorf("a column without a type")
	case kindNVarChar:
		limit = 4000
	case kindChar, kindVarChar:
		limit = 8000
	}
	if limit > 0 && (t.size == 0 || t.size > limit) || t.scale > 7 {
		return fmt.Errorf("%v: no such type", t)
	}
	return nil
}

type valueKind uint8

const (
	valueNull valueKind = iota
	valueInt
	valueString
	valueWall
	valueInstant
)

// Value is one value of a row; the zero Value is NULL. It holds no interface, so
// that a row costs no allocation.
type Value struct {
	kind   valueKind
	offset int16 // minutes east of UTC
	n      int64
	s      string
}

// ticksPerMilli is how many of the 100 ns in which times are counted a millisecond has.
const ticksPerMilli = 10_000

// Null is NULL.
func Null() Value { return Value{} }

// Int is a value of an Int or BigInt column.
func Int(v int64) Value { return Value{kind: valueInt, n: v} }

// String is a value of a character column, in UTF-8.
func String(s string) Value { return Value{kind: valueString, s: s} }

// DateTime is a value of a DateTime or DateTime2 column: the milliseconds since
// a clock on the wall showed 1970-01-01T00:00:00.
func DateTime(ms int64) Value { return DateTimeTicks(ms * ticksPerMilli) }

// DateTimeTicks is DateTime in units of 100 ns.
func DateTimeTicks(ticks int64) Value { return Value{kind: valueWall, n: ticks} }

// DateTimeOffset is a value of a DateTimeOffset column: the milliseconds since
// 1970-01-01T00:00:00Z, and the minutes east of UTC of the place where it was
// written, -840 to 840.
func DateTimeOffset(ms int64, offset int) Value {
	return Value{kind: valueInstant, n: ms * ticksPerMilli, offset: int16(offset)}
}

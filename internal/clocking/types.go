package clocking

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"timesheet/internal/tds"
)

// EmployeeType is the type of the employee column.
type EmployeeType struct {
	kind string
	size int // of a character type
}

// maxEmployee is the size of the widest employee column, in characters.
const maxEmployee = 255

// NVarChar is NVARCHAR(chars).
func NVarChar(chars int) EmployeeType { return EmployeeType{"nvarchar", chars} }

// Char is CHAR(chars): ids come padded with spaces.
func Char(chars int) EmployeeType { return EmployeeType{"char", chars} }

// Int is INT.
func Int() EmployeeType { return EmployeeType{kind: "int"} }

// BigInt is BIGINT.
func BigInt() EmployeeType { return EmployeeType{kind: "bigint"} }

// ParseEmployeeType is the type named s: nvarchar, nvarchar(20), char(20), int or bigint.
func ParseEmployeeType(s string) (EmployeeType, error) {
	name, size, sized := strings.Cut(strings.ToLower(strings.TrimSpace(s)), "(")
	switch t := (EmployeeType{kind: name}); {
	case !sized && (name == "int" || name == "bigint"):
		return t, nil
	case !sized && name == "nvarchar":
		return NVarChar(maxEmployee), nil
	case name == "nvarchar" || name == "char":
		digits, closed := strings.CutSuffix(size, ")")
		n, err := strconv.Atoi(digits)
		if err == nil && closed && n >= 1 && n <= maxEmployee {
			t.size = n
			return t, nil
		}
	}
	return EmployeeType{}, fmt.Errorf("is none of int, bigint, nvarchar(N) and char(N), N at most %d", maxEmployee)
}

// String is the type as SQL writes it.
func (t EmployeeType) String() string {
	if t.size == 0 {
		return t.kind
	}
	return fmt.Sprintf("%s(%d)", t.kind, t.size)
}

func (t EmployeeType) column() tds.Type {
	switch t.kind {
	case "int":
		return tds.IntType()
	case "bigint":
		return tds.BigIntType()
	case "char":
		return tds.CharType(t.size)
	default:
		return tds.NVarCharType(t.size)
	}
}

// value is the employee id as the column holds it.
func (t EmployeeType) value(id string) (tds.Value, error) {
	if t.kind == "int" || t.kind == "bigint" {
		bits := 64
		if t.kind == "int" {
			bits = 32
		}
		n, err := strconv.ParseInt(id, 10, bits)
		if err != nil {
			return tds.Null(), fmt.Errorf("employee %.80q doesn't fit a column of type %v", id, t)
		}
		return tds.Int(n), nil
	}
	units := 0
	for _, r := range id {
		units++
		switch {
		case r > 0xff && t.kind == "char":
			return tds.Null(), fmt.Errorf("employee %.80q has characters that a column of type %v can't hold", id, t)
		case r > 0xffff:
			units++
		}
	}
	if units > t.size {
		return tds.Null(), fmt.Errorf("employee %.80q is too long for a column of type %v", id, t)
	}
	return tds.String(id), nil
}

// TimeType is the type of the time column.
type TimeType string

// The types of the time column.
const (
	DateTime       TimeType = "datetime"       // wall times in steps of 1/300 s
	DateTime2      TimeType = "datetime2"      // DATETIME2(3): wall times in milliseconds
	DateTimeOffset TimeType = "datetimeoffset" // DATETIMEOFFSET(3)
)

// ParseTimeType is the type named s.
func ParseTimeType(s string) (TimeType, error) {
	switch t := TimeType(strings.ToLower(s)); t {
	case DateTime, DateTime2, DateTimeOffset:
		return t, nil
	}
	return "", errors.New("is none of datetime, datetime2 and datetimeoffset")
}

func (t TimeType) column() tds.Type {
	switch t {
	case DateTime:
		return tds.DateTimeType()
	case DateTimeOffset:
		return tds.DateTimeOffsetType(3)
	default:
		return tds.DateTime2Type(3)
	}
}

// stored is v as the column keeps it: without an offset that it has no room for, in
// the column's steps.
func (t TimeType) stored(v Time) Time {
	v.zoned = t == DateTimeOffset
	if !v.zoned {
		v.offset = 0
	}
	if t == DateTime {
		second := floorDiv(v.wall, 1000) * 1000
		ticks := ((v.wall-second)*3 + 5) / 10 // of 1/300 s, rounded
		v.wall = second + (ticks*10+1)/3      // .000, .003, .007, as they are shown
	}
	return v
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

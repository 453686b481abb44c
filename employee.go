package timesheet

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxEmployeeID is the length of the longest employee id, in bytes.
const MaxEmployeeID = 64

// EmployeeID names an employee as the clocking machines do: 1 to 64 bytes of
// printable UTF-8. It is compared byte by byte: case matters, and it is never
// read as a number ("7" and "007" are two employees).
type EmployeeID string

// ParseEmployeeID trims the spaces around s (CHAR columns and attlog.dat are
// padded) and checks the rest. Its errors are Invalid and name the reason.
func ParseEmployeeID(s string) (EmployeeID, error) {
	s = strings.Trim(s, " ")
	if s == "" {
		return "", invalidEmployee("it is empty")
	}
	if len(s) > MaxEmployeeID {
		return "", invalidEmployee(fmt.Sprintf("it has %d bytes, at most %d are allowed", len(s), MaxEmployeeID))
	}
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f {
			return parseUnicodeID(s)
		}
	}
	return EmployeeID(s), nil
}

// parseUnicodeID is the slow path of ParseEmployeeID, for ids beyond printable ASCII.
func parseUnicodeID(s string) (EmployeeID, error) {
	if !utf8.ValidString(s) {
		return "", invalidEmployee("it is not valid UTF-8")
	}
	for i, r := range s {
		if !unicode.IsPrint(r) {
			return "", invalidEmployee(fmt.Sprintf("it has the unprintable character %U at byte %d", r, i))
		}
	}
	return EmployeeID(s), nil
}

func invalidEmployee(reason string) error {
	return NewError(Invalid, "employee_id", fmt.Errorf("%s; use 1 to %d bytes of printable UTF-8", reason, MaxEmployeeID))
}

// Partition is a part of the employees, 0 ≤ p < [Store].Partitions. A store
// fences each partition on its own, and a shard of actors owns whole partitions.
type Partition uint16

// PartitionOf is the partition of e among n. The hash (FNV-1a with a final mix)
// is part of every store's layout and never changes.
func PartitionOf(e EmployeeID, n int) Partition {
	h := uint64(14695981039346656037)
	for i := range len(e) {
		h = (h ^ uint64(e[i])) * 1099511628211
	}
	h = (h ^ h>>33) * 0xff51afd7ed558ccd // MurmurHash3's finaliser: FNV's low bits are weak for short ids
	h ^= h >> 33
	return Partition(h % uint64(n))
}

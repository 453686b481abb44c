package pebble

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"

	"timesheet"
)

// A cursor is the day, the last employee of the page and a checksum of both, in
// URL-safe base64. The checksum is there against mistakes, not against intent: a
// forged cursor shows nothing that a forger couldn't read anyhow.

const cursorSum = 4

func formatCursor(day timesheet.Day, last timesheet.EmployeeID) string {
	b := appendEntryKey(make([]byte, 0, maxEntryKey+cursorSum), day, last)
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	return base64.RawURLEncoding.EncodeToString(b)
}

// formatPlace is the cursor of a range of days: both its ends, and the day and the
// employee that were read last.
func formatPlace(from, to, day timesheet.Day, last timesheet.EmployeeID) string {
	b := binary.BigEndian.AppendUint32(nil, uint32(from))
	b = binary.BigEndian.AppendUint32(b, uint32(to))
	b = appendEntryKey(b, day, last)
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	return base64.RawURLEncoding.EncodeToString(b)
}

// parsePlace is the day and the employee that were read last. Its errors are Invalid.
func parsePlace(op, s string, from, to timesheet.Day) (timesheet.Day, timesheet.EmployeeID, error) {
	const ends = 4 + 4
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) <= ends+entryHead+cursorSum {
		return 0, "", invalid(op, "the cursor is not one of this store")
	}
	b, sum := b[:len(b)-cursorSum], b[len(b)-cursorSum:]
	day, last, err := parseEntryKey(b[ends:])
	if err != nil || binary.BigEndian.Uint32(sum) != crc32.ChecksumIEEE(b) {
		return 0, "", invalid(op, "the cursor is not one of this store")
	}
	if binary.BigEndian.Uint32(b) != uint32(from) || binary.BigEndian.Uint32(b[4:]) != uint32(to) {
		return 0, "", invalid(op, "the cursor is not of %v to %v", from, to)
	}
	return day, last, nil
}

// parseCursor is the last employee of the page before. Its errors are Invalid.
func parseCursor(s string, day timesheet.Day) (timesheet.EmployeeID, error) {
	const op = "read board"
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) <= entryHead+cursorSum {
		return "", invalid(op, "the cursor is not one of this store")
	}
	b, sum := b[:len(b)-cursorSum], b[len(b)-cursorSum:]
	of, last, err := parseEntryKey(b)
	if err != nil || binary.BigEndian.Uint32(sum) != crc32.ChecksumIEEE(b) {
		return "", invalid(op, "the cursor is not one of this store")
	}
	if of != day {
		return "", invalid(op, "the cursor is of %v, not of %v", of, day)
	}
	return last, nil
}

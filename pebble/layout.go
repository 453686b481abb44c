package pebble

import (
	"encoding/binary"
	"fmt"

	"timesheet"
)

// The kinds of keys, their first byte. See the package comment.
const (
	kindCheckpoint byte = 'c'
	kindDropped    byte = 'd'
	kindEntry      byte = 'e'
	kindFloor      byte = 'f'
	kindCorrection byte = 'k'
	kindMeta       byte = 'm'
	kindEpoch      byte = 'p'
	kindRejected   byte = 'q'
	kindRules      byte = 'r'
	kindSealed     byte = 's'
	kindTombstone  byte = 't'
	kindDocument   byte = 'x'
)

// entryHead is the length of an entry's key before the employee: kind and day.
const entryHead = 1 + 4

// maxEntryKey is the length of the longest entry key.
const maxEntryKey = entryHead + timesheet.MaxEmployeeID

// maxSpan is the length of the longest stored form of an entry.
const maxSpan = 9

func appendDay(dst []byte, day timesheet.Day) []byte { return appendDayOf(dst, kindEntry, day) }

// appendDayOf begins a key of a kind that lies by day; day is not negative.
func appendDayOf(dst []byte, kind byte, day timesheet.Day) []byte {
	return binary.BigEndian.AppendUint32(append(dst, kind), uint32(day))
}

// appendEntryKey appends the key of an entry; day is not negative.
func appendEntryKey(dst []byte, day timesheet.Day, e timesheet.EmployeeID) []byte {
	return append(appendDay(dst, day), e...)
}

// dayOf is the day of a key that lies by day.
func dayOf(key []byte) timesheet.Day {
	return timesheet.Day(binary.BigEndian.Uint32(key[1:entryHead]))
}

// parseEntryKey takes an entry's key apart. A damaged one is Internal.
func parseEntryKey(key []byte) (timesheet.Day, timesheet.EmployeeID, error) {
	if len(key) <= entryHead || len(key) > maxEntryKey || key[0] != kindEntry {
		return 0, "", timesheet.NewError(timesheet.Internal, "stored key", fmt.Errorf("damaged: %x", key))
	}
	return dayOf(key), timesheet.EmployeeID(key[entryHead:]), nil
}

func parseEntry(key, value []byte) (timesheet.Entry, error) {
	day, e, err := parseEntryKey(key)
	if err != nil {
		return timesheet.Entry{}, err
	}
	return timesheet.ParseSpan(e, day, value)
}

func epochKey(p timesheet.Partition) []byte {
	return binary.BigEndian.AppendUint16([]byte{kindEpoch}, uint16(p))
}

func checkpointKey(source string) []byte {
	return append([]byte{kindCheckpoint}, source...)
}

func tombstoneKey(h tombstone) []byte {
	return append([]byte{kindTombstone}, h[:]...)
}

package tds

import (
	"encoding/binary"
	"fmt"
	"time"
)

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

// ticksPerUnit is how many ticks a unit of a scale has: 10,000,000 for seconds.
func ticksPerUnit(scale uint8) int64 {
	unit := int64(1)
	for ; scale < 7; scale++ {
		unit *= 10
	}
	return unit
}

// timeSize is how many bytes a time of day has (2.2.5.5.1.8).
func timeSize(scale uint8) byte {
	return min(3+(max(scale, 1)-1)/2, 5)
}

// appendDateTime2 appends the time of day in units of its scale, rounded, and the
// days since 0001-01-01.
func appendDateTime2(b []byte, scale uint8, ticks int64) ([]byte, error) {
	day, clock := split(ticks)
	unit := ticksPerUnit(scale)
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

// layouts of times as text, by their scale.
const (
	layoutWall   = "2006-01-02 15:04:05.0000000"
	layoutOffset = " -07:00"
)

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

package tds

import "time"

// dateTime reads DATETIME, or SMALLDATETIME of four bytes, as a wall time in UTC.
func (r *reader) dateTime(size byte) any {
	switch size {
	case 4:
		days, minutes := r.uint16(), r.uint16()
		return r.wall(int64(days)-days1900, int64(minutes)*60*ticksPerSecond)
	case 8:
		days, clock := int32(r.uint32()), r.uint32()
		// The client sees 1/300 s as 0, 3 or 7 ms, rounded to the millisecond.
		ms := (int64(clock)*10 + 1) / 3
		return r.wall(int64(days)-days1900, ms*ticksPerMilli)
	}
	r.fail("a time of %d bytes", size)
	return nil
}

// wall is the time of a day since 1970-01-01, if there is such a one.
func (r *reader) wall(day, clock int64) any {
	if clock < 0 || clock >= ticksPerDay || day < -days0001 || day > days9999-days0001 {
		r.fail("no time of any day")
	}
	if r.err != nil {
		return nil
	}
	return time.Unix(day*86_400+clock/ticksPerSecond, clock%ticksPerSecond*100).UTC()
}

// newerTime reads DATE, TIME, DATETIME2 and DATETIMEOFFSET (2.2.5.5.1.8).
func (r *reader) newerTime(t byte) any {
	scale := uint8(0)
	if t != typeDate {
		scale = r.byte()
	}
	size := r.byte()
	if size == 0 || r.err != nil {
		return nil
	}
	want := byte(0)
	if t != typeDate {
		want += timeSize(scale)
	}
	if t != typeTime {
		want += 3
	}
	if t == typeDateTimeOffset {
		want += 2
	}
	if scale > 7 || size != want {
		r.fail("a time of %d bytes, scale %d", size, scale)
		return nil
	}
	var clock, day, offset int64 = 0, days0001, 0
	if t != typeDate {
		clock = little(r.take(int(timeSize(scale)))) * ticksPerUnit(scale)
	}
	if t != typeTime {
		day = little(r.take(3))
	}
	if t == typeDateTimeOffset {
		offset = int64(int16(r.uint16()))
	}
	wall, ok := r.wall(day-days0001, clock).(time.Time)
	switch {
	case !ok:
		return nil
	case t == typeDateTimeOffset:
		return wall.In(time.FixedZone("", int(offset)*60))
	}
	return wall
}

// little is the number that bytes are, the least first.
func little(b []byte) int64 {
	var n int64
	for i, c := range b {
		n |= int64(c) << (8 * i)
	}
	return n
}

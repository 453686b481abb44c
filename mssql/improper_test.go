package mssql_test

import (
	"encoding/binary"
	"testing"

	"timesheet"
)

func TestImproperAnswers(t *testing.T) {
	usual := columns(bigint, bigint, datetime)
	for name, c := range map[string]struct {
		answer []byte
		code   timesheet.Code
		words  string
	}{
		"an error and then many result sets": {join(serverError(8134, "Divide by zero"), done(failed|more, 0),
			usual, rows(1, 500), done(counted|more, 500), usual, rows(1, 500), done(counted|more, 500), usual, rows(1, 500), done(counted, 500)),
			timesheet.Unavailable, "reports error 8134: Divide by zero"},
		"an error between rows and more rows": {join(usual, rows(1, 50), serverError(8134, "Divide by zero"), done(failed|more, 0), usual, rows(1, 500), done(counted, 500)),
			timesheet.Unavailable, "reports error 8134: Divide by zero"},
		"many errors":           {join(serverError(1, "a"), serverError(1205, "b"), serverError(3, "c"), done(failed, 0)), timesheet.Unavailable, "deadlock"},
		"no result set":         {done(0, 0), timesheet.Unavailable, "sent no rows"},
		"fewer rows than said":  {join(usual, rows(1, 2), done(counted, 3)), timesheet.Unavailable, "was cut in the middle"},
		"an end before the end": {join(usual, rows(1, 2)), timesheet.Unavailable, "was cut in the middle"},
		"a broken row":          {join(usual, []byte{0xD1, 3, 1, 1, 1}, done(counted, 1)), timesheet.Unavailable, "was cut in the middle"},
		"an unknown token":      {join(usual, rows(1, 2), []byte{0x42}), timesheet.Unavailable, "was cut in the middle"},
		"an impossible type":    {join(columns(oddInt, bigint, datetime), done(0, 0)), timesheet.Unavailable, "was cut in the middle"},
		"a fatal error":         {join(usual, rows(1, 2), serverError(823, "I/O error"), done(0x100, 0)), timesheet.Unavailable, "error 823: I/O error"},
		"ids that don't ascend": {join(usual, rows(1, 2), rows(2, 3), done(counted, 4)), timesheet.Invalid, "isn't unique: row 2 comes after row 2"},
		"a bad row and then many result sets": {join(usual, rows(1, 2), rows(2, 3), done(counted|more, 4), usual, rows(1, 500),
			done(counted|more, 500), usual, rows(1, 500), done(counted, 500)), timesheet.Invalid, "isn't unique"},
		"more rows than asked":   {join(usual, rows(1, 1000), done(counted, 1000)), timesheet.Invalid, "more rows of dbo.V than the 600"},
		"an id that is NULL":     {join(usual, []byte{0xD1, 0, 0, 0}, done(counted, 1)), timesheet.Invalid, "no id"},
		"an id of DECIMAL":       {join(columns(decimal, bigint, datetime), done(0, 0)), timesheet.Invalid, "the id column of dbo.V is DECIMAL; it must be an integer"},
		"a BIT employee":         {join(columns(bigint, bit, datetime), done(0, 0)), timesheet.Invalid, "the employee column of dbo.V is BIT"},
		"a binary employee":      {join(columns(bigint, varbinary, datetime), done(0, 0)), timesheet.Invalid, "VARBINARY; it must be an integer"},
		"a GUID as employee":     {join(columns(bigint, uniqueidentifier, datetime), done(0, 0)), timesheet.Invalid, "UNIQUEIDENTIFIER"},
		"a time in characters":   {join(columns(bigint, bigint, nvarchar), done(0, 0)), timesheet.Invalid, "the time column of dbo.V is NVARCHAR; it must be one of DATETIME"},
		"a date without a time":  {join(columns(bigint, bigint, date), done(0, 0)), timesheet.Invalid, "is DATE;"},
		"too few columns":        {join(columns(bigint, bigint), done(0, 0)), timesheet.Invalid, "2 columns"},
		"another login's answer": {[]byte{0xAD, 0, 0}, timesheet.Unavailable, ""},
	} {
		for how, end := range map[string]bool{"": true, " without an end": false} {
			t.Run(name+how, func(t *testing.T) {
				o := soon(scripted(t, c.answer, end))
				if end {
					o.Timeout = 0
				}
				v := open(t, o)
				within(t, func() {
					got, err := v.Page(t.Context(), 0, 600, nil)
					if end || timesheet.CodeOf(err) == timesheet.Invalid {
						wantError(t, err, c.code, c.words)
					} else {
						wantError(t, err, timesheet.Unavailable)
					}
					if len(got) > 0 {
						t.Errorf("%d rows beside the error", len(got))
					}
				})
			})
		}
	}
}

func TestRareTypes(t *testing.T) {
	id := []byte{0xD1, 8, 1, 0, 0, 0, 0, 0, 0, 0}
	// The last 100 ns of a second after 08:09:00, of the 11th day of the year 1.
	ticks := uint64((8*3600+9*60+1)*10_000_000 - 1)
	late := append(binary.LittleEndian.AppendUint64(nil, ticks)[:5], 10, 0, 0)
	for name, c := range map[string]struct {
		answer []byte
		want   touch
	}{
		"VARCHAR and SMALLDATETIME": {
			join(columns(bigint, varchar, smalldatetime), id, []byte{4, 0, ' ', '0', 0xEB, ' ', 4, 10, 0, 0xE9, 1}),
			touch{"0\u00eb", "1900-01-11T08:09:00"},
		},
		"DATETIME2(7) is cut to the millisecond": {
			join(columns(bigint, bigint, []byte{0x2A, 7}), id, []byte{1, 7, 8}, late), touch{"7", "0001-01-11T08:09:00.999"},
		},
		"DATETIMEOFFSET(7) is cut to the millisecond": {
			join(columns(bigint, bigint, []byte{0x2B, 7}), id, []byte{1, 7, 10}, late, []byte{60, 0}), touch{"7", "0001-01-11T08:09:00.999Z"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := open(t, scripted(t, join(c.answer, done(counted, 1)), true)).Page(t.Context(), 0, 10, nil)
			if want := rowOf(t, 1, c.want); err != nil || len(got) != 1 || got[0] != want {
				t.Errorf("%v, %v, want %v", got, err, want)
			}
		})
	}
}

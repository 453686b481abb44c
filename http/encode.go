package http

import (
	"unicode/utf8"

	"timesheet"
)

// appendEntry appends e as JSON, its times at the offset that c's site has on its day.
func appendEntry(b []byte, e timesheet.Entry, c timesheet.Calendar) []byte {
	loc := c.Location(e.Day)
	b = append(b, `{"employee_id":`...)
	b = appendString(b, string(e.Employee))
	b = append(b, `,"day":"`...)
	b = appendDay(b, e.Day)
	b = append(b, `","earliest":"`...)
	from := len(b)
	b = e.Earliest.AppendFormat(b, loc)
	earliest := b[from:]
	b = append(b, `","latest":"`...)
	from = len(b)
	b = e.Latest.AppendFormat(b, loc)
	latest := b[from:]
	b = append(b, `","clock_in":"`...)
	b = append(b, earliest...)
	b = append(b, `","clock_out":`...)
	if _, ok := e.ClockOut(); !ok {
		return append(b, "null}"...)
	}
	b = append(b, '"')
	b = append(b, latest...)
	return append(b, `"}`...)
}

func appendDay(b []byte, d timesheet.Day) []byte {
	y, m, day := d.Date()
	return append(b, byte('0'+y/1000%10), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10),
		'-', byte('0'+m/10), byte('0'+m%10), '-', byte('0'+day/10), byte('0'+day%10))
}

// appendString appends s as a JSON string.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	plain := 0 // s[plain:i] needs no escape
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c < ' ' || c == '"' || c == '\\' || c == 0x7f {
				b = append(b, s[plain:i]...)
				b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
				plain = i + 1
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			b = append(b, s[plain:i]...)
			b = append(b, `\ufffd`...)
			plain = i + 1
		}
		i += n
	}
	b = append(b, s[plain:]...)
	return append(b, '"')
}

package generate

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"timesheet"
)

// WriteCSV writes clockings as CSV with the header employee_id,clocked_at and
// answers how many it wrote. Local times are written without an offset, moments
// in UTC with a Z.
func WriteCSV(w io.Writer, clockings iter.Seq[timesheet.Clocking]) (int, error) {
	buf := bufio.NewWriterSize(w, 1<<16)
	if _, err := buf.WriteString("employee_id,clocked_at\n"); err != nil {
		return 0, fmt.Errorf("write CSV header: %w", err)
	}
	var line []byte
	n := 0
	for c := range clockings {
		line = append(appendField(line[:0], string(c.Employee)), ',')
		line = append(appendTime(line, c.At), '\n')
		if _, err := buf.Write(line); err != nil {
			return n, fmt.Errorf("write CSV line %d: %w", n+2, err)
		}
		n++
	}
	if err := buf.Flush(); err != nil {
		return n, fmt.Errorf("write CSV: %w", err)
	}
	return n, nil
}

func appendField(dst []byte, s string) []byte {
	if !strings.ContainsAny(s, `",`) {
		return append(dst, s...)
	}
	dst = append(dst, '"')
	dst = append(dst, strings.ReplaceAll(s, `"`, `""`)...)
	return append(dst, '"')
}

func appendTime(dst []byte, t timesheet.Timestamp) []byte {
	wall, local := t.Local()
	if local {
		layout := "2006-01-02T15:04:05"
		if wall%1000 != 0 {
			layout = "2006-01-02T15:04:05.000"
		}
		return timesheet.Instant(wall).Time().AppendFormat(dst, layout)
	}
	at, _ := timesheet.Calendar{}.Instant(t)
	return at.AppendFormat(dst, time.UTC)
}

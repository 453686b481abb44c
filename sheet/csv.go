package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"timesheet"
)

// CSV writes RFC 4180: commas, CRLF, UTF-8. Days are 2026-11-23, times RFC 3339 with the
// place's offset, durations hours:minutes:seconds. A table with other columns than the one
// before it follows after an empty line with a header of its own.
type CSV struct {
	w       *csv.Writer
	columns []Column
	row     []string
	err     error
}

// NewCSV writes to w.
func NewCSV(w io.Writer) *CSV {
	c := &CSV{w: csv.NewWriter(w)}
	c.w.UseCRLF = true
	return c
}

// Sheet begins a table.
func (c *CSV) Sheet(_ string, columns []Column, _ int) error {
	if c.err != nil || slices.EqualFunc(columns, c.columns, func(a, b Column) bool { return a.Name == b.Name && a.Kind == b.Kind }) {
		return c.err
	}
	if c.columns != nil && c.write([]string{""}) != nil {
		return c.err
	}
	c.columns = slices.Clone(columns)
	header := make([]string, len(columns))
	for i, column := range columns {
		header[i] = harmless(column.Name)
	}
	return c.write(header)
}

// Row adds a row.
func (c *CSV) Row(values ...any) error {
	if c.err == nil && len(values) != len(c.columns) {
		c.err = wrongWidth(len(c.columns), len(values))
	}
	if c.err != nil {
		return c.err
	}
	c.row = c.row[:0]
	for i, v := range values {
		text, ok := plain(c.columns[i].Kind, v)
		if !ok {
			c.err = mismatch(c.columns[i], v)
			return c.err
		}
		c.row = append(c.row, text)
	}
	return c.write(c.row)
}

func (c *CSV) write(row []string) error {
	if err := c.w.Write(row); err != nil {
		c.err = timesheet.NewError(timesheet.Unavailable, "write CSV", err)
	}
	return c.err
}

// Close writes what is left.
func (c *CSV) Close() error {
	c.w.Flush()
	if err := c.w.Error(); err != nil && c.err == nil {
		c.err = timesheet.NewError(timesheet.Unavailable, "write CSV", err)
	}
	return c.err
}

// plain is a value as text.
func plain(k Kind, value any) (_ string, ok bool) {
	if value == nil {
		return "", true
	}
	switch v := value.(type) {
	case string:
		return harmless(v), k == Text
	case timesheet.Day:
		return v.String(), k == Date
	case Time:
		return v.At.Format(v.Place), k == Clock
	case time.Duration:
		s := int64(v / time.Second)
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60), k == Span
	case int:
		return strconv.Itoa(v), k == Count
	}
	return "", false
}

// harmless is s so that no spreadsheet runs it: what begins like a formula gets an
// apostrophe in front, which they take for "text follows".
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

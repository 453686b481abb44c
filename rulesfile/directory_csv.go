package rulesfile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// byteOrderMark is what Excel puts before UTF-8.
var byteOrderMark = []byte("\xef\xbb\xbf")

func (d *directoryReader) readCSV(text []byte) {
	text = bytes.TrimPrefix(text, byteOrderMark)
	switch {
	case bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")):
		d.add(1, 0, "", "", "the file is UTF-16; save it as UTF-8 (in Excel: CSV UTF-8)")
		return
	case bytes.IndexByte(text, 0) >= 0:
		d.add(1, 0, "", "", "the file has zero bytes: it is no text; save the table as CSV UTF-8")
		return
	}
	in := newCSV(text)
	fields, err := in.Read()
	if errors.Is(err, io.EOF) {
		d.add(0, 0, "", "", "the file is empty; its first line has to be the header: %s", strings.Join(columnNames[:], ","))
		return
	} else if err != nil {
		d.syntax(err)
		return
	}
	header := d.header(fields, in)
	if d.failed() {
		return
	}
	d.rows = make([]row, 0, min(bytes.Count(text, []byte("\n"))+1, 1<<17)) // blank lines are no rows
	for {
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			d.syntax(err)
			continue // the reader goes on with the next line
		}
		if len(d.rows) == maxRows {
			line, _ := in.FieldPos(0)
			d.add(line, 0, "", "", "there are more than %d rows", maxRows)
			d.rows = nil // whatever else is wrong with them
			return
		}
		d.line(fields, header, in)
	}
}

// separator is what stands between the columns of the header.
func separator(text []byte) rune {
	header, _, _ := bytes.Cut(text, []byte("\n"))
	best, most := ',', 0
	for _, c := range []rune{',', ';', '\t'} {
		if n := bytes.Count(header, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

func (d *directoryReader) syntax(err error) {
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		if e.StartLine < e.Line { // the quote that swallowed the rest is on the line on which the row began
			e.Line, e.Column = e.StartLine, 0
		}
		d.add(e.Line, e.Column, "", "", `this is no CSV here: a quote (") stands alone or isn't closed; double the quotes within a value, and put it in quotes`)
		return
	}
	d.add(0, 0, "", "", "%v", err)
}

// header finds the column of each field, -1 for one that is blank.
func (d *directoryReader) header(fields []string, in *csv.Reader) []int {
	known := columnNames[:]
	header := make([]int, len(fields))
	seen := make(map[string]bool)
	for i, f := range fields {
		line, column := in.FieldPos(i)
		name := strings.ToLower(strings.TrimSpace(f))
		header[i] = slices.Index(known, name)
		switch {
		case name == "" && i > 0: // trailing separators
		case header[i] < 0:
			d.add(line, column, "", f, "is no column%s", cmpOr(d.nearest(name, known), "; the header is "+strings.Join(known, ",")))
		case seen[name]:
			d.add(line, column, "", f, "is there twice")
		}
		seen[name] = true
	}
	if !seen[columnNames[colEmployee]] && !d.failed() {
		d.add(1, 0, columnNames[colEmployee], "", "is missing in the header: %s", strings.Join(known, ","))
	}
	return header
}

// line reads one line; one without any value is left out, as Excel leaves them behind.
func (d *directoryReader) line(fields []string, header []int, in *csv.Reader) {
	if !slices.ContainsFunc(fields, func(f string) bool { return strings.TrimSpace(f) != "" }) {
		return
	}
	first, _ := in.FieldPos(0)
	if len(fields) != len(header) {
		d.add(first, 0, "", "", "the line has %d values, the header %d; is a value with a separator in it not in quotes?", len(fields), len(header))
		return
	}
	var r record
	for i, f := range fields {
		line, column := in.FieldPos(i)
		if !utf8.ValidString(f) {
			d.add(line, column, "", strings.ToValidUTF8(f, "�"), "is not UTF-8; save the file as UTF-8 (in Excel: CSV UTF-8)")
			return
		}
		c := cell{text: strings.TrimSpace(f), line: line, column: column}
		switch k := header[i]; {
		case k < 0:
			if c.text != "" {
				d.add(line, column, "", f, "stands in a column without a name")
			}
		case k == colAliases:
			r.aliases = c.split()
		default:
			r.cells[k] = c
		}
	}
	d.record(&r)
}

// split takes a list of aliases apart: nil for none said, empty for "-".
func (c cell) split() []cell {
	if c.text == "" {
		return nil
	}
	all := []cell{}
	if c.text == none {
		return all
	}
	for part := range strings.SplitSeq(c.text, ";") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, cell{part, c.line, c.column})
		}
	}
	return all
}

package rulesfile

import (
	"bytes"
	"encoding/csv"
)

// newCSV reads text as directory files are read.
func newCSV(text []byte) *csv.Reader {
	in := csv.NewReader(bytes.NewReader(text))
	in.Comma, in.FieldsPerRecord, in.ReuseRecord = separator(text), -1, true
	return in
}

// blanks are the empty lines before a record, which a reader passes over.
func blanks(record []byte) []byte {
	n := 0
	for n < len(record) {
		end := bytes.IndexByte(record[n:], '\n')
		if end < 0 || len(bytes.TrimRight(record[n:n+end], "\r")) > 0 {
			break
		}
		n += end + 1
	}
	return record[:n]
}

// lineEnd is how a record ends.
func lineEnd(record []byte) string {
	switch {
	case bytes.HasSuffix(record, []byte("\r\n")):
		return "\r\n"
	case bytes.HasSuffix(record, []byte("\n")):
		return "\n"
	default:
		return ""
	}
}

// appendCSV appends a record.
func appendCSV(b []byte, fields []string, comma rune, end string) []byte {
	var line bytes.Buffer
	w := csv.NewWriter(&line)
	w.Comma = comma
	_ = w.Write(fields) // a Buffer never fails, and the comma is one that was read by
	w.Flush()
	return append(append(b, bytes.TrimSuffix(line.Bytes(), []byte("\n"))...), end...)
}

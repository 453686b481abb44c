package formats_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"testing"

	"timesheet/formats"
	"timesheet/internal/measure"
)

// generated is rows clockings in format f, of 5000 employees in time order.
func generated(f formats.Format, rows int) []byte {
	var b bytes.Buffer
	switch f {
	case formats.CSV:
		b.WriteString("id,employee_id,clocked_at\n")
	case formats.AGL:
		b.WriteString("No\tTMNo\tEnNo\tName GMNo\tMode\tDateTime\n")
	case formats.JSON:
		b.WriteString("[")
	}
	for i := range rows {
		employee := i * 7919 % 5000
		day, second := i/20_000, i%20_000*50_400/20_000 // 4 clockings a day each, from 6 to 20 o'clock
		date := fmt.Sprintf("2026-%02d-%02d", 1+day/28%12, 1+day%28)
		clock := fmt.Sprintf("%02d:%02d:%02d", 6+second/3600, second/60%60, second%60)
		switch f {
		case formats.CSV:
			fmt.Fprintf(&b, "%d,E%04d,%sT%s\n", i+1, employee, date, clock)
		case formats.NDJSON:
			fmt.Fprintf(&b, `{"id":%d,"employee_id":"E%04d","clocked_at":"%sT%s"}`+"\n", i+1, employee, date, clock)
		case formats.JSON:
			if i > 0 {
				b.WriteString(",\n")
			}
			fmt.Fprintf(&b, `{"id":%d,"employee_id":"E%04d","clocked_at":"%sT%s"}`, i+1, employee, date, clock)
		case formats.Attlog:
			fmt.Fprintf(&b, "%9d\t%s %s\t1\t255\t1\t0\r\n", employee, date, clock)
		case formats.AGL:
			fmt.Fprintf(&b, "%d\t1\t%d\tNAME\t1\t%s %s\n", i+1, employee, date, clock)
		}
	}
	if f == formats.JSON {
		b.WriteString("]")
	}
	return b.Bytes()
}

const (
	benchRows  = 100_000
	rowsAtOnce = 256 // as posts are read
)

// BenchmarkDecode decodes rows of each format. Beside it stands the bare cost: finding
// the ends of the lines in the same bytes, which a decoder can't do without.
func BenchmarkDecode(b *testing.B) {
	for _, f := range []formats.Format{formats.CSV, formats.NDJSON, formats.JSON, formats.Attlog, formats.AGL} {
		data := generated(f, benchRows)
		b.Run("bare scan of "+string(f), func(b *testing.B) {
			perRow(b, data, benchRows, func() int { return scan(b, data) })
		})
		b.Run(string(f), func(b *testing.B) {
			out := make([]formats.Row, rowsAtOnce)
			perRow(b, data, benchRows, func() int { return decode(b, data, out) })
		})
	}
	b.Run("post of 10_000 in ndjson", func(b *testing.B) {
		data, out := generated(formats.NDJSON, 10_000), make([]formats.Row, rowsAtOnce)
		perRow(b, data, 10_000, func() int { return decode(b, data, out) })
	})
	b.Run("one object", func(b *testing.B) {
		object := []byte(`{"employee_id":"E0001","clocked_at":"2026-11-23T08:09:00"}`)
		perRow(b, object, 1, func() int {
			if _, err := formats.ParseJSON(object); err != nil {
				b.Fatal(err)
			}
			return 1
		})
	})
	b.Run("one object by encoding_json", func(b *testing.B) {
		object := []byte(`{"employee_id":"E0001","clocked_at":"2026-11-23T08:09:00"}`)
		perRow(b, object, 1, func() int {
			var item struct {
				Employee string `json:"employee_id"`
				At       string `json:"clocked_at"`
			}
			if err := json.Unmarshal(object, &item); err != nil {
				b.Fatal(err)
			}
			return 1
		})
	})
}

// perRow measures read, which answers how many rows it found in data.
func perRow(b *testing.B, data []byte, rows int, read func() int) {
	b.SetBytes(int64(len(data)))
	m := measure.Start(b)
	for b.Loop() {
		if n := read(); n != rows {
			b.Fatalf("%d rows, not %d", n, rows)
		}
	}
	m.Per("clocking", rows*b.N)
}

func decode(b *testing.B, data []byte, out []formats.Row) (total int) {
	r := formats.NewReader(bytes.NewReader(data), formats.Auto)
	for {
		n, err := r.Read(out)
		total += n
		for _, row := range out[:n] {
			if row.Err != nil {
				b.Fatal(row.Line, row.Err)
			}
		}
		if errors.Is(err, io.EOF) {
			return total
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

// scan counts the lines that have a clocking: all but those without a digit.
func scan(b *testing.B, data []byte) (rows int) {
	r := bufio.NewReaderSize(bytes.NewReader(data), 64<<10)
	for {
		line, err := r.ReadSlice('\n')
		if bytes.IndexByte(line, '2') >= 0 {
			rows++
		}
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

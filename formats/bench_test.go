package formats_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"

	"timesheet/formats"
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
		date := fmt.Sprintf("2026-%02d-%02d", 1+i/28%12, 1+i%28)
		clock := fmt.Sprintf("%02d:%02d:%02d", 6+i%14, i%60, i*7%60)
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

func BenchmarkRead(b *testing.B) {
	for _, f := range []formats.Format{formats.CSV, formats.NDJSON, formats.JSON, formats.Attlog, formats.AGL} {
		b.Run(string(f), func(b *testing.B) {
			const rows = 100_000
			data := generated(f, rows)
			out := make([]formats.Row, 4096)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				r := formats.NewReader(bytes.NewReader(data), formats.Auto)
				total := 0
				for {
					n, err := r.Read(out)
					total += n
					for _, row := range out[:n] {
						if row.Err != nil {
							b.Fatal(row.Line, row.Err)
						}
					}
					if errors.Is(err, io.EOF) {
						break
					}
					if err != nil {
						b.Fatal(err)
					}
				}
				if total != rows {
					b.Fatalf("%d rows", total)
				}
			}
			b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
		})
	}
}

package tds_test

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"testing"

	"timesheet/internal/tds"
)

// clockings answers with n rows as the view has them: an id, an employee, a time.
func clockings(n int) func(context.Context, tds.Query, *tds.Writer) error {
	return func(_ context.Context, _ tds.Query, w *tds.Writer) error {
		if err := w.Columns([]tds.Column{
			{Name: "id", Type: tds.BigIntType()}, {Name: "employee_id", Type: tds.NVarCharType(20), Nullable: true},
			{Name: "clocked_at", Type: tds.DateTime2Type(3), Nullable: true},
		}); err != nil {
			return err
		}
		at := wallOf("2026-11-23T08:09:10.123Z")
		row := make([]tds.Value, 3)
		for id := range int64(n) {
			row[0], row[1], row[2] = tds.Int(id), tds.String("E0012345"), tds.DateTime(at+id)
			if err := w.Row(row); err != nil {
				return err
			}
		}
		return nil
	}
}

const page = 10_000

// BenchmarkRows is what the server alone can send, to a client that only takes bytes.
func BenchmarkRows(b *testing.B) {
	s := serve(b, nil, func(s *tds.Server) { s.Handler = any1{clockings(page)} })
	w := s.dial(b)
	w.send(unhex(b, goldenPrelogin))
	w.packet()
	login := unhex(b, goldenLogin)
	binary.LittleEndian.PutUint32(login[8+4:], tds.Version74)
	w.send(login)
	w.packet()
	batch := unhex(b, goldenBatch)
	buf := make([]byte, 64<<10)
	b.ReportAllocs()
	for b.Loop() {
		w.send(batch)
		drain(b, w.Conn, buf)
	}
	b.ReportMetric(float64(page*b.N)/b.Elapsed().Seconds(), "rows/s")
}

// drain reads one message.
func drain(b *testing.B, c net.Conn, buf []byte) {
	for last := false; !last; {
		if _, err := io.ReadFull(c, buf[:8]); err != nil {
			b.Fatal(err)
		}
		last = buf[1]&1 != 0
		if _, err := io.ReadFull(c, buf[:int(buf[2])<<8+int(buf[3])-8]); err != nil {
			b.Fatal(err)
		}
	}
}

// any1 is a handler that lets all in and has one answer.
type any1 struct {
	answer func(context.Context, tds.Query, *tds.Writer) error
}

func (a any1) Login(context.Context, tds.Login) (tds.Session, error) { return a, nil }

func (a any1) Query(ctx context.Context, q tds.Query, w *tds.Writer) error {
	return a.answer(ctx, q, w)
}

func (a any1) Close() {}

// BenchmarkDriver is what go-mssqldb reads of it.
func BenchmarkDriver(b *testing.B) {
	for _, encrypt := range []string{"disable", "true"} {
		b.Run("encrypt="+encrypt, func(b *testing.B) {
			s := serve(b, answers{"select page": clockings(page)}, encrypted(b))
			db := s.open(b, "encrypt", encrypt, "trustservercertificate", "true")
			for b.Loop() {
				rows, err := db.QueryContext(b.Context(), "select page")
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				for rows.Next() {
					n++
				}
				if rows.Err() != nil || n != page {
					b.Fatalf("%d rows, %v", n, rows.Err())
				}
				rows.Close()
			}
			b.ReportMetric(float64(page*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

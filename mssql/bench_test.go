package mssql_test

import (
	"database/sql"
	"fmt"
	"iter"
	"path/filepath"
	"testing"
	"time"

	"timesheet"
	"timesheet/internal/clocking"
	"timesheet/mssql"
)

const benchRows = 200_000

// backlog is a stand-in with benchRows rows of 5,000 employees.
func backlog(b *testing.B, o clocking.Options) *clocking.System {
	b.Helper()
	s := start(b, o)
	var rows iter.Seq[clocking.Row] = func(yield func(clocking.Row) bool) {
		for i := range benchRows {
			at := clocking.Wall(timesheet.Wall(1_790_000_000_000 + int64(i)*1000))
			if !yield(clocking.Row{Employee: fmt.Sprintf("E%05d", i%5000), At: at}) {
				return
			}
		}
	}
	if _, err := s.Load(rows); err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkDrain pages a backlog page by page in turns: by a View, and by the loop that
// anybody would write with the driver and which does nothing with the rows.
func BenchmarkDrain(b *testing.B) {
	for name, o := range map[string]clocking.Options{
		"plain": {},
		"TLS":   {TLS: true, CertificateFile: filepath.Join(b.TempDir(), "server.pem")},
	} {
		s := backlog(b, o)
		for _, limit := range []int{1000, 10_000} {
			for _, size := range []int{4096, 8000, 16_383, 32_767} {
				b.Run(fmt.Sprintf("%s/%d/packets of %d", name, limit, size), func(b *testing.B) {
					drain(b, s.DSN(), fmt.Sprintf("%s&packet+size=%d", s.DSN(), size), limit)
				})
			}
		}
	}
}

func drain(b *testing.B, bareDSN, dsn string, limit int) {
	v := open(b, mssql.Options{URL: dsn, View: "dbo.Clockings"})
	db, err := sql.Open("sqlserver", bareDSN)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	var bare, view time.Duration
	var rows []timesheet.Row
	total := 0
	for b.Loop() {
		for after := timesheet.RowID(0); after < benchRows; after = rows[len(rows)-1].ID {
			began := time.Now()
			_, n := barePage(b, db, int64(after), limit)
			between := time.Now()
			if rows, err = v.Page(b.Context(), after, limit, rows[:0]); err != nil || len(rows) != n {
				b.Fatal(len(rows), n, err)
			}
			bare += between.Sub(began)
			view += time.Since(between)
			total += n
		}
	}
	b.ReportMetric(float64(total)/view.Seconds(), "rows/s")
	b.ReportMetric(float64(total)/bare.Seconds(), "bare_rows/s")
	b.ReportMetric(bare.Seconds()/view.Seconds(), "view/bare")
}

const pageQuery = "SELECT TOP (@n) id, employee_id, clocked_at FROM dbo.Clockings WITH (READCOMMITTEDLOCK, READPAST) WHERE id > @after ORDER BY id"

func barePage(b *testing.B, db *sql.DB, after int64, limit int) (last int64, n int) {
	rows, err := db.QueryContext(b.Context(), pageQuery, sql.Named("n", limit), sql.Named("after", after))
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	var employee string
	var at time.Time
	for rows.Next() {
		if err := rows.Scan(&last, &employee, &at); err != nil {
			b.Fatal(err)
		}
		n++
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	return last, n
}

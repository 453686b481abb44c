package tests

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"testing"
	"time"

	"timesheet"
	rows "timesheet/internal/clocking"
)

// The machines' system in these tests is a stand-in that speaks SQL Server's protocol;
// the service reads it through the real driver, as it does outside.

// startMachines serves a system with an empty view.
func startMachines(t testing.TB, o rows.Options) *rows.System {
	t.Helper()
	system := rows.New(o)
	if err := system.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := system.Close(); err != nil {
			t.Errorf("close the machines' system: %v", err)
		}
	})
	return system
}

// reading are the flags of a service that follows the system closely.
func reading(system *rows.System, more ...string) []string {
	return append([]string{"--source", system.DSN(), "--poll-interval", "50ms"}, more...)
}

// matters is the k-th row of a source in which every row matters: of each employee and
// day there are two, the earliest and the latest.
func matters(k int) rows.Row {
	const employees = 500
	pair, late := k/2, k%2
	day := timesheet.DayOf(2026, time.January, 5) + timesheet.Day(pair/employees%250)
	wall := timesheet.Wall(day)*86_400_000 + timesheet.Wall((8+8*late)*3_600_000+pair%3_600_000)
	return rows.Row{Employee: fmt.Sprintf("E%03d", pair%employees), At: rows.Wall(wall - wall%1000)}
}

// allMatter are such rows, without end.
func allMatter() iter.Seq[rows.Row] {
	return func(yield func(rows.Row) bool) {
		for k := range 1 << 40 {
			if !yield(matters(k)) {
				return
			}
		}
	}
}

// shown are a system's committed rows as texts, for the oracle.
func shown(t testing.TB, system *rows.System) []clocking {
	t.Helper()
	var all []clocking
	for r := range system.Rows() {
		c, ok := r.Clocking()
		wall, local := c.At.Local()
		if !ok || !local {
			continue
		}
		at := time.UnixMilli(int64(wall)).UTC().Format("2006-01-02T15:04:05")
		all = append(all, clocking{ID: int(r.ID), Employee: string(c.Employee), At: at})
	}
	return all
}

// sourceStatus is the answer of GET /v1/source.
type sourceStatus struct {
	LastID        int64   `json:"last_id"`
	SettledID     int64   `json:"settled_id"`
	OpenGaps      int64   `json:"open_gaps"`
	LagSeconds    float64 `json:"lag_seconds"`
	LagRows       int64   `json:"lag_rows"`
	RowsPerSecond float64 `json:"rows_per_second"`
	Rejected      int     `json:"rejected"`
	Holder        *string `json:"holder"`
	State         string  `json:"state"`
	Error         *string `json:"error"`
}

func (s sourceStatus) trouble() string {
	if s.Error == nil {
		return ""
	}
	return *s.Error
}

// source asks how far the source was read.
func (s *service) source() (sourceStatus, error) {
	resp, err := http.Get(s.url + "/v1/source")
	if err != nil {
		return sourceStatus{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return sourceStatus{}, fmt.Errorf("status %d: %s, %w", resp.StatusCode, text, err)
	}
	var status sourceStatus
	return status, json.Unmarshal(text, &status)
}

// awaitSource waits until the status is as asked, and answers it.
func (s *service) awaitSource(what string, within time.Duration, so func(sourceStatus) bool) sourceStatus {
	s.t.Helper()
	var last sourceStatus
	var err error
	for deadline := time.Now().Add(within); ; <-time.After(20 * time.Millisecond) {
		if last, err = s.source(); err == nil && so(last) {
			return last
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("not %s within %v: %+v %q, %v\n%s", what, within, last, last.trouble(), err, s.log)
		}
	}
}

// read waits until everything that is in the system now was read.
func (s *service) read(system *rows.System) sourceStatus {
	s.t.Helper()
	highest, asked := system.Max(), time.Now()
	return s.awaitSource("read to the end", time.Minute, func(status sourceStatus) bool {
		asOf := time.Now().Add(-time.Duration(status.LagSeconds * float64(time.Second)))
		return status.State == "polling" && status.LastID >= highest && asOf.After(asked.Add(200*time.Millisecond))
	})
}

// requireSource wants the store to hold what the system shows, and nothing else.
func requireSource(t testing.TB, store string, system *rows.System, args ...string) {
	t.Helper()
	requireEqual(t, exported(t, store, args...), expected(shown(t, system)))
}

// missing counts the ids above settled, up to last, that no row has.
func missing(system *rows.System, settled, last int64) int64 {
	n := last - settled
	for r := range system.Rows() {
		if r.ID > settled && r.ID <= last {
			n--
		}
	}
	return n
}

// requireNoSecret wants no password in a service's log.
func requireNoSecret(t testing.TB, s *service, secret string) {
	t.Helper()
	if strings.Contains(s.log.String(), secret) {
		t.Error("the log has the password")
	}
}

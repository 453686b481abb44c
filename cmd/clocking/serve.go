package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"timesheet"
	"timesheet/internal/clocking"
	"timesheet/internal/generate"
)

// serve loads the rows that are there from the beginning, says where it serves, and
// writes the others, until ctx ends.
func (c *cli) serve(ctx context.Context, stdin io.Reader, stdout io.Writer, log *slog.Logger) (err error) {
	o, err := c.options(log)
	if err != nil {
		return err
	}
	if c.TLS && o.CertificateFile == "" {
		dir, err := os.MkdirTemp("", "clocking-")
		if err != nil {
			return fmt.Errorf("a place for the certificate: %w", err)
		}
		defer func() { _ = os.RemoveAll(dir) }() // at the end, of one small file
		o.CertificateFile = filepath.Join(dir, "clocking.pem")
	}
	s := clocking.New(o)
	c.misbehave(s.Faults())
	src, err := c.source(s, stdin)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.close()) }()
	begin := time.Now()
	if _, err := s.Load(src.loaded); err != nil {
		return fmt.Errorf("load rows: %w", err)
	}
	if src.err != nil {
		return src.err
	}
	if err := s.Start(string(c.Listen)); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if _, err := fmt.Fprintln(stdout, s.DSN()); err != nil {
		return fmt.Errorf("say where it serves: %w", err)
	}
	log.Info("serving", "address", s.Address(), "view", c.View, "rows", s.Len(), "loaded_in", time.Since(begin).Round(time.Millisecond))
	if c.TLS {
		log.Info("the certificate to check the server with", "file", o.CertificateFile)
	}
	return c.write(ctx, s, src, log)
}

// write writes the rows that come one by one, until ctx ends.
func (c *cli) write(ctx context.Context, s *clocking.System, src *source, log *slog.Logger) error {
	w := s.StartWriters(clocking.WriterOptions{
		Rows: src.arrivals, Rate: float64(c.Rate), Writers: int(c.Writers), MinHold: c.Hold.least, MaxHold: c.Hold.most,
		Rollback: float64(c.Rollback), Retry: true, Late: float64(c.Late), JumpEvery: int(c.JumpEvery), Seed: c.Seed,
	})
	select {
	case <-ctx.Done():
	case <-w.Done():
		if src.err != nil {
			return src.err
		}
		if n := w.Counts(); n.Committed > 0 {
			log.Info("all rows are there", "rows", s.Len(), "refused_for_their_ids", n.Refused)
		}
		<-ctx.Done()
	}
	n := w.Abandon()
	log.Info("ended", "rows", s.Len(), "committed", n.Committed, "rolled_back", n.RolledBack)
	return nil
}

func (c *cli) options(log *slog.Logger) (clocking.Options, error) {
	o := clocking.Options{
		Database: c.Database, View: string(c.View), User: c.User, Password: c.Password,
		Employee: c.EmployeeType.EmployeeType, Time: c.TimeType.TimeType, Snapshot: c.Isolation.snapshot,
		TLS: c.TLS, CertificateFile: c.Certificate, Seed: c.Seed, Logger: log,
	}
	if c.PasswordFile != "" {
		text, err := os.ReadFile(c.PasswordFile)
		if err != nil {
			return o, fmt.Errorf("--password-file: %w", err)
		}
		if o.Password = strings.TrimRight(string(text), "\r\n"); o.Password == "" {
			return o, fmt.Errorf("--password-file: %s is empty", c.PasswordFile)
		}
	}
	return o, nil
}

func (c *cli) misbehave(f *clocking.Faults) {
	f.Delay(c.Delay)
	f.SlowRows(int(c.SlowRows))
	for _, fail := range c.Fail {
		f.FailShare(fail.number, float64(fail.of))
	}
	f.CutShare(float64(c.Cut))
	f.RefuseLogin(c.RefuseLogin)
	f.IgnoreAttention(c.IgnoreAttention)
}

// source is where rows come from.
type source struct {
	loaded   iter.Seq[clocking.Row]     // there from the beginning
	arrivals iter.Seq[clocking.Arrival] // after it
	err      error                      // why a file's rows ended early
	close    func() error
}

const defaultHistory = 30 // days

func (c *cli) source(s *clocking.System, stdin io.Reader) (*source, error) {
	if c.CSV != "" {
		return c.file(s, stdin)
	}
	src := &source{close: func() error { return nil }}
	location := c.Zone.location
	if location == nil {
		location = time.Local
	}
	const nightWorkers = 20 // every so-manieth employee works nights
	staff := generate.New(generate.Options{Seed: c.Seed, Employees: int(c.Employees), NightShift: int(c.Employees) / nightWorkers, Zone: location})
	now := time.Now().In(location)
	today := timesheet.DayOf(now.Date())
	if c.Rate > 0 {
		src.loaded = clocking.Backlog(staff, today, int(c.Loaded))
		src.arrivals = clocking.AtOnce(c.fitting(clocking.Stamped(staff, time.Now)))
	} else {
		live := clocking.Live{Staff: staff, Now: now, From: now, Speed: float64(c.Speed), Days: defaultHistory}
		if c.History != nil {
			live.Days = int(*c.History)
		}
		if c.Speed > 1 {
			from := today - 7
			if c.From != 0 {
				from = c.From
			}
			year, month, day := now.Date()
			live.From = time.Date(year, month, day+int(from-today), 0, 0, 0, 0, location)
		}
		src.loaded = live.History()
		src.arrivals = func(yield func(clocking.Arrival) bool) {
			for a := range live.Arrivals() {
				if a.Row = c.fit(a.Row); !yield(a) {
					return
				}
			}
		}
	}
	src.loaded = c.fitting(src.loaded)
	return src, nil
}

// fit names made-up employees as the employee column can: E0007 is 7 in one of numbers.
func (c *cli) fit(r clocking.Row) clocking.Row {
	if kind := c.EmployeeType.EmployeeType; kind == clocking.Int() || kind == clocking.BigInt() {
		r.Employee = strings.TrimPrefix(r.Employee, "E")
	}
	return r
}

func (c *cli) fitting(rows iter.Seq[clocking.Row]) iter.Seq[clocking.Row] {
	return func(yield func(clocking.Row) bool) {
		for r := range rows {
			if !yield(c.fit(r)) {
				return
			}
		}
	}
}

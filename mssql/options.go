package mssql

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"timesheet"
)

// ReadMode says how rows are read that a transaction holds in flight.
type ReadMode string

const (
	// ReadPast skips rows in flight, and never waits for them: READCOMMITTEDLOCK,
	// READPAST. They come later, as gaps do.
	ReadPast ReadMode = "readpast"
	// Plain reads without hints, for views that take none. Under SQL Server's default
	// it waits for rows in flight, under READ_COMMITTED_SNAPSHOT it doesn't see them.
	Plain ReadMode = "plain"
)

// Options say where the clocking view is, what it looks like, and how patient to be.
type Options struct {
	// URL is sqlserver://user:password@host:port?database=…, with the parameters of
	// go-mssqldb. encrypt=true checks the server's certificate (certificate= names a
	// PEM file to check it by); without encrypt the login alone is encrypted.
	URL string
	// Password takes the place of the URL's; "" leaves that.
	Password string
	// View is view, schema.view or database.schema.view; parts may be in [brackets]
	// or "quotes".
	View string
	// The columns of the view; "" means id, employee_id and clocked_at. The id is an
	// integer, the employee an integer or characters, the time a DATETIME, DATETIME2,
	// SMALLDATETIME (on the site's wall) or DATETIMEOFFSET (a moment).
	IDColumn, EmployeeColumn, TimeColumn string
	// Mode is how rows in flight are read; "" means ReadPast.
	Mode ReadMode
	// LockTimeout is how long the server waits for a lock at most, at least a
	// millisecond; 0 means 5 seconds.
	LockTimeout time.Duration
	// Timeout bounds each call, its connecting included; 0 means 30 seconds.
	Timeout time.Duration
	// Logger gets connections and warnings; nil means slog.Default.
	Logger *slog.Logger
}

func (o Options) withDefaults() Options {
	orElse := func(s *string, or string) {
		if *s == "" {
			*s = or
		}
	}
	orElse(&o.IDColumn, "id")
	orElse(&o.EmployeeColumn, "employee_id")
	orElse(&o.TimeColumn, "clocked_at")
	orElse((*string)(&o.Mode), string(ReadPast))
	if o.LockTimeout == 0 {
		o.LockTimeout = 5 * time.Second
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o
}

// Validate names every problem of o at once, each with its field and value, and never
// a password. Its errors are Invalid.
func (o Options) Validate() error {
	_, _, err := o.parse()
	return err
}

// parse is o as it is used: where the server is, and the quoted names.
func (o Options) parse() (server, names, error) {
	o = o.withDefaults()
	at, problems := parseServer(o.URL, o.Password)
	n := names{}
	quote := func(into *string, field, value string, most int) {
		quoted, err := quoteName(value, most)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s %q: %w", field, value, err))
		}
		*into = quoted
	}
	quote(&n.view, "view", o.View, 3)
	quote(&n.id, "id column", o.IDColumn, 1)
	quote(&n.employee, "employee column", o.EmployeeColumn, 1)
	quote(&n.time, "time column", o.TimeColumn, 1)
	if n.id != "" && (n.id == n.employee || n.id == n.time) || n.time != "" && n.time == n.employee {
		problems = append(problems, fmt.Errorf("columns %s, %s, %s: they must be three", n.id, n.employee, n.time))
	}
	if o.Mode != ReadPast && o.Mode != Plain {
		problems = append(problems, fmt.Errorf("read mode %q: it must be %s or %s", o.Mode, ReadPast, Plain))
	}
	if o.LockTimeout < time.Millisecond || o.LockTimeout > time.Hour {
		problems = append(problems, fmt.Errorf("lock timeout %s: it must be from 1ms to 1h", o.LockTimeout))
	}
	if o.Timeout <= o.LockTimeout {
		problems = append(problems, fmt.Errorf("timeout %s: it must be longer than the lock timeout of %s", o.Timeout, o.LockTimeout))
	}
	if len(problems) > 0 {
		return at, n, timesheet.NewError(timesheet.Invalid, "clocking view", errors.Join(problems...))
	}
	return at, n, nil
}

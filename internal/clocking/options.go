package clocking

import "log/slog"

// Options say which system to stand in for. The zero Options are a database with
// locking readers and the view dbo.Clockings (id BIGINT, employee_id NVARCHAR(64),
// clocked_at DATETIME2(3)), read without TLS.
type Options struct {
	Database                             string       // "Clocking" by default
	View                                 string       // SCHEMA.NAME; "dbo.Clockings" by default
	IDColumn, EmployeeColumn, TimeColumn string       // id, employee_id and clocked_at by default
	Employee                             EmployeeType // NVarChar(64) by default
	Time                                 TimeType     // DateTime2 by default
	// Snapshot is READ_COMMITTED_SNAPSHOT: readers see the version of a row that was
	// committed last when their query began, and wait for nothing.
	Snapshot bool
	// User and Password are those of the one login; "timesheet" and "Clocking-2026" by
	// default, the latter because drivers and people must type it.
	User, Password string
	// TLS makes the server encrypt, with a certificate that it makes for itself.
	TLS bool
	// CertificateFile, with TLS, is where the certificate is written, in PEM, for clients
	// to check the server with; "" writes none, and DSN tells clients to trust any.
	CertificateFile string
	Seed            uint64       // of the faults that come at random
	Logger          *slog.Logger // nil discards
}

func (o Options) withDefaults() Options {
	defaults := []struct {
		to *string
		v  string
	}{
		{&o.Database, "Clocking"}, {&o.View, "dbo.Clockings"}, {&o.IDColumn, "id"},
		{&o.EmployeeColumn, "employee_id"}, {&o.TimeColumn, "clocked_at"},
		{&o.User, "timesheet"}, {&o.Password, "Clocking-2026"},
	}
	for _, d := range defaults {
		if *d.to == "" {
			*d.to = d.v
		}
	}
	if o.Employee == (EmployeeType{}) {
		o.Employee = NVarChar(maxEmployee)
	}
	if o.Time == "" {
		o.Time = DateTime2
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

package main

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/alecthomas/kong"

	"timesheet"
)

const description = `Clocking stands in for a Clocking system: a SQL Server with the view
dbo.Clockings (id, employee_id, clocked_at) of biometric machines' rows. It
serves a CSV file or made-up employees, and knows a few queries; all others are
error 102. Its first line of output is the DSN to reach it with.

Ids are taken in order, but rows become visible when the transaction of their
writer commits, in any order: as in the real one, and what a reader has to bear.

Examples:
  clocking                                            200 made-up employees, live
  clocking --speed 600                                a week of them in a quarter of an hour
  clocking --csv rows.csv                             all rows of a file at once
  clocking --csv rows.csv.gz --rate 5000/s --hold 0-300ms --writers 8
  clocking --rate 100/s --rollback 0.1 --fail 1205:0.01 --cut 0.01

Exit codes:
  0  ended by a signal
  1  failed; the reason is on standard error
  2  the command line is wrong; nothing was done`

var groups = []kong.Group{
	{Key: "rows", Title: "The rows:"},
	{Key: "writing", Title: "How they are written:"},
	{Key: "server", Title: "The server:"},
	{Key: "faults", Title: "Faults:"},
}

// cli is the whole command line.
type cli struct {
	CSV       string        `name:"csv" placeholder:"FILE" help:"Serve the rows of this file, plain, gzip or zstd; - is standard input. Its header names employee_id, clocked_at and perhaps id; ids are kept. Default: made-up employees." group:"rows"`
	Rate      rate          `placeholder:"N/s" help:"Let so many rows become visible a second (or /min, /h). Default: all of the file at once; made-up employees when they come and go." group:"rows"`
	Loaded    count         `placeholder:"N" help:"With --rate: have N rows there from the beginning, the file's first or made-up ones of the days before today." group:"rows"`
	Employees number        `default:"200" placeholder:"N" help:"How many employees to make up. Default: 200." group:"rows"`
	Seed      uint64        `default:"1" placeholder:"N" help:"The same seed makes up the same people, and the same writers' doings. Default: 1." group:"rows"`
	Zone      zone          `placeholder:"ZONE" help:"Where the machines hang, an IANA time zone. Default: this machine's." group:"rows"`
	History   *count        `placeholder:"DAYS" help:"Made-up employees: so many days are there from the beginning. Default: 30." group:"rows"`
	Speed     speed         `default:"1" placeholder:"N" help:"Made-up employees live N times as fast as clocks, from --from on until they have come to the present. Default: 1." group:"rows"`
	From      timesheet.Day `placeholder:"DAY" help:"With --speed: the day, written 2006-01-02, from which on they live. Default: 7 days ago." group:"rows"`

	Writers   number    `default:"8" placeholder:"N" help:"So many transactions are open at once. Default: 8." group:"writing"`
	Hold      hold      `default:"0-300ms" placeholder:"MIN-MAX" help:"A transaction commits after a time between these, at random. Default: 0-300ms." group:"writing"`
	Rollback  share     `placeholder:"SHARE" help:"Roll back this share of the transactions, 0 to 0.9: permanent gaps in the ids. Their rows come again under other ids, but for ids that a file gave." group:"writing"`
	Late      share     `placeholder:"SHARE" help:"Write this share of the rows, 0 to 1, only when their transaction ends, under ids taken before: even a reader who waits for rows in flight can't wait for those." group:"writing"`
	JumpEvery count     `placeholder:"N" help:"Leave 1,000 ids out after every N rows, as restarts do." group:"writing"`
	Isolation isolation `default:"locking" placeholder:"KIND" help:"What readers do about rows in flight: locking (they wait; READPAST skips) or snapshot (READ_COMMITTED_SNAPSHOT: they see what was committed last). Default: locking." group:"writing"`

	Listen       address      `default:"127.0.0.1:14330" placeholder:"HOST:PORT" help:"Listen here, on a loopback address; port 0 takes any free one. Default: 127.0.0.1:14330." group:"server"`
	User         string       `default:"timesheet" env:"CLOCKING_USER" placeholder:"NAME" help:"The one login's name. Default: timesheet." group:"server"`
	Password     string       `default:"Clocking-2026" env:"CLOCKING_PASSWORD" placeholder:"TEXT" help:"The login's password. Default: Clocking-2026." group:"server"`
	PasswordFile string       `env:"CLOCKING_PASSWORD_FILE" placeholder:"FILE" help:"Read the password from this file." group:"server"`
	TLS          bool         `name:"tls" help:"Encrypt, with a certificate made for this run, which the DSN has clients check." group:"server"`
	Certificate  string       `placeholder:"FILE" help:"With --tls: write the certificate (PEM) to this file. Default: one in a temporary directory." group:"server"`
	Database     string       `default:"Clocking" placeholder:"NAME" help:"The database's name. Default: Clocking." group:"server"`
	View         viewName     `default:"dbo.Clockings" placeholder:"SCHEMA.NAME" help:"The view's name. Default: dbo.Clockings." group:"server"`
	EmployeeType employeeType `default:"nvarchar" placeholder:"TYPE" help:"The type of employee_id: nvarchar, nvarchar(N), char(N), int or bigint. Default: nvarchar." group:"server"`
	TimeType     timeType     `default:"datetime2" placeholder:"TYPE" help:"The type of clocked_at: datetime, datetime2 or datetimeoffset. Default: datetime2." group:"server"`
	LogLevel     slog.Level   `default:"info" placeholder:"LEVEL" help:"Log what is at least this important: debug (with refused queries), info, warn, error. Default: info." group:"server"`

	Delay           time.Duration `placeholder:"TIME" help:"Answer so much later." group:"faults"`
	SlowRows        count         `placeholder:"N" help:"Answer at most N rows a second." group:"faults"`
	Fail            []failure     `placeholder:"NUMBER:SHARE" help:"Answer this share of the queries, 0 to 1, with an error of this number: 1205:0.01 makes deadlock victims. May be given several times." group:"faults"`
	Cut             share         `placeholder:"SHARE" help:"Cut the connection in the midst of this share of the answers." group:"faults"`
	RefuseLogin     bool          `help:"Refuse all logins, with error 18456." group:"faults"`
	IgnoreAttention bool          `help:"Leave the cancelling of queries unanswered." group:"faults"`
}

// problems are what no flag shows alone.
func (c *cli) problems() (all []error) {
	wrong := func(when bool, format string, args ...any) {
		if when {
			all = append(all, fmt.Errorf(format, args...))
		}
	}
	live := c.CSV == "" && c.Rate == 0
	wrong(c.Loaded > 0 && c.Rate == 0, "--loaded %d: needs --rate, else all rows are there at once", c.Loaded)
	wrong(c.Speed != 1 && !live, "--speed %v: is for made-up employees without --rate", float64(c.Speed))
	wrong(c.From != 0 && c.Speed == 1, "--from %v: needs --speed", c.From)
	wrong(c.History != nil && !live, "--history: is for made-up employees without --rate")
	wrong(c.Certificate != "" && !c.TLS, "--certificate %q: needs --tls", c.Certificate)
	wrong(c.Rollback > 0.9, "--rollback %v: is more than 0.9", float64(c.Rollback))
	wrong(c.Delay < 0, "--delay %v: is negative", c.Delay)
	wrong(c.User == "", "--user: is empty")
	wrong(c.Database == "", "--database: is empty")
	if c.Password == "" && c.PasswordFile == "" {
		all = append(all, errors.New("--password: is empty"))
	}
	today := timesheet.DayOf(time.Now().Date())
	wrong(c.From != 0 && c.From >= today, "--from %v: is no day before today", c.From)
	return all
}

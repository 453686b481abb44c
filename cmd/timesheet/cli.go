package main

import (
	"log/slog"
	"time"

	"timesheet"
	"timesheet/formats"
)

// cli is the whole command line: all commands, and all settings with their units,
// defaults and meaning. A setting has one name: the flag's; see sources.go for how it
// is said in the environment and in the file.
type cli struct {
	Config      string     `placeholder:"FILE" help:"Read settings from this TOML file. Its keys are the flags' names: store = \"pebble:/var/lib/timesheet\"." group:"common"`
	CheckConfig bool       `help:"Check all settings, print them with their sources (passwords hidden), and end." group:"common"`
	LogLevel    slog.Level `default:"info" placeholder:"LEVEL" help:"Log what is at least this important: debug, info, warn, error. Default: info." group:"common"`
	LogFormat   logFormat  `default:"auto" placeholder:"FORMAT" help:"Log as text or json; auto is text on a terminal, else json. Default: auto." group:"common"`

	Demo        demoCmd        `cmd:"" help:"Try it: a throw-away store, 200 made-up employees, a live day."`
	Serve       serveCmd       `cmd:"" help:"Run the service: take clockings by HTTP, answer entries."`
	Import      importCmd      `cmd:"" help:"Read clockings from files."`
	Export      exportCmd      `cmd:"" help:"Print all entries as CSV."`
	Dayrule     dayruleCmd     `cmd:"" help:"List or set the day rules: time zone and day boundary, for all or for one employee."`
	Healthcheck healthcheckCmd `cmd:"" help:"Ask a running service whether it is ready."`
	Version     versionCmd     `cmd:"" help:"Print the version."`
	Help        helpCmd        `cmd:"" help:"Print this help, or a command's."`
}

// storeSettings say which store, for all commands that touch one.
type storeSettings struct {
	Store        storeName     `default:"pebble:./data" placeholder:"STORE" help:"Where entries are kept: pebble:DIR (embedded, no server needed), redis://[USER:PASSWORD@]HOST:PORT[/DB] or rediss://… (TLS). Default: pebble:./data." group:"store"`
	StoreFile    string        `placeholder:"FILE" help:"Read the store's name from this file, which keeps a Redis password out of command line and environment." group:"store"`
	StoreWait    time.Duration `default:"30s" placeholder:"TIME" help:"Keep trying this long while the store can't be reached. Default: 30s." group:"store"`
	TimeZone     zoneName      `placeholder:"ZONE" help:"The site's time zone, an IANA name such as Europe/Berlin: it decides on which day a clocking counts. Needed when the store is created; the store remembers it, and refuses another one later." group:"store"`
	WaitReplicas count         `default:"0" placeholder:"N" help:"Redis only: acknowledge nothing before N replicas have it. Default: 0." group:"store"`
}

// serverSettings say which running service a command may work through.
type serverSettings struct {
	Server serverURL `placeholder:"URL" help:"Work through the running service at this URL instead of opening the store. A service that holds the Pebble directory is found without it." group:"store"`
}

// listenSettings are those of the HTTP side.
type listenSettings struct {
	Listen         address       `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Listen here; port 0 takes any free one. Default: 127.0.0.1:8080, which only this machine reaches." group:"http"`
	InsecureListen bool          `help:"Allow --listen on other than loopback addresses. There is no authentication: whoever reaches the address can read and write everything. Use it inside a container network or behind a proxy that authenticates." group:"http"`
	MaxBody        size          `default:"16MiB" placeholder:"SIZE" help:"Refuse larger request bodies (bytes, KiB, MiB or GiB). Default: 16MiB." group:"http"`
	MaxRows        number        `default:"1000000" placeholder:"N" help:"Refuse requests with more clockings. Default: 1000000." group:"http"`
	MaxRequests    number        `default:"256" placeholder:"N" help:"Refuse further posts with 429 while this many are being worked on. Default: 256." group:"http"`
	RequestTimeout time.Duration `default:"30s" placeholder:"TIME" help:"Give up a request after this time, with 503. Default: 30s." group:"http"`
}

type serveCmd struct {
	storeSettings
	listenSettings
}

type demoCmd struct {
	listenSettings
	TimeZone  zoneName `placeholder:"ZONE" help:"The made-up site's time zone. Default: this machine's."`
	Employees number   `default:"200" placeholder:"N" help:"How many employees to make up. Default: 200."`
	Seed      count    `default:"1" placeholder:"N" help:"The same seed makes up the same people. Default: 1."`
}

type importCmd struct {
	Files   []string       `arg:"" name:"FILE" help:"Files to read, plain, gzip or zstd; - is standard input."`
	Format  formats.Format `default:"auto" placeholder:"FORMAT" help:"The files' layout: csv (with a header: employee_id, clocked_at), attlog (attlog.dat of ZKTeco machines), agl, ndjson, json, or auto to find out. Default: auto."`
	Rejects string         `placeholder:"FILE" help:"Write lines that can't be used to this file, as CSV: line,reason,text. The others are imported all the same."`
	storeSettings
	serverSettings
}

type exportCmd struct {
	Raw  bool          `required:"" help:"The merged facts, one line per employee and day: employee_id,day,earliest,latest. Required: it is the only form so far."`
	From timesheet.Day `placeholder:"DAY" help:"Leave out days before this one, written 2006-01-02."`
	To   timesheet.Day `placeholder:"DAY" help:"Leave out days after this one."`
	storeSettings
	serverSettings
}

type dayruleCmd struct {
	List dayruleListCmd `cmd:"" help:"Print the day rules in force."`
	Set  dayruleSetCmd  `cmd:"" help:"Give one employee, or all without a rule of their own, another day rule from a day on."`
}

type dayruleListCmd struct {
	Format listFormat `default:"table" placeholder:"FORMAT" help:"table, csv or json. Default: table."`
	storeSettings
	serverSettings
}

type dayruleSetCmd struct {
	Employee timesheet.EmployeeID `placeholder:"ID" help:"Whose rule; without it, the default's."`
	Zone     zoneName             `required:"" placeholder:"ZONE" help:"IANA time zone, such as Europe/Berlin."`
	Boundary boundary             `required:"" placeholder:"HH:MM" help:"Wall time at which a day begins: 00:00, or 12:00 for night workers, whose day is named by the shift's start."`
	From     timesheet.Day        `required:"" placeholder:"DAY" help:"The first day that the rule counts for, written 2006-01-02: a day to come, or any day without entries from the day before it on."`
	storeSettings
	serverSettings
}

type healthcheckCmd struct {
	Listen  address       `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where the service listens. Default: 127.0.0.1:8080."`
	Server  serverURL     `placeholder:"URL" help:"Ask here instead."`
	Timeout time.Duration `default:"2s" placeholder:"TIME" help:"Give up after this time. Default: 2s."`
}

type versionCmd struct{}

type helpCmd struct {
	Command []string `arg:"" optional:"" help:"The command to explain."`
}

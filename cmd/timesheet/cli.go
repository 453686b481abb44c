package main

import (
	"log/slog"
	"time"

	"timesheet"
	"timesheet/formats"
	"timesheet/ingest"
	"timesheet/mssql"
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
	Source      sourceCmd      `cmd:"" help:"Look at the SQL Server source: how far it was read, which rows were rejected."`
	Replay      replayCmd      `cmd:"" help:"Read rows of the source again, while the service runs."`
	Verify      verifyCmd      `cmd:"" help:"Compare all entries with the source, and repair them."`
	Copy        copyCmd        `cmd:"" help:"Copy a whole store into another one, as from Pebble to Redis."`
	Erase       eraseCmd       `cmd:"" help:"Erase a person from the store, for good."`
	Token       tokenCmd       `cmd:"" help:"Make tokens, by which people and machines say who they are."`
	Dayrule     dayruleCmd     `cmd:"" help:"List or set the day rules: time zone and day boundary, for all or for one employee."`
	Rules       rulesCmd       `cmd:"" help:"Check a rules file, or see whose worked time another one would change."`
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
	Server    serverURL `placeholder:"URL" help:"Work through the running service at this URL instead of opening the store. A service that holds the Pebble directory is found without it." group:"store"`
	Token     secret    `placeholder:"TOKEN" help:"Show that service this token, of scope admin. One that holds the Pebble directory needs none. Say it in the environment or in a file: a command line can be read by others." group:"store"`
	TokenFile string    `placeholder:"FILE" help:"Read that token from this file." group:"store"`
}

// listenSettings are those of the HTTP side.
type listenSettings struct {
	Listen         address       `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Listen here; port 0 takes any free one. Default: 127.0.0.1:8080, which only this machine reaches." group:"http"`
	InsecureListen bool          `help:"Allow --listen on other than loopback addresses without --tokens: whoever reaches the address can read and write everything. Use it inside a container network or behind a proxy that authenticates." group:"http"`
	MaxBody        size          `default:"16MiB" placeholder:"SIZE" help:"Refuse larger request bodies (bytes, KiB, MiB or GiB). Default: 16MiB." group:"http"`
	MaxRows        number        `default:"1000000" placeholder:"N" help:"Refuse requests with more clockings. Default: 1000000." group:"http"`
	MaxRequests    number        `default:"256" placeholder:"N" help:"Refuse further posts with 429 while this many are being worked on. Default: 256." group:"http"`
	RequestTimeout time.Duration `default:"30s" placeholder:"TIME" help:"Give up a request after this time, with 503. Default: 30s." group:"http"`
}

// sourceSettings say which clocking view is read, for all commands that read it.
type sourceSettings struct {
	Source             sourceURL      `placeholder:"URL" help:"Read clockings from this Microsoft SQL Server: sqlserver://USER@HOST:PORT?database=NAME, with the driver's parameters, such as encrypt=true&certificate=FILE." group:"source"`
	SourceFile         string         `placeholder:"FILE" help:"Read the source's URL from this file." group:"source"`
	SourcePassword     secret         `placeholder:"PASSWORD" help:"The password of the source's user. Say it in the environment or in a file: a command line can be read by others." group:"source"`
	SourcePasswordFile string         `placeholder:"FILE" help:"Read that password from this file." group:"source"`
	View               string         `default:"dbo.Clockings" placeholder:"NAME" help:"The clocking view: SCHEMA.VIEW, with [brackets] where a name needs them. Default: dbo.Clockings." group:"source"`
	IDColumn           string         `name:"id-column" default:"id" placeholder:"NAME" help:"Its column with the auto-incremented id. Default: id." group:"source"`
	EmployeeColumn     string         `default:"employee_id" placeholder:"NAME" help:"Its column with the employee's id, a number or a text. Default: employee_id." group:"source"`
	TimeColumn         string         `default:"clocked_at" placeholder:"NAME" help:"Its column with the time: DATETIME, DATETIME2 (the wall time of the day rule's zone) or DATETIMEOFFSET. Default: clocked_at." group:"source"`
	ReadMode           mssql.ReadMode `default:"readpast" placeholder:"MODE" help:"readpast skips rows in flight and picks them up later; plain waits for them: for views that take no hints, or databases with READ_COMMITTED_SNAPSHOT. Default: readpast." group:"source"`
	SourceTimeout      time.Duration  `default:"30s" placeholder:"TIME" help:"Cut the connection when an answer takes longer. Default: 30s." group:"source"`
	LockTimeout        time.Duration  `default:"5s" placeholder:"TIME" help:"Wait no longer for rows that others have locked. Default: 5s." group:"source"`
	Page               number         `default:"10000" placeholder:"N" help:"Rows of one read. Default: 10000." group:"source"`
	SourceName         string         `default:"clocking" placeholder:"NAME" help:"Under this name the store remembers how far the source was read. Default: clocking." group:"source"`
}

// pollSettings say how the service follows the source.
type pollSettings struct {
	PollInterval time.Duration `default:"1s" placeholder:"TIME" help:"Ask for new rows so often. Default: 1s." group:"source"`
	GapAge       time.Duration `default:"15m" placeholder:"TIME" help:"Wait so long for the row of a missing id; only time counts in which the source could be read. Default: 15m." group:"source"`
	SweepAge     time.Duration `default:"24h" placeholder:"TIME" help:"Read rows again that were first seen within this time, for what was changed or put in late. Default: 24h." group:"source"`
	SweepEvery   time.Duration `default:"10m" placeholder:"TIME" help:"Do that so often. Default: 10m." group:"source"`
	RewindBy     time.Duration `default:"24h" placeholder:"TIME" help:"Go back so far when the store lost what it had. Default: 24h." group:"source"`
	OnReseed     ingest.Reseed `default:"stop" placeholder:"POLICY" help:"When the view's ids begin anew: stop and say so, or rescan it from the start. Default: stop." group:"source"`
	FromID       *rowID        `name:"from-id" placeholder:"ID" help:"At the first start, begin with this row. Default: everything." group:"source"`
	FromTime     *wallTime     `placeholder:"TIME" help:"At the first start, begin with the first row of this wall time, written 2006-01-02 or 2006-01-02T15:04:05." group:"source"`
}

// workSettings say how clockings become worked time.
type workSettings struct {
	Rules     string `placeholder:"FILE" help:"The rules of worked time: schedules, breaks, holidays, leave, as YAML; see examples/office.yaml. It is followed: a change is in force within seconds, a bad one is refused. Without it the rules that the store remembers stay in force, or the defaults." group:"rules"`
	Directory string `placeholder:"FILE" help:"Who the employees are: names, teams, schedules, former badges, as CSV or YAML; see examples/directory.csv. It is followed, too." group:"rules"`
	Restate   bool   `help:"Accept rules under which the worked time of settled days changes. See first whose: timesheet rules diff." group:"rules"`
}

// accessSettings say who may do what.
type accessSettings struct {
	Tokens               string    `placeholder:"FILE" help:"Ask everybody who they are. This YAML file lists tokens with their scopes; entries for it are made by: timesheet token create. It is followed: a change is in force within seconds, a bad one is refused. Without it there is no authentication." group:"access"`
	Audit                string    `default:"-" placeholder:"FILE" help:"With --tokens, append a line of JSON to this file whenever somebody reads or changes what is another's: who, what, when. - is standard output. Default: -." group:"access"`
	PublicURL            serverURL `name:"public-url" placeholder:"URL" help:"The address in people's browsers, such as https://timesheet.example.org. With https, cookies are sent over https only." group:"access"`
	AllowOrigins         []origin  `sep:"," placeholder:"ORIGIN" help:"Let pages of these origins call the API with a token (CORS), such as https://intranet.example.org; separated by commas. Default: none." group:"access"`
	OIDCIssuer           serverURL `name:"oidc-issuer" placeholder:"URL" help:"Let people log in at this OpenID Connect provider; who may do what is said in the file of --tokens by entries with oidc instead of sha256. Needs --public-url, and URL/v1/session/oidc/callback as the redirect URI there." group:"access"`
	OIDCClientID         string    `name:"oidc-client-id" placeholder:"ID" help:"The client's id at the provider." group:"access"`
	OIDCClientSecret     secret    `name:"oidc-client-secret" placeholder:"SECRET" help:"Its secret. Say it in the environment or in a file: a command line can be read by others." group:"access"`
	OIDCClientSecretFile string    `name:"oidc-client-secret-file" placeholder:"FILE" help:"Read that secret from this file." group:"access"`
	OIDCEmployeeClaim    string    `name:"oidc-employee-claim" default:"employee_id" placeholder:"NAME" help:"The claim that names the employee whose days read:self reaches. Default: employee_id." group:"access"`
}

// origin is where a page comes from, as browsers write it.
type origin string

type serveCmd struct {
	Retain    retain        `placeholder:"DAYS" help:"Keep so many days before today, such as 400d, at least 62d; what is older is removed for good when a day of the site ends. Default: keep all." group:"access"`
	IdleAfter time.Duration `default:"10m" placeholder:"TIME" help:"Forget an employee who doesn't clock for this time; what he clocked is in the store, and only memory depends on it. At least 1s. Default: 10m."`
	storeSettings
	workSettings
	listenSettings
	accessSettings
	sourceSettings
	pollSettings
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

type sourceCmd struct {
	Status   sourceStatusCmd   `cmd:"" help:"Print how far the source was read."`
	Rejected sourceRejectedCmd `cmd:"" help:"List the rows that can't be used, with their reasons."`
	Release  sourceReleaseCmd  `cmd:"" help:"Read one rejected row again, and take it if it can be used now."`
	Rescan   sourceRescanCmd   `cmd:"" help:"Read the source again from the start, or from a row on; it also ends an alarm."`
}

type sourceStatusCmd struct {
	Format     listFormat `default:"table" placeholder:"FORMAT" help:"table, csv or json. Default: table."`
	SourceName string     `default:"clocking" placeholder:"NAME" help:"Under this name the store remembers how far the source was read. Default: clocking." group:"source"`
	storeSettings
	serverSettings
}

type sourceRejectedCmd struct {
	Format     listFormat `default:"table" placeholder:"FORMAT" help:"table, csv or json. Default: table."`
	SourceName string     `default:"clocking" placeholder:"NAME" help:"Under this name the store remembers how far the source was read. Default: clocking." group:"source"`
	storeSettings
	serverSettings
}

type sourceReleaseCmd struct {
	ID rowID `arg:"" name:"ID" help:"The row's id."`
	storeSettings
	serverSettings
	sourceSettings
}

type sourceRescanCmd struct {
	FromID     *rowID `name:"from-id" placeholder:"ID" help:"Begin with this row. Default: with the first."`
	Reason     string `default:"by hand" placeholder:"TEXT" help:"Why, for those who read the log later. Default: by hand."`
	SourceName string `default:"clocking" placeholder:"NAME" help:"Under this name the store remembers how far the source was read. Default: clocking." group:"source"`
	storeSettings
	serverSettings
}

type replayCmd struct {
	From rowOrDay `placeholder:"ID|DAY" help:"The first row, or the first day (2006-01-02). Default: the first row."`
	To   rowOrDay `placeholder:"ID|DAY" help:"The last row, or the last day. Default: the last row."`
	storeSettings
	serverSettings
	sourceSettings
}

type verifyCmd struct {
	From   timesheet.Day `required:"" placeholder:"DAY" help:"The first day to compare, written 2006-01-02."`
	To     timesheet.Day `required:"" placeholder:"DAY" help:"The last day to compare."`
	Repair repair        `placeholder:"merge|replace" help:"Put right what differs: alone it merges what is missing or narrower; --repair=replace also narrows what is wider, except what HTTP posts or imports fed."`
	Format listFormat    `default:"table" placeholder:"FORMAT" help:"table, csv or json. Default: table."`
	storeSettings
	serverSettings
	sourceSettings
}

type copyCmd struct {
	To         storeName `required:"" placeholder:"STORE" help:"The store to copy into, a new one: pebble:DIR or redis://…."`
	SourceName string    `default:"clocking" placeholder:"NAME" help:"Under this name the store remembers how far the source was read. Default: clocking." group:"source"`
	storeSettings
}

type eraseCmd struct {
	Employee timesheet.EmployeeID `arg:"" name:"ID" help:"The employee, as the machines write it."`
	Yes      bool                 `help:"Do it. Without this, it only says what there is of the person."`
	storeSettings
	serverSettings
}

type tokenCmd struct {
	Create tokenCreateCmd `cmd:"" help:"Make a token, shown once, and the entry for the file of serve --tokens."`
}

type tokenCreateCmd struct {
	Name     string               `required:"" placeholder:"NAME" help:"Whose it is; told in the audit log and beside corrections."`
	Scope    []scope              `required:"" sep:"," placeholder:"SCOPE" help:"What it allows, also several: ingest, read:self, read:team, read:all, correct, admin."`
	Employee timesheet.EmployeeID `placeholder:"ID" help:"Whose days read:self reaches."`
	Team     []string             `sep:"none" placeholder:"TEAM" help:"Which team read:team reaches; may be given several times."`
	Expires  timesheet.Day        `placeholder:"DAY" help:"The last day on which it is good, written 2006-01-02. Default: always."`
}

// scope is what a token allows.
type scope timesheet.Scopes

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

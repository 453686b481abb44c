package main

import (
	"strings"

	"github.com/alecthomas/kong"
)

const description = `Timesheet turns the rows of clocking machines into one entry per employee
and day: the earliest and the latest clocking. Order, duplicates and replays
of rows don't matter, and nothing that was acknowledged is lost.

Examples:
  timesheet demo                                      see it work, with made-up employees
  timesheet import --time-zone Europe/Berlin *.dat    read machine exports into ./data
  timesheet export --raw --from 2026-11-01            print the entries
  timesheet serve                                     take clockings by HTTP on 127.0.0.1:8080
  timesheet serve --source 'sqlserver://reader@db:1433?database=Clocking'
                                                      follow a SQL Server's clocking view, too
  curl -d '{"employee_id":"7","clocked_at":"2026-11-23T08:09:00+01:00"}' \
       -H 'Content-Type: application/json' http://127.0.0.1:8080/v1/clockings

Settings are said by a flag (--store-wait 1m), by the environment
(TIMESHEET_STORE_WAIT=1m; empty counts as unset) or in the file that --config
names (store-wait = "1m"); the first of these three wins. Anything unknown
or unusable in any of them is refused.

Exit codes:
  0  done
  1  failed; the reason is on standard error
  2  the command line, a setting or a file of settings, rules or people is wrong; nothing was done
  3  import: done, but some lines were rejected (see --rejects)
  4  verify: entries differ from the source; rules diff: worked time would change`

// groups title the settings that several commands share.
var groups = []kong.Group{
	{Key: "store", Title: "The store:"},
	{Key: "rules", Title: "Worked time:"},
	{Key: "source", Title: "The source:"},
	{Key: "http", Title: "HTTP:"},
	{Key: "access", Title: "Who may do what, and for how long it is kept:"},
	{Key: "common", Title: "Common to all commands:"},
}

// printHelp prints a command's own settings before those common to all.
func printHelp(o kong.HelpOptions, ctx *kong.Context) error {
	if command := ctx.Selected(); command != nil {
		app := ctx.Model.Node
		for i, f := range app.Flags {
			if f.Name != "help" {
				app.Flags, command.Flags = app.Flags[:i:i], append(command.Flags, app.Flags[i:]...)
				break
			}
		}
	}
	return kong.DefaultHelpPrinter(o, ctx)
}

// withEnvName adds the environment's name of a setting to its help.
func withEnvName(v *kong.Value) string {
	if v.Flag == nil || v.Name == "help" {
		return v.Help
	}
	return strings.TrimSuffix(v.Help, ".") + ". ($" + envName(v.Name) + ")"
}

// Help is the long form of the command's help, as are those below.
func (*serveCmd) Help() string {
	return `Prints one line with its address when it is ready. SIGTERM and SIGINT stop it within 10 seconds: everything that was acknowledged is durable, requests under way are answered; a second signal ends it at once.

With --source it follows the clocking view of a Microsoft SQL Server; the right to SELECT from that view is all it needs. Of several instances on one Redis one reads, and when it ends another takes over within 10 seconds. GET /v1/source tells how far it is.

With a Pebble directory, exactly one process holds it. The service writes its address into DIR/server, so that import, export and dayrule work through it while it runs. With Redis, run as many instances as you like.

Examples:

    timesheet serve --time-zone Europe/Berlin
    timesheet serve --store redis://localhost:6379 --listen 127.0.0.1:8081
    timesheet serve --source 'sqlserver://reader@db:1433?database=Clocking&encrypt=true' --source-password-file /run/secrets/reader
    TIMESHEET_STORE_FILE=/run/secrets/store timesheet serve --listen 0.0.0.0:8080 --insecure-listen`
}

// Help is the command's long help.
func (*demoCmd) Help() string {
	return `Starts the whole service in one process on a throw-away directory, loads the last 30 days of its employees, and then clocks them in and out as the day goes. Prints the address of the board. Ctrl-C ends it and removes everything.`
}

// Help is the command's long help.
func (*importCmd) Help() string {
	return `Reading the same files again, in any order and in pieces, gives the same store. If it fails half-way, run it again.

Lines that can't be used (unparsable or impossible times, missing fields, a date before 2000-01-01 or more than 5 minutes ahead) don't stop the rest; the exit code is then 3. A time without an offset is read in the employee's time zone.

Examples:

    timesheet import --time-zone Europe/Berlin --rejects bad.csv 1_attlog.dat 2_attlog.dat.gz
    zcat old/*.csv.gz | timesheet import --format csv -
    timesheet import --server http://127.0.0.1:8080 clockings.csv.zst`
}

// Help is the command's long help.
func (*exportCmd) Help() string {
	return `Sorted by employee and day, byte by byte. Times are RFC 3339 with the site's offset, with milliseconds only where they aren't zero.

Example:

    timesheet export --raw --from 2026-11-01 --to 2026-11-30 > november.csv`
}

// Help is the command's long help.
func (*replayCmd) Help() string {
	return `Entries are joined, so that what is read again changes nothing that is right already. Rows that were rejected stay so: see timesheet source release. The service goes on meanwhile, and its own place in the source stays.

A day is found by its rows' times: all rows that belong to the days from --from to --to, whatever their ids.

Examples:

    timesheet replay --source 'sqlserver://reader@db?database=Clocking' --from 2026-11-01 --to 2026-11-30
    timesheet replay --from 1200000 --to 1300000`
}

// Help is the command's long help.
func (*verifyCmd) Help() string {
	return `Reads the whole view, finds each employee's earliest and latest row of each day, and compares them with the entries. It prints what is missing (the source has rows, the store no entry), narrower (the entry covers less), wider (it covers more) or extra (the source has no row). Rows that come meanwhile are no differences; rejected rows, days before the retention's floor and erased employees are left out.

Exit code 0: equal, or all that differed is repaired; 4: different; 1: failed.

--repair merges what is missing or narrower. --repair=replace also narrows what is wider, and removes what is extra, unless HTTP posts or imports fed the entry: those are listed. It waits for rows that others have locked (--lock-timeout), since what it can't see would look deleted.

Examples:

    timesheet verify --source 'sqlserver://reader@db?database=Clocking' --from 2026-11-01 --to 2026-11-30
    timesheet verify --from 2026-11-01 --to 2026-11-30 --repair=replace --format csv`
}

// Help is the command's long help.
func (*sourceReleaseCmd) Help() string {
	return `The row is read from the source again. If it can be used now (the machine's clock was ahead and the time has come; somebody mended the row), it is taken as any other. If it still can't, this says why and it stays rejected. A row that is gone from the source is struck off the list.

Example:

    timesheet source release 4711`
}

// Help is the command's long help.
func (*sourceRescanCmd) Help() string {
	return `Reading rows again does no harm. Use it after an alarm (the view's ids began anew, or its rows are others than were read), once you know why that is: entries of rows that are gone stay until timesheet verify --repair=replace.

Examples:

    timesheet source rescan --reason 'database restored from backup'
    timesheet source rescan --from-id 1200000`
}

// Help is the command's long help.
func (*dayruleSetCmd) Help() string {
	return `A day rule decides to which day a clocking belongs: the date that the wall clock of the zone showed the boundary earlier. Entries that are stored already stay as they are; therefore a rule can only begin on a day to come, or where no entries lie yet.

Examples:

    timesheet dayrule set --employee 4711 --zone Europe/Berlin --boundary 12:00 --from 2026-12-01
    timesheet dayrule set --zone America/New_York --boundary 00:00 --from 2027-01-01`
}

// Help is the command's long help.
func (*healthcheckCmd) Help() string {
	return `Exit code 0 means: /readyz answered 200. It is meant for a container's health check. An address such as 0.0.0.0:8080 is asked on loopback.`
}

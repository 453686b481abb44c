package main

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"timesheet"
	"timesheet/internal/clocking"
)

// machinesKey finds a script's Clocking system among its values.
type machinesKey struct{}

// machines are a script's Clocking system, once it has one.
type machines struct{ *clocking.System }

func machinesOf(ts *testscript.TestScript) *machines { return ts.Value(machinesKey{}).(*machines) }

// machinesOptions name the kinds of a Clocking system that scripts may ask for.
var machinesOptions = map[string]clocking.Options{
	"plain":   {},
	"numbers": {Employee: clocking.Int(), Time: clocking.DateTime},
	"padded":  {Employee: clocking.Char(10), Time: clocking.DateTimeOffset},
}

// startMachines: machines KIND FILE starts a Clocking system with the rows of a CSV
// file, and sets TIMESHEET_SOURCE to its URL.
func startMachines(ts *testscript.TestScript, _ bool, args []string) {
	o, ok := machinesOptions[args[0]]
	if !ok {
		ts.Fatalf("no kind %s", args[0])
	}
	s := clocking.New(o)
	var bad error
	_, err := s.Load(func(yield func(clocking.Row) bool) {
		for row, err := range clocking.CSV(strings.NewReader(ts.ReadFile(args[1]))) {
			if bad = err; err != nil || !yield(row) {
				return
			}
		}
	})
	ts.Check(errors.Join(bad, err))
	ts.Check(s.Start("127.0.0.1:0"))
	ts.Defer(func() { _ = s.Close() })
	machinesOf(ts).System = s
	ts.Setenv(envName("source"), s.DSN())
}

// changeRow: row ID EMPLOYEE TIME puts a row in, or gives it other values; ! row ID
// takes it out.
func changeRow(ts *testscript.TestScript, gone bool, args []string) {
	s := machinesOf(ts)
	id, err := strconv.ParseInt(args[0], 10, 64)
	ts.Check(err)
	if gone {
		ts.Check(s.Delete(id))
		return
	}
	at, err := timesheet.ParseTimestamp(args[2])
	ts.Check(err)
	if err := s.Update(id, args[1], clocking.TimeOf(at)); err != nil {
		ts.Check(s.InsertAt(id, args[1], clocking.TimeOf(at)))
	}
}

// setLogin: ! login refuses logins and cuts who is there; login takes them again.
func setLogin(ts *testscript.TestScript, refuse bool, _ []string) {
	machinesOf(ts).Faults().RefuseLogin(refuse)
	machinesOf(ts).CutConnections()
}

// until PATTERN COMMAND… runs a command until its standard output matches.
func until(ts *testscript.TestScript, _ bool, args []string) {
	pattern := regexp.MustCompile("(?m)" + args[0])
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		if err := ts.Exec(args[1], args[2:]...); err == nil && pattern.MatchString(ts.ReadFile("stdout")) {
			return
		}
		if !sleep(ctx, 50*time.Millisecond) {
			ts.Fatalf("waited too long for %s", args[0])
		}
	}
}

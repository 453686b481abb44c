package clocking

import (
	"fmt"
	"strings"

	"timesheet/internal/tds"
)

// The errors are those of SQL Server, with its numbers, severities and words.
// Source: sys.messages, language 1033.

func syntax(near string) error {
	if near == "" {
		near = "end of batch"
	}
	return &tds.Error{Number: 102, State: 1, Class: 15, Message: fmt.Sprintf("Incorrect syntax near '%s'.", clip(near))}
}

func invalidColumn(name string) error {
	return &tds.Error{Number: 207, State: 1, Class: 16, Message: fmt.Sprintf("Invalid column name '%s'.", clip(name))}
}

func invalidObject(name string) error {
	return &tds.Error{Number: 208, State: 1, Class: 16, Message: fmt.Sprintf("Invalid object name '%s'.", clip(name))}
}

func undeclared(variable string) error {
	return &tds.Error{Number: 137, State: 2, Class: 15,
		Message: fmt.Sprintf("Must declare the scalar variable \"%s\".", clip(variable))}
}

func notConverted(to string) error {
	return &tds.Error{Number: 8114, State: 5, Class: 16, Message: "Error converting data type to " + to + "."}
}

func denied(view, database string) error {
	schema, name, _ := strings.Cut(view, ".")
	return &tds.Error{Number: 229, State: 5, Class: 14, Message: fmt.Sprintf(
		"The SELECT permission was denied on the object '%s', database '%s', schema '%s'.", name, database, schema)}
}

func lockTimeout() error {
	return &tds.Error{Number: 1222, State: 51, Class: 16, Message: "Lock request time out period exceeded."}
}

func duplicateKey(view string, id int64) error {
	return &tds.Error{Number: 2627, State: 1, Class: 14, Message: fmt.Sprintf(
		"Violation of PRIMARY KEY constraint. Cannot insert duplicate key in object '%s'. The duplicate key value is (%d).", view, id)}
}

func loginFailed(user string) error {
	return &tds.Error{Number: 18456, State: 1, Class: 14, Message: fmt.Sprintf("Login failed for user '%s'.", clip(user))}
}

func noDatabase(name string) error {
	return &tds.Error{Number: 4060, State: 1, Class: 11, Message: fmt.Sprintf(
		"Cannot open database \"%s\" requested by the login. The login failed.", clip(name))}
}

// numbered is the error with a number that a fault asks for.
func numbered(number int32) error {
	switch number {
	case 1205:
		return &tds.Error{Number: 1205, State: 51, Class: 13, Message: "Transaction (Process ID 52) was deadlocked on lock resources " +
			"with another process and has been chosen as the deadlock victim. Rerun the transaction."}
	case 1222:
		return lockTimeout()
	}
	return &tds.Error{Number: number, State: 1, Class: 16, Message: fmt.Sprintf("Error %d, asked for by a fault.", number)}
}

// clip bounds what an error repeats of a query, at 128 bytes as names are.
func clip(s string) string {
	const longest = 128
	if len(s) > longest {
		s = s[:longest]
	}
	return strings.ToValidUTF8(s, "?")
}

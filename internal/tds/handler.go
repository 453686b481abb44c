package tds

import (
	"context"
	"fmt"
)

// Versions of the protocol as a client's Login has them (2.2.6.4).
const (
	Version71  uint32 = 0x71000000
	Version72  uint32 = 0x72090002
	Version73A uint32 = 0x730A0003
	Version73B uint32 = 0x730B0003
	Version74  uint32 = 0x74000004
)

// Login is what a client says of itself.
type Login struct {
	User, Password, Database, App, Host string
	// Version is what the client speaks, such as Version74.
	Version uint32
}

// Handler lets clients in. It is safe for concurrent use.
type Handler interface {
	// Login starts a client's session, or refuses it: an *Error is sent as it is
	// (18456, say), of any other error the client learns only that the login failed.
	// The context ends when the server cuts the connection, and with the time for a login.
	Login(ctx context.Context, l Login) (Session, error)
}

// Session is one client's connection. Its methods are called one at a time.
type Session interface {
	// Query answers q into w. The context ends when the client cancels the query by
	// an attention, and with the connection. An error ends the answer, after what was
	// written before it: an *Error as it is, another as error 50000 with its text.
	Query(ctx context.Context, q Query, w *Writer) error
	// Close is called once, after the last Query.
	Close()
}

// Query is a SQL batch or a call of sp_executesql.
type Query struct {
	SQL    string
	Params []Param // of sp_executesql, in its order
	// Reset says that the client took the connection out of a pool: what SET had set
	// in this session (LOCK_TIMEOUT, say) has its default again before this query.
	Reset bool
}

// Param is an argument of sp_executesql.
type Param struct {
	Name string // "@p1"
	// Value is nil, int64, float64, bool, string, []byte or time.Time. A DATETIMEOFFSET
	// is a time in a fixed zone; of DATE, DATETIME and DATETIME2 the wall clock is in UTC.
	Value any
}

// Error is an error as SQL Server reports one.
type Error struct {
	Number  int32
	State   uint8
	Class   uint8 // severity: 11 to 16 are the user's, 20 and more end the connection
	Message string
}

// Error is in the form in which SQL Server's own tools print it.
func (e *Error) Error() string {
	return fmt.Sprintf("Msg %d, Level %d, State %d: %s", e.Number, e.Class, e.State, e.Message)
}

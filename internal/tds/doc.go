// Package tds serves the protocol of Microsoft SQL Server, TDS 7.1 to 7.4, on top
// of a Handler that logs users in and answers their queries. It knows packets,
// tokens, TLS and the login, and nothing of what is asked: it has no SQL. A server
// in tests, in the demo and in cmd/clocking stands in with it for a SQL Server that
// can't be had there.
//
// Answered are SQL batches, sp_executesql and attention. Bulk load, transactions,
// MARS, other procedures, Windows and federated logins are refused with an error.
//
// The source is [MS-TDS], the sections of which the comments name.
//
// [MS-TDS]: https://learn.microsoft.com/openspecs/windows_protocols/ms-tds
package tds

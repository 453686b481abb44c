// Package http is the HTTP surface of the service, and a client for its internal
// routes. It alone names gin; import it as timesheethttp.
//
// The public routes are those of the contract, api/openapi.yaml. Package http/contract is
// generated from it: the routes and their parameters, and the interface that this
// package implements (contractOperations). Before a handler runs, parameters are held
// against the contract itself (operation.check), so that what it says of them and what
// is refused are one. Answers of many rows are encoded by hand behind the generated
// interface, and POST /v1/clockings, the fast path, is written by hand altogether; tests
// hold every answer against the contract's schemas.
//
// Beside them / serves the page, and /docs shows the contract.
//
// What is asked of many employees comes from [Boards], which package board implements;
// what is asked of one is read from the store, so that what was acknowledged is in it.
//
// Each list has as_of, which is null without a source: what was visible in the view
// age_seconds ago is in it. lag_seconds, as_of and age_seconds are null while that isn't
// known, which is until reading has begun; ids are null where there is no row.
//
// A post is decoded whole before anything of it is applied: a body that is cut,
// malformed, too large or has too many rows (400, 408, 413, 415) changes nothing.
// Rows that can't be used don't stop the others: those are applied, and the answer
// is 422 with the list. 200 says that everything is durable. 429 and 503 acknowledge
// nothing. Sending all of it again is harmless, always.
//
// Who asks is found out by [Access] before a handler runs, and what they may is the
// security of the operation in the contract; what isn't in the contract and not known to
// be open needs the scope admin. A handler learns who it is by principal, and whose days
// it may show by reach, which is nobody's where nobody was let in. Whatever is read or
// changed of others is in the audit log before the first byte of its answer goes out; a
// change, before anything is changed.
//
// Errors are RFC 9457 problem+json. Their code is that of package timesheet with
// underscores ("not_found"); type tells kinds of one code apart; errors names parameters,
// places in the body and rows.
//
// Routes below /v1/admin are internal: the commands of the same version use them,
// through [Remote], while a service holds the store. They may change at any time.
//
//	GET, PUT /v1/admin/dayrules              the day rules; set by compare-and-set on the version
//	POST     /v1/admin/batches               entries made under a version of the day rules
//	GET      /v1/admin/export?from=&to=      all entries, in the store's order
//	POST     /v1/admin/replacements          entries changed by compare-and-set; an outcome for each
//	GET      /v1/admin/floor, /v1/admin/erased?employee=   what is no longer kept
//	GET      /v1/admin/corrections?from=&to=&after=&limit=   the newest correction of each employee and day
//	GET      /v1/admin/checkpoint?source=    how far a source was read
//	POST     /v1/admin/checkpoint/rewind     sets it back, by compare-and-set on the generation: it is read again
//	GET, POST, DELETE /v1/admin/rejected?source=   rejected rows: list (after, limit), keep, readmit (row); /count
//	POST     /v1/admin/source/release?id=    takes in a rejected row that can be used by now
package http

// Package clocking stands in for the client's Clocking system: a Microsoft SQL Server
// database that the biometric machines write to, of which the service may read one
// view. No SQL Server can be had where the service is built and tested, so this one
// keeps what makes reading it hard, and nothing else:
//
//   - Ids are taken in order, but rows become visible when their transactions commit,
//     in any order: "id > last" loses rows here as it does there.
//   - Readers wait for rows in flight, skip them, or see the version committed last,
//     by the query's hints and the database's READ_COMMITTED_SNAPSHOT.
//   - A reader who waits sees what is committed ahead of it meanwhile, and waits again.
//     While writers overlap without a pause its answer ends only with TOP's last row:
//     COUNT(*) doesn't end at all. LOCK_TIMEOUT is about each wait, not about their sum.
//   - Rollbacks and restarts leave permanent gaps in the ids.
//   - It fails in the ways of the real one: errors in mid-answer, cut connections,
//     unanswered cancellations, reseeded identities, a view that is rebuilt.
//
// It is no SQL engine and never becomes one: it knows a few query texts, and answers
// error 102 to all others. What it speaks is made by package tds.
package clocking

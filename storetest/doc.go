// Package storetest says at length, by tests, what [timesheet.Store] says in short:
// Run is the conformance suite that every store passes, black box through the
// interface. Beside it stand Memory, the reference store that the suite was written
// against, and Faulty, which makes any store fail where a script says.
//
// What the contract leaves open, the suite decides so:
//
//   - Range from a day after to answers no entries and no error.
//   - The zero Epoch with entries is Stale, like any other epoch that isn't the
//     partition's.
//   - Replacements of one call are applied one after another, so of two that
//     expect the same Old only the first can succeed.
//   - Replace mints a new epoch where it applied something. A partition in which it
//     applied nothing, or which it wasn't given, keeps its epoch.
//   - A Replacement of nothing by nothing, or with a New that can't be stored, is
//     Invalid, and the others of its call are applied.
//   - Expired counts every entry of a delta that was dropped, repeated ones too.
//   - A page of a board may be short or empty while there is a next one.
//   - A lease for less than a second is Invalid.
//   - A context that is cancelled during a call is told as one cancelled before; a
//     deadline that passes during it may show as a time-out of a connection instead.
//   - What is kept over a restart: entries, floor, tombstones, day rules and
//     checkpoints, and that an epoch once fenced stays fenced. Leases and the epochs
//     themselves need not survive.
package storetest

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
//   - A row with a reason or an employee that doesn't fit makes its whole Reject
//     Invalid. Of two rows of one id in a call the first counts that may be kept. Ids
//     may be zero or negative (Rejected can't list the smallest of all).
//   - Where nothing was ever purged no rejected row is below the floor, whatever the
//     clock showed that it was first seen at.
//   - The bound of the rejected rows may drop those just given, if they have the lowest
//     ids; one that is rejected again then is counted again. Rows that are left out for
//     the floor or a tombstone take no room and aren't counted.
//   - A rejected row is an erased employee's if its Employee, without the spaces around
//     it, is that id.
//   - An empty text may be read as nil.
//   - A correction below the floor or under a tombstone is NotFound whatever its key and
//     the number expected are; a known key comes before what is expected, and before the
//     end of a history. The first correction of a day may be a withdrawal.
//   - A cursor of Corrected is of its range of days only. Removed counts of Purge and
//     Erase are of entries alone.
//   - Of two sealed records of one employee in a call the last one counts. A series
//     without records isn't listed; the order of two closings of one month is the store's.
//   - Bury without hashes takes over the secret where there is no tombstone yet. Erase of
//     somebody who is buried removes what was there before.
//   - A context that is cancelled during a call is told as one cancelled before; a
//     deadline that passes during it may show as a time-out of a connection instead.
//   - What is kept over a restart: entries, corrections, sealed records, floor,
//     tombstones, day rules, documents, checkpoints and rejected rows, and that an epoch
//     once fenced stays fenced. Leases and the epochs themselves need not survive.
package storetest

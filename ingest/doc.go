// Package ingest takes clockings in: from files (Import), and from the clocking view
// (Poller, Replay, Verify). It hands batches of entries to a Sink and keeps its place in
// a store; it knows neither the database behind a View nor what is behind a Sink.
//
// # How the Poller loses nothing
//
// Ids are given when a transaction begins to insert and become visible when it commits,
// so a row can appear behind rows that were read already. The Poller therefore keeps a
// watermark: the highest id seen, and the ranges of ids below it that were not (gaps).
// Its invariants, on which all files here rely:
//
//   - Every id up to the highest is in one of four states: its row is durable, its row is
//     rejected, it lies in a gap, or it was given up for aged. Only reading changes it.
//   - An id is given up only by a read that succeeded, didn't see it, and began when the
//     id had been known as missing for GapAge of readable time. Readable time passes
//     between two reads that both succeeded, and at no other time; how old an id is
//     follows from when the highest id passed it, which a ring of moments remembers.
//     What is rounded, is rounded so that ids are given up later.
//   - A position (the watermark and what belongs to it) is stored only when all rows that
//     were read on the way to it are durable or rejected. Batches land in any order; the
//     position moves over them in theirs.
//   - What is stored always suffices to go on from: a reader that is killed, or loses the
//     lease, is followed by one that reads some rows again. The join makes that harmless.
//   - Tokens of the store are asked for before the position is read from it. Another
//     token later means that the store may have lost what the position relies on, and
//     the reader goes back.
//
// A sweep reads again what was first seen not long ago, for what no gap shows: rows that
// were changed, or came with an id that nobody awaited. Fingerprints of the last rows
// show when the table isn't any more the one that was read.
package ingest

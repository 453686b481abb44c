// Package pebble keeps a timesheet.Store in a directory, with the embedded
// key-value engine github.com/cockroachdb/pebble: no server to install, and what
// was acknowledged survives kill -9 and a power cut.
//
// # Writing
//
// Every write goes through one goroutine, the writer. It takes all merges that
// wait, checks each against the epochs, the floor and the tombstones, puts them in
// one batch and hands it to the engine; a second goroutine, the acker, waits for
// the batch's fsync and only then answers. So merges of many callers share an
// fsync, while one group's fsync runs the next is built, and a check can't be
// outdated by the time its write is applied: nothing else writes.
//
// Merges are blind: the engine itself joins the operands of a key, with
// timesheet.JoinSpan, when it reads or compacts. Everything that goes down the
// lattice is one batch too: the new epochs, the floor or tombstone and the deletes,
// those of corrections and sealed records among them, become durable together, so
// nothing of it can be cut short and Open has nothing to finish. Such a batch has no
// other callers' writes in it, nor has one that first reads what it changes (a
// correction's number, a document's version): the writer sees all batches before it,
// and the callers are answered in the order of the batches.
//
// # Disk layout, schema 1
//
// The first byte of a key is its kind:
//
//	e day(4) employee   an entry, as timesheet.AppendSpan stores it
//	m                   schema, number of partitions, secret, as JSON (written again by Bury)
//	p partition(2)      the partition's epoch, 8 bytes
//	f                   the floor, 4 bytes
//	t hash(16)          a tombstone: HMAC-SHA256 of the employee id, cut
//	r                   the day rules and their version, as JSON
//	c source            the source's checkpoint
//	q n source row(8)   a rejected row; n is the length of the source's name, one byte
//	d source            how many rejected rows were dropped over the bound, 8 bytes
//	k day(4) employee 0 seq(4)  a correction; seq with all its bits turned
//	s day(4) closing(8) employee  a sealed record of the month that begins on day
//	x name 0            a document's head: its version, 8 bytes, and its length, 4
//	x name 0 number(2)  a piece of its text, 64 KiB
//
// Numbers are big-endian, ids of rows with their sign bit turned. Entries lie by day,
// then employee, since boards, purges and the compression all want whole days; an
// employee's range is read by skipping from day to day. Corrections lie likewise, each
// history newest first: what counts on a board is one range, in which the older ones are
// skipped. A directory that was written before there were corrections and sealed records
// just has none; a program of that time opens a newer one, doesn't see them, and would
// leave them where it purges or erases. The name of the merge operation (mergerName) is
// part of the layout.
//
// # Failure
//
// A full disk makes the write in question wait until there is room; meanwhile
// callers are answered Unavailable. Any other failing write or sync ends the store
// for good: from that moment nothing reaches the directory any more, as after a
// crash, and every call is Unavailable until a new process opens it (see
// [Store.Failed]).
package pebble

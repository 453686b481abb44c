// Package redis is the shared [timesheet.Store]: any number of processes meet in
// one Redis (7.0 or newer, or Valkey), or one Redis Cluster.
//
// # Layout
//
// All keys begin with "ts:1:", where 1 is the schema version. {p} is a partition,
// and a hash tag: its keys share one slot of a cluster.
//
//	ts:1:meta            schema, partitions, secret of the tombstones, floor, day rules
//	ts:1:{p}:state       epoch, floor, the floor up to which it is purged, generation of the
//	                     feed, version of the fenced rules, secret of buried tombstones
//	ts:1:{p}:days        the days that have entries, each with its split
//	ts:1:{p}:d:DAY:B     the entries of bucket B of a day: employee → span
//	ts:1:{p}:cdays       the days that have corrections
//	ts:1:{p}:c:DAY       corrections of a day: employee → the newest; employee, 0, Seq → an
//	                     earlier one
//	ts:1:{p}:tombs       tombstones: HMAC-SHA256 of the employee id, 16 bytes
//	ts:1:{p}:erasing     ids whose erasure isn't finished yet
//	ts:1:{p}:feed        stream of changes, trimmed to about Options.FeedLength events,
//	                     to fewer where they are large
//	ts:1:{s:NAME}:…      checkpoint and lease of a source, its rejected rows (a sorted set
//	                     of one score: in the order of bytes) and how many were dropped
//	ts:1:{sources}       the sources that rows were rejected of
//	ts:1:{doc:NAME}      a document: version and text
//	ts:1:{sealed:MONTH:CLOSING}:…  a closed month's records, employee → record, and the
//	                     employees in a sorted set of one score: in the order of bytes
//	ts:1:{series}        the closings that ever had records
//	…:touch, ts:1:touch:… written before WAIT, in the slot of what is waited for
//
// A day is split into a power of two of hashes, so that each stays below the limit
// up to which Redis stores a hash as a compact list. A new day gets the split of the
// widest day so far; a hash that outgrows the limit doubles its day's split within
// the script that grew it. The bucket is the top bits of a hash of the id, so that
// entries have one order, (partition, hash, id), whatever the split: the board's.
//
// # Merging
//
// One script call joins up to 1,000 entries, of several partitions on a single
// Redis, of one on a cluster, and announces in the same call what changed. Every
// partition is fenced by its epoch. Since each descent mints a new one, the epoch
// also names the floor and the tombstones that a sender filters by. A delta of more
// than 1,000 entries takes several calls, each fenced: when it answers Stale, a
// first part may have been merged under the old epoch, which is the same as having
// sent that part earlier.
//
// The token's server part is the replication id, which a master draws anew when it
// starts and when it is promoted, with its role: a replica has its master's id, but what
// it says proves nothing.
//
// # Corrections
//
// A correction is one script call, that looks at floor and tombstone, gives the Seq and tells
// the feed. Its event begins as a reset does, so that an instance of a version that knows no
// corrections reads the partition afresh. Corrections of all days are read by one call for
// each partition and page.
//
// # What goes down
//
// A partition's entries and corrections go in the step that raises its floor or writes the
// tombstone, those of more than 2,000 hashes in several steps. Rejected rows and closed
// months lie in slots of their own: for a purge the common floor is raised first, and the
// partitions' come last; an erasure leaves a note, with the id, in the step that writes the
// tombstone, and removes it last. So the next Open of any instance finds what was cut
// short and finishes it, and is Unavailable where it can't.
//
// # Durability
//
// "Durable" is what the server makes of it. Without an append-only file a killed
// server loses all since its last snapshot; Open warns loudly. With appendfsync
// everysec a power failure loses a second, and a kill nothing unless the disk was
// too slow for the sync before (then up to two seconds); always loses nothing, at
// one sync for each round of the server's loop. A lagging replica, promoted, loses
// what it had not got, unless Options.WaitReplicas is set: then an answer waits for
// that many replicas, and too few are Unavailable. Lost data shows in the token, and
// senders and sources begin again. WAITAOF is not used. An append-only file keeps
// erased ids until Redis rewrites it (BGREWRITEAOF).
//
// # FLUSHALL
//
// A store whose data vanished heals without a restart: partitions get fresh epochs,
// so that all caches are dropped, and the instances restore what they remember: the
// day rules, the floor, the tombstones they had loaded and the secret. Entries,
// checkpoints and rejected rows are gone and come back from the source; what came by
// HTTP is lost, and so are all corrections, whose Seq begins at 1 again, and all closed months:
// nobody can say them again but people, so keep an append-only file and backups of it.
// Documents are gone as well, version 0, until who has the text sets it again. So is a
// tombstone that the instance which creates its partition anew hadn't loaded: repeat the
// erasures of the last hours.
//
// # Commands
//
// An ACL user needs the keys ts:1:* and EVAL, EVALSHA, INFO, HKEYS, HGETALL, SET,
// XREAD, WAIT, GET, HGET, SMEMBERS, ZCARD, ZRANGEBYLEX, ZREM, SCAN and what the scripts call;
// CONFIG GET is used if it is allowed.
package redis

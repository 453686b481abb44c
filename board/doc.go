// Package board shows days as they are now: in-memory projections of the store's
// days, read once and kept current by one feed, evaluated by the root's rules, in any
// of a few orders, by pages; and a [Hub] that fans the feed out to subscribers.
//
// # How fresh
//
// A day is watched before it is read, so nothing is missed. What was durable before a
// day's first reading began is in it.
//
// What this process merged through [Boards.Tap] is in each page that is asked for
// after the merge was answered: a page waits for the feed, a quarter of a second at
// most, and what it gives up is counted. What others merge is in the pages when the
// feed has told it: about a tenth of a millisecond with the embedded store, a round
// trip or two with Redis, up to 100 ms with a cluster of it, which is polled; on a
// busy machine as much longer as a goroutine waits for a processor. A change is in
// the pages before the hub tells of it.
//
// A page is never old without saying so. When the feed says that it lost something
// (Reset), or ends, the days are dropped and read afresh by the next who asks; while
// no feed is open every page is read from the store. While the feed is open but the
// store doesn't answer, pages say so: [Page.Stale].
//
// # What a day shows
//
// One row for each person: the entries of a person's badges are joined, and with a
// directory everybody is there whom it lists on that day, with or without clockings.
package board

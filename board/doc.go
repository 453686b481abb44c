// Package board shows days as they are now: in-memory projections of the store's
// days, read once and kept current by one feed, evaluated by the root's rules, in any
// of a few orders, by pages; and a [Hub] that fans the feed out to subscribers.
//
// # How fresh
//
// A day is watched before it is read, so nothing is missed. What was durable before a
// day's first read is in it. What became durable later is in it after the feed has told
// it: usually some ten microseconds with the embedded store, about a round trip with
// Redis (100 ms on a cluster, where it is polled). A page is therefore within the
// feed's delay of the store, and no tighter: one who must see what was acknowledged a
// moment ago asks the store's own Range, which promises that. A change is in the pages
// before the hub tells of it.
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

// Package board shows days as they are now: in-memory projections of the store's
// days, read once and kept current by one feed, evaluated by the root's rules, in any
// of a few orders, by pages; and a [Hub] that fans the feed out to subscribers.
//
// # How fresh
//
// A page shows all that was durable in the store before it was asked for, whoever wrote
// it: it waits until the feed is done telling it (timesheet.Feed's Sync: nothing with the
// embedded store, a round trip with Redis), and where that takes longer than reading the
// day would, as beside a bulk import, it is read from the store. A change is in the
// pages before the hub tells of it.
//
// A page is never old without saying so. When the feed says that it lost something
// (Reset), or ends, the days are dropped and read afresh by the next who asks; while
// no feed is open every page is read from the store. While the feed is open but the
// store doesn't answer, pages say so: [Page.Stale].
//
// # What a day shows
//
// One row for each person: the entries of a person's badges are joined, and with a
// directory everybody is there whom it lists on that day, with or without clockings. A
// correction that counts is part of its person's row, and makes one where there is none.
//
// # Who sees what
//
// All that is answered is made of the rows within the reach of who asks, as if there were
// nobody else: rows, cursors, totals, versions, the moment until which they hold, months,
// events and their ids. Beside that a reader can tell from outside only that something
// happened to somebody when it is told to read again, since too much did.
package board

// Package period closes months: it freezes what was paid, and tells what changed since.
//
// A closing seals a record of each person who is in the month (what they clocked, the
// corrections, and what the rules made of it, all by value), under a random number, and
// then sets one document, the header: only it makes the records valid, so that a closing
// is there in whole or not at all, and of two at once one wins. Records that no header
// names are dropped by whoever closes the month in the end, and by Tidy.
//
// The header has the rules and the directory by which the month was closed beside it, so
// that what was paid can be explained. They can name people: Redact takes those out who
// are erased.
package period

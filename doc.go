// Package timesheet says what the service means: a clocking (who and when), the
// day that it belongs to, the entry that all clockings of one employee and day
// join into, and the contract that every store of entries keeps.
//
// The heart is one law. [Join] takes the earlier earliest and the later latest
// of two entries; it is commutative, associative and idempotent. Therefore the
// order, the number and the grouping of deliveries cannot matter, and no lock,
// leader or membership is needed to be right. Everything that goes down this
// lattice (replacing, removing, purging, erasing) is fenced by epochs: see
// [Store].
//
// What an entry is worth is decided when it is read, never stored: [WorkRules]
// (schedules, holidays, leave) make a [Workday] of it, the same pure function also
// explains it step by step, and [Directory] says who the employee was on that day.
//
// The package has no I/O, no goroutine, no clock and no global state, and
// imports the standard library only.
package timesheet

// Package rulesfile reads the two files that an office keeps beside its clockings:
// the rules file (YAML: schedules, holidays, leave) and the directory file (CSV or
// YAML: who is in which team and on which schedule). A file is good as a whole or
// refused as a whole, with every problem it has: line, column, field, value and what
// to write instead. A Loader follows both files as they change and keeps the last
// good version; FirstDifference tells from which day on two versions disagree.
//
// What the numbers mean is the root package's; here is only how they are written.
package rulesfile

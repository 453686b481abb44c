// Package sheet writes tables for people and their office programs: CSV and XLSX.
//
// Both say the same. In XLSX days, times and durations are real ones, with which one can
// calculate; in CSV they are text that spreadsheets read as such. Text that a spreadsheet
// would take for a formula is made harmless.
package sheet

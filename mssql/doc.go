// Package mssql reads the clocking view of a Microsoft SQL Server, by the driver
// go-mssqldb. A [View] answers pages and ranges of rows by id, with one statement to a
// batch, all values as parameters and all names quoted; SELECT on that one view is the
// only right it needs.
//
// It takes nothing for granted. A call that outlasts its time has its connection cut
// and returns, whatever the driver does. A connection on which anything failed is never
// used again. An answer that ends early is an error and never a short page, since what
// is missing from a page is taken for a gap. Errors are sorted into those that pass
// (Unavailable) and those that people must mend (Invalid), in plain words without a
// secret.
package mssql

// Package ingest brings clockings into the service: it reads them where they are,
// finds the day of each by the day rules, and hands them in batches to a [Sink],
// which answers once they are durable. [Import] does so for files.
package ingest

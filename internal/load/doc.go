// Package load fires clockings at the service over its public API and measures what
// comes back: an endless workload that is like life, a schedule that doesn't wait for
// answers, senders that cost little (they share the machine with what they measure),
// and an oracle that knows what every entry must be.
//
// Latency counts from the instant at which a request was due, not from when it could be
// sent: a service that stalls for a second owes that second to all who had to wait for
// it (coordinated omission).
package load

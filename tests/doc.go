// Package tests holds the black-box tests: the built binary as real processes, on
// real stores, under load, killed and starved. What they must find again is
// computed here by other means than the service's own.
package tests

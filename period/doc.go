// Package period closes months: it freezes what was paid, and tells what changed since.
package period

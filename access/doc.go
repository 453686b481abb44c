// Package access knows who asks: by the tokens of a file, which is followed, by sessions
// that the store keeps for all instances, and, where one is configured, by an OpenID
// provider. It slows down wrong tokens, holds tokens to their rates, and writes the audit
// log. What somebody may do is the root package's Principal; that it is kept to is
// package http's business.
//
// No secret is kept as it is: tokens and session cookies are 32 random bytes, of which
// the file and the store have the SHA-256 alone. So whoever reads those can't log in, and a
// slow hash as for passwords would add nothing: 256 random bits can't be guessed.
package access

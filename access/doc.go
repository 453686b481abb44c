// Package access says who may do what: tokens and sessions, login by OpenID, limits
// for those who guess, and the audit log.
package access

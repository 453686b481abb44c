package mssql

import (
	"context"
	"crypto/x509"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	mssqldb "github.com/microsoft/go-mssqldb"

	"timesheet"
)

var (
	errClosed   = errors.New("the view is closed")
	errNoAnswer = errors.New("no answer in time")
	errCut      = errors.New("an answer was cut in the middle")
)

// unfit is what is wrong with the view itself, in words for people.
type unfit struct{ words string }

func (u unfit) Error() string { return u.words }

func unfitf(format string, args ...any) error { return unfit{fmt.Sprintf(format, args...)} }

// tell makes what went wrong in a call an error for its caller.
func (v *View) tell(op string, err error) error {
	code, words := v.words(err)
	return timesheet.NewError(code, op, told{v.at.scrubOwn(words), err})
}

// told is an error in our words. Its cause can be found, other than by its text, which
// may hold what is nobody's business.
type told struct {
	words string
	cause error
}

func (t told) Error() string { return t.words }

// Is finds what callers ask for, and hides the rest of the cause.
func (t told) Is(target error) bool {
	end, ok := errors.AsType[givenUp](t.cause)
	return ok && (target == context.Canceled || target == context.DeadlineExceeded) && errors.Is(end, target)
}

// givenUp says that a call was ended from here: by its caller, its timer, or Close.
type givenUp struct{ cause error }

func (g givenUp) Error() string { return g.cause.Error() }
func (g givenUp) Unwrap() error { return g.cause }

// words are the code of an error and what to tell people.
func (v *View) words(err error) (timesheet.Code, string) {
	var sql mssqldb.Error
	var misfit unfit
	var end givenUp
	host := v.at.host()
	switch {
	case errors.As(err, &end) && errors.Is(end, errNoAnswer):
		return timesheet.Unavailable, fmt.Sprintf("no answer from %s within %s", host, v.timeout)
	case errors.As(err, &end):
		return timesheet.Unavailable, "given up: " + end.Error()
	case errors.As(err, &misfit):
		return timesheet.Invalid, misfit.words
	case errors.As(err, &sql):
		return v.number(sql)
	case isCertificate(err):
		return timesheet.Invalid, fmt.Sprintf("the certificate of %s can't be trusted (%s): "+
			"give the one to check it by as certificate=FILE.pem in the source's URL", host, v.quote(after(err.Error(), "TLS Handshake failed: ")))
	case strings.Contains(err.Error(), "server does not support encryption"):
		return timesheet.Invalid, fmt.Sprintf("%s does not support encryption, which encrypt=true in the source's URL asks for", host)
	case errors.Is(err, errCut) && isBroken(err):
		return timesheet.Unavailable, fmt.Sprintf("%s: %s", host, errCut)
	case errors.Is(err, errCut):
		return timesheet.Unavailable, fmt.Sprintf("%s: %s", host, v.quote(err.Error()))
	case errors.Is(err, errNoRows):
		return timesheet.Unavailable, fmt.Sprintf("%s: %s", host, errNoRows)
	}
	return timesheet.Unavailable, fmt.Sprintf("no connection to %s: %s", host, v.quote(network(err)))
}

// quote is a text of the server or the driver, clipped and without the password.
func (v *View) quote(text string) string {
	return clip(v.at.scrub(strings.TrimPrefix(text, "login error: ")), 200)
}

// isCertificate tells whether the server's certificate was refused. The driver keeps
// the text alone of that error.
func isCertificate(err error) bool {
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, host := errors.AsType[x509.HostnameError](err)
	_, invalid := errors.AsType[x509.CertificateInvalidError](err)
	text := err.Error()
	return unknown || host || invalid || strings.Contains(text, "x509: ") ||
		strings.Contains(text, "server certificate doesn't match") || strings.Contains(text, "failed to verify certificate")
}

// network is why there is no connection, without addresses and the driver's words.
func network(err error) string {
	dns, unresolved := errors.AsType[*net.DNSError](err)
	timeout, _ := errors.AsType[net.Error](err)
	errno, _ := errors.AsType[syscall.Errno](err)
	switch {
	case unresolved && dns.IsNotFound:
		return "there is no such host"
	case unresolved:
		return "its name can't be resolved"
	case errno == syscall.ECONNREFUSED:
		return "connection refused"
	case timeout != nil && timeout.Timeout(), errors.Is(err, os.ErrDeadlineExceeded):
		return "it timed out"
	case isBroken(err):
		return "it was closed by the other side"
	case errno != 0:
		return errno.Error()
	}
	return after(err.Error(), ": ")
}

// isBroken tells of a connection that has ended.
func isBroken(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) ||
		errors.Is(err, syscall.ECONNABORTED)
}

// isStale tells of a connection that had ended before it was used again: nothing of the
// answer came. Source: SQL Server, error 596, the session is in the kill state.
func isStale(err error) bool {
	if sql, ok := errors.AsType[mssqldb.Error](err); ok {
		return sql.Number == 596 || sql.Number == 6005
	}
	return !errors.Is(err, errCut) && isBroken(err)
}

func after(s, mark string) string {
	_, rest, found := strings.Cut(s, mark)
	if !found {
		return s
	}
	return rest
}

// clip cuts s to n bytes of valid UTF-8 on one line.
func clip(s string, n int) string {
	if len(s) > n {
		s = s[:n] + "…"
	}
	return strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")
}

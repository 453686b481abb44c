package load

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"timesheet"
)

// Target is a service to fire at. Its name is looked up once: what was checked is what
// is connected to.
type Target struct {
	URL     string // of the service, without a slash at its end
	Host    string // as requests name it
	Path    string // before the routes; usually ""
	Address string // HOST:PORT to connect to
	Token   string `json:"-"` // shown with each request, as a bearer token; "" for none
}

// authorization is the header's line for requests, or nothing.
func (t Target) authorization() string {
	if t.Token == "" {
		return ""
	}
	return "Authorization: Bearer " + t.Token + "\r\n"
}

// ErrForeign says: a target is neither loopback nor of a private network.
var ErrForeign = errors.New("is neither loopback nor private; load belongs on hosts of one's own")

// Resolve looks up a target by its URL (http://HOST:PORT). If any of its addresses is
// neither loopback nor of a private network it is refused with ErrForeign, unless anywhere
// is set. Its errors are Invalid, or Unavailable where a name can't be looked up.
func Resolve(ctx context.Context, raw string, anywhere bool) (Target, error) {
	op := fmt.Sprintf("target %.100q", raw)
	invalid := func(format string, args ...any) (Target, error) {
		return Target{}, timesheet.NewError(timesheet.Invalid, op, fmt.Errorf(format, args...))
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Hostname() == "":
		return invalid("is no URL such as http://127.0.0.1:8080")
	case u.Scheme != "http":
		return invalid("must begin with http://; where a proxy speaks TLS, aim behind it")
	case u.User != nil:
		return Target{}, timesheet.NewError(timesheet.Invalid, "target", errors.New("a user or password in the URL isn't used; leave it out"))
	case u.RawQuery != "" || u.Fragment != "":
		return invalid("must end with its host or path: no ? and no #")
	}
	port := u.Port()
	if port == "" {
		port = "80"
	}
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil || len(addresses) == 0 {
		return Target{}, timesheet.NewError(timesheet.Unavailable, op, fmt.Errorf("look up its name: %w", err))
	}
	for _, a := range addresses {
		if !anywhere && !own(a) {
			return invalid("%v %w", a.Unmap(), ErrForeign)
		}
	}
	// The service listens on 127.0.0.1 by default, and localhost may be ::1 first.
	slices.SortStableFunc(addresses, func(a, b netip.Addr) int { return cmp.Compare(a.Unmap().BitLen(), b.Unmap().BitLen()) })
	path := strings.TrimRight(u.EscapedPath(), "/")
	return Target{
		URL: "http://" + u.Host + path, Host: u.Host, Path: path,
		Address: net.JoinHostPort(addresses[0].Unmap().String(), port),
	}, nil
}

// own tells whether a is of a machine or network that isn't the public one: loopback,
// private (RFC 1918, unique local), link-local.
func own(a netip.Addr) bool {
	return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast()
}

package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"timesheet"
)

// The types of settings. Each has one parser, below, which serves flags, environment
// and file alike; its errors say what was wrong and what to write instead, and never
// contain the value, which may be a secret.

// storeName is where entries are kept: pebble:DIR, redis://… or rediss://….
type storeName string

func (s storeName) pebbleDir() (dir string, ok bool) { return strings.CutPrefix(string(s), "pebble:") }

// redacted is the name without a password.
func (s storeName) redacted() string {
	if _, ok := s.pebbleDir(); ok {
		return string(s)
	}
	return redacted(string(s))
}

// redacted is the URL s without what may be a password: also the user's name where it
// stands alone (a password is easily put there), and what follows "?".
func redacted(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return "…"
	}
	if _, ok := u.User.Password(); u.User != nil && !ok {
		u.User = url.User("xxxxx")
	}
	if u.RawQuery != "" {
		u.RawQuery = "xxxxx"
	}
	return u.Redacted()
}

func parseStore(s string) (storeName, error) {
	if dir, ok := storeName(s).pebbleDir(); ok {
		if dir == "" {
			return "", errors.New("names no directory; write pebble:DIR")
		}
		return storeName(s), nil
	}
	if !strings.HasPrefix(s, "redis://") && !strings.HasPrefix(s, "rediss://") {
		return "", errors.New("is no store; write pebble:DIR, redis://HOST:PORT/DB or rediss://HOST:PORT/DB")
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" {
		return "", errors.New("is no Redis URL; write redis://[USER:PASSWORD@]HOST[:PORT][/DB], with special characters of the password percent-encoded")
	}
	if _, err := strconv.ParseUint(u.Port(), 10, 16); u.Port() != "" && err != nil {
		return "", fmt.Errorf("has a port that is no number up to %d", 1<<16-1)
	}
	if db := strings.Trim(u.Path, "/"); db != "" {
		if _, err := strconv.ParseUint(db, 10, 31); err != nil {
			return "", errors.New("names a database that is no number; write redis://HOST:PORT/0")
		}
	}
	return storeName(s), nil
}

// zoneName is a known IANA time zone.
type zoneName string

func parseZone(s string) (zoneName, error) {
	if err := (timesheet.DayRule{Zone: s}).Validate(); err != nil {
		return "", errors.New("is not an IANA time zone name such as Europe/Berlin")
	}
	if _, err := time.LoadLocation(s); err != nil {
		return "", errors.New("is not a known IANA time zone; names look like Europe/Berlin, and UTC is one too")
	}
	return zoneName(s), nil
}

// address is HOST:PORT to listen on.
type address string

func parseAddress(s string) (address, error) {
	_, port, err := net.SplitHostPort(s)
	if err != nil {
		return "", errors.New("is not HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080")
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", fmt.Errorf("has the port %q; write a number from 0 (any free one) to %d", port, 1<<16-1)
	} else if strconv.FormatUint(n, 10) != port {
		return "", errors.New("has a port with leading zeros")
	}
	return address(s), nil
}

// loopback tells whether only processes of this machine can reach the address. Other
// names than localhost could mean anything, so they don't count.
func (a address) loopback() bool {
	host, _, _ := net.SplitHostPort(string(a))
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// serverURL is a running service's base URL.
type serverURL string

func (s serverURL) redacted() string { return redacted(string(s)) }

func parseServer(s string) (serverURL, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", errors.New("is not a URL such as http://127.0.0.1:8080")
	}
	return serverURL(strings.TrimRight(s, "/")), nil
}

// kind is pebble or redis.
func (s storeName) kind() string {
	if _, ok := s.pebbleDir(); ok {
		return "pebble"
	}
	return "redis"
}

package mssql

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/microsoft/go-mssqldb/msdsn"
)

// Redact is a URL of a server for logs: without a password, whatever is wrong with it.
// What can't be told from a password is left out as well.
func Redact(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil || !wellFormed(u) {
		return scheme + "://***"
	}
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	if u.User != nil {
		shown.User = url.User(u.User.Username())
	}
	text := shown.String()
	if _, has := u.User.Password(); has {
		text = strings.Replace(text, "@", ":***@", 1)
	}
	separator := "?"
	for _, key := range slices.Sorted(maps.Keys(u.Query())) {
		name, shown := strings.ToLower(key), "***"
		switch _, refused := refusedParameters[name]; {
		case slices.Contains(plainParameters, name), name == msdsn.Timezone:
			shown = key + "=" + strings.Join(u.Query()[key], ",")
		case name == msdsn.Password, refused:
			shown = key + "=***"
		}
		text += separator + shown
		separator = "&"
	}
	return text
}

// secretForms are the ways in which passwords are written.
func secretForms(passwords ...string) []string {
	var forms []string
	for _, p := range passwords {
		if p != "" {
			forms = append(forms, p, url.QueryEscape(p), url.PathEscape(p), url.UserPassword("", p).String()[1:], strings.Trim(strconv.Quote(p), `"`))
		}
	}
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) }) // the longest first
	return slices.Compact(forms)
}

// scrub takes the password out of what others wrote.
func (s *server) scrub(text string) string {
	for _, secret := range s.secret {
		text = strings.ReplaceAll(text, secret, "***")
	}
	return text
}

// scrubOwn takes the password out of our own words, which have it only where a name is
// the same. One that is short would garble them.
func (s *server) scrubOwn(text string) string {
	if len(s.config.Password) < 6 {
		return text
	}
	return s.scrub(text)
}

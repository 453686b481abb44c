package mssql

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/microsoft/go-mssqldb/msdsn"
)

const (
	scheme      = "sqlserver"
	defaultPort = 1433
	// defaultPacket is the packet size that is asked for, in bytes. The most that is
	// possible under TLS is 16,383.
	defaultPacket = 16_383
)

// server is where the view is and how to log in there.
type server struct {
	config msdsn.Config
	secret []string // the password in each form in which it could come back
}

// plainParameters may be shown; the driver knows these, which it takes in the URL.
var plainParameters = []string{
	msdsn.Database, msdsn.Encrypt, msdsn.TrustServerCertificate, msdsn.Certificate, msdsn.ServerCertificate,
	msdsn.TLSMin, msdsn.PacketSize, msdsn.ConnectionTimeout, msdsn.HostNameInCertificate, msdsn.KeepAlive,
	msdsn.WorkstationID, msdsn.AppName, msdsn.ApplicationIntent, msdsn.FailoverPartner, msdsn.FailOverPort,
	msdsn.DialTimeout, msdsn.MultiSubnetFailover, msdsn.NoTraceID, msdsn.DisableRetry, msdsn.UserID,
}

// refusedParameters are known to the driver and would do harm here.
var refusedParameters = map[string]string{
	msdsn.Timezone:       "times of the view are read in the zone of each employee's day rule; leave it out",
	msdsn.ChangePassword: "the password is not for this service to change; leave it out",
	msdsn.LogParam:       "the driver's own log could show secrets; leave it out",
}

// parseServer reads the URL and says all that is wrong with it, never showing a password.
func parseServer(dsn, password string) (server, []error) {
	refuse := func(format string, args ...any) (server, []error) {
		return server{}, []error{fmt.Errorf("source %q: %s", Redact(dsn), fmt.Sprintf(format, args...))}
	}
	u, err := url.Parse(dsn)
	if err != nil || !wellFormed(u) {
		return refuse("it can't be read as sqlserver://user:password@host:port?database=…; " +
			"write characters of the password that aren't letters or digits as %%40 and so on, or give it apart")
	}
	if u.Scheme != scheme {
		return refuse("its scheme must be %s://", scheme)
	}
	var problems []error
	problem := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf("source %q: %s", Redact(dsn), fmt.Sprintf(format, args...)))
	}
	for _, key := range slices.Sorted(maps.Keys(u.Query())) {
		name := strings.ToLower(key)
		if why, refused := refusedParameters[name]; refused {
			problem("parameter %q: %s", key, why)
		} else if name != msdsn.Password && !slices.Contains(plainParameters, name) {
			if strings.Contains(strings.ToLower(u.RawQuery), msdsn.Password) {
				key = "***" // what follows an & in the password, perhaps
			}
			problem("parameter %q is not known", key)
		}
	}
	if u.Hostname() == "" {
		problem("it names no host")
	}
	if !validPort(u.Port()) {
		problem("port %s: it must be from 1 to 65535", u.Port())
	}
	if problems != nil {
		return server{}, problems
	}
	return parseConfig(u, dsn, password, problem, &problems)
}

// parseConfig has the driver read what is well formed.
func parseConfig(u *url.URL, dsn, password string, problem func(string, ...any), problems *[]error) (server, []error) {
	config, err := msdsn.Parse(dsn)
	s := server{config: config, secret: secretForms(config.Password, password)}
	if err != nil {
		problem("%s", s.scrub(err.Error()))
		return s, *problems
	}
	if password != "" {
		s.config.Password = password
	}
	if config.User == "" {
		problem("it names no user")
	}
	for _, timeout := range []time.Duration{config.DialTimeout, config.ConnTimeout} {
		if timeout < 0 { // the driver multiplies without looking
			problem("a timeout in it is too long")
		}
	}
	if config.PacketSize == 0 {
		s.config.PacketSize = defaultPacket
	}
	if !u.Query().Has(msdsn.AppName) {
		s.config.AppName = "timesheet"
	}
	return s, *problems
}

// host is the server as it is told to people.
func (s *server) host() string {
	c := s.config
	if c.Instance != "" && c.Port == 0 {
		return c.Host + `\` + c.Instance
	}
	port := c.Port
	if port == 0 {
		port = defaultPort
	}
	if strings.Contains(c.Host, ":") {
		return fmt.Sprintf("[%s]:%d", c.Host, port)
	}
	return fmt.Sprintf("%s:%d", c.Host, port)
}

// wellFormed tells whether all of u is where it belongs: characters of a password that
// weren't escaped cut the URL at the wrong place and leave parts of it elsewhere.
func wellFormed(u *url.URL) bool {
	_, err := url.ParseQuery(u.RawQuery)
	return err == nil && u.Scheme != "" && u.Opaque == "" && u.Fragment == "" &&
		!strings.ContainsAny(u.Host+u.Path, "@;=") && !strings.Contains(u.RawQuery, "@") &&
		(u.User != nil || validPort(u.Port())) // else it may be a user and a password
}

func validPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

package mssql

import (
	"fmt"

	mssqldb "github.com/microsoft/go-mssqldb"

	"timesheet"
)

// passing are the numbers of errors that pass, with what they say of the server or the
// query; "" leaves it to the server's own words. Source: DESIGN section 7, and the
// lists of transient errors in SQL Server's documentation.
var passing = map[int32]string{
	20: "", 64: "", 121: "", 233: "",
	596:   "the connection was ended at the server",
	1205:  "the query was chosen as deadlock victim",
	1222:  "", // says how long it waited: see number
	4060:  "the database can't be opened",
	4221:  "",
	6005:  "the server is shutting down",
	10053: "", 10054: "", 10060: "",
	10928: "the server's limit of requests is reached", 10929: "the server is too busy",
	18401: "the server is being upgraded", 18461: "the server is in single user mode",
	40197: "", 40501: "the server is too busy", 40613: "the database is not available at present",
	49918: "the server is too busy", 49919: "the server is too busy", 49920: "the server is too busy",
}

// refusedLogins are the numbers that refuse a login for good. Source: SQL Server,
// database engine errors.
var refusedLogins = map[int32]string{
	18450: "check user and password", 18452: "check user and password", 18456: "check user and password",
	18470: "the account is disabled", 18486: "the account is locked",
	18487: "the password has expired", 18488: "the password must be changed",
}

// number tells what the server said. It may have said several things at once: that the
// database can't be opened and the login failed therefore. What passes is believed first.
func (v *View) number(e mssqldb.Error) (timesheet.Code, string) {
	all := e.All
	if len(all) == 0 {
		all = []mssqldb.Error{e}
	}
	for _, e := range all {
		if words, ok := passing[e.Number]; ok {
			if e.Number == 1222 {
				words = fmt.Sprintf("the query waited %s for a lock", v.lockTimeout)
			}
			if words == "" {
				words = "the server says: " + v.quote(e.Message)
			}
			return timesheet.Unavailable, fmt.Sprintf("%s (error %d of %s)", words, e.Number, v.at.host())
		}
	}
	for _, e := range all {
		if words := v.lasting(e); words != "" {
			return timesheet.Invalid, words
		}
	}
	return timesheet.Unavailable, fmt.Sprintf("the server %s reports error %d: %s", v.at.host(), e.Number, v.quote(e.Message))
}

// lasting are the words for an error that only people can mend, "" for any other.
func (v *View) lasting(e mssqldb.Error) string {
	user := v.at.config.User
	if hint, ok := refusedLogins[e.Number]; ok {
		return fmt.Sprintf("the server at %s refuses the login of %s (error %d): %s", v.at.host(), user, e.Number, hint)
	}
	switch e.Number {
	case 206:
		return fmt.Sprintf("a column of the view %s has a type that can't be compared with an id or a time (error 206): %s", v.name, v.quote(e.Message))
	case 208:
		return fmt.Sprintf("the view %s doesn't exist or can't be seen by %s (error 208)", v.name, user)
	case 229:
		return fmt.Sprintf("%s has no right to read the view %s (error 229): grant SELECT on it", user, v.name)
	case 207:
		return fmt.Sprintf("a column that is to be read isn't in the view %s (error 207): %s", v.name, v.quote(e.Message))
	case 102:
		return fmt.Sprintf("the server at %s doesn't understand the query (error 102): %s", v.at.host(), v.quote(e.Message))
	case 650:
		return fmt.Sprintf("the view %s can't be read past rows in flight (error 650): use the read mode %s", v.name, Plain)
	case 916:
		return fmt.Sprintf("%s has no access to the database of the view %s (error 916)", user, v.name)
	}
	return ""
}

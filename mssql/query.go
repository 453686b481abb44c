package mssql

import (
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"
	"time"

	mssqldb "github.com/microsoft/go-mssqldb"

	"timesheet"
)

// Hints of the queries. READPAST needs READCOMMITTEDLOCK where the database reads by
// row versions, and NOLOCK, which shows rows that are rolled back, is never used.
const (
	skipping = " WITH (READCOMMITTEDLOCK, READPAST)"
	waiting  = " WITH (READCOMMITTEDLOCK)"
)

// maxRanges is how many ranges one call of Ranges takes. Source: ingest.MaxRanges.
const maxRanges = 64

// rangeSizes are the numbers of ranges that a query is made for, so that the server
// keeps few plans; ranges that aren't used match nothing.
var rangeSizes = [...]int{1, 8, maxRanges}

// texts are the queries of one view, made once.
type texts struct {
	page             string
	ranges           [len(rangeSizes)]string
	highest, waiting string // MAX of the id, skipping or waiting for rows in flight
	since            string
	numbers, letters string // search, by the type of the employee column
	session          string // first batch of a connection
}

func newTexts(n names, mode ReadMode, lockTimeout time.Duration) texts {
	skip, wait := "", ""
	if mode == ReadPast {
		skip, wait = skipping, waiting
	}
	rows := fmt.Sprintf("SELECT TOP (@n) %s, %s, %s FROM %s%s WHERE ", n.id, n.employee, n.time, n.view, skip)
	order := " ORDER BY " + n.id
	t := texts{
		page:    rows + n.id + " > @after" + order,
		highest: fmt.Sprintf("SELECT MAX(%s) FROM %s%s", n.id, n.view, skip),
		waiting: fmt.Sprintf("SELECT MAX(%s) FROM %s%s", n.id, n.view, wait),
		since:   fmt.Sprintf("SELECT MIN(%s) FROM %s%s WHERE %s >= @t", n.id, n.view, wait, n.time),
		session: fmt.Sprintf("SET LOCK_TIMEOUT %d", lockTimeout.Milliseconds()),
	}
	t.numbers, t.letters = n.searches(rows, order)
	for i, size := range rangeSizes {
		pairs := make([]string, size)
		for j := range pairs {
			pairs[j] = fmt.Sprintf("%s BETWEEN @a%d AND @b%d", n.id, j+1, j+1)
		}
		t.ranges[i] = rows + strings.Join(pairs, " OR ") + order
	}
	return t
}

// forRanges is the query for so many ranges, and its values.
func (t *texts) forRanges(ranges []timesheet.RowRange, limit int) (string, []driver.NamedValue) {
	i := 0
	for rangeSizes[i] < len(ranges) {
		i++
	}
	args := make([]driver.NamedValue, 0, 1+2*rangeSizes[i])
	args = append(args, number("n", int64(limit)))
	for j := range rangeSizes[i] {
		r := timesheet.RowRange{First: 1, Last: 0} // matches nothing
		if j < len(ranges) {
			r = ranges[j]
		}
		suffix := strconv.Itoa(j + 1)
		args = append(args, number("a"+suffix, int64(r.First)), number("b"+suffix, int64(r.Last)))
	}
	return t.ranges[i], args
}

func number(name string, value int64) driver.NamedValue {
	return driver.NamedValue{Name: name, Value: value}
}

// The span of SMALLDATETIME, the shortest of all time types: what lies outside is
// compared as its edge. Source: T-SQL, date and time types.
var (
	firstTime = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	lastTime  = time.Date(2079, 6, 6, 0, 0, 0, 0, time.UTC)
)

// sinceTime is what the time column is compared with. A day is taken off: a moment is
// compared by UTC, from which no wall is a day away, and rows in flight that the query
// doesn't see were clocked within the last day. A DATETIME becomes whatever type the
// column has, and not the column a DATETIME, which would pass by the column's index.
func sinceTime(from timesheet.Wall) driver.NamedValue {
	t := time.UnixMilli(int64(from)).UTC().Truncate(time.Second).AddDate(0, 0, -1)
	if t.Before(firstTime) {
		t = firstTime
	}
	if t.After(lastTime) {
		t = lastTime
	}
	return driver.NamedValue{Name: "t", Value: mssqldb.DateTime1(t)}
}

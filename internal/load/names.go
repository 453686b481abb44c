package load

import (
	"fmt"
	"strconv"
	"strings"

	"timesheet"
)

// idWidth is the least length of an id, in bytes: that of a usual staff number.
const idWidth = 8

// names are the ids of a workload's employees, all of one width, by index.
type names struct {
	prefix string
	width  int
	all    []byte // one after the other
}

func newNames(w Workload) *names {
	digits := max(len(strconv.Itoa(w.Employees)), idWidth-len(w.Prefix))
	n := &names{prefix: w.Prefix, width: len(w.Prefix) + digits}
	n.all = make([]byte, 0, w.Employees*n.width)
	for i := range w.Employees {
		n.all = fmt.Appendf(n.all, "%s%0*d", w.Prefix, digits, i+1)
	}
	return n
}

// bytes is the id of employee i; the caller must not change it.
func (n *names) bytes(i int32) []byte {
	at := int(i) * n.width
	return n.all[at : at+n.width : at+n.width]
}

// index is which employee an id names, if it is one of the workload's.
func (n *names) index(id timesheet.EmployeeID) (int32, bool) {
	digits, ok := strings.CutPrefix(string(id), n.prefix)
	if !ok || len(id) != n.width {
		return 0, false
	}
	number, err := strconv.ParseUint(digits, 10, 32)
	if err != nil || number == 0 || int(number)*n.width > len(n.all) {
		return 0, false
	}
	return int32(number - 1), true
}

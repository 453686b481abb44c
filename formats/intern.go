package formats

import (
	"bytes"

	"timesheet"
)

// maxInterned bounds the ids that are remembered: with all of 64 bytes some 40 MiB.
const maxInterned = 1 << 18

// interner makes clockings of their two fields, with one string for all clockings
// of an employee.
type interner struct {
	ids map[string]timesheet.EmployeeID
}

// clocking is the clocking of two fields, spaces around them ignored.
func (in *interner) clocking(employee, at []byte) (timesheet.Clocking, error) {
	id, ok := in.ids[string(trim(employee))]
	if !ok {
		var err error
		if id, err = in.add(employee); err != nil {
			return timesheet.Clocking{}, err
		}
	}
	t, err := timesheet.ParseTimestamp(trim(at))
	if err != nil {
		return timesheet.Clocking{}, err
	}
	return timesheet.Clocking{Employee: id, At: t}, nil
}

func (in *interner) add(employee []byte) (timesheet.EmployeeID, error) {
	id, err := timesheet.ParseEmployeeID(string(employee))
	if err != nil {
		return "", err
	}
	if in.ids == nil || len(in.ids) >= maxInterned {
		in.ids = make(map[string]timesheet.EmployeeID)
	}
	in.ids[string(id)] = id
	return id, nil
}

func trim(b []byte) []byte {
	if n := len(b); n > 0 && (b[0] == ' ' || b[n-1] == ' ') {
		return bytes.Trim(b, " ")
	}
	return b
}

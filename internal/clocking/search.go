package clocking

import (
	"fmt"
	"strconv"
	"strings"

	"timesheet/internal/tds"
)

// searches tells whether what follows asks for employees: LTRIM(column) IN or column IN.
func (p *parser) searches() bool {
	if t := p.peek(); t.kind == word && strings.EqualFold(t.text, "LTRIM") {
		return true
	}
	return len(p.rest) > 1 && p.rest[1].kind == word && strings.EqualFold(p.rest[1].text, "IN")
}

// search reads which employees are asked for, from which time until before which, and up
// to which id.
func (p *parser) search(st *statement) {
	st.search = &search{}
	if st.search.trimmed = p.keyword("LTRIM"); st.search.trimmed {
		p.must("(")
	}
	p.column(st, employeeColumn)
	if st.search.trimmed {
		p.must(")")
	}
	p.must("IN", "(")
	for {
		st.search.employees = append(st.search.employees, p.operand())
		if !p.symbol(",") {
			break
		}
	}
	p.must(")", "AND")
	p.column(st, timeColumn)
	p.must(">=")
	st.search.from = p.operand()
	p.must("AND")
	p.column(st, timeColumn)
	p.must("<")
	st.search.to = p.operand()
	p.must("AND")
	p.column(st, idColumn)
	p.must("<=")
	st.search.last = p.operand()
}

// wanted tells whether a row is asked for.
type wanted func(r *row, staff []employee) bool

func everyRow(*row, []employee) bool { return true }

// search is which rows are asked for, and the ids among which they are.
func (v values) search(s *search, column EmployeeType) (wanted, []span, error) {
	from, noFrom, err := v.time(s.from)
	if err != nil {
		return nil, nil, err
	}
	to, noTo, err := v.time(s.to)
	if err != nil {
		return nil, nil, err
	}
	last, noLast, err := v.number(s.last)
	if err != nil {
		return nil, nil, err
	}
	ids, err := v.employees(s, column)
	if err != nil || noFrom || noTo || noLast {
		return nil, nil, err
	}
	known := make(map[uint32]bool) // by place in staff
	return func(r *row, staff []employee) bool {
		if r.employee == 0 || r.noTime || r.utc() < from || r.utc() >= to {
			return false
		}
		asked, is := known[r.employee]
		if !is {
			asked = ids[collated(staff[r.employee].id, s.trimmed)]
			known[r.employee] = asked
		}
		return asked
	}, []span{{minID, last}}, nil
}

// employees are those in the list. Numbers are compared as such, and a text that is none
// is an error there; texts as the usual collation does.
func (v values) employees(s *search, column EmployeeType) (map[string]bool, error) {
	ids := make(map[string]bool, len(s.employees))
	for _, o := range s.employees {
		value, err := v.of(o)
		if err != nil {
			return nil, err
		}
		switch id := value.(type) {
		case nil:
		case int64:
			if column.size > 0 {
				return nil, notConverted("int") // the column's texts would be made numbers
			}
			ids[strconv.FormatInt(id, 10)] = true
		case string:
			if column.size > 0 {
				ids[collated(id, false)] = true
				break
			}
			n, err := strconv.ParseInt(strings.Trim(id, " "), 10, 64)
			if err != nil {
				return nil, &tds.Error{Number: 245, State: 1, Class: 16, Message: fmt.Sprintf(
					"Conversion failed when converting the nvarchar value '%s' to data type %v.", clip(id), column)}
			}
			ids[strconv.FormatInt(n, 10)] = true
		default:
			return nil, notConverted("nvarchar")
		}
	}
	return ids, nil
}

// collated is an id as the usual collations compare it: in any letter case, without the
// spaces behind it.
func collated(id string, trimmed bool) string {
	id = strings.TrimRight(id, " ")
	if trimmed {
		id = strings.TrimLeft(id, " ")
	}
	return strings.ToUpper(id)
}

package rulesfile

import (
	"cmp"
	"slices"

	"timesheet"
)

// versions are the rows without a mistake of their own by employee and day, each with
// what it inherits and with its last day.
func (d *directoryReader) versions() []*row {
	sorted := make([]*row, 0, len(d.rows))
	for i := range d.rows {
		if !d.rows[i].bad {
			sorted = append(sorted, &d.rows[i])
		}
	}
	slices.SortFunc(sorted, order)
	kept, own := sorted[:0], 0 // own: how many are of the same employee
	for _, v := range sorted {
		var before *row
		if n := len(kept); n > 0 && kept[n-1].Employee == v.Employee {
			before = kept[n-1]
			own++
		} else {
			own = 0
		}
		switch {
		case before != nil && before.From == v.From:
			d.twice(v, before)
			continue
		case own == maxVersions:
			d.wrong(v.at, colEmployee, "has more than %d rows", maxVersions)
			continue
		case own > maxVersions:
			continue
		}
		v.inherit(before)
		kept = append(kept, v)
	}
	return kept
}

func (d *directoryReader) twice(v, before *row) {
	c := v.at
	if v.From == 0 {
		d.wrong(c, colEmployee, "has two rows without from; the first is on line %d. Delete one, or say from which day on it counts", before.at.line)
		return
	}
	d.wrong(c, colEmployee, "has two rows from %v; the first is on line %d", v.From, before.at.line)
}

// inherit fills in what is as in the version before, which ends where v begins.
func (v *row) inherit(before *row) {
	if v.Until == 0 {
		v.Until = timesheet.LastDay
	}
	if before == nil {
		return
	}
	if v.sameName {
		v.Name = before.Name
	}
	if v.sameTeam {
		v.Team = before.Team
	}
	if v.sameSchedule {
		v.Schedule = before.Schedule
	}
	if v.aliases == nil {
		v.Aliases = before.Aliases
	}
	before.Until = min(before.Until, v.From-1)
}

// claim is a badge that is somebody's alias during a version.
type claim struct {
	badge timesheet.EmployeeID
	by    *row
}

// checkAliases finds badges that belong to two on one day: to two people of whom they
// are aliases, or to one and to the employee who has the badge as id.
func (d *directoryReader) checkAliases(rows []*row) {
	var claims []claim
	for _, v := range rows {
		for _, a := range v.Aliases {
			claims = append(claims, claim{a, v})
		}
	}
	slices.SortFunc(claims, func(a, b claim) int {
		return cmp.Or(cmp.Compare(a.badge, b.badge), cmp.Compare(a.by.From, b.by.From), cmp.Compare(a.by.at.line, b.by.at.line))
	})
	longest := 0
	for i, c := range claims {
		if i > 0 && claims[longest].badge == c.badge {
			if o := claims[longest]; o.by.Until >= c.by.From {
				d.wrong(c.cell(), colAliases, "is an alias on line %d, too: it can't be two people's on one day (%v)", o.by.at.line, c.by.From)
			}
		}
		if claims[longest].badge != c.badge || claims[longest].by.Until < c.by.Until {
			longest = i
		}
		d.checkOwn(c, rows)
	}
}

// checkOwn refuses an alias that is itself an employee's id on one of its days.
func (d *directoryReader) checkOwn(c claim, rows []*row) {
	i, _ := slices.BinarySearchFunc(rows, c.badge, func(v *row, id timesheet.EmployeeID) int { return cmp.Compare(v.Employee, id) })
	for ; i < len(rows) && rows[i].Employee == c.badge; i++ {
		own := rows[i]
		if day := max(own.From, c.by.From, timesheet.FirstDay); day <= min(own.Until, c.by.Until) {
			d.wrong(c.cell(), colAliases, "is itself an employee on %v, see line %d; end that row (until), or begin this one later (from)", day, own.at.line)
			return
		}
	}
}

// cell is where the alias stands, or the row that inherits it.
func (c claim) cell() cell {
	for _, a := range c.by.aliases {
		if a.text == string(c.badge) {
			return a
		}
	}
	return cell{text: string(c.badge), line: c.by.at.line, column: c.by.at.column}
}

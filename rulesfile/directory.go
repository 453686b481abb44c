package rulesfile

import (
	"bytes"
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"timesheet"
)

// Bounds of a directory file.
const (
	MaxDirectory     = 32 << 20 // bytes
	MaxYAMLDirectory = 8 << 20  // bytes; each takes a hundred times as much to read
	maxRows          = 500_000
)

// The columns of a directory file.
const (
	colEmployee = iota
	colName
	colTeam
	colSchedule
	colAliases
	colFrom
	colUntil
	columns
)

var columnNames = []string{"employee_id", "name", "team", "schedule", "aliases", "from", "until"}

// none is written for no team, no schedule, no aliases, where blank means as before.
const none = "-"

// cell is one value of the file and where it stands.
type cell struct {
	text         string
	line, column int
}

// record is one row of the file; a column that it doesn't have is blank.
type record struct {
	cells   [columns]cell // that of the aliases is not used
	aliases []cell        // nil: as before
}

// ParseDirectory reads a directory file of at most MaxDirectory bytes (MaxYAMLDirectory
// of YAML). It is YAML where name ends in .yaml, .yml or .json or where the text begins
// as a list of YAML does, else CSV separated by commas, semicolons or tabs, as Excel
// writes it. Its columns, in any order, of which employee_id alone is needed:
//
//	employee_id,name,team,schedule,aliases,from,until
//	1042,Ada King,Assembly,office,17;A-17,,
//	1042,,Paint,,,2026-03-01,
//
// The rows of one employee are its versions. From is the first day of a version; the
// first one's may be blank: always. A blank name, team, schedule or list of aliases is
// as in the version before, "-" is none. Until is the last day of one who leaves.
// Aliases, separated by semicolons, are further badges whose clockings are the
// employee's on those days.
//
// Schedules have to be among rules' where rules isn't nil. Its error is Invalid and
// holds [Problems]: all there are.
func ParseDirectory(name string, text []byte, rules *timesheet.WorkRules) (*timesheet.Directory, error) {
	d := &directoryReader{finder: finder{file: name}}
	if rules != nil {
		d.schedules = rules.Schedules()
	}
	switch {
	case len(text) > MaxDirectory:
		d.add(0, 0, "", "", "the file has %d bytes; at most %d are read", len(text), MaxDirectory)
	case isYAML(name, text) && len(text) > MaxYAMLDirectory:
		d.add(0, 0, "", "", "the file has %d bytes; at most %d are read of YAML: write CSV", len(text), MaxYAMLDirectory)
	case isYAML(name, text):
		d.readYAML(text)
	default:
		d.readCSV(text)
	}
	rows := d.versions()
	d.checkAliases(rows)
	if err := d.err(opDirectory); err != nil {
		return nil, err
	}
	plain := make([]timesheet.DirectoryRow, len(rows))
	for i := range rows {
		plain[i] = rows[i].DirectoryRow
	}
	directory, err := timesheet.NewDirectory(plain)
	if err != nil { // not seen by the checks here, which know the line
		d.add(0, 0, "", "", "%v", err)
		return nil, d.err(opDirectory)
	}
	return directory, nil
}

// isYAML also looks into the text: a stored copy has no name of its own.
func isYAML(name string, text []byte) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".yaml", ".yml", ".json":
		return true
	}
	for line := range bytes.Lines(bytes.TrimPrefix(text, byteOrderMark)) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' {
			return line[0] == '-' || line[0] == '['
		}
	}
	return false
}

// directoryReader collects what a directory file says.
type directoryReader struct {
	finder
	schedules []string // nil: not checked
	rows      []row
}

// row is a version of an employee, and what of it is as in the version before.
type row struct {
	timesheet.DirectoryRow
	at                                    cell // the employee's id
	aliases                               []cell
	sameName, sameTeam, sameSchedule, bad bool
}

func (d *directoryReader) wrong(c cell, column int, format string, args ...any) {
	d.add(c.line, c.column, columnNames[column], c.text, format, args...)
}

// record checks a row by itself.
func (d *directoryReader) record(r *record) {
	c := &r.cells
	v := row{at: c[colEmployee], aliases: r.aliases}
	before := d.count()
	id, err := timesheet.ParseEmployeeID(c[colEmployee].text)
	switch {
	case c[colEmployee].text == "":
		d.wrong(c[colEmployee], colEmployee, "is missing")
	case err != nil:
		d.wrong(c[colEmployee], colEmployee, "is no employee id: use 1 to %d bytes of printable UTF-8", timesheet.MaxEmployeeID)
	}
	v.Employee = id
	v.Name, v.sameName = d.label(c[colName], colName)
	v.Team, v.sameTeam = d.label(c[colTeam], colTeam)
	v.Schedule, v.sameSchedule = d.label(c[colSchedule], colSchedule)
	if v.Schedule != "" && d.schedules != nil && !contains(d.schedules, v.Schedule) {
		d.wrong(c[colSchedule], colSchedule, "is no schedule of the rules%s", d.nearest(v.Schedule, d.schedules))
	}
	v.From, v.Until = d.date(c[colFrom], colFrom), d.date(c[colUntil], colUntil)
	if v.Until != 0 && v.Until < v.From {
		d.wrong(c[colUntil], colUntil, "lies before from (%v)", v.From)
	}
	v.Aliases = d.aliases(v.Employee, r.aliases)
	v.bad = d.count() > before
	d.rows = append(d.rows, v)
}

// contains looks a name up in a sorted list.
func contains(sorted []string, s string) bool {
	_, ok := slices.BinarySearch(sorted, s)
	return ok
}

// label reads a name; same says that it is as before.
func (d *directoryReader) label(c cell, column int) (text string, same bool) {
	if c.text == "" || c.text == none {
		return "", c.text == ""
	}
	if bad := badName(c.text); bad != "" {
		d.wrong(c, column, "%s", bad)
	}
	return c.text, false
}

func (d *directoryReader) date(c cell, column int) timesheet.Day {
	if c.text == "" || c.text == none && column == colUntil {
		return 0
	}
	day, err := timesheet.ParseDay(c.text)
	switch {
	case err != nil:
		d.wrong(c, column, "is not a day of the calendar; write it as 2026-01-25 (in Excel, format the column as text)")
		return 0
	case day < timesheet.FirstDay || day > timesheet.LastDay:
		d.wrong(c, column, "is outside %v to %v", timesheet.FirstDay, timesheet.LastDay)
		return 0
	}
	return day
}

func (d *directoryReader) aliases(of timesheet.EmployeeID, cells []cell) []timesheet.EmployeeID {
	if cells == nil {
		return nil
	}
	ids := make([]timesheet.EmployeeID, 0, len(cells))
	for _, c := range cells {
		id, err := timesheet.ParseEmployeeID(c.text)
		switch {
		case err != nil:
			d.wrong(c, colAliases, "is no employee id: use 1 to %d bytes of printable UTF-8, separated by semicolons; - for none", timesheet.MaxEmployeeID)
		case id == of:
			d.wrong(c, colAliases, "is the employee's own id; an alias is another badge")
		case slices.Contains(ids, id):
			d.wrong(c, colAliases, "is in the list twice")
		case len(ids) == maxAliases:
			d.wrong(c, colAliases, "is one too many; an employee has at most %d", maxAliases)
			return ids
		default:
			ids = append(ids, id)
		}
	}
	return ids
}

// maxAliases is of one employee on one day.
const maxAliases = 100

// order sorts versions by employee and day, those of one day by line.
func order(a, b *row) int {
	return cmp.Or(cmp.Compare(a.Employee, b.Employee), cmp.Compare(a.From, b.From), cmp.Compare(a.at.line, b.at.line))
}

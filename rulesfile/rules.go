package rulesfile

import (
	"fmt"
	"maps"
	"slices"

	"timesheet"

	"go.yaml.in/yaml/v3"
)

// Bounds of a rules file. They are far above what an office needs, and keep what a
// file costs in proportion to its length.
const (
	MaxRules     = 8 << 20 // bytes
	maxSchedules = 200
	maxVersions  = 1000 // of one schedule, and of one employee
	maxHolidays  = 5000
	maxLeaves    = 10_000 // of one employee
)

// format is the only form of rules files so far; a file says which one it is in, so
// that a later form can tell.
const format = "1"

// The operations that errors of this package name.
const (
	opRules     = "read the rules"
	opDirectory = "read the directory"
)

var rulesKeys = []string{"format", "default_schedule", "schedules", "holidays", "leave"}

// ParseRules reads a rules file, YAML of at most MaxRules bytes; name stands for it in
// problems. The keys, their units and their defaults are those of RULES' table, which
// examples/office.yaml shows. Its error is Invalid and holds [Problems]: all there are.
func ParseRules(name string, text []byte) (*timesheet.WorkRules, error) {
	r := &rulesReader{
		finder:    finder{file: name},
		schedules: make(map[string][]timesheet.Terms),
		taken:     make(map[holidayOf]int),
		left:      make(map[timesheet.EmployeeID][]leaveAt),
	}
	if len(text) > MaxRules {
		r.add(0, 0, "", "", "the file has %d bytes; at most %d are read", len(text), MaxRules)
		return nil, r.err(opRules)
	}
	if root := r.document(text); root != nil {
		r.read(root)
	}
	if err := r.err(opRules); err != nil {
		return nil, err
	}
	rules, err := timesheet.NewWorkRules(r.fallback, r.schedules, r.holidays, r.leaves)
	if err != nil { // not seen by the checks here, which know the line
		r.add(0, 0, "", "", "%v", err)
		return nil, r.err(opRules)
	}
	return rules, nil
}

// rulesReader collects what a rules file says.
type rulesReader struct {
	finder
	fallback  string
	schedules map[string][]timesheet.Terms
	holidays  []timesheet.Holiday
	taken     map[holidayOf]int // the line of a schedule's holiday
	leaves    []timesheet.Leave
	left      map[timesheet.EmployeeID][]leaveAt
}

func (r *rulesReader) read(root *yaml.Node) {
	o := r.object(root, "", rulesKeys, "format")
	if o == nil {
		return
	}
	if n := o.values["format"]; n != nil {
		if s, ok := r.text(n, "format", "1"); ok && s != format {
			r.at(n, "format", "is no format that is known; write 1")
		}
	}
	if n := o.values["schedules"]; n != nil {
		r.readSchedules(n)
	}
	r.readDefault(o)
	for i, n := range r.list(o.values["holidays"], "holidays", "holidays: - {day: 2026-12-25, name: Christmas Day}") {
		if i == maxHolidays {
			r.at(n, "holidays", "there are more than %d", maxHolidays)
			break
		}
		r.readHoliday(n, index("holidays", i))
	}
	for i, n := range r.list(o.values["leave"], "leave", `leave: - {employee: "1042", from: 2026-08-03, to: 2026-08-14}`) {
		r.readLeave(n, index("leave", i))
	}
	r.checkLeaves()
}

// readDefault reads whose schedule the rest has; of a single one it goes without saying.
func (r *rulesReader) readDefault(o *object) {
	names := slices.Sorted(maps.Keys(r.schedules))
	n := o.values["default_schedule"]
	switch {
	case n != nil:
		name, ok := r.text(n, "default_schedule", "a schedule's name")
		if ok && !slices.Contains(names, name) && (len(names) > 0 || o.values["schedules"] == nil) {
			r.at(n, "default_schedule", "is no schedule of this file%s", r.nearest(name, names))
		}
		r.fallback = name
	case len(names) == 1:
		r.fallback = names[0]
	case len(names) > 1:
		r.add(o.node.Line, o.node.Column, "default_schedule", "", "is missing; name the schedule of those who have none of their own")
	}
}

func (r *rulesReader) readSchedules(n *yaml.Node) {
	o := r.object(n, "schedules", nil)
	if o == nil {
		return
	}
	if len(o.values) > maxSchedules {
		r.at(n, "schedules", "there are %d; at most %d are read", len(o.values), maxSchedules)
		return
	}
	for _, name := range slices.SortedFunc(maps.Keys(o.values), func(a, b string) int { return o.keys[a].Line - o.keys[b].Line }) {
		if bad := badName(name); bad != "" || name == "" {
			r.at(o.keys[name], "schedules", "%s", cmpOr(bad, "a schedule has no name"))
		}
		path := o.field(clip(name))
		versions := []*yaml.Node{o.values[name]}
		if versions[0].Kind != yaml.MappingNode { // which is a single version
			versions = r.list(versions[0], path, `versions: - {from: 2026-01-01, start: "09:00"}`)
		} else {
			path = fmt.Sprintf("%s[0]", path)
		}
		r.schedules[name] = r.readVersions(versions, path, len(versions) == 1 && versions[0] == o.values[name])
		if len(r.schedules[name]) == 0 && !r.failed() {
			r.at(o.keys[name], path, "has no versions; write at least - {from: 2026-01-01}")
		}
	}
}

package redis

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"timesheet"
)

// rule is the stored form of an assignment.
type rule struct {
	Employee timesheet.EmployeeID `json:"employee,omitempty"`
	From     int32                `json:"from"` // days since 1970-01-01
	Zone     string               `json:"zone"`
	Boundary time.Duration        `json:"boundary"` // nanoseconds
}

func encodeRules(assignments []timesheet.Assignment) (string, error) {
	rules := make([]rule, len(assignments))
	for i, a := range assignments {
		rules[i] = rule{a.Employee, int32(a.From), a.Rule.Zone, a.Rule.Boundary}
	}
	b, err := json.Marshal(rules)
	return string(b), err
}

func decodeRules(s string) ([]timesheet.Assignment, error) {
	if s == "" {
		return nil, nil
	}
	var rules []rule
	if err := json.Unmarshal([]byte(s), &rules); err != nil {
		return nil, timesheet.NewError(timesheet.Internal, "read the day rules", err)
	}
	var assignments []timesheet.Assignment
	for _, r := range rules {
		assignments = append(assignments, timesheet.Assignment{
			Employee: r.Employee, From: timesheet.Day(r.From),
			Rule: timesheet.DayRule{Zone: r.Zone, Boundary: r.Boundary},
		})
	}
	return assignments, nil
}

// DayRules answers the day rules in force. It first finishes a change that was cut
// short, so that no partition keeps an epoch from before them.
func (s *Store) DayRules(ctx context.Context) (uint64, []timesheet.Assignment, error) {
	m, err := s.sync(ctx)
	if err != nil {
		return 0, nil, fail("read the day rules", err)
	}
	if m.fenced < m.version {
		if err := s.fence(ctx, m.version); err != nil {
			return 0, nil, fail("read the day rules", err)
		}
	}
	assignments, err := decodeRules(m.rules)
	return m.version, assignments, err
}

// SetDayRules replaces the day rules: see [timesheet.RuleKeeper]. The rules are
// stored first, marked as not fenced yet; then each partition gets its new epoch.
func (s *Store) SetDayRules(ctx context.Context, expected uint64, assignments []timesheet.Assignment) (uint64, error) {
	const op = "set the day rules"
	rules, err := encodeRules(assignments)
	if err != nil {
		return 0, timesheet.NewError(timesheet.Invalid, op, err)
	}
	m, err := s.sync(ctx)
	if err != nil {
		return 0, fail(op, err)
	}
	if m.version != expected {
		return 0, otherVersion(op, m.version, expected)
	}
	version := expected + 1
	c := newCall(rulesScript, 3, metaKey).
		add(strconv.FormatUint(expected, 10), strconv.FormatUint(version, 10), rules)
	s.run(ctx, true, c)
	switch {
	case c.err != nil:
		return 0, fail(op, c.err)
	case c.reply == "missing":
		return 0, timesheet.NewError(timesheet.Unavailable, op, errRestless)
	case c.reply != "1":
		return 0, otherVersion(op, version, expected)
	}
	m.version, m.rules = version, rules
	s.remember(m)
	if err := s.fence(ctx, version); err != nil {
		return 0, fail(op, err)
	}
	return version, nil
}

func otherVersion(op string, version, expected uint64) error {
	return timesheet.NewError(timesheet.Conflict, op, fmt.Errorf("their version is %d or later, not %d", version, expected))
}

// fence gives all partitions new epochs, those excepted that already got one for
// this version or a later one.
func (s *Store) fence(ctx context.Context, version uint64) error {
	v := strconv.FormatUint(version, 10)
	answers := s.ask(ctx, true, fenceScript, s.all(), func(timesheet.Partition) []any { return []any{v, mint()} })
	for _, a := range answers {
		if a.err != nil {
			return a.err
		}
	}
	c := newCall(fencedScript, 1, metaKey).add(v)
	s.run(ctx, true, c)
	return c.err
}

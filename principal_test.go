package timesheet_test

import (
	"fmt"
	"slices"
	"testing"

	"timesheet"
)

func TestScopes(t *testing.T) {
	all := []string{"ingest", "read:self", "read:team", "read:all", "correct", "admin"}
	var joined timesheet.Scopes
	for i, name := range all {
		s, err := timesheet.ParseScope(name)
		if err != nil || s != 1<<i {
			t.Errorf("%s is read as %d, %v", name, s, err)
		}
		if names := slices.Collect(s.Names()); !slices.Equal(names, []string{name}) {
			t.Errorf("%s is written %q", name, names)
		}
		if s.Any(joined) || !s.Any(joined|s) || s.Any(0) {
			t.Errorf("%s is found where it isn't, or not where it is", name)
		}
		joined |= s
	}
	if joined != timesheet.AllScopes {
		t.Errorf("together they are %b, all are %b", joined, timesheet.AllScopes)
	}
	if names := slices.Collect((joined | 1<<7).Names()); !slices.Equal(names, all) {
		t.Errorf("all are written %q", names)
	}
	for range joined.Names() {
		break // one too many would panic
	}
	for _, name := range []string{"", "read", "read:everything", "Admin", "admin "} {
		if s, err := timesheet.ParseScope(name); s != 0 || timesheet.CodeOf(err) != timesheet.Invalid {
			t.Errorf("%q is read as %d, %v", name, s, err)
		}
	}
}

func TestReach(t *testing.T) {
	ada := timesheet.Person{Employee: "1", Team: "a"}
	bob := timesheet.Person{Employee: "2", Team: "b"}
	cleo := timesheet.Person{Employee: "3"}
	left := timesheet.Person{Employee: "4", Unlisted: true}
	everybody := []timesheet.Person{ada, bob, cleo, left}
	teams := []string{"a", "c", ""}
	for name, c := range map[string]struct {
		scopes timesheet.Scopes
		sees   []timesheet.Person
	}{
		"nothing":             {0, nil},
		"what shows nobody":   {timesheet.ScopeIngest | timesheet.ScopeCorrect | timesheet.ScopeAdmin, nil},
		"self":                {timesheet.ScopeReadSelf, []timesheet.Person{left}},
		"the teams":           {timesheet.ScopeReadTeam, []timesheet.Person{ada}},
		"self and the teams":  {timesheet.ScopeReadSelf | timesheet.ScopeReadTeam, []timesheet.Person{ada, left}},
		"all":                 {timesheet.ScopeReadAll, everybody},
		"all, and the others": {timesheet.AllScopes, everybody},
	} {
		p := timesheet.Principal{Name: name, Scopes: c.scopes, Employee: "4", Teams: teams}
		for _, who := range everybody {
			if got, want := p.Reach().Sees(who), slices.Contains(c.sees, who); got != want {
				t.Errorf("%s sees %s: %v", name, who.Employee, got)
			}
		}
	}
	for name, r := range map[string]timesheet.Reach{
		"the zero reach": {}, "no team": {Teams: []string{""}}, "nobody": {Employee: ""},
		"one with every right and no employee": timesheet.Principal{Scopes: timesheet.ScopeReadSelf | timesheet.ScopeReadTeam}.Reach(),
	} {
		for _, who := range append(everybody, timesheet.Person{}, timesheet.Person{Team: "a", Unlisted: true}) {
			if r.Sees(who) {
				t.Errorf("%s sees %+v", name, who)
			}
		}
	}
	if r := (timesheet.Reach{Teams: []string{"a"}}); r.Sees(timesheet.Person{Team: "a", Unlisted: true}) {
		t.Error("one who is unlisted is seen by a team")
	}
	if !timesheet.Everybody().Sees(timesheet.Person{}) {
		t.Error("everybody doesn't reach somebody")
	}
	if got := fmt.Sprint(timesheet.Principal{Name: "hr", Scopes: timesheet.ScopeReadAll | timesheet.ScopeCorrect}); got != "hr [read:all correct]" {
		t.Error(got)
	}
}

package http_test

import (
	"context"
	"testing"
	"time"

	"timesheet"
	timesheethttp "timesheet/http"
)

// oneInstance is a service of one process.
type oneInstance struct{}

func (oneInstance) System(context.Context) (timesheethttp.SystemStatus, error) {
	at := timesheet.InstantOf(evening())
	return timesheethttp.SystemStatus{
		Store:     "pebble",
		Instances: []timesheethttp.Instance{{Name: "a", Version: "1.2", Started: at.Add(-time.Hour), Seen: at, Self: true}},
		From:      at.Add(-2 * time.Minute), Step: time.Minute, Clockings: []int64{7, 0, 3},
	}, nil
}

// silent tells nothing, and why not.
type silent struct{ err error }

func (s silent) System(context.Context) (timesheethttp.SystemStatus, error) {
	return timesheethttp.SystemStatus{Store: "redis"}, s.err
}

func TestSystem(t *testing.T) {
	_, o := office(t)
	o.System = oneInstance{}
	w := get(newHandler(o), "/v1/system")
	const want = `{"instances":[{"name":"a","seen_at":"2026-11-23T21:00:00+01:00","self":true,"started_at":"2026-11-23T20:00:00+01:00","version":"1.2"}],` +
		`"store":"pebble","throughput":{"clockings":[7,0,3],"from":"2026-11-23T20:58:00+01:00","step_seconds":60}}` + "\n"
	if w.Code != 200 || w.Body.String() != want {
		t.Errorf("%d %s want\n%s", w.Code, w.Body, want)
	}
	o.System, o.Registry = silent{errUnavailable}, nil
	if p := problemOf(t, get(newHandler(o), "/v1/system")); p.Status != 503 {
		t.Errorf("%+v", p)
	}
	o.System, o.Registry = nil, nil
	if p := problemOf(t, get(newHandler(o), "/v1/system")); p.Status != 404 {
		t.Errorf("%+v", p)
	}
}

func TestTeams(t *testing.T) {
	_, o := office(t)
	type teams struct {
		Day   string
		Teams []struct {
			Name      string
			Employees int
		}
	}
	ask := func(target string, p *timesheet.Principal) teams {
		o := o
		o.Registry = nil
		if p != nil {
			o.Access = oneToken{who: *p}
		}
		return answered[teams](t, bearing(newHandler(o)), target)
	}
	all := ask("/v1/teams", nil)
	if all.Day != monday || len(all.Teams) != 2 || all.Teams[0].Name != "Engines" || all.Teams[0].Employees != 2 || all.Teams[1].Name != "Mills" || all.Teams[1].Employees != 2 {
		t.Errorf("%+v", all)
	}
	mills := ask("/v1/teams?day=2020-01-01", &timesheet.Principal{Name: "lead", Scopes: timesheet.ScopeReadTeam, Teams: []string{"Mills", "Nobody's"}})
	if mills.Day != "2020-01-01" || len(mills.Teams) != 1 || mills.Teams[0].Name != "Mills" {
		t.Errorf("%+v", mills)
	}
	none := newSite(t)
	if got := answered[teams](t, handler(none), "/v1/teams"); got.Teams == nil || len(got.Teams) != 0 {
		t.Errorf("without a directory: %+v", got)
	}
}

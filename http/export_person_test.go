package http_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"timesheet"
	timesheethttp "timesheet/http"
	"timesheet/storetest"
)

// oneToken lets in one principal, by whatever token.
type oneToken struct {
	timesheethttp.Access
	who timesheet.Principal
}

func (a oneToken) caller() (timesheet.Caller, error) {
	return timesheet.Caller{Principal: a.who, ID: "token:" + a.who.Name}, nil
}

func (a oneToken) Token(context.Context, string, string) (timesheet.Caller, error) { return a.caller() }

func (a oneToken) Session(context.Context, string) (timesheet.Caller, error) { return a.caller() }

func (oneToken) Allow(timesheet.Caller, bool) error { return nil }
func (oneToken) Audit([]byte) error                 { return nil }

// bearing sends a token along.
func bearing(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("Authorization", "Bearer token")
		h.ServeHTTP(w, r)
	})
}

// paidNovember are the periods of an office that closed November 2026, and paid 7 alone.
type paidNovember struct {
	timesheethttp.Periods
	rules timesheethttp.Rules
	days  *timesheet.DayRules
}

func (p paidNovember) Closings(context.Context) ([]timesheet.Closing, error) {
	month := timesheet.Month{Year: 2026, Month: 11}
	return []timesheet.Closing{{Series: timesheet.Series{Month: month, Closing: 1}, At: timesheet.InstantOf(evening()), By: "hr"}}, nil
}

func (p paidNovember) Paid(_ context.Context, c timesheet.Closing, id timesheet.EmployeeID, _ timesheet.Reach) (timesheet.PaidMonth, error) {
	if id != "7" {
		return timesheet.PaidMonth{}, timesheet.NewError(timesheet.NotFound, "read a closed month", nil)
	}
	m := timesheet.PaidMonth{Person: timesheet.Person{Employee: id, Name: "Ada Byron", Team: "Engines"}, Calendar: p.days}
	for day := c.Month.First(); day <= c.Month.Last(); day++ {
		m.Days = append(m.Days, timesheet.PersonDay{Person: m.Person, Work: p.rules.Work.Evaluate(timesheet.Entry{}, nil, m.Person, day, p.days.For(id), timesheet.Moment{})})
	}
	return m, nil
}

type personExport struct {
	ID        string `json:"employee_id"`
	Directory []struct {
		From, Until          *string
		Name, Team, Schedule string
		Aliases              []string
	}
	Leave   []struct{ From, To, Name string }
	Entries []struct{ Badge, Day, Earliest, Latest string }

	Corrections []struct {
		Day        string
		Correction correctionAnswer
	}
	Months []struct {
		Month string
		Sheet struct {
			Name string
			Days []struct{ Day string }
		}
	} `json:"closed_months"`
	Rejected []struct {
		ID       int
		Employee string `json:"employee_id"`
	} `json:"rejected_rows"`
}

// kept is an office that keeps everything of its people.
func kept(t *testing.T) (*site, timesheethttp.Options) {
	t.Helper()
	s, o := office(t)
	o.Corrections = s.Ledger.(*storetest.Memory)
	o.Periods = paidNovember{rules: o.Rules(), days: s.DayRules()}
	at := timesheet.InstantOf(evening())
	o.Source = &clockingSource{status: polling(), rejected: []timesheet.Rejected{
		{Row: 3, Employee: "old7", Reason: "no time", Seen: at}, {Row: 4, Employee: "8", Reason: "no time", Seen: at}, {Row: 5, Employee: "", Reason: "no id", Seen: at},
	}}
	return s, o
}

func TestExportOfAPerson(t *testing.T) {
	s, o := kept(t)
	h := newHandler(o)
	corrected(t, correct(h, "7", monday, `{"set":{"clock_out":"19:00"},"reason":"stayed"}`))
	corrected(t, correct(h, "7", monday, `{"set":null,"reason":"did not"}`))
	corrected(t, correct(h, "8", monday, `{"set":{"remark":"ill"},"reason":"called"}`))
	t.Run("has all that is kept, of all badges", func(t *testing.T) {
		e := answered[personExport](t, h, "/v1/employees/7")
		if e.ID != "7" || len(e.Directory) != 1 || e.Directory[0].Name != "Ada Lovelace" || e.Directory[0].Schedule != "office" || e.Directory[0].From != nil || e.Directory[0].Until != nil || !slices.Equal(e.Directory[0].Aliases, []string{"old7"}) {
			t.Errorf("%+v", e)
		}
		if len(e.Entries) != 2 || e.Entries[0].Badge != "7" || e.Entries[1].Badge != "old7" || e.Entries[1].Earliest != "2026-11-23T08:09:00+01:00" || e.Entries[1].Day != monday {
			t.Errorf("%+v", e.Entries)
		}
		if len(e.Corrections) != 2 || e.Corrections[0].Correction.Reason != "stayed" || e.Corrections[0].Correction.Review || !e.Corrections[1].Correction.Withdrawn {
			t.Errorf("%+v", e.Corrections)
		}
		if len(e.Months) != 1 || e.Months[0].Month != "2026-11" || e.Months[0].Sheet.Name != "Ada Byron" || len(e.Months[0].Sheet.Days) != 30 {
			t.Errorf("%+v", e.Months)
		}
		if len(e.Rejected) != 1 || e.Rejected[0].ID != 3 || len(e.Leave) != 0 {
			t.Errorf("%+v %+v", e.Rejected, e.Leave)
		}
		if mary := answered[personExport](t, h, "/v1/employees/8"); len(mary.Leave) != 1 || mary.Leave[0].To != "2026-11-24" || len(mary.Entries) != 0 || len(mary.Corrections) != 1 || len(mary.Months) != 0 {
			t.Errorf("%+v", mary)
		}
	})
	t.Run("of somebody of whom nothing is kept is 404, and of a badge 400", func(t *testing.T) {
		if p := problemOf(t, get(h, "/v1/employees/nobody")); p.Status != 404 || !strings.Contains(p.Detail, `"nobody"`) {
			t.Errorf("%+v", p)
		}
		if p := problemOf(t, get(h, "/v1/employees/old7")); p.Status != 400 || p.Errors[0].Parameter != "id" || !strings.Contains(p.Detail, `ask for "7"`) {
			t.Errorf("%+v", p)
		}
		if got := answered[personExport](t, h, "/v1/employees/99"); len(got.Entries) != 1 || len(got.Directory) != 0 {
			t.Errorf("in no directory: %+v", got)
		}
	})
	t.Run("is for the person and who may read everybody, not for the team's lead", func(t *testing.T) {
		as := func(p timesheet.Principal) http.Handler {
			o := o
			o.Registry, o.Access = nil, oneToken{who: p}
			return bearing(newHandler(o))
		}
		if e := answered[personExport](t, as(timesheet.Principal{Name: "ada", Scopes: timesheet.ScopeReadSelf, Employee: "7"}), "/v1/employees/7"); len(e.Entries) != 2 {
			t.Errorf("%+v", e)
		}
		lead := as(timesheet.Principal{Name: "lead", Scopes: timesheet.ScopeReadSelf | timesheet.ScopeReadTeam, Employee: "8", Teams: []string{"Engines"}})
		for _, id := range []string{"7", "99", "nobody", "old7"} {
			if w := get(lead, "/v1/employees/"+id); w.Code != 403 || strings.Contains(w.Body.String(), "Ada") {
				t.Errorf("%s: %d %s", id, w.Code, w.Body)
			}
		}
	})
	t.Run("is not half of it where the store can't be read", func(t *testing.T) {
		s.mu.Lock()
		s.broken = errUnavailable
		s.mu.Unlock()
		if w := get(h, "/v1/employees/7"); w.Code != 503 || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

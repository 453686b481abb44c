package http_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"timesheet"
	timesheethttp "timesheet/http"
	"timesheet/storetest"
)

// house is a site of two teams, with people whose ids and names can't be met by chance:
// ada (with a former badge) and mary of Engines; charles of Mills; grace of Engines until
// 2026-11-15, then of Mills; and a ghost whom the directory doesn't list.
func house(t *testing.T, g *doorkeeper) (*site, timesheethttp.Options) {
	t.Helper()
	s := newSite(t)
	o := options(s)
	directory, err := timesheet.NewDirectory([]timesheet.DirectoryRow{
		{Employee: "id-ada", Name: "Ada Lovelace", Team: "Engines", Aliases: []timesheet.EmployeeID{"badge-ada"}},
		{Employee: "id-mary", Name: "Mary Somerville", Team: "Engines"},
		{Employee: "id-charles", Name: "Charles Babbage", Team: "Mills", Aliases: []timesheet.EmployeeID{"badge-charles"}},
		{Employee: "id-grace", Name: "Grace Hopper", Team: "Engines", Until: mustDay("2026-11-15")},
		{Employee: "id-grace", Name: "Grace Murray", Team: "Mills", From: mustDay("2026-11-16")},
	})
	if err != nil {
		t.Fatal(err)
	}
	rules := timesheethttp.Rules{Work: officeRules(t).Work, Directory: directory}
	o.Rules = func() timesheethttp.Rules { return rules }
	o.Corrections = s.Ledger.(*storetest.Memory)
	o.Source = &clockingSource{status: polling()}
	o.Access = g
	for _, id := range []timesheet.EmployeeID{"id-ada", "id-mary", "id-charles", "id-grace", "id-ghost"} {
		for _, day := range []string{"2026-11-10", "2026-11-13", "2026-11-16", "2026-11-20", "2026-11-23"} {
			put(s, id, day, day+"T09:09:00Z", day+"T16:30:00Z") // late, and gone early
		}
	}
	return s, o
}

// others changes everything of those who aren't in Engines.
func others(t *testing.T, s *site, o timesheethttp.Options) {
	t.Helper()
	for _, id := range []timesheet.EmployeeID{"id-charles", "badge-charles", "id-ghost", "id-newcomer"} {
		put(s, id, "2026-11-10", "2026-11-10T05:00:00Z", "2026-11-10T20:00:00Z")
		put(s, id, "2026-11-23", "2026-11-23T05:00:00Z", "2026-11-23T19:00:00Z")
	}
	put(s, "id-grace", "2026-11-20", "2026-11-20T04:00:00Z", "2026-11-20T20:00:00Z") // she is of Mills by then
	for _, id := range []timesheet.EmployeeID{"id-charles", "id-ghost", "id-nobody"} {
		c := timesheet.Correction{Employee: id, Day: mustDay("2026-11-23"), Remark: "secret-remark", Reason: "secret-reason", Actor: "secret-actor", At: timesheet.InstantOf(evening())}
		if _, err := o.Corrections.Correct(t.Context(), c, timesheet.AnySeq); err != nil {
			t.Fatal(err)
		}
	}
}

// styles of cells are numbered in no fixed order.
var styles = regexp.MustCompile(` s="[0-9]+"`)

// readable is all text of an answer: of XLSX, that of its cells.
func readable(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	if !strings.Contains(w.Header().Get("Content-Type"), "spreadsheet") {
		return w.Body.String()
	}
	z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, data, ok := strings.Cut(string(b), "<sheetData>"); ok && strings.HasPrefix(f.Name, "xl/worksheets/") {
			data, _, _ = strings.Cut(data, "</sheetData>")
			all.WriteString(f.Name + styles.ReplaceAllString(data, ""))
		} else if !ok && strings.Contains(f.Name, "haredStrings") {
			all.Write(b)
		}
	}
	return all.String()
}

// views are what may be read of a site, in all forms.
func views() (targets []string) {
	for _, table := range []string{
		"/v1/days/2026-11-23", "/v1/days/2026-11-10", "/v1/exceptions?from=2026-11-01&to=2026-11-30", "/v1/timesheets/2026-11",
		"/v1/employees/id-ada/days?from=2026-11-01&to=2026-11-30&empty=true", "/v1/employees/id-ada/weeks/2026-W47", "/v1/employees/id-ada/months/2026-11",
		"/v1/employees/id-grace/days?from=2026-11-01&to=2026-11-30&empty=true", "/v1/employees/id-grace/days?from=2026-11-01&to=2026-11-30",
		"/v1/employees/id-grace/weeks/2026-W46", "/v1/employees/id-grace/months/2026-11",
	} {
		path, query, _ := strings.Cut(table, "?")
		for _, suffix := range []string{"", ".csv", ".xlsx"} {
			targets = append(targets, strings.TrimSuffix(path+suffix+"?"+query, "?"))
		}
	}
	for _, sort := range []string{"name", "-name", "clock_in", "-worked"} {
		targets = append(targets, "/v1/days/2026-11-23?sort="+sort, "/v1/days/2026-11-23?limit=1&sort="+sort)
	}
	return append(targets, "/v1/days/2026-11-23?q=id-", "/v1/days/2026-11-23?q=charles", "/v1/days/2026-11-23?team=Engines", "/v1/timesheets/2026-11?limit=1",
		"/v1/timesheets/2026-11?team=Engines", "/v1/exceptions?from=2026-11-23&to=2026-11-23&kind=unknown_employee", "/v1/exceptions?from=2026-11-01&to=2026-11-30&limit=1",
		"/v1/employees/id-ada/days/2026-11-23/explain", "/v1/employees/id-ada/days/2026-11-23/corrections", "/v1/employees/id-grace/days/2026-11-13/explain",
		"/v1/employees/id-ada", "/v1/teams?day=2026-11-23", "/v1/teams?day=2026-11-10", "/v1/source", "/v1/session", "/v1/periods")
}

// What a team or a person may read has nothing of others in it: no row, total, cursor,
// ETag, table or explanation, and not even a change of theirs shows.
func TestNothingOfOthers(t *testing.T) {
	callers := map[string]timesheet.Principal{
		"engines": {Scopes: timesheet.ScopeReadTeam, Teams: []string{"Engines"}},
		"ada":     {Scopes: timesheet.ScopeReadSelf, Employee: "id-ada"},
		"both":    {Scopes: timesheet.ScopeReadTeam | timesheet.ScopeReadSelf, Employee: "id-ada", Teams: []string{"Engines", "Nobody's"}},
		"empty":   {Scopes: timesheet.ScopeReadTeam | timesheet.ScopeReadSelf, Teams: []string{""}},
	}
	never := map[string][]string{
		"engines": {"charles", "Charles", "Babbage", "ghost", "Mills", "Murray", "newcomer", "secret", "nobody"},
		"ada":     {"charles", "Charles", "Babbage", "ghost", "Mills", "id-grace", "Grace", "mary", "Mary", "newcomer", "secret", "nobody"},
		"empty":   {"charles", "Babbage", "ghost", "Mills", "Engines", "id-grace", "mary", "id-ada", "Lovelace", "newcomer", "secret"},
	}
	never["both"] = never["engines"]
	g := newDoorkeeper(callers)
	s, o := house(t, g)
	h := newHandler(o)
	type seen struct {
		code       int
		text, etag string
	}
	before := make(map[string]seen)
	shown := make(map[string]int)
	for pass := range 2 {
		for token := range callers {
			for _, target := range views() {
				w := getAs(h, target, token)
				text := readable(t, w)
				now := seen{w.Code, text, w.Header().Get("ETag")}
				if w.Code != 200 && w.Code != 403 {
					t.Errorf("%s %s: %d %s", token, target, w.Code, w.Body)
				}
				if w.Code == 200 {
					shown[token]++
				}
				for _, word := range never[token] {
					if strings.Contains(text, word) && !strings.Contains(target, word) {
						t.Errorf("%s %s has %q: %s", token, target, word, text)
					}
				}
				if key := token + " " + target; pass == 0 {
					before[key] = now
				} else if before[key] != now {
					t.Errorf("%s %s changed with others:\n%s %s\n%s %s", token, target, before[key].etag, before[key].text, now.etag, now.text)
				}
			}
		}
		others(t, s, o)
	}
	if w := getAs(h, "/v1/employees/id-ada/days.xlsx", "ada"); !strings.Contains(readable(t, w), "Ada Lovelace") {
		t.Error("tables aren't read")
	}
	if shown["engines"] < 40 || shown["both"] < 40 || shown["ada"] < 10 {
		t.Errorf("answers with 200: %v", shown) // else nothing was looked at
	}
	t.Run("and those who may see others do", func(t *testing.T) {
		_, o := house(t, newDoorkeeper(map[string]timesheet.Principal{"hr": {Scopes: timesheet.ScopeReadAll}}))
		h := newHandler(o)
		for _, word := range []string{"charles", "ghost", "Mills", "Murray"} {
			if !strings.Contains(getAs(h, "/v1/days/2026-11-23", "hr").Body.String(), word) {
				t.Errorf("%q isn't there at all", word)
			}
		}
	})
}

// A browser that keeps a page shows it to nobody else who logs in: its ETag is of its
// reader too.
func TestPagesAreTheirReaders(t *testing.T) {
	g := newDoorkeeper(map[string]timesheet.Principal{
		"engines": {Scopes: timesheet.ScopeReadTeam, Teams: []string{"Engines"}}, "mills": {Scopes: timesheet.ScopeReadTeam, Teams: []string{"Mills"}},
		"both": {Scopes: timesheet.ScopeReadTeam, Teams: []string{"Engines", "Mills"}}, "ada": {Scopes: timesheet.ScopeReadTeam | timesheet.ScopeReadSelf, Employee: "id-ada", Teams: []string{"Engines"}},
		"hr": {Scopes: timesheet.ScopeReadAll},
	})
	_, o := house(t, g)
	o.Boards = noVersion{}
	h := newHandler(o)
	whose := make(map[string]string)
	for token := range g.tokens {
		tag := getAs(h, "/v1/days/2026-11-23", token).Header().Get("ETag")
		if other := whose[tag]; other != "" || tag == "" {
			t.Errorf("%s has the ETag %q of %s", token, tag, other)
		}
		whose[tag] = token
	}
}

// noVersion are boards that are the same for everybody.
type noVersion struct{ timesheethttp.Boards }

func (noVersion) Page(context.Context, timesheet.Day, timesheethttp.BoardQuery, timesheet.Moment) (p timesheethttp.BoardPage, err error) {
	return p, nil
}

// Of the days of somebody who changed teams, a team sees its own.
func TestDaysOfSomebodyWhoChangedTeams(t *testing.T) {
	g := newDoorkeeper(map[string]timesheet.Principal{"engines": {Scopes: timesheet.ScopeReadTeam, Teams: []string{"Engines"}}})
	_, o := house(t, g)
	h := newHandler(o)
	type days struct {
		Name    string
		Entries []row
		Weeks   []struct{ Week string }
		Totals  struct {
			DaysWorked int `json:"days_worked"`
		}
	}
	as := func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Header.Set("Authorization", "Bearer engines")
			h.ServeHTTP(w, r)
		})
	}
	month := answered[days](t, as(h), "/v1/employees/id-grace/months/2026-11")
	if len(month.Entries) != 15 || month.Entries[14].Day != "2026-11-15" || month.Totals.DaysWorked != 2 || month.Name != "Grace Hopper" || len(month.Weeks) != 3 {
		t.Errorf("%d days, %+v, %d weeks", len(month.Entries), month.Totals, len(month.Weeks))
	}
	week := answered[days](t, as(h), "/v1/employees/id-grace/weeks/2026-W46")
	if len(week.Entries) != 7 || week.Totals.DaysWorked != 2 {
		t.Errorf("%+v", week)
	}
	csv := getAs(h, "/v1/timesheets/2026-11.csv", "engines").Body.String()
	lines := strings.Split(strings.TrimSpace(csv), "\n")
	if len(lines) != 4 || strings.Count(lines[3], ",") != strings.Count(lines[0], ",") {
		t.Fatalf("%s", csv)
	}
	header, grace := strings.Split(strings.TrimSpace(lines[0]), ","), strings.Split(strings.TrimSpace(lines[2]), ",")
	for i, name := range header {
		if worked := name == "2026-11-10" || name == "2026-11-13"; strings.HasPrefix(name, "2026-11-") && worked != (grace[i] != "") {
			t.Errorf("%s of %s is %q", name, grace[0], grace[i])
		}
	}
}

// Whoever isn't reached is refused alike, whether there or not.
func TestRefusalsAreAlike(t *testing.T) {
	g := newDoorkeeper(map[string]timesheet.Principal{
		"engines": {Scopes: timesheet.ScopeReadTeam | timesheet.ScopeCorrect, Teams: []string{"Engines"}},
		"ada":     {Scopes: timesheet.ScopeReadSelf | timesheet.ScopeCorrect, Employee: "id-ada"},
	})
	_, o := house(t, g)
	o.Changes = closedHub()
	h := newHandler(o)
	for _, token := range []string{"engines", "ada"} {
		var first string
		for _, id := range []string{"id-charles", "id-ghost", "badge-charles", "no-such", "badge-ada", "id-grace"} {
			for _, rest := range []string{"/days?from=2026-11-16&to=2026-11-30", "/days/2026-11-23/explain", "/days/2026-11-23/corrections", "/weeks/2026-W47", "/months/2026-12", "/months/2026-12.csv"} {
				w := getAs(h, "/v1/employees/"+id+rest, token)
				if first == "" {
					first = w.Body.String()
				}
				if w.Code != 403 || w.Body.String() != first {
					t.Errorf("%s %s%s: %d %s", token, id, rest, w.Code, w.Body)
				}
			}
			r := httptest.NewRequest(http.MethodPost, "/v1/employees/"+id+"/days/2026-11-23/corrections", strings.NewReader(`{"set":{"remark":"x"},"reason":"y"}`))
			r.Header.Set("Content-Type", jsonType)
			if w := sending(h, r, token, ""); w.Code != 403 || w.Body.String() != first {
				t.Errorf("%s corrects %s: %d %s", token, id, w.Code, w.Body)
			}
			if w := getAs(h, "/v1/changes?day=2026-11-23&employee="+id, token); w.Code != 403 || w.Body.String() != first {
				t.Errorf("%s changes of %s: %d %s", token, id, w.Code, w.Body)
			}
		}
		for _, target := range []string{"/v1/days/2026-11-23?team=", "/v1/timesheets/2026-11?team=", "/v1/exceptions?from=2026-11-01&to=2026-11-30&team=", "/v1/changes?team=", "/v1/days/2026-11-23.csv?team="} {
			for _, team := range []string{"Mills", "NoSuch"} {
				w := getAs(h, target+team, token)
				if token == "ada" && !strings.HasPrefix(target, "/v1/changes") {
					continue // lacks the scope
				}
				if w.Code != 403 || w.Body.String() != first {
					t.Errorf("%s %s%s: %d %s", token, target, team, w.Code, w.Body)
				}
			}
		}
	}
}

// Streams are of what the caller's reach sees.
func TestStreamsHaveTheCallersReach(t *testing.T) {
	g := newDoorkeeper(map[string]timesheet.Principal{"both": {Scopes: timesheet.ScopeReadTeam | timesheet.ScopeReadSelf, Employee: "id-ada", Teams: []string{"Engines"}}})
	_, o := house(t, g)
	hub := closedHub()
	o.Changes = hub
	if w := getAs(newHandler(o), "/v1/changes?employee=id-grace", "both"); w.Code != 200 {
		t.Fatal(w.Code, w.Body)
	}
	if _, f := hub.subscribed(); f.Reach.All || f.Reach.Employee != "id-ada" || len(f.Reach.Teams) != 1 || f.Reach.Teams[0] != "Engines" || f.Employee != "id-grace" {
		t.Errorf("%+v", f)
	}
}

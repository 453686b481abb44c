package http_test

import (
	"fmt"
	"strings"
	"testing"

	"timesheet"
)

// spellings are ways to write an id in a path that may, by mistake, reach somebody past
// the check of who may.
func spellings(id string) []string {
	hex := fmt.Sprintf("%02X", id[0])
	return []string{
		id, "%" + hex + id[1:], "%25" + hex + id[1:], "%20" + id, id + "%20%20", id + "%2F", "%2F" + id, "..%2F" + id, "id-ada%2F..%2F" + id, "id-ada/../" + id,
		id + "%00", id + "%0A", id + ".csv", id + ".json", id + ".", id + ";x=1", id + "%3Fx", "id-ada," + id, strings.ToUpper(id), id + "%E2%80%8B", "%EF%BB%BF" + id, "%C2%A0" + id,
	}
}

// However an id is written, who may not see it doesn't, and the audit log says whose day
// was shown.
func TestSpellingsOfIDs(t *testing.T) {
	g := newDoorkeeper(map[string]timesheet.Principal{
		"all":  {Scopes: timesheet.ScopeReadAll},
		"lead": {Scopes: timesheet.ScopeReadTeam, Teams: []string{"Engines"}},
		"self": {Scopes: timesheet.ScopeReadSelf, Employee: "id-ada"},
	})
	_, o := house(t, g)
	h := newHandler(o)
	shown := 0
	for _, id := range spellings("id-charles") {
		for _, view := range []string{"", "/days", "/days.csv", "/weeks/2026-W47", "/months/2026-11", "/days/2026-11-23/explain", "/days/2026-11-23/corrections"} {
			target := "/v1/employees/" + id + view
			for _, who := range []string{"lead", "self"} {
				if w := getAs(h, target, who); w.Code < 400 || strings.Contains(w.Body.String(), "Babbage") {
					t.Errorf("%s, %s: %d %s", who, target, w.Code, w.Body)
				}
			}
			g.audited(t)
			w := getAs(h, target, "all")
			if !strings.Contains(w.Body.String(), "Babbage") {
				continue
			}
			shown++
			if lines := g.audited(t); len(lines) != 1 || lines[0].Employee != "id-charles" || lines[0].Status != 200 {
				t.Errorf("%s shows Charles, and the audit log has %+v", target, lines)
			}
		}
	}
	if shown < 18 { // of some spellings all views, but for the one without names
		t.Errorf("shown %d times alone", shown)
	}
}

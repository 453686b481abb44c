package http_test

import (
	"strings"
	"testing"

	"timesheet"
	timesheethttp "timesheet/http"
)

func TestRemoteBringsAToken(t *testing.T) {
	g := newDoorkeeper(everyScope())
	_, o := guarded(t, g)
	url := serve(t, o).url
	for token, want := range map[string]timesheet.Code{"admin": "", "": timesheet.Unauthenticated, "wrong": timesheet.Unauthenticated, "read:all": timesheet.Forbidden} {
		r, err := timesheethttp.Dial(t.Context(), url, timesheethttp.WithToken(token))
		if timesheet.CodeOf(err) != want {
			t.Errorf("%q: %v", token, err)
		}
		if err != nil {
			if token != "" && strings.Contains(err.Error(), token+"\"") {
				t.Error("the error has the token:", err)
			}
			continue
		}
		if _, err := r.Floor(t.Context()); err != nil {
			t.Error(err)
		}
		r.Close()
	}
}

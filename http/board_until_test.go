package http_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"timesheet"
	timesheethttp "timesheet/http"
)

// soon is boards whose empty days change at a moment by time alone.
type soon struct {
	timesheethttp.Boards
	until timesheet.Instant
}

func (s soon) Page(context.Context, timesheet.Day, timesheethttp.BoardQuery, timesheet.Moment) (timesheethttp.BoardPage, error) {
	return timesheethttp.BoardPage{Until: s.until}, nil
}

func TestWhenABoardChangesByTimeAlone(t *testing.T) {
	_, o := office(t)
	at := timesheet.InstantOf(time.Date(2026, time.November, 23, 22, 30, 0, 0, time.UTC))
	for until, want := range map[timesheet.Instant]string{0: "", at: "2026-11-23T23:30:00+01:00"} {
		o.Boards = soon{until: until}
		var board struct {
			ChangesAt *string `json:"changes_at"`
		}
		w := get(newHandler(o), "/v1/days/2026-11-23")
		if err := json.Unmarshal(w.Body.Bytes(), &board); err != nil || w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if (board.ChangesAt == nil) != (want == "") || want != "" && *board.ChangesAt != want {
			t.Errorf("changes_at in %s, want %q", w.Body, want)
		}
	}
}

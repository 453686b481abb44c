package http_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"timesheet/client"
)

// heldClient holds each answer against the contract, as the client sees it.
type heldClient struct{ t *testing.T }

func (c heldClient) Do(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	w := httptest.NewRecorder()
	w.Code = resp.StatusCode
	maps.Copy(w.Header(), resp.Header)
	if _, err := io.Copy(w.Body, resp.Body); err != nil {
		return nil, err
	}
	if v := violation(r, w); v != "" {
		c.t.Error(v)
	}
	resp.Body = io.NopCloser(w.Body)
	return resp, nil
}

// The client speaks with the service as its users do.
func TestClient(t *testing.T) {
	s, o := office(t)
	o.Source = &clockingSource{status: polling()}
	r := serve(t, o)
	c, err := client.NewClientWithResponses(r.url, client.WithHTTPClient(heldClient{t}))
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	t.Run("posts clockings", func(t *testing.T) {
		answer, err := c.PostClockingsWithBodyWithResponse(ctx, ndjsonType, strings.NewReader(`{"employee_id":"a/b","clocked_at":"2026-11-23T08:09:00"}`))
		if err != nil || answer.JSON200 == nil || answer.JSON200.Accepted != 1 {
			t.Fatalf("%v %s", err, answer.Body)
		}
		if _, ok := s.entries[key{"a/b", mustDay("2026-11-23")}]; !ok {
			t.Error("it isn't there")
		}
	})
	t.Run("reads a board", func(t *testing.T) {
		q, limit := "ada", int32(10)
		answer, err := c.GetDayWithResponse(ctx, "2026-11-23", &client.GetDayParams{Q: &q, Limit: &limit})
		if err != nil || answer.JSON200 == nil {
			t.Fatalf("%v %s", err, answer.Body)
		}
		b := answer.JSON200
		if len(b.Entries) != 1 || b.Next != nil || b.AsOf == nil || b.AsOf.State != client.SourceState("polling") || b.Totals.Employees < 5 {
			t.Fatalf("%+v", b)
		}
		ada := b.Entries[0]
		if *ada.Name != "Ada Lovelace" || *ada.WorkedSeconds != 28800 || ada.ClockIn.Format("15:04Z07:00") != "08:09+01:00" || ada.Status != client.StatusComplete {
			t.Errorf("%+v", ada)
		}
		tag := answer.HTTPResponse.Header.Get("ETag")
		again, err := c.GetDayWithResponse(ctx, "2026-11-23", &client.GetDayParams{IfNoneMatch: &tag})
		if err != nil || again.StatusCode() != http.StatusNotModified {
			t.Errorf("%v %v", err, again.Status())
		}
	})
	t.Run("reads what is absent as nil", func(t *testing.T) {
		answer, err := c.GetEmployeeDaysWithResponse(ctx, "a/b", nil)
		if err != nil || answer.JSON200 == nil || len(answer.JSON200.Entries) != 1 {
			t.Fatalf("%v %s", err, answer.Body)
		}
		if day := answer.JSON200.Entries[0]; day.WorkedSeconds != nil || day.ClockOut != nil || day.Name != nil || day.ClockIn == nil {
			t.Errorf("%+v", day)
		}
	})
	t.Run("reads a month and its weeks", func(t *testing.T) {
		answer, err := c.GetEmployeeMonthWithResponse(ctx, "7", "2026-11")
		if err != nil || answer.JSON200 == nil || len(answer.JSON200.Entries) != 30 || len(answer.JSON200.Weeks) != 5 || answer.JSON200.Totals.WorkedSeconds != 28800 {
			t.Fatalf("%v %s", err, answer.Body)
		}
	})
	t.Run("reads a problem", func(t *testing.T) {
		answer, err := c.GetDayWithResponse(ctx, "2026-02-30", nil)
		if err != nil || answer.ApplicationProblemJSONDefault == nil {
			t.Fatalf("%v %s", err, answer.Body)
		}
		if p := answer.ApplicationProblemJSONDefault; p.Status != 400 || p.Code != client.Invalid || *(*p.Errors)[0].Parameter != "day" {
			t.Errorf("%+v", p)
		}
	})
}

package tests

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

var sender = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// post sends clockings once. accepted tells whether all of them were acknowledged.
func post(ctx context.Context, url string, clockings []clocking) (accepted bool, status int, err error) {
	body, contentType := encode(clockings)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/v1/clockings", strings.NewReader(body))
	if err != nil {
		return false, 0, err
	}
	req.Header.Set("Content-Type", contentType)
	resp, err := sender.Do(req)
	if err != nil {
		return false, 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return false, resp.StatusCode, err
	}
	if resp.StatusCode != http.StatusOK {
		return false, resp.StatusCode, nil
	}
	var ack struct{ Accepted int }
	if err := json.Unmarshal(answer, &ack); err != nil || ack.Accepted != len(clockings) {
		return false, resp.StatusCode, fmt.Errorf("answer %q to %d clockings: %w", answer, len(clockings), err)
	}
	return true, resp.StatusCode, nil
}

// encode takes each content type in turn, by the first clocking's id.
func encode(clockings []clocking) (body, contentType string) {
	var objects []string
	for _, c := range clockings {
		objects = append(objects, fmt.Sprintf(`{"id":%d,"employee_id":%q,"clocked_at":%q}`, c.ID, c.Employee, c.At))
	}
	switch {
	case len(clockings) == 1:
		return objects[0], "application/json"
	case clockings[0].ID%3 == 0:
		return "[" + strings.Join(objects, ",") + "]", "application/json"
	case clockings[0].ID%3 == 1:
		return strings.Join(objects, "\n") + "\n", "application/x-ndjson"
	default:
		return csvOf(clockings), "text/csv"
	}
}

// mustPost sends clockings until they are acknowledged, as a sender is told to: 429
// and 503 ask for another try, and so does a lost connection.
func mustPost(t testing.TB, url string, clockings []clocking) {
	t.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for {
		ok, status, err := post(t.Context(), url, clockings)
		switch {
		case ok:
			return
		case err == nil && status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable:
			t.Errorf("post: status %d", status)
			return
		case time.Now().After(deadline):
			t.Errorf("post: not acknowledged in time: status %d, %v", status, err)
			return
		}
		<-time.After(20 * time.Millisecond)
	}
}

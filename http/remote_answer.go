package http

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"timesheet"
)

// maxProblem bounds what is read of an error's answer, in bytes.
const maxProblem = 1 << 20

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func checkBase(base string) (string, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("%s is not an address such as http://127.0.0.1:8080", quoted(base))
	}
	return strings.TrimRight(u.String(), "/"), nil
}

func (r *Remote) do(ctx context.Context, method, path string, body io.Reader, contentType string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, r.base+path, body)
	if err != nil {
		return nil, timesheet.NewError(timesheet.Invalid, "server", err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return nil, unreachable(err)
	}
	return resp, nil
}

func unreachable(err error) error {
	return timesheet.NewError(timesheet.Unavailable, "reach the service", err)
}

// check answers nil for a success of the media type that is expected.
func (r *Remote) check(resp *http.Response, media string) error {
	given, _, err := mediaType(resp.Header.Get("Content-Type"))
	switch {
	case resp.StatusCode == http.StatusOK && err == nil && given == media:
		return nil
	case err == nil && given == "application/problem+json":
		return readProblem(resp)
	case resp.StatusCode >= http.StatusInternalServerError: // of something between here and the service
		return timesheet.NewError(timesheet.Unavailable, "reach the service", errors.New(resp.Status))
	default:
		return timesheet.NewError(timesheet.Invalid, "server", fmt.Errorf("%s answered %s as no timesheet service of this version does", r.base, resp.Status))
	}
}

// readProblem is the error that the service answered.
func readProblem(resp *http.Response) error {
	var p problem
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxProblem)).Decode(&p); err != nil {
		return unreachable(err)
	}
	return serviceError(p.Code, p.Detail)
}

func serviceError(wire, detail string) error {
	code := codeOfWire(wire)
	if kindOf[code] == nil {
		code = timesheet.Internal
	}
	return timesheet.NewError(code, "service", errors.New(detail))
}

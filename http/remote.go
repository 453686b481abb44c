package http

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"timesheet"
)

// Remote is a running service of the same version, reached through its internal
// routes, so that commands work while it holds the store. It takes clockings as the
// service's own actors do. Safe for concurrent use.
//
// Its errors have the code that the service gave them. Unavailable also covers a
// service that can't be reached and an answer that was cut: what was sent may have
// been applied, and sending it again is harmless.
type Remote struct {
	base   string // without a slash at its end
	token  string // "" for none
	client *http.Client
	rules  atomic.Pointer[timesheet.DayRules]
}

// DialOption is one of Dial's.
type DialOption func(*Remote)

// WithToken brings a token with each request; "" brings none. Most of what a Remote does
// needs the scope admin where the service has authentication.
func WithToken(token string) DialOption { return func(r *Remote) { r.token = token } }

// Dial reads the day rules of the service at baseURL, such as http://127.0.0.1:8080.
// Invalid: that isn't the address of a timesheet service. Unauthenticated or Forbidden: the
// token isn't known there, or may not do that.
func Dial(ctx context.Context, baseURL string, options ...DialOption) (*Remote, error) {
	base, err := checkBase(baseURL)
	if err != nil {
		return nil, timesheet.NewError(timesheet.Invalid, "server", err)
	}
	t := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment, // which never concerns loopback
		MaxIdleConnsPerHost:   16,
		IdleConnTimeout:       time.Minute,
		TLSHandshakeTimeout:   10 * time.Second,
		ExpectContinueTimeout: time.Second,
	}
	r := &Remote{base: base, client: &http.Client{Transport: t, CheckRedirect: noRedirect}}
	for _, option := range options {
		option(r)
	}
	if err := r.Reload(ctx); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// Close gives up idle connections.
func (r *Remote) Close() { r.client.CloseIdleConnections() }

// Healthy answers nil while the service can take clockings.
func (r *Remote) Healthy(ctx context.Context) error {
	return r.call(ctx, http.MethodGet, "/readyz", nil, "", nil)
}

// DayRules are the rules as last read.
func (r *Remote) DayRules() *timesheet.DayRules { return r.rules.Load() }

// Reload reads the rules now. Zones come from the time-zone data of this process.
func (r *Remote) Reload(ctx context.Context) error {
	var d dayRules
	if err := r.call(ctx, http.MethodGet, "/v1/admin/dayrules", nil, "", &d); err != nil {
		return err
	}
	rules, err := timesheet.NewDayRules(d.Version, d.assignments(), time.LoadLocation)
	if err != nil {
		return fmt.Errorf("day rules of %s: %w", r.base, err)
	}
	r.rules.Store(rules)
	return nil
}

// SetDayRules replaces all assignments if the version in force is still the expected
// one, else Conflict, and answers the new version.
func (r *Remote) SetDayRules(ctx context.Context, expected uint64, assignments []timesheet.Assignment) (version uint64, err error) {
	b, err := json.Marshal(newDayRules(expected, assignments))
	if err != nil {
		return 0, timesheet.NewError(timesheet.Invalid, "day rules", err)
	}
	var d dayRules
	if err := r.call(ctx, http.MethodPut, "/v1/admin/dayrules", b, mediaJSON, &d); err != nil {
		return 0, err
	}
	return d.Version, r.Reload(ctx)
}

// entriesAtOnce keeps a part of a batch below 2 MB, whatever its ids.
const entriesAtOnce = 25_000

// Submit hands b to the service and answers when all of it is durable. Stale: b was
// made under day rules that are no longer in force. A batch of more than 25,000
// entries goes in parts: when one fails, those before it are durable.
func (r *Remote) Submit(ctx context.Context, b timesheet.Batch) (timesheet.Receipt, error) {
	var sum timesheet.Receipt
	for entries := b.Entries; ; {
		part := entries[:min(len(entries), entriesAtOnce)]
		entries = entries[len(part):]
		receipt, err := r.submit(ctx, b.RulesVersion, part)
		if err != nil {
			return timesheet.Receipt{}, err
		}
		sum.Accepted += receipt.Accepted
		sum.Expired += receipt.Expired
		if len(entries) == 0 {
			return sum, nil
		}
	}
}

func (r *Remote) submit(ctx context.Context, version uint64, entries []timesheet.Entry) (receipt timesheet.Receipt, err error) {
	body := make([]byte, 0, 32*len(entries)+16)
	for _, e := range entries {
		if body, err = appendStreamEntry(body, e); err != nil {
			return receipt, err
		}
	}
	body = appendStreamEnd(body, len(entries))
	var answer struct{ Accepted, Expired int }
	path := "/v1/admin/batches?rules=" + strconv.FormatUint(version, 10)
	if err := r.call(ctx, http.MethodPost, path, body, mediaEntries, &answer); err != nil {
		return receipt, err
	}
	return timesheet.Receipt{Accepted: answer.Accepted, Expired: answer.Expired}, nil
}

// Export gives fn all entries from one day to another, both included, day by day in
// the store's order. It answers nil only when fn had them all; an error of fn ends
// it and is answered.
func (r *Remote) Export(ctx context.Context, from, to timesheet.Day, fn func(timesheet.Entry) error) error {
	resp, err := r.do(ctx, http.MethodGet, "/v1/admin/export?from="+from.String()+"&to="+to.String(), nil, "")
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if err := r.check(resp, mediaEntries); err != nil {
		return err
	}
	for stream := newEntryStream(resp.Body); ; {
		e, err := stream.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return timesheet.NewError(timesheet.Unavailable, "export was cut", err)
		}
		if err := fn(e); err != nil {
			return err
		}
	}
}

// call sends body and reads the JSON answer into v, or throws the answer away.
func (r *Remote) call(ctx context.Context, method, path string, body []byte, contentType string, v any) error {
	resp, err := r.do(ctx, method, path, bytes.NewReader(body), contentType)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if err := r.check(resp, mediaJSON); err != nil {
		return err
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return unreachable(err)
	}
	if v == nil {
		return nil
	}
	if err := json.Unmarshal(b, v); err != nil {
		return timesheet.NewError(timesheet.Invalid, "answer of "+r.base, err)
	}
	return nil
}

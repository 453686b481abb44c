package http

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"timesheet"
)

var _ Ledger = (*Remote)(nil)

// Checkpoint answers how far a source was read, as timesheet.Checkpointer says.
func (r *Remote) Checkpoint(ctx context.Context, source string) (timesheet.Checkpoint, error) {
	var at checkpoint
	err := r.call(ctx, http.MethodGet, pathWith("/v1/admin/checkpoint", "source", source), nil, "", &at)
	return timesheet.Checkpoint(at), err
}

// Rewind sets a checkpoint back, as timesheet.Checkpointer says.
func (r *Remote) Rewind(ctx context.Context, source string, expected uint64, settled timesheet.RowID, state []byte, reason string) (timesheet.Checkpoint, error) {
	var at checkpoint
	err := r.send(ctx, "/v1/admin/checkpoint/rewind", rewind{source, checkpoint{expected, settled, state, reason}}, &at)
	return timesheet.Checkpoint(at), err
}

// Floor is the first day that is kept.
func (r *Remote) Floor(ctx context.Context) (timesheet.Day, error) {
	var a floor
	err := r.call(ctx, http.MethodGet, "/v1/admin/floor", nil, "", &a)
	return a.Floor, err
}

// Erased tells whether e was erased.
func (r *Remote) Erased(ctx context.Context, e timesheet.EmployeeID) (bool, error) {
	var a erased
	err := r.call(ctx, http.MethodGet, pathWith("/v1/admin/erased", "employee", string(e)), nil, "", &a)
	return a.Erased, err
}

// replacementsAtOnce keeps a request below 1 MB, whatever its ids.
const replacementsAtOnce = 1_000

// Replace applies each replacement whose Old is what the store holds, and answers for
// each in order, as timesheet.Remover says. Many go in parts: when the service can't
// be reached for one, it and those after it are Unavailable.
func (r *Remote) Replace(ctx context.Context, rs []timesheet.Replacement) []error {
	errs := make([]error, len(rs))
	var part []replacement
	var places []int // in rs, of each of part
	for i, rep := range rs {
		if errs[i] = rep.Validate(); errs[i] == nil {
			part, places = append(part, newReplacement(rep)), append(places, i)
		}
	}
	for len(part) > 0 {
		n := min(len(part), replacementsAtOnce)
		outcomes, err := r.replace(ctx, part[:n])
		if err != nil {
			for _, i := range places {
				errs[i] = err
			}
			return errs
		}
		for i, o := range outcomes {
			errs[places[i]] = o.err()
		}
		part, places = part[n:], places[n:]
	}
	return errs
}

func (r *Remote) replace(ctx context.Context, part []replacement) ([]*outcome, error) {
	var outcomes []*outcome
	if err := r.send(ctx, "/v1/admin/replacements", part, &outcomes); err != nil {
		return nil, err
	}
	if len(outcomes) != len(part) {
		return nil, timesheet.NewError(timesheet.Internal, "answer of "+r.base, fmt.Errorf("%d outcomes of %d replacements", len(outcomes), len(part)))
	}
	return outcomes, nil
}

func (o *outcome) err() error {
	if o == nil {
		return nil
	}
	return serviceError(o.Code, o.Detail)
}

// pathWith is a path with parameters: name, value, name, value.
func pathWith(path string, parameters ...string) string {
	q := make(url.Values)
	for i := 0; i < len(parameters); i += 2 {
		q.Set(parameters[i], parameters[i+1])
	}
	return path + "?" + q.Encode()
}

// send posts v as JSON.
func (r *Remote) send(ctx context.Context, to string, v, answer any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return timesheet.NewError(timesheet.Invalid, "encode", err)
	}
	return r.call(ctx, http.MethodPost, to, b, mediaJSON, answer)
}

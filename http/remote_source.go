package http

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"unicode/utf8"

	"timesheet"
)

// SourceStatus is how far the service's source was read, times to the millisecond and
// rates to a tenth. NotFound: the service reads no source.
func (r *Remote) SourceStatus(ctx context.Context) (timesheet.SourceStatus, error) {
	var w sourceStatus
	if err := r.call(ctx, http.MethodGet, "/v1/source", nil, "", &w); err != nil {
		return timesheet.SourceStatus{}, err
	}
	st, err := w.status()
	if err != nil {
		return timesheet.SourceStatus{}, timesheet.NewError(timesheet.Invalid, "answer of "+r.base, err)
	}
	return st, nil
}

// ReleaseRow has the service read a rejected row of its source again, take it in and
// forget that it was rejected. NotFound: it isn't kept, or the service reads no source.
// Invalid: it still can't be used.
func (r *Remote) ReleaseRow(ctx context.Context, id timesheet.RowID) error {
	return r.call(ctx, http.MethodPost, pathWith("/v1/admin/source/release", "id", decimal(id)), nil, "", nil)
}

// rejectedAtOnce keeps a request below 1 MB, whatever its reasons.
const rejectedAtOnce = 1_000

// Reject keeps rows aside, as timesheet.Quarantine says, but more than 1,000 in parts:
// when one fails, those before it are kept.
func (r *Remote) Reject(ctx context.Context, source string, rows []timesheet.Rejected) error {
	for _, row := range rows {
		if !utf8.ValidString(row.Employee) || !utf8.ValidString(row.Reason) { // JSON would change it
			return timesheet.NewError(timesheet.Invalid, fmt.Sprintf("reject row %d", row.Row), errors.New("it is not valid UTF-8"))
		}
	}
	for part := range slices.Chunk(rows, rejectedAtOnce) {
		list := convert(part, func(r timesheet.Rejected) rejection { return rejection(r) })
		if err := r.send(ctx, pathWith("/v1/admin/rejected", "source", source), list, nil); err != nil {
			return err
		}
	}
	return nil
}

// Rejected answers kept rows, as timesheet.Quarantine says.
func (r *Remote) Rejected(ctx context.Context, source string, after timesheet.RowID, limit int) ([]timesheet.Rejected, error) {
	var list []rejection
	to := pathWith("/v1/admin/rejected", "source", source, "after", decimal(after), "limit", strconv.Itoa(limit))
	if err := r.call(ctx, http.MethodGet, to, nil, "", &list); err != nil {
		return nil, err
	}
	return convert(list, func(r rejection) timesheet.Rejected { return timesheet.Rejected(r) }), nil
}

// CountRejected answers how many there are.
func (r *Remote) CountRejected(ctx context.Context, source string) (timesheet.RejectedCount, error) {
	var n rejectedCount
	err := r.call(ctx, http.MethodGet, pathWith("/v1/admin/rejected/count", "source", source), nil, "", &n)
	return timesheet.RejectedCount(n), err
}

// Readmit forgets that a row was rejected; NotFound where it isn't kept.
func (r *Remote) Readmit(ctx context.Context, source string, row timesheet.RowID) error {
	return r.call(ctx, http.MethodDelete, pathWith("/v1/admin/rejected", "source", source, "row", decimal(row)), nil, "", nil)
}

func decimal(id timesheet.RowID) string { return strconv.FormatInt(int64(id), 10) }

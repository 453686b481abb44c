package http

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"timesheet"
)

// sourceStatus is the JSON of a timesheet.SourceStatus. Ids are null where there is no
// row, lag_seconds and as_of while it isn't known how fresh the entries are.
type sourceStatus struct {
	LastID    *timesheet.RowID `json:"last_id"`
	SettledID *timesheet.RowID `json:"settled_id"`
	OpenGaps  int64            `json:"open_gaps"`
	Lag       *tenths          `json:"lag_seconds"`
	LagRows   int64            `json:"lag_rows"`
	Rate      tenths           `json:"rows_per_second"`
	Rejected  int              `json:"rejected"`
	Dropped   uint64           `json:"rejected_dropped"`
	Holder    *string          `json:"holder"`
	State     string           `json:"state"`
	Error     *string          `json:"error"`
	AsOf      *string          `json:"as_of"`
	Settled   *string          `json:"settled_as_of"`
}

// asOf is the part of it that comes with every list of entries.
type asOf struct {
	LastID *timesheet.RowID `json:"last_id"`
	Age    *tenths          `json:"age_seconds"`
	State  string           `json:"state"`
	Error  *string          `json:"error"`
}

// rejectedRows is the JSON of a page of rejected rows.
type rejectedRows struct {
	Rejected []rejectedRow `json:"rejected"`
	Next     *string       `json:"next"`
}

type rejectedRow struct {
	ID       timesheet.RowID `json:"id"`
	Employee *string         `json:"employee_id"`
	Reason   string          `json:"reason"`
	Seen     string          `json:"seen_at"`
}

func newSourceStatus(st timesheet.SourceStatus, now timesheet.Instant, format func(timesheet.Instant) string) sourceStatus {
	w := sourceStatus{
		LastID: rowOrNull(st.LastID), SettledID: rowOrNull(st.SettledID), OpenGaps: st.OpenGaps, LagRows: st.LagRows,
		Rate: tenths(st.RowsPerSecond), Rejected: st.Rejected.Kept, Dropped: st.Rejected.Dropped,
		Holder: orNull(st.Holder), Error: orNull(st.Error),
	}
	if st.State == "" { // nobody has asked it yet
		st.State = timesheet.SourceStarting
	}
	w.State = strings.ReplaceAll(string(st.State), " ", "_")
	if lag, ok := lagOf(st, now); ok {
		seconds, at := tenths(lag.Seconds()), format(st.AsOf)
		w.Lag, w.AsOf = &seconds, &at
	}
	if st.SettledAsOf > 0 {
		at := format(st.SettledAsOf)
		w.Settled = &at
	}
	return w
}

// lagOf is how long ago everything visible was durable; not ok while nothing is known.
func lagOf(st timesheet.SourceStatus, now timesheet.Instant) (lag time.Duration, ok bool) {
	return max(now.Sub(st.AsOf), 0), st.AsOf != 0 // another instance's clock may be ahead
}

// status is what w says; numbers that it rounds stay rounded.
func (w sourceStatus) status() (timesheet.SourceStatus, error) {
	st := timesheet.SourceStatus{
		LastID: rowOf(w.LastID), SettledID: rowOf(w.SettledID), OpenGaps: w.OpenGaps, LagRows: w.LagRows,
		RowsPerSecond: float64(w.Rate), Rejected: timesheet.RejectedCount{Kept: w.Rejected, Dropped: w.Dropped},
		State: timesheet.SourceState(strings.ReplaceAll(w.State, "_", " ")),
	}
	if w.Holder != nil {
		st.Holder = *w.Holder
	}
	if w.Error != nil {
		st.Error = *w.Error
	}
	var errs [2]error
	st.AsOf, errs[0] = instantOf("as_of", w.AsOf)
	st.SettledAsOf, errs[1] = instantOf("settled_as_of", w.Settled)
	return st, errors.Join(errs[:]...)
}

// instantOf reads the time of a field; none is 0.
func instantOf(field string, text *string) (timesheet.Instant, error) {
	if text == nil {
		return 0, nil
	}
	t, err := time.Parse(time.RFC3339, *text)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", field, err)
	}
	return timesheet.InstantOf(t), nil
}

// noRow is below every row: the last one of a source that has shown none yet.
const noRow timesheet.RowID = math.MinInt64

func rowOrNull(id timesheet.RowID) *timesheet.RowID {
	if id == noRow {
		return nil
	}
	return &id
}

func rowOf(id *timesheet.RowID) timesheet.RowID {
	if id == nil {
		return noRow
	}
	return *id
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// tenths is a number that isn't negative, told with one decimal.
type tenths float64

// MarshalJSON is part of json.Marshaler.
func (x tenths) MarshalJSON() ([]byte, error) {
	if !(x > 0) || math.IsInf(float64(x), 0) { // JSON has neither NaN nor infinity
		x = 0
	}
	return strconv.AppendFloat(nil, float64(x), 'f', 1, 64), nil
}

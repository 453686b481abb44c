package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"timesheet"
)

// Verification is what Verify found.
type Verification struct {
	Rows        int64        // of the view, read in order to compare all days asked for
	Entries     int64        // of the store, from day to day
	Rejected    int64        // of Rows, kept aside: left out
	Unusable    int64        // of Rows, can't be used and aren't kept aside: left out
	Differences []Difference // by day, employee and kind
}

// Equal tells whether nothing differed, or all that did is repaired. Then a command
// that verifies ends with success.
func (v Verification) Equal() bool {
	for i := range v.Differences {
		if v.Differences[i].Outcome != OutcomeRepaired {
			return false
		}
	}
	return true
}

// Verify compares the entries from day to day with the view, by the poller's queries and
// the day rules of sink, while service and source go on: what is on its way is waited
// for and is no difference. It reads all rows of these days once, and again where
// something differs; memory is 16 bytes for an employee's day (10 million rows of two a
// day: 100 MB), and more for differences only. Flags aren't compared.
//
// Rejected rows, erased employees and days below the floor are left out, and so are
// rows with a time that is just about to be in the future.
//
// It answers an error and no verdict where it can't compare: Unavailable when the view or
// the store is away, or the poller is still behind after CatchUp; Conflict when
// the day rules changed or the checkpoint was rewound meanwhile, or entries kept
// changing at each reading; Invalid for options and a view that can't be used. After an
// error while repairing the differences tell how far it came.
func Verify(ctx context.Context, view View, sink Sink, ledger Ledger, o VerifyOptions) (Verification, error) {
	o.setDefaults()
	v := &verifier{view: view, sink: sink, ledger: ledger, options: o}
	err := v.run(ctx)
	switch {
	case err == nil:
		return v.result, nil
	case ctx.Err() != nil:
		err = timesheet.NewError(timesheet.Unavailable, "stopped", context.Cause(ctx))
	}
	return v.result, fmt.Errorf("compare with the source: %w", err)
}

// verifier is one check. One goroutine uses it.
type verifier struct {
	view    View
	sink    Sink
	ledger  Ledger
	options VerifyOptions

	rules      *timesheet.DayRules
	from, to   timesheet.Day
	checkpoint timesheet.Checkpoint // as it was read last

	rows   []timesheet.Row // room for a page
	told   time.Time       // when progress was told
	state  VerifyProgress
	result Verification
}

// maxReadings bounds how often the view is read because entries changed in between.
const maxReadings = 6

func (v *verifier) run(ctx context.Context) error {
	if err := v.prepare(ctx); err != nil {
		return err
	}
	if v.from > v.to {
		return nil
	}
	found, err := v.read(ctx, nil)
	for n := 2; err == nil && found.open.size() > 0; n++ {
		before := found
		if found, err = v.read(ctx, before.open); err == nil && found.confirms(before) {
			break
		}
		if n == maxReadings && err == nil {
			err = timesheet.NewError(timesheet.Conflict, "", fmt.Errorf("entries changed during each of %d readings; check again when less happens", n))
		}
	}
	if err == nil {
		err = v.unchanged(ctx)
	}
	if err != nil {
		return err
	}
	v.result.Differences = found.differences()
	return v.repair(ctx, found)
}

// prepare reads what the comparison goes by.
func (v *verifier) prepare(ctx context.Context) error {
	o := &v.options
	if o.From < timesheet.FirstDay || o.To > timesheet.LastDay || o.From > o.To {
		return timesheet.NewError(timesheet.Invalid, "days", fmt.Errorf("%v to %v is no range within %v to %v", o.From, o.To, timesheet.FirstDay, timesheet.LastDay))
	}
	if o.Repair != RepairNone && o.Repair != RepairMerge && o.Repair != RepairReplace {
		return timesheet.NewError(timesheet.Invalid, "repair", fmt.Errorf("%q is neither %q nor %q", o.Repair, RepairMerge, RepairReplace))
	}
	if err := v.reload(ctx); err != nil {
		return err
	}
	if v.rules = v.sink.DayRules(); v.rules == nil {
		return timesheet.NewError(timesheet.Invalid, "", errors.New("there are no day rules yet; set a time zone first"))
	}
	floor, err := v.ledger.Floor(ctx)
	if err != nil {
		return fmt.Errorf("read the floor: %w", err)
	}
	v.from, v.to = max(o.From, floor), o.To
	if v.checkpoint, err = v.ledger.Checkpoint(ctx, o.Source); err != nil {
		return fmt.Errorf("read the checkpoint: %w", err)
	}
	return nil
}

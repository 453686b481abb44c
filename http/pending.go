package http

import (
	"context"

	"timesheet"
	"timesheet/http/contract"
)

// pending are operations that aren't there yet.
type pending struct{}

func notYet(op string) error { return timesheet.NewError(timesheet.Unavailable, op, nil) }

// ClosePeriod is to come.
func (pending) ClosePeriod(context.Context, contract.ClosePeriodRequestObject) (contract.ClosePeriodResponseObject, error) {
	return nil, notYet("ClosePeriod")
}

// GetAdjustments is to come.
func (pending) GetAdjustments(context.Context, contract.GetAdjustmentsRequestObject) (contract.GetAdjustmentsResponseObject, error) {
	return nil, notYet("GetAdjustments")
}

// GetPeriods is to come.
func (pending) GetPeriods(context.Context, contract.GetPeriodsRequestObject) (contract.GetPeriodsResponseObject, error) {
	return nil, notYet("GetPeriods")
}

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

// EraseEmployee is to come.
func (pending) EraseEmployee(context.Context, contract.EraseEmployeeRequestObject) (contract.EraseEmployeeResponseObject, error) {
	return nil, notYet("EraseEmployee")
}

// ExportEmployee is to come.
func (pending) ExportEmployee(context.Context, contract.ExportEmployeeRequestObject) (contract.ExportEmployeeResponseObject, error) {
	return nil, notYet("ExportEmployee")
}

// GetAdjustments is to come.
func (pending) GetAdjustments(context.Context, contract.GetAdjustmentsRequestObject) (contract.GetAdjustmentsResponseObject, error) {
	return nil, notYet("GetAdjustments")
}

// GetPeriods is to come.
func (pending) GetPeriods(context.Context, contract.GetPeriodsRequestObject) (contract.GetPeriodsResponseObject, error) {
	return nil, notYet("GetPeriods")
}

// GetSystem is to come.
func (pending) GetSystem(context.Context, contract.GetSystemRequestObject) (contract.GetSystemResponseObject, error) {
	return nil, notYet("GetSystem")
}

// GetTeams is to come.
func (pending) GetTeams(context.Context, contract.GetTeamsRequestObject) (contract.GetTeamsResponseObject, error) {
	return nil, notYet("GetTeams")
}

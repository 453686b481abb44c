package http

import (
	"context"

	"timesheet"
	"timesheet/http/contract"
)

// pending are operations that aren't there yet.
type pending struct{}

func notYet(op string) error { return timesheet.NewError(timesheet.Unavailable, op, nil) }

// BeginLogin is to come.
func (pending) BeginLogin(context.Context, contract.BeginLoginRequestObject) (contract.BeginLoginResponseObject, error) {
	return nil, notYet("BeginLogin")
}

// ClosePeriod is to come.
func (pending) ClosePeriod(context.Context, contract.ClosePeriodRequestObject) (contract.ClosePeriodResponseObject, error) {
	return nil, notYet("ClosePeriod")
}

// EndLogin is to come.
func (pending) EndLogin(context.Context, contract.EndLoginRequestObject) (contract.EndLoginResponseObject, error) {
	return nil, notYet("EndLogin")
}

// GetAdjustments is to come.
func (pending) GetAdjustments(context.Context, contract.GetAdjustmentsRequestObject) (contract.GetAdjustmentsResponseObject, error) {
	return nil, notYet("GetAdjustments")
}

// GetPeriods is to come.
func (pending) GetPeriods(context.Context, contract.GetPeriodsRequestObject) (contract.GetPeriodsResponseObject, error) {
	return nil, notYet("GetPeriods")
}

// GetSession is to come.
func (pending) GetSession(context.Context, contract.GetSessionRequestObject) (contract.GetSessionResponseObject, error) {
	return nil, notYet("GetSession")
}

// Login is to come.
func (pending) Login(context.Context, contract.LoginRequestObject) (contract.LoginResponseObject, error) {
	return nil, notYet("Login")
}

// Logout is to come.
func (pending) Logout(context.Context, contract.LogoutRequestObject) (contract.LogoutResponseObject, error) {
	return nil, notYet("Logout")
}

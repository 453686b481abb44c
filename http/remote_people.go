package http

import (
	"context"
	"net/http"
	"net/url"

	"timesheet"
	"timesheet/http/contract"
)

// EraseEmployee erases a person, as the contract says of DELETE /v1/employees/{id}.
func (r *Remote) EraseEmployee(ctx context.Context, e timesheet.EmployeeID) (entries, sessions int, byHand []string, err error) {
	var done contract.Erasure
	err = r.call(ctx, http.MethodDelete, "/v1/employees/"+url.PathEscape(string(e)), nil, "", &done)
	return int(done.Entries), int(done.Sessions), done.Files, err
}

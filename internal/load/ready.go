package load

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"timesheet"
)

const readyTimeout = 5 * time.Second

// Ready asks a target whether it can work, by GET /readyz. Its error is Unavailable and
// says in plain words what is amiss.
func Ready(ctx context.Context, t Target) error {
	c := newConn(t, nil, readyTimeout)
	defer c.close()
	err := c.do(ctx, c.getRequest("/readyz"))
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		err = fmt.Errorf("nothing listens at %s; start it with: timesheet serve", t.Address)
	case err != nil:
	case c.answer.status == 404:
		err = errors.New("it knows no /readyz: is it a timesheet service?")
	case c.answer.status != 200:
		err = fmt.Errorf("it is not ready (status %d): %.200s", c.answer.status, c.answer.body)
	default:
		return nil
	}
	return timesheet.NewError(timesheet.Unavailable, t.URL, err)
}

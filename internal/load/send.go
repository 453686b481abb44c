package load

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// outcome is what became of a request.
type outcome struct {
	problem string // kind; "" when all was acknowledged
	left    bool   // something of it may have reached the target
	retries int64
	told    []string // kinds of the answers that asked for another try

	delay, lag time.Duration
	waited     bool
}

// send sends until the request is acknowledged, can't be, or was tried often enough.
func (w *worker) send(ctx context.Context, request []byte, clockings int) (o outcome) {
	for {
		if err := w.conn.do(ctx, request); err != nil {
			o.problem = kindOf(err)
			if errors.Is(err, errDial) {
				pause(ctx, dialPause) // or a target that is down is hit by all that is due
				return o
			}
			o.left = true
			return o
		}
		o.left = true
		a := &w.conn.answer
		switch a.status {
		case 200:
			if accepted(a.body) != clockings {
				o.problem = fmt.Sprintf("accepted in part: %.60s", a.body)
			} else {
				o.problem = ""
			}
			return o
		case 429, 503:
			o.problem = "status " + strconv.Itoa(a.status)
			if o.retries >= int64(w.plan.Retry.Attempts) || ctx.Err() != nil {
				return o
			}
			o.retries++
			o.told = append(o.told, o.problem)
			wait := a.retryAfter
			if wait == 0 {
				wait = untoldRetry
			}
			pause(ctx, min(wait, w.plan.Retry.Cap))
		default:
			o.problem = "status " + strconv.Itoa(a.status)
			return o
		}
	}
}

// dialPause is between two tries of one connection to reach its target.
const dialPause = 100 * time.Millisecond

// accepted is the number in {"accepted":n}; -1 for any other body, such as one that
// says that something was dropped.
func accepted(body []byte) int {
	const before, after = `{"accepted":`, `}`
	if len(body) < len(before)+len(after)+1 || string(body[:len(before)]) != before {
		return -1
	}
	digits := body[len(before):]
	for len(digits) > 0 && (digits[len(digits)-1] == '\n' || digits[len(digits)-1] == ' ') {
		digits = digits[:len(digits)-1]
	}
	if len(digits) == 0 || digits[len(digits)-1] != '}' {
		return -1
	}
	n, err := strconv.Atoi(string(digits[:len(digits)-1]))
	if err != nil {
		return -1
	}
	return n
}

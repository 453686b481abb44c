package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"timesheet"
)

// readers is how many days are read at once.
const readers = 4

// Verify reads back every entry of the days of which something is known, over the
// public API, and compares. The targets must share one store. Nothing may be sent
// meanwhile. Its errors are Unavailable, or Internal for what is no board.
func (o *Oracle) Verify(ctx context.Context, targets []Target) (*Verification, error) {
	begin := time.Now()
	days := o.known()
	parts := make([]Verification, readers)
	err := eachDay(ctx, days, targets, func(reader int, day int32, read func(func(Stored)) error) error {
		c := o.compareDay(&parts[reader], day)
		if err := read(c.entry); err != nil {
			return err
		}
		c.end()
		return nil
	}, o.w.From)
	if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	v := &Verification{Differences: []Difference{}}
	for _, p := range parts {
		v.Days, v.Entries, v.Open = v.Days+p.Days, v.Entries+p.Entries, v.Open+p.Open
		v.Missing, v.Wrong, v.Extra = v.Missing+p.Missing, v.Wrong+p.Wrong, v.Extra+p.Extra
		v.Differences = append(v.Differences, p.Differences...)
	}
	v.Differences = v.Differences[:min(len(v.Differences), maxDifferences)]
	v.Seconds = time.Since(begin).Seconds()
	return v, nil
}

// AdoptFrom adopts what stands in the store on the first days of the workload.
func (o *Oracle) AdoptFrom(ctx context.Context, targets []Target, days int) error {
	first := make([]int32, min(days, o.w.Days))
	for d := range first {
		first[d] = int32(d)
	}
	err := eachDay(ctx, first, targets, func(_ int, _ int32, read func(func(Stored)) error) error {
		return read(o.Adopt)
	}, o.w.From)
	if err != nil {
		return fmt.Errorf("read what is stored before: %w", err)
	}
	return nil
}

// eachDay has some readers go over days; each is given a way to read its day.
func eachDay(ctx context.Context, days []int32, targets []Target, do func(int, int32, func(func(Stored)) error) error, from timesheet.Day) error {
	group, ctx := errgroup.WithContext(ctx)
	for k := range readers {
		group.Go(func() error {
			c := newConn(targets[k%len(targets)], nil, defaultTimeout)
			defer c.close()
			for i := k; i < len(days); i += readers {
				if err := ctx.Err(); err != nil {
					return err
				}
				day := days[i]
				if err := do(k, day, func(each func(Stored)) error { return c.board(ctx, from+timesheet.Day(day), each) }); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// board calls each for every entry of a day, page by page.
func (c *conn) board(ctx context.Context, day timesheet.Day, each func(Stored)) error {
	op := "read the board of " + day.String()
	path := "/v1/days/" + day.String() + "?limit=" + strconv.Itoa(timesheet.MaxBoard)
	for after := ""; ; {
		query := ""
		if after != "" {
			query = "&cursor=" + url.QueryEscape(after)
		}
		if err := c.get(ctx, path+query); err != nil {
			return fmt.Errorf("%s: %w", op, err)
		}
		var page struct {
			Entries []struct {
				Employee timesheet.EmployeeID `json:"employee_id"`
				Day      timesheet.Day        `json:"day"`
				Earliest string               `json:"earliest"`
				Latest   string               `json:"latest"`
			} `json:"entries"`
			Next *string `json:"next"`
		}
		if err := json.Unmarshal(c.answer.body, &page); err != nil {
			return timesheet.NewError(timesheet.Internal, op, err)
		}
		for _, e := range page.Entries {
			earliest, err1 := timesheet.ParseTimestamp(e.Earliest)
			latest, err2 := timesheet.ParseTimestamp(e.Latest)
			if err := errors.Join(err1, err2); err != nil {
				return timesheet.NewError(timesheet.Internal, op, err)
			}
			each(Stored{Employee: e.Employee, Day: e.Day, Earliest: earliest, Latest: latest})
		}
		if page.Next == nil {
			return nil
		}
		if after = *page.Next; after == "" {
			return timesheet.NewError(timesheet.Internal, op, errors.New("the next cursor is empty"))
		}
	}
}

// get reads path. Anything but 200 is Unavailable; the service may be busy, so it is
// asked again a few times.
func (c *conn) get(ctx context.Context, path string) error {
	request := c.getRequest(path)
	const attempts = 5
	for n := 1; ; n++ {
		err := c.do(ctx, request)
		if err == nil && c.answer.status == 200 {
			return nil
		}
		if err == nil {
			err = fmt.Errorf("status %d: %.200s", c.answer.status, c.answer.body)
		}
		if n == attempts || ctx.Err() != nil {
			return timesheet.NewError(timesheet.Unavailable, "GET "+c.target.URL+path, err)
		}
		pause(ctx, time.Duration(n)*100*time.Millisecond)
	}
}

func (c *conn) getRequest(path string) []byte {
	return []byte("GET " + c.target.Path + path + " HTTP/1.1\r\nHost: " + c.target.Host + "\r\nUser-Agent: timesheet-fire\r\nAccept: application/json\r\n\r\n")
}

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

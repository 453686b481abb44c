package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"timesheet"
	"timesheet/client"
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
			r, err := newReader(targets[k%len(targets)])
			if err != nil {
				return err
			}
			defer r.close()
			for i := k; i < len(days); i += readers {
				if err := ctx.Err(); err != nil {
					return err
				}
				day := days[i]
				if err := do(k, day, func(each func(Stored)) error { return r.board(ctx, from+timesheet.Day(day), each) }); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// reader reads boards by the contract's own client.
type reader struct {
	client *client.ClientWithResponses
	http   *http.Client
	url    string
}

func newReader(t Target) (*reader, error) {
	r := &reader{http: &http.Client{Timeout: defaultTimeout, Transport: &http.Transport{}}, url: t.URL}
	c, err := client.NewClientWithResponses(t.URL, client.WithHTTPClient(r.http), client.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		if t.Token != "" {
			r.Header.Set("Authorization", "Bearer "+t.Token)
		}
		return nil
	}))
	if err != nil {
		return nil, timesheet.NewError(timesheet.Invalid, "target", err)
	}
	r.client = c
	return r, nil
}

func (r *reader) close() { r.http.CloseIdleConnections() }

// board calls each for every entry of a day, page by page.
func (r *reader) board(ctx context.Context, day timesheet.Day, each func(Stored)) error {
	op, limit := "read the board of "+day.String(), client.Limit(timesheet.MaxBoard)
	params := client.GetDayParams{Limit: &limit}
	for {
		page, err := r.page(ctx, day, &params)
		if err != nil {
			return fmt.Errorf("%s: %w", op, err)
		}
		for _, row := range page.Entries {
			if row.Earliest == nil || row.Latest == nil {
				continue // listed, and has not clocked
			}
			of, err := timesheet.ParseDay(row.Day)
			earliest, err1 := shown(*row.Earliest)
			latest, err2 := shown(*row.Latest)
			if err := errors.Join(err, err1, err2); err != nil {
				return timesheet.NewError(timesheet.Internal, op, err)
			}
			each(Stored{Employee: timesheet.EmployeeID(row.EmployeeID), Day: of, Earliest: earliest, Latest: latest})
		}
		if page.Next == nil {
			return nil
		}
		if params.Cursor = page.Next; *page.Next == "" {
			return timesheet.NewError(timesheet.Internal, op, errors.New("the next cursor is empty"))
		}
	}
}

// shown is t with the offset that it was shown at: what was sent was local.
func shown(t time.Time) (timesheet.Timestamp, error) {
	return timesheet.ParseTimestamp(t.Format(time.RFC3339Nano))
}

// page reads a page. Anything but 200 is Unavailable; the service may be busy, so it is
// asked again a few times.
func (r *reader) page(ctx context.Context, day timesheet.Day, params *client.GetDayParams) (*client.Board, error) {
	const attempts = 5
	for n := 1; ; n++ {
		a, err := r.client.GetDayWithResponse(ctx, day.String(), params)
		switch {
		case err == nil && a.JSON200 != nil:
			return a.JSON200, nil
		case err == nil && a.StatusCode() == http.StatusOK:
			return nil, timesheet.NewError(timesheet.Internal, "GET "+r.url, errors.New("the answer is no board"))
		case err == nil:
			err = fmt.Errorf("status %d: %.200s", a.StatusCode(), a.Body)
		}
		if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
			return nil, timesheet.NewError(timesheet.Internal, "GET "+r.url, err)
		}
		if n == attempts || ctx.Err() != nil {
			return nil, timesheet.NewError(timesheet.Unavailable, "GET "+r.url, err)
		}
		pause(ctx, time.Duration(n)*100*time.Millisecond)
	}
}

// getRequest is a GET as a conn sends it.
func (c *conn) getRequest(path string) []byte {
	return []byte("GET " + c.target.Path + path + " HTTP/1.1\r\nHost: " + c.target.Host + "\r\nUser-Agent: timesheet-fire\r\n" + c.target.authorization() + "Accept: application/json\r\n\r\n")
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

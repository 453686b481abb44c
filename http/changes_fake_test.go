package http_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"timesheet"
	timesheethttp "timesheet/http"
)

// changeHub hands each subscriber what is sent.
type changeHub struct {
	events chan []timesheethttp.Change
	closed chan struct{}

	mu     sync.Mutex
	after  string
	filter timesheethttp.ChangeFilter
}

func newChangeHub() *changeHub {
	return &changeHub{events: make(chan []timesheethttp.Change), closed: make(chan struct{})}
}

func (h *changeHub) Subscribe(after string, f timesheethttp.ChangeFilter) timesheethttp.Subscription {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.after, h.filter = after, f
	return h
}

func (h *changeHub) subscribed() (string, timesheethttp.ChangeFilter) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.after, h.filter
}

func (h *changeHub) Next(ctx context.Context) ([]timesheethttp.Change, error) {
	select {
	case events := <-h.events:
		return events, nil
	case <-h.closed:
		return nil, errors.New("closed")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

type change struct {
	id           string
	row          timesheethttp.BoardRow
	resync, gone bool
	writes       *atomic.Int32
}

func (c change) ID() string { return c.id }

func (c change) Resync() bool { return c.resync }

func (c change) Day() timesheet.Day { return c.row.Work.Day }

func (c change) Employee() timesheet.EmployeeID { return c.row.Person.Employee }

func (c change) Gone() bool { return c.gone }

func (c change) Row() timesheethttp.BoardRow { return c.row }

func (c change) Text(write func() []byte) []byte {
	c.writes.Add(1)
	return write()
}

// changeOf is the event that a person's day is now as the rules of o say.
func changeOf(s *site, o timesheethttp.Options, id string, p timesheet.Person, e timesheet.Entry) change {
	rules := o.Rules()
	m := timesheet.Moment{Now: timesheet.InstantOf(evening()), SettledThrough: timesheet.Forever}
	w := rules.Work.Evaluate(e, nil, p, e.Day, s.rules.For(p.Employee), m)
	return change{id: id, row: timesheethttp.BoardRow{Person: p, Entry: e, Work: w}, writes: new(atomic.Int32)}
}

// lines are the stream's events, each as one string.
func streamEvents(t *testing.T, r io.Reader) func() string {
	b := bufio.NewReader(r)
	return func() string {
		var event strings.Builder
		for {
			line, err := b.ReadString('\n')
			if err != nil {
				t.Fatalf("%v after %q", err, event.String())
			}
			if line == "\n" {
				return event.String()
			}
			event.WriteString(line)
		}
	}
}

// pipe is a response whose writes can be waited for.
type pipe struct {
	header http.Header
	wrote  chan string
}

func (p *pipe) Header() http.Header { return p.header }

func (p *pipe) WriteHeader(int) {}

func (p *pipe) Flush() {}

func (p *pipe) Write(b []byte) (int, error) {
	p.wrote <- string(b)
	return len(b), nil
}

// flood has events without end.
type flood struct {
	event change
	asked *atomic.Int32 // how often it was asked for more
}

func (f flood) Subscribe(string, timesheethttp.ChangeFilter) timesheethttp.Subscription { return f }

func (f flood) Next(ctx context.Context) ([]timesheethttp.Change, error) {
	f.asked.Add(1)
	events := make([]timesheethttp.Change, 1000)
	for i := range events {
		events[i] = f.event
	}
	return events, ctx.Err()
}

package period

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"timesheet"
)

// Store is what closed months need of a store.
type Store interface {
	timesheet.DocumentKeeper
	timesheet.Sealer
	Documents(ctx context.Context) ([]string, error)
	Range(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Entry, error)
	Corrections(ctx context.Context, e timesheet.EmployeeID, from, to timesheet.Day) ([]timesheet.Correction, error)
	Floor(ctx context.Context) (timesheet.Day, error)
	Erased(ctx context.Context, e timesheet.EmployeeID) (bool, error)
}

// People answers a part of the people of a month, by employee id: everybody who has a
// clocking or a correction in it, or whom the directory lists on one of its days, each
// with all of the month's days, ascending. next is the cursor of the rest, "" for none;
// a cursor of other people than those asked for is Invalid. The boards do.
type People func(ctx context.Context, month timesheet.Month, cursor string, limit int, m timesheet.Moment) (people [][]timesheet.PersonDay, next string, err error)

// Rules are what is in force at one moment.
type Rules struct {
	Work      *timesheet.WorkRules
	Directory *timesheet.Directory // nil: none is kept
	Days      *timesheet.DayRules
	// Digest stands for all of it: another one where anything is.
	Digest string
	// RulesText and DirectoryText are the files by which the others were made, for those
	// who have to explain what was paid; empty where there is none.
	RulesText, DirectoryText []byte
}

// Options are what closed months need. Store, People and Rules are required.
type Options struct {
	Store  Store
	People People
	Rules  func() (Rules, error)
	// Zone finds a time zone by its name; time.LoadLocation.
	Zone func(name string) (*time.Location, error)
}

// Periods are the closed months of a store. They are safe for concurrent use, also by
// several instances on one store.
type Periods struct {
	o         Options
	codec     codec
	calendars calendars

	mu      sync.Mutex
	headers map[timesheet.Month]header // by their version; the text is read once
}

// header is a document as it was read.
type header struct {
	version uint64
	closing *timesheet.Closing // nil: the text is empty, the month isn't closed
}

// New is the closed months of o.Store. It starts nothing and reads nothing.
func New(o Options) *Periods {
	if o.Zone == nil {
		o.Zone = time.LoadLocation
	}
	return &Periods{o: o, codec: newCodec(), calendars: calendars{load: o.Zone}, headers: make(map[timesheet.Month]header)}
}

// Closed answers the closing of a month; nil where it isn't closed. It costs a look at
// the header's version. Errors are the store's.
func (p *Periods) Closed(ctx context.Context, month timesheet.Month) (*timesheet.Closing, error) {
	h, err := p.header(ctx, month)
	return h.closing, err
}

func (p *Periods) header(ctx context.Context, month timesheet.Month) (header, error) {
	name := documentName(month)
	version, err := p.o.Store.DocumentVersion(ctx, name)
	if err != nil || version == 0 {
		return header{}, wrap(err, "look at", month)
	}
	p.mu.Lock()
	h, known := p.headers[month]
	p.mu.Unlock()
	if known && h.version == version {
		return h, nil
	}
	d, err := p.o.Store.Document(ctx, name)
	if err != nil {
		return header{}, wrap(err, "read", month)
	}
	closing, _, err := p.codec.parseHeader(month, d.Text)
	if err != nil {
		return header{}, err
	}
	h = header{version: d.Version, closing: closing}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.headers[month] = h
	return h, nil
}

// Closings answers those of all closed months, the newest month first. Errors are the
// store's.
func (p *Periods) Closings(ctx context.Context) ([]timesheet.Closing, error) {
	months, err := p.months(ctx)
	if err != nil {
		return nil, err
	}
	var all []timesheet.Closing
	for _, month := range slices.Backward(months) {
		c, err := p.Closed(ctx, month)
		if err != nil {
			return nil, err
		}
		if c != nil {
			all = append(all, *c)
		}
	}
	return all, nil
}

// months are those that have a header, ascending.
func (p *Periods) months(ctx context.Context) ([]timesheet.Month, error) {
	names, err := p.o.Store.Documents(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for closed months: %w", err)
	}
	var months []timesheet.Month
	for _, name := range names { // ascending, as months are
		if month, ok := monthOf(name); ok {
			months = append(months, month)
		}
	}
	return months, nil
}

// wrap says what was tried of a month.
func wrap(err error, what string, month timesheet.Month) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s the closing of %v: %w", what, month, err)
}

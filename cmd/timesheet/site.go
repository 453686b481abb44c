package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"timesheet"
	"timesheet/actors"
	timesheethttp "timesheet/http"
	"timesheet/ingest"
)

// site is what the commands that come and go work on: the store, opened by this
// process, or the running service that holds it.
type site interface {
	// Rules reads the day rules in force.
	Rules(ctx context.Context) (*timesheet.DayRules, error)
	SetDayRules(ctx context.Context, expected uint64, assignments []timesheet.Assignment) (uint64, error)
	// Of Ledger, Export tells each entry from day to day, both included, in the store's order.
	ingest.Ledger
	timesheet.Quarantine
	// Corrected answers the newest corrections, as timesheet.Corrector says.
	Corrected(ctx context.Context, from, to timesheet.Day, after string, limit int) (cs []timesheet.Correction, next string, err error)
	// SourceStatus tells how far the source of that name was read.
	SourceStatus(ctx context.Context, source string) (timesheet.SourceStatus, error)
	// ReleaseRow reads a rejected row again and takes it; s is how this process would
	// reach the source, which a running service knows itself.
	ReleaseRow(ctx context.Context, id timesheet.RowID, s *sourceSettings) error
	// Sink takes clockings; it is usable until Close.
	Sink(ctx context.Context) (ingest.Sink, error)
	Close() error
}

// holderPoll is how often a held Pebble directory is looked at again.
const holderPoll = 200 * time.Millisecond

// connect reaches the site that the settings name: the service at --server, the store,
// or the service that holds the store's directory.
func connect(ctx context.Context, log *slog.Logger, s storeSettings, via serverSettings) (site, error) {
	if via.Server != "" {
		return dial(ctx, via.Server, via.Token, s)
	}
	dir, embedded := s.Store.pebbleDir()
	if !embedded {
		return openLocal(ctx, log, s)
	}
	wait, cancel := context.WithTimeout(ctx, s.StoreWait)
	defer cancel()
	for {
		local, err := openLocal(ctx, log, s)
		if err == nil || !errors.Is(err, errHeld) {
			return local, err
		}
		// Held: by a service, which said where it is or is about to, or by a command
		// such as an import, which ends some time.
		if url, token := announced(dir); url != "" {
			remote, dialErr := dial(ctx, url, cmp.Or(token, via.Token), s)
			if dialErr != nil && !errors.Is(dialErr, timesheet.Unavailable) {
				return nil, dialErr
			}
			if now, _ := announced(dir); dialErr == nil && now == url { // not left behind by one who died meanwhile
				return remote, nil
			}
			err = fmt.Errorf("%w; the service that it announced does not answer: %w", err, dialErr)
		}
		if !sleep(wait, holderPoll) {
			return nil, err
		}
	}
}

// sleep waits for d and tells whether ctx lasted so long.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return ctx.Err() == nil
	}
}

// remote is a site through a running service.
type remote struct{ *timesheethttp.Remote }

func dial(ctx context.Context, url serverURL, token secret, s storeSettings) (site, error) {
	r, err := timesheethttp.Dial(ctx, string(url), timesheethttp.WithToken(string(token)))
	switch timesheet.CodeOf(err) {
	case "":
	case timesheet.Unauthenticated, timesheet.Forbidden:
		return nil, fmt.Errorf("the service at %s asks for a token of scope admin; say --token-file FILE (%s), or run the command where the service's Pebble directory is: %w",
			url.redacted(), envName("token-file"), err)
	default:
		return nil, fmt.Errorf("the service at %s: %w", url.redacted(), err)
	}
	if err := checkZone(r.DayRules().Assignments(), s.TimeZone); err != nil {
		return nil, err
	}
	return remote{r}, nil
}

func (r remote) Rules(ctx context.Context) (*timesheet.DayRules, error) {
	if err := r.Reload(ctx); err != nil {
		return nil, err
	}
	return r.DayRules(), nil
}

func (r remote) SourceStatus(ctx context.Context, _ string) (timesheet.SourceStatus, error) {
	return r.Remote.SourceStatus(ctx)
}

func (r remote) ReleaseRow(ctx context.Context, id timesheet.RowID, _ *sourceSettings) error {
	return r.Remote.ReleaseRow(ctx, id)
}

func (r remote) Sink(context.Context) (ingest.Sink, error) { return r.Remote, nil }

func (r remote) Close() error {
	r.Remote.Close()
	return nil
}

// local is a site that this process opened itself.
type local struct {
	timesheet.Store
	log    *slog.Logger
	alone  bool           // no other process has the store open
	system *actors.System // nil until Sink
}

// notRead is the state of a source whose store no service has open.
const notRead timesheet.SourceState = "not being read"

func openLocal(ctx context.Context, log *slog.Logger, s storeSettings) (site, error) {
	store, err := openStore(ctx, log, s)
	if err != nil {
		return nil, err
	}
	if err := prepare(ctx, store, s, nil); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	_, embedded := s.Store.pebbleDir()
	return &local{Store: store, log: log, alone: embedded}, nil
}

func (l *local) Rules(ctx context.Context) (*timesheet.DayRules, error) {
	version, assignments, err := l.DayRules(ctx)
	if err != nil {
		return nil, err
	}
	return timesheet.NewDayRules(version, assignments, time.LoadLocation)
}

func (l *local) SourceStatus(ctx context.Context, source string) (timesheet.SourceStatus, error) {
	checkpoint, err := l.Checkpoint(ctx, source)
	if err != nil {
		return timesheet.SourceStatus{}, err
	}
	if checkpoint.Generation == 0 {
		return timesheet.SourceStatus{}, timesheet.NewError(timesheet.NotFound, "source "+source, errors.New("the store knows none of that name; nothing was read yet"))
	}
	status, err := ingest.ReadState(checkpoint)
	if err != nil {
		return status, err
	}
	if l.alone {
		status.Holder, status.State, status.Error = "", notRead, ""
	}
	status.Rejected, err = l.CountRejected(ctx, source)
	return status, err
}

func (l *local) ReleaseRow(ctx context.Context, id timesheet.RowID, s *sourceSettings) error {
	view, err := s.open(l.log)
	if err != nil {
		return err
	}
	sink, err := l.Sink(ctx)
	if err == nil {
		err = ingest.Release(ctx, tellView(l.log, view), sink, l, s.SourceName, id, time.Now())
	}
	return errors.Join(err, view.Close())
}

func (l *local) Export(ctx context.Context, from, to timesheet.Day, each func(timesheet.Entry) error) error {
	days, err := l.Days(ctx)
	if err != nil {
		return err
	}
	for _, day := range days {
		if day < from || day > to {
			continue
		}
		for after := ""; ; {
			entries, next, err := l.Board(ctx, day, after, timesheet.MaxBoard)
			if err != nil {
				return err
			}
			for _, e := range entries {
				if err := each(e); err != nil {
					return err
				}
			}
			if after = next; next == "" {
				break
			}
		}
	}
	return nil
}

func (l *local) Sink(ctx context.Context) (ingest.Sink, error) {
	system, err := actors.Start(ctx, l.Store, actors.Options{Logger: l.log})
	if err != nil {
		return nil, err
	}
	l.system = system
	return system, nil
}

// stopWithin bounds how long the actors may take to get everything durable that they
// accepted, at the end of a process.
const stopWithin = 8 * time.Second

// Close stops the actors, then closes the store.
func (l *local) Close() error {
	var errs []error
	if l.system != nil {
		ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
		defer cancel()
		errs = append(errs, l.system.Stop(ctx))
	}
	return errors.Join(append(errs, l.Store.Close())...)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"

	"timesheet"
	"timesheet/actors"
	"timesheet/board"
	timesheethttp "timesheet/http"
	"timesheet/ingest"
	"timesheet/mssql"
	"timesheet/period"
	"timesheet/web"

	"golang.org/x/sync/errgroup"
)

// service is the running graph. Its parts start in the order of the fields and stop
// in reverse.
type service struct {
	log      *slog.Logger
	settings storeSettings
	rules    []timesheet.Assignment // of a new store; nil for the settings' zone alone
	source   *sourceSettings        // nil where no source is read
	poll     *pollSettings          // of source
	idle     time.Duration          // of an employee's actor until it ends; 0 for the default
	files    workSettings           // of rules and directory
	texts    bookTexts              // of them, where there are no files; RULES' defaults
	retain   retain                 // days before today that are kept; 0: all
	door     *door                  // nil without authentication

	listener net.Listener
	gate     *gate
	server   *timesheethttp.Server
	served   chan error // what Serve answered
	store    timesheet.Store
	system   *actors.System
	view     *mssql.View    // nil without a source
	poller   *ingest.Poller // nil without a source
	book     *workbook
	boards   *board.Boards
	presence *presence
	periods  *period.Periods
	feed     func(context.Context) error // beside the poller; nil for none
}

// What a stop may take, in all less than the 10 seconds that are promised: requests
// under way, then what the actors accepted.
const (
	requestsEndWithin = 5 * time.Second
	actorsStopWithin  = 4 * time.Second
)

// serviceSettings are those that a service can't do without.
type serviceSettings struct {
	store  storeSettings
	listen listenSettings
	access accessSettings
	source *sourceSettings // nil where no source is read
	poll   *pollSettings   // of source
	stdout io.Writer       // for the audit log, unless it has a file
	alone  bool            // nobody but who made the service may use it
}

// newService listens; everything else is for run.
func newService(log *slog.Logger, s serviceSettings) (_ *service, err error) {
	v := &service{log: log, settings: s.store, source: s.source, poll: s.poll, gate: &gate{}, served: make(chan error, 1)}
	var who timesheethttp.Access
	if s.access.Tokens != "" || s.alone {
		if v.door, err = newDoor(log, s.access, gatedStore{v.gate}, s.stdout); err != nil {
			return nil, err
		}
		who = v.door
	}
	l := s.listen
	if v.listener, err = net.Listen("tcp", string(l.Listen)); err != nil {
		return nil, fmt.Errorf("listen on %s: %w", l.Listen, err)
	}
	var source timesheethttp.Source
	var rows timesheethttp.SourceRows
	if s.source != nil {
		source, rows = gatedSource{v.gate}, gatedSource{v.gate}
	}
	v.server = timesheethttp.New(timesheethttp.Options{
		Source: source, SourceRows: rows,
		Clockings: gatedActors{v.gate}, Store: gatedStore{v.gate}, Page: web.FS,
		Boards: gatedBoards{v.gate}, Changes: gatedChanges{v.gate}, Rules: v.gate.rules, Notes: v.notes,
		MaxBody: int64(l.MaxBody), MaxRows: int(l.MaxRows), MaxRequests: int(l.MaxRequests), Timeout: l.RequestTimeout,
		Access: who, PublicURL: string(s.access.PublicURL), AllowOrigins: texts(s.access.AllowOrigins), LoopbackOnly: l.Listen.loopback(),
		Corrections: gatedStore{v.gate}, Periods: gatedPeriods{v.gate}, Eraser: gatedStore{v.gate}, Texts: gatedTexts{v.gate},
		Sessions: sessionsOf(v.door), System: gatedSystem{v.gate, s.store.Store.kind()},
		Version: buildVersion(), Registry: newRegistry(v.gate), Logger: log, Ready: v.gate.ready,
	})
	return v, nil
}

// notes are what people should know though the service is ready.
func (v *service) notes() []string {
	notes := v.gate.notes()
	if v.door != nil {
		notes = append(notes, v.door.Status()...)
	}
	return notes
}

// url is how this machine's processes reach the service.
func (v *service) url() string { return string(urlOf(v.listener.Addr().String())) }

// run starts everything, tells ready, and works until ctx ends or a part fails; then
// it stops everything. nil means that all that was accepted is durable.
func (v *service) run(ctx context.Context, ready func()) error {
	go func() { v.served <- v.server.Serve(v.listener) }()
	if err := v.start(ctx); err != nil {
		if ctx.Err() != nil {
			err = nil // told to stop while starting
		}
		return errors.Join(err, v.stop())
	}
	v.log.Info("ready", "address", v.listener.Addr().String(), "store", v.settings.Store.redacted(), "version", buildVersion())
	ready()
	return errors.Join(v.work(ctx), v.stop())
}

func (v *service) start(ctx context.Context) (err error) {
	if v.store, err = openStore(ctx, v.log, v.settings); err != nil {
		return explainHeld(err, v.settings)
	}
	if err := prepare(ctx, v.store, v.settings, v.rules); err != nil {
		return err
	}
	if v.system, err = actors.Start(ctx, v.store, actors.Options{Logger: v.log, IdleAfter: v.idle}); err != nil {
		return fmt.Errorf("start the actors: %w", err)
	}
	if v.source != nil {
		if v.view, err = v.source.open(v.log); err != nil {
			return err
		}
		v.poller = newPoller(v.log, v.source, v.poll, v.view, v.system, v.store)
	}
	if err := v.openBoards(ctx); err != nil {
		return err
	}
	v.presence = newPresence(v.log, v.store, holder(), func() uint64 { return v.system.Stats().Clockings }, time.Now())
	v.periods = v.newPeriods()
	if err := v.periods.Tidy(ctx); err != nil {
		v.log.Warn("what closings of months left behind is still there", "error", err)
	}
	v.gate.behind.Store(&opened{v.store, v.system, v.poller, v.book, v.boards, v.presence, v.periods, v})
	if dir, ok := v.settings.Store.pebbleDir(); ok {
		own := ""
		if v.door != nil {
			own = v.door.own
		}
		if err := announce(dir, v.url(), own); err != nil {
			return fmt.Errorf("say in the store's directory where the service is: %w", err)
		}
	}
	return nil
}

// openBoards reads the rules of worked time, and makes what shows days by them.
func (v *service) openBoards(ctx context.Context) (err error) {
	settled, err := v.settledDay(ctx)
	if err != nil {
		return err
	}
	if v.book, err = openWorkbook(ctx, v.log, v.store, v.files, v.texts, settled); err != nil {
		return err
	}
	v.boards = board.New(board.Options{
		Store: v.store, DayRules: v.system.DayRules, Moment: v.moment, Logger: v.log, Idle: boardsIdle,
		Rules: func() (*timesheet.WorkRules, *timesheet.Directory) {
			r := v.book.rules()
			return r.Work, r.Directory
		},
	})
	return nil
}

// boardsIdle is more than the time between two signs of life of a page that is open.
const boardsIdle = 30 * time.Second

// moment is the present as the rules see it.
func (v *service) moment() timesheet.Moment {
	m := timesheet.Moment{Now: timesheet.InstantOf(time.Now()), SettledThrough: timesheet.Forever}
	if v.poller != nil {
		m.SettledThrough = v.poller.Status().SettledAsOf
	}
	return m
}

// settledDay answers the last settled day. Before the poller has said anything, what it
// wrote down when it last ran counts.
func (v *service) settledDay(ctx context.Context) (func() timesheet.Day, error) {
	before := timesheet.Forever
	if v.poller != nil {
		c, err := v.store.Checkpoint(ctx, v.source.SourceName)
		if err != nil {
			return nil, fmt.Errorf("read how far the source was read: %w", err)
		}
		status, _ := ingest.ReadState(c) // of a damaged one nothing is settled
		before = status.SettledAsOf
	}
	return func() timesheet.Day {
		m := v.moment()
		through := m.SettledThrough
		if v.poller != nil {
			through = max(through, before)
		}
		site := v.system.DayRules().For("")
		return site.Day(min(m.Now.Add(-settleAfter), through)) - 1
	}, nil
}

// settleAfter is how long after its end a day may change by RULES' default.
const settleAfter = time.Hour

func explainHeld(err error, s storeSettings) error {
	if dir, _ := s.Store.pebbleDir(); errors.Is(err, errHeld) {
		if url, _ := announced(dir); url != "" {
			return fmt.Errorf("%w; a service at %s seems to have it", err, url)
		}
	}
	return err
}

// errStoreFailed ends a service whose store can't work any more in this process.
var errStoreFailed = errors.New("the store failed for good, as the log says above; nothing acknowledged is lost, but only a new process can open it: look at the disk and start the service again")

// failure is closed when the store has failed for good; nil, hence never, for a store
// that always recovers by itself.
func failure(store timesheet.Store) <-chan struct{} {
	if s, ok := store.(interface{ Failed() <-chan struct{} }); ok {
		return s.Failed()
	}
	return nil
}

// work feeds until ctx ends, or HTTP, the feed or the store fails.
func (v *service) work(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	fed := make(chan error, 1)
	go func() { fed <- v.ingest(ctx) }()
	select {
	case err := <-v.served:
		v.served <- nil // for stop
		cancel()
		return errors.Join(err, ended(ctx, <-fed))
	case <-failure(v.store):
		cancel()
		return errors.Join(errStoreFailed, ended(ctx, <-fed))
	case err := <-fed:
		defer cancel()
		return ended(ctx, err)
	}
}

// ingest feeds the actors until ctx ends, or a feed fails, which ends the other.
func (v *service) ingest(ctx context.Context) error {
	feeds, ctx := errgroup.WithContext(ctx)
	if v.poller != nil {
		feeds.Go(func() error { return v.poller.Run(ctx) })
	}
	if v.feed != nil {
		feeds.Go(func() error { return v.feed(ctx) })
	}
	feeds.Go(func() error { return v.boards.Run(ctx) })
	feeds.Go(func() error { v.book.run(ctx); return nil })
	feeds.Go(func() error { v.presence.run(ctx); return nil })
	if v.door != nil {
		feeds.Go(func() error { v.door.Run(ctx); return nil })
	}
	if v.retain > 0 {
		keep := &retention{keep: v.retain, store: v.store, tidy: v.periods.Tidy, rules: v.system.DayRules, log: v.log}
		feeds.Go(func() error { keep.run(ctx); return nil })
	}
	feeds.Go(func() error { freeMemory(ctx, v.system, v.idle); return nil })
	return feeds.Wait()
}

// ended is err, unless it only says that ctx ended.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (v *service) stop() error {
	v.log.Info("stopping")
	v.server.Drain()
	var errs []error
	if dir, ok := v.settings.Store.pebbleDir(); ok && v.store != nil {
		errs = append(errs, withdraw(dir))
	}
	requests, cancel := context.WithTimeout(context.Background(), requestsEndWithin)
	defer cancel()
	if err := v.server.Shutdown(requests); err != nil {
		// Not acknowledged, so nothing is lost: their senders send again.
		v.log.Warn("requests were cut off", "error", err)
	}
	errs = append(errs, <-v.served)
	if v.view != nil {
		errs = append(errs, v.view.Close())
	}
	if v.system != nil {
		accepted, cancel := context.WithTimeout(context.Background(), actorsStopWithin)
		defer cancel()
		errs = append(errs, v.system.Stop(accepted))
	}
	if v.store != nil {
		errs = append(errs, v.store.Close())
	}
	v.log.Info("stopped")
	return errors.Join(errs...)
}

// Run runs the service.
func (c *serveCmd) Run(ctx context.Context, con *console, log *slog.Logger) error {
	source := &c.sourceSettings
	if source.Source == "" {
		source = nil
	}
	v, err := newService(log, serviceSettings{
		store: c.storeSettings, listen: c.listenSettings, access: c.accessSettings, source: source, poll: &c.pollSettings, stdout: con.out,
	})
	if err != nil {
		return err
	}
	v.idle, v.files, v.retain = c.IdleAfter, c.workSettings, c.Retain
	return v.run(ctx, func() { greet(con.out, "timesheet is ready at "+v.url()) })
}

func greet(w io.Writer, line string) { fmt.Fprintln(w, line) }

// texts are values as texts.
func texts[T ~string](of []T) []string {
	all := make([]string, len(of))
	for i, t := range of {
		all[i] = string(t)
	}
	return all
}

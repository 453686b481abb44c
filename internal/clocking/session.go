package clocking

import (
	"context"
	"crypto/subtle"
	"math"
	"strings"
	"time"

	"timesheet/internal/tds"
)

// version is what @@VERSION answers.
const version = "Microsoft SQL Server stand-in: Clocking system of timesheet's tests and demo"

// login is the system's side of package tds.
type login struct{ system *System }

// Login is part of tds.Handler.
func (l login) Login(ctx context.Context, who tds.Login) (tds.Session, error) {
	s := l.system
	if err := s.faults.pass(ctx); err != nil {
		return nil, err
	}
	user := strings.EqualFold(who.User, s.options.User)
	password := subtle.ConstantTimeCompare([]byte(who.Password), []byte(s.options.Password)) == 1
	switch {
	case !user || !password || s.faults.refusing():
		s.options.Logger.InfoContext(ctx, "clocking: login refused", "user", who.User, "app", who.App)
		return nil, loginFailed(who.User)
	case who.Database != "" && !strings.EqualFold(who.Database, s.options.Database):
		return nil, noDatabase(who.Database)
	}
	return &session{system: s, lockTimeout: forEver, values: make([]tds.Value, 3)}, nil
}

// forEver is LOCK_TIMEOUT's default.
const forEver time.Duration = -1

// session is one client's.
type session struct {
	system      *System
	lockTimeout time.Duration
	values      []tds.Value // of a row
}

// Close is part of tds.Session.
func (*session) Close() {}

// Query is part of tds.Session.
func (c *session) Query(ctx context.Context, q tds.Query, w *tds.Writer) error {
	if err := c.system.faults.pass(ctx); err != nil {
		return err
	}
	if q.Reset {
		c.lockTimeout = forEver
	}
	st, err := recognise(q.SQL)
	if err != nil {
		c.system.options.Logger.DebugContext(ctx, "clocking: query refused", "sql", clip(q.SQL), "error", err)
		return err
	}
	switch st.kind {
	case setOptions:
		if st.lockTimeout != nil && len(q.Params) == 0 { // within sp_executesql it would end with it
			c.lockTimeout = time.Duration(max(*st.lockTimeout, -1)) * time.Millisecond
		}
		return nil
	case selectOne:
		return c.single(w, tds.IntType(), tds.Int(1))
	case selectVersion:
		return c.single(w, tds.NVarCharType(300), tds.String(version))
	}
	return c.view(ctx, st, q.Params, w)
}

// single answers one value.
func (*session) single(w *tds.Writer, t tds.Type, v tds.Value) error {
	if err := w.Columns([]tds.Column{{Type: t, Nullable: true}}); err != nil {
		return err
	}
	return w.Row([]tds.Value{v})
}

// view answers what is asked of the view.
func (c *session) view(ctx context.Context, st *statement, params values, w *tds.Writer) error {
	s := c.system
	if err := s.names.check(st); err != nil {
		return err
	}
	f := s.faults.next()
	if f.cut >= 0 {
		w.CutAfter(f.cut)
	}
	switch {
	case f.dropped:
		return invalidObject(st.view)
	case f.denied:
		return denied(s.options.View, s.options.Database)
	case f.fails && (f.failAfter == 0 || st.kind != selectRows):
		return numbered(f.fail)
	}
	if st.kind == selectRows {
		return c.page(ctx, st, params, w, f)
	}
	n, found, err := c.aggregate(ctx, st, params)
	if err != nil {
		return err
	}
	if !found {
		return c.single(w, tds.BigIntType(), tds.Null())
	}
	return c.single(w, tds.BigIntType(), tds.Int(n))
}

// reading is how the statement treats rows in flight.
func (c *session) reading(st *statement) reading {
	switch {
	case st.past:
		return skipping
	case st.locks || !c.system.options.Snapshot:
		return waiting
	default:
		return versions
	}
}

// aggregate is COUNT(*), MAX(id), or MIN(id) from a time on.
func (c *session) aggregate(ctx context.Context, st *statement, params values) (n int64, found bool, err error) {
	how := c.reading(st)
	if st.kind == selectMax {
		return c.system.highest(ctx, how, c.lockTimeout)
	}
	from := int64(math.MinInt64)
	if st.from != nil {
		var null bool
		if from, null, err = params.time(*st.from); err != nil || null {
			return 0, false, err
		}
	}
	all := &scan{system: c.system, how: how, spans: []span{{minID, maxID}}, limit: math.MaxInt64, timeout: c.lockTimeout}
	err = all.each(ctx, func(rows []row, _ []employee) (bool, error) {
		for _, r := range rows {
			if st.kind == selectCount {
				n++
			} else if !r.noTime && r.utc() >= from {
				n, found = r.id, true
				return false, nil
			}
		}
		return true, nil
	})
	return n, found || st.kind == selectCount, err
}

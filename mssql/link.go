package mssql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	mssqldb "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"

	"timesheet"
)

// link is one connection, and what is kept beside it. One goroutine uses it at a time;
// cut may be called by any. It is its connection's dialer, so that it can be cut below
// the driver.
type link struct {
	config  msdsn.Config
	session string // first batch
	view    string // for texts

	conn    *mssqldb.Conn   // nil until connected
	rows    []timesheet.Row // what the call read, until it is done
	id      timesheet.RowID
	found   bool
	decoder decoder

	mu    sync.Mutex
	conns []net.Conn // guarded by mu; several where the server sends on to another
	down  bool       // guarded by mu: cut
}

func newLink(config msdsn.Config, session, view string) *link {
	if config.TLSConfig != nil {
		config.TLSConfig = config.TLSConfig.Clone() // the driver writes to it
	}
	return &link{config: config, session: session, view: view, decoder: decoder{view: view}}
}

// DialContext connects, resolving the name itself, which the driver would do without
// heeding the context.
func (l *link) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	dialer := net.Dialer{KeepAlive: l.config.KeepAlive}
	conn, err := dialer.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down {
		return nil, errors.Join(net.ErrClosed, conn.Close())
	}
	l.conns = append(l.conns, conn)
	return conn, nil
}

// HostName tells the driver to leave names to DialContext.
func (l *link) HostName() string { return l.config.Host }

// cut closes the connection below the driver: every call on it ends with an error.
func (l *link) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = true
	for _, conn := range l.conns {
		_ = conn.Close() // what it had to say can't matter any more
	}
	l.conns = nil
}

// close gives the driver its buffers back, after nothing can write to them any more.
func (l *link) close() {
	l.cut()
	if l.conn != nil {
		_ = l.conn.Close() // already closed below
		l.conn = nil
	}
}

// connect logs in and sets the session up. No pool is used, and the connection is never
// reset (RESETCONNECTION), so that the setting holds for its life.
func (l *link) connect(ctx context.Context) error {
	connector := mssqldb.NewConnectorConfig(l.config)
	connector.Dialer = l
	conn, err := connector.Connect(ctx)
	if err != nil {
		return unwrapStream(err)
	}
	l.conn = conn.(*mssqldb.Conn)
	stmt, err := l.conn.PrepareContext(ctx, l.session)
	if err != nil {
		return fmt.Errorf("set the lock timeout: %w", err)
	}
	if _, err := stmt.(driver.StmtExecContext).ExecContext(context.WithoutCancel(ctx), nil); err != nil {
		return fmt.Errorf("set the lock timeout: %w", unwrapStream(err))
	}
	return nil
}

// query runs a statement of one result set and gives each row to each, whose values
// are good until it returns. columns sees the names of the columns' types first. Only
// a whole answer is no error. After an error the connection can't be used again.
//
// The driver is given no context that ends: it would send an attention and wait for
// the answer. Whoever wants the call to end cuts the connection.
func (l *link) query(ctx context.Context, text string, args []driver.NamedValue,
	columns func(types []string) error, each func(values []driver.Value) error,
) error {
	a, err := l.ask(context.WithoutCancel(ctx), text, args)
	if err != nil {
		return unwrapStream(err)
	}
	if err := a.read(columns, each); err != nil {
		l.cut()
		return errors.Join(unwrapStream(err), unwrapStream(a.drain(l.cut)))
	}
	return unwrapStream(a.drain(l.cut))
}

// unwrapStream shows what is in the driver's StreamError, which doesn't unwrap.
func unwrapStream(err error) error {
	if stream, ok := errors.AsType[mssqldb.StreamError](err); ok && stream.InnerError != nil {
		if errors.Is(stream.InnerError, io.EOF) {
			return fmt.Errorf("%w: %w", errCut, io.ErrUnexpectedEOF)
		}
		return fmt.Errorf("%w: %w", errCut, stream.InnerError)
	}
	return err
}

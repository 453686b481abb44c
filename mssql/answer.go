package mssql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/golang-sql/sqlexp"
	mssqldb "github.com/microsoft/go-mssqldb"
)

// answer is what the server sends to one statement. It is read by the driver's message
// queue, for two reasons. Its other way stops at an error, and what the server sends
// after that blocks a goroutine for good. And it takes an answer for complete when its
// parser fails in some ways; the queue also tells how many rows the server says it sent.
type answer struct {
	rows  *mssqldb.Rowsq
	queue *sqlexp.ReturnMessage
	heard sync.WaitGroup

	came int64 // rows

	// Written by listen, read after heard.
	sql     []mssqldb.Error
	broken  error // what stopped the driver's parser
	counted bool
	count   int64 // rows, as the server says
}

// overheard ends listen.
type overheard struct{}

// ask sends the statement. The answer must be drained.
func (l *link) ask(ctx context.Context, text string, args []driver.NamedValue) (*answer, error) {
	a := &answer{queue: &sqlexp.ReturnMessage{}}
	register := driver.NamedValue{Value: a.queue}
	if err := l.conn.CheckNamedValue(&register); !errors.Is(err, driver.ErrRemoveArgument) {
		return nil, fmt.Errorf("the driver takes no message queue: %w", err)
	}
	stmt, err := l.conn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	a.rows = rows.(*mssqldb.Rowsq)
	a.heard.Go(a.listen)
	return a, nil
}

// listen takes from the queue, so that it never fills and blocks the driver.
func (a *answer) listen() {
	for {
		switch m := a.queue.Message(context.Background()).(type) {
		case overheard:
			return
		case sqlexp.MsgError:
			if sql, ok := errors.AsType[mssqldb.Error](m.Error); ok {
				a.sql = append(a.sql, sql)
			} else if a.broken == nil {
				a.broken = m.Error
			}
		case sqlexp.MsgRowsAffected:
			if !a.counted {
				a.counted, a.count = true, m.Count
			}
		}
	}
}

// read takes the one result set. The driver panics at types that it doesn't know.
func (a *answer) read(columns func(types []string) error, each func(values []driver.Value) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: the driver can't read it: %v", errCut, p)
		}
	}()
	if err := a.rows.NextResultSet(); err != nil {
		return err
	}
	types := make([]string, len(a.rows.Columns()))
	if len(types) == 0 {
		return errNoRows
	}
	for i := range types {
		types[i] = a.rows.ColumnTypeDatabaseTypeName(i)
	}
	if err := columns(types); err != nil {
		return err
	}
	values := make([]driver.Value, len(types))
	for {
		if err := a.rows.Next(values); isEnd(err) {
			return nil // of this result set, or of all
		} else if err != nil {
			return fmt.Errorf("%w: %w", errCut, err)
		}
		a.came++
		if err := each(values); err != nil {
			return err
		}
	}
}

// errNoRows is an answer without a result set. Where the server says why, that counts.
var errNoRows = errors.New("the server sent no rows, not even none")

// drain takes the rest, so that no goroutine of the driver is left, and says what was
// wrong with all of the answer. cut is called before the driver could send an attention.
func (a *answer) drain(cut func()) error {
	var err error
	for err == nil {
		err = a.rows.NextResultSet()
	}
	if isEnd(err) {
		err = nil
	}
	for end := err; end == nil; {
		end = a.rows.Next(nil) // up to the end of the driver's reading
		if !isEnd(end) {
			err = end
		}
	}
	_ = sqlexp.ReturnMessageEnqueue(context.Background(), a.queue, overheard{}) // fails never: the context doesn't end
	a.heard.Wait()
	if err = a.verdict(err); err != nil {
		cut()
	}
	return errors.Join(err, a.rows.Close())
}

// isEnd tells the end of an answer from that of a connection.
func isEnd(err error) bool {
	return err == io.EOF //nolint:errorlint // a connection's end wraps io.EOF, an answer's is nothing else
}

// verdict is what was wrong with the answer, err being how its reading ended.
func (a *answer) verdict(err error) error {
	switch {
	case len(a.sql) > 0:
		last := a.sql[len(a.sql)-1]
		last.All = a.sql
		return errors.Join(last, err)
	case err != nil:
		return err
	case a.broken != nil:
		return fmt.Errorf("%w: %w", errCut, a.broken)
	case a.counted && a.count != a.came:
		return fmt.Errorf("%w: %d rows of %d came", errCut, a.came, a.count)
	}
	return nil
}

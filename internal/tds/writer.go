package tds

import (
	"context"
	"fmt"
)

// Writer takes a query's answer. It is good until Query returns and not safe for
// concurrent use. Its errors are the connection's, the context's, or tell what of
// the answer can't be sent; after one the answer is to be ended.
type Writer struct {
	ctx     context.Context
	out     *packetWriter
	version uint32 // what the client speaks
	rpc     bool

	columns []Column
	open    bool  // a statement's answer is being written
	rows    int64 // of this statement
}

// Columns begins a result set, and ends the one before.
func (w *Writer) Columns(columns []Column) error {
	for _, c := range columns {
		if err := c.Type.check(); err != nil {
			return fmt.Errorf("column %q: %w", c.Name, err)
		}
	}
	w.endStatement(true)
	w.columns = w.columns[:0]
	for _, c := range columns {
		c.Type = c.Type.on(w.version)
		w.columns = append(w.columns, c)
	}
	w.open, w.rows = true, 0
	w.out.body = appendColumns(w.out.body, w.columns, w.version)
	return w.ctx.Err()
}

// Row sends one row of the result set. It keeps nothing of values and, once its
// buffers have grown, allocates nothing.
func (w *Writer) Row(values []Value) error {
	if !w.open || len(values) != len(w.columns) {
		return fmt.Errorf("a row of %d values for %d columns", len(values), len(w.columns))
	}
	begun := len(w.out.body)
	body, err := appendRow(w.out.body, w.columns, values, w.version)
	if err != nil {
		w.out.body = body[:begun]
		return err
	}
	w.out.body = body
	w.rows++
	if len(body) < flushAt {
		return nil
	}
	return w.flush(false)
}

// Flush sends what was written so far, which else waits until there is enough of it.
func (w *Writer) Flush() error { return w.flush(true) }

// CutAfter cuts the connection after so many bytes of this answer, as
// [Faults.CutAfter] does for answers to come; one that is shorter is sent whole.
func (w *Writer) CutAfter(bytes int64) { w.out.plan.cut = max(bytes, w.out.sent) }

func (w *Writer) flush(short bool) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	return w.out.flush(short, false)
}

// begin makes w ready for the answer to one request.
func (w *Writer) begin(ctx context.Context, rpc bool) {
	w.ctx, w.rpc = ctx, rpc
	w.columns, w.open, w.rows = w.columns[:0], false, 0
}

// endStatement ends the statement that is open; more says that another follows.
func (w *Writer) endStatement(more bool) {
	if !w.open {
		return
	}
	token, status := byte(tokenDone), uint16(doneCount)
	if w.rpc {
		token, more = tokenDoneInProc, true
	}
	if more {
		status |= doneMore
	}
	w.out.body = appendDone(w.out.body, token, status, commandSelect, w.rows, w.version)
	w.open = false
}

// end ends the answer, with err if the session had one.
func (w *Writer) end(err *Error) {
	var status uint16
	var result int32
	if err != nil {
		w.out.body = appendMessage(w.out.body, tokenError, err, w.version)
		status, result = doneError, err.Number
	} else if w.open {
		w.endStatement(false)
		if !w.rpc {
			return
		}
	}
	w.open = false
	if !w.rpc {
		w.out.body = appendDone(w.out.body, tokenDone, status, 0, 0, w.version)
		return
	}
	w.out.body = appendReturnStatus(w.out.body, result)
	w.out.body = appendDone(w.out.body, tokenDoneProc, status, commandExecute, 0, w.version)
}

// stop ends the answer to what the client gave up, before it had sent all of it
// (2.2.1.7) or by an attention. SQL Server ends the answer so far with doneError,
// and acknowledges the attention in a message of its own.
func (w *Writer) stop(status, command uint16) {
	w.open = false
	w.out.body = appendDone(w.out.body, tokenDone, status, command, 0, w.version)
}

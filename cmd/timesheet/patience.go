package main

import (
	"context"
	"log/slog"
	"time"

	"timesheet"
	"timesheet/ingest"
)

// tellAgain is how long a trouble that goes on isn't told again.
const tellAgain = 10 * time.Second

// trouble tells the one who waits for a command why nothing happens: something is away,
// and is tried again. It is for one goroutine at a time.
type trouble struct {
	log  *slog.Logger
	what string // is away
	last string
	told time.Time
}

// tell tells of an error that passes, and answers it.
func (t *trouble) tell(ctx context.Context, err error) error {
	if err == nil || timesheet.CodeOf(err) != timesheet.Unavailable || ctx.Err() != nil {
		return err
	}
	if words := err.Error(); words != t.last || time.Since(t.told) >= tellAgain {
		t.last, t.told = words, time.Now()
		t.log.Warn(t.what+" can't be reached; trying again", "error", words)
	}
	return err
}

// toldView is a view whose troubles are told.
type toldView struct {
	ingest.View
	trouble *trouble
}

func tellView(log *slog.Logger, v ingest.View) ingest.View {
	return toldView{v, &trouble{log: log, what: "the source"}}
}

func (v toldView) Page(ctx context.Context, after timesheet.RowID, limit int, dst []timesheet.Row) ([]timesheet.Row, error) {
	rows, err := v.View.Page(ctx, after, limit, dst)
	return rows, v.trouble.tell(ctx, err)
}

func (v toldView) Ranges(ctx context.Context, ranges []timesheet.RowRange, limit int, dst []timesheet.Row) ([]timesheet.Row, error) {
	rows, err := v.View.Ranges(ctx, ranges, limit, dst)
	return rows, v.trouble.tell(ctx, err)
}

func (v toldView) Highest(ctx context.Context, wait bool) (timesheet.RowID, bool, error) {
	id, found, err := v.View.Highest(ctx, wait)
	return id, found, v.trouble.tell(ctx, err)
}

func (v toldView) Since(ctx context.Context, from timesheet.Wall) (timesheet.RowID, bool, error) {
	id, found, err := v.View.Since(ctx, from)
	return id, found, v.trouble.tell(ctx, err)
}

// toldSink is a sink whose troubles are told.
type toldSink struct {
	ingest.Sink
	trouble *trouble
}

func tellSink(log *slog.Logger, s ingest.Sink) ingest.Sink {
	return toldSink{s, &trouble{log: log, what: "the store"}}
}

func (s toldSink) Submit(ctx context.Context, b timesheet.Batch) (timesheet.Receipt, error) {
	receipt, err := s.Sink.Submit(ctx, b)
	return receipt, s.trouble.tell(ctx, err)
}

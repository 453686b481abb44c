package main

import (
	"context"
	"io"
	"log/slog"
	"os"

	"golang.org/x/term"
)

// logFormat is how log lines look.
type logFormat string

const (
	logAuto logFormat = "auto" // text on a terminal, else json
	logText logFormat = "text"
	logJSON logFormat = "json"
)

func newLogger(w io.Writer, level slog.Level, format logFormat) *slog.Logger {
	o := &slog.HandlerOptions{Level: level}
	if format == logText || format == logAuto && isTerminal(w) {
		return slog.New(slog.NewTextHandler(w, o))
	}
	return slog.New(slog.NewJSONHandler(w, o))
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// quieter is log without what is of no interest to who runs a command.
func quieter(log *slog.Logger) *slog.Logger { return slog.New(warnings{log.Handler()}) }

type warnings struct{ slog.Handler }

// Enabled is part of slog.Handler.
func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}

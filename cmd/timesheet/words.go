package main

import (
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"timesheet"
	"timesheet/formats"
)

// boundary is the wall time at which a day begins.
type boundary time.Duration

func parseBoundary(s string) (boundary, error) {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, errors.New("is not a wall time from 00:00 to 23:59, written HH:MM")
	}
	return boundary(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute), nil
}

// count is a whole number, 0 or more; number is one of 1 or more; size is one of
// bytes, 1 or more.
type (
	count  int
	number int
	size   int64
)

func parseCount(s string) (count, error) {
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil {
		return 0, errors.New("is not a whole number, 0 or more")
	}
	return count(n), nil
}

func parseNumber(s string) (number, error) {
	n, err := parseCount(s)
	if err != nil || n == 0 {
		return 0, errors.New("is not a whole number, 1 or more")
	}
	return number(n), nil
}

func parseSize(s string) (size, error) {
	number, shift := s, 0
	for i, unit := range []string{"KiB", "MiB", "GiB"} {
		if rest, ok := strings.CutSuffix(s, unit); ok {
			number, shift = rest, 10*(i+1)
		}
	}
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil || n == 0 {
		return 0, errors.New("is not a number of bytes such as 65536, 512KiB or 16MiB")
	}
	return size(n << shift), nil
}

func parseDuration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, errors.New("is not a duration such as 500ms, 30s or 2m")
	}
	return d, nil
}

func parseDay(s string) (timesheet.Day, error) {
	d, err := timesheet.ParseDay(s)
	if err != nil || d < timesheet.FirstDay || d > timesheet.LastDay {
		return 0, fmt.Errorf("is not a day from %v to %v", timesheet.FirstDay, timesheet.LastDay)
	}
	return d, nil
}

func parseFormat(s string) (formats.Format, error) {
	f, err := formats.ParseFormat(s)
	if err != nil {
		return "", errors.New("is not a format; write auto, csv, ndjson, json, attlog or agl")
	}
	return f, nil
}

func parseLevel(s string) (slog.Level, error) {
	switch strings.ToLower(s) {
	case "debug":
		return slog.LevelDebug, nil
	case "info":
		return slog.LevelInfo, nil
	case "warn":
		return slog.LevelWarn, nil
	case "error":
		return slog.LevelError, nil
	}
	return 0, errors.New("is not debug, info, warn or error")
}

// oneOf is the parser of a word among words.
func oneOf[T ~string](words ...T) func(string) (T, error) {
	return func(s string) (T, error) {
		for _, w := range words {
			if s == string(w) {
				return w, nil
			}
		}
		return "", fmt.Errorf("is not one of %v", words)
	}
}

func parseBool(s string) (bool, error) {
	switch strings.ToLower(s) {
	case "true", "yes", "1":
		return true, nil
	case "false", "no", "0":
		return false, nil
	}
	return false, errors.New("is neither true nor false")
}

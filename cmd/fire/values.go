package main

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"timesheet"
	"timesheet/internal/load"
)

// The types of flags that kong doesn't know.
type (
	rate     float64       // clockings a second
	share    float64       // 0 to 1
	number   int           // 1 or more
	count    int           // 0 or more
	duration time.Duration // 0 or more
)

func parseRate(s string) (rate, error) {
	digits, unit, _ := strings.Cut(s, "/")
	seconds, known := map[string]float64{"": 1, "s": 1, "min": 60, "m": 60, "h": 3600}[unit]
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || !known || !(n > 0) || n > 1e8 {
		return 0, errors.New("is no rate of clockings; write 20000/s, 100/min or 20/h")
	}
	return rate(n / seconds), nil
}

func parseBatch(s string) (load.Range, error) {
	least, most, isRange := strings.Cut(s, "..")
	if !isRange {
		most = least
	}
	a, errA := parseNumber(least)
	b, errB := parseNumber(most)
	if errA != nil || errB != nil || a > b || b > maxBatch {
		return load.Range{}, fmt.Errorf("is no number of clockings in a request; write one from 1 to %d, or a range such as 1..10000", maxBatch)
	}
	return load.Range{Least: int(a), Most: int(b)}, nil
}

// maxBatch is what a service takes in one request at most.
const maxBatch = 1_000_000

func parseShare(s string) (share, error) {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !(n >= 0 && n <= 1) {
		return 0, errors.New("is no share; write a number from 0 to 1")
	}
	return share(n), nil
}

func parseNumber(s string) (number, error) {
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil || n == 0 {
		return 0, errors.New("is not a whole number, 1 or more")
	}
	return number(n), nil
}

func parseCount(s string) (count, error) {
	n, err := strconv.ParseUint(s, 10, 62)
	if err != nil || n > math.MaxInt {
		return 0, errors.New("is not a whole number, 0 or more")
	}
	return count(n), nil
}

func parseDuration(s string) (duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 || d > 365*24*time.Hour {
		return 0, errors.New("is no time; write 500ms, 60s, 5m or 1h")
	}
	return duration(d), nil
}

func parseZone(s string) (*time.Location, error) {
	zone, err := time.LoadLocation(s)
	if err != nil || s == "" || s == "Local" {
		return nil, errors.New("is not a known IANA time zone; names look like Europe/Berlin")
	}
	return zone, nil
}

func parseDay(s string) (timesheet.Day, error) { return timesheet.ParseDay(s) }

// oneOf refuses all other values.
func oneOf[T ~string](values ...T) func(string) (T, error) {
	return func(s string) (T, error) {
		names := make([]string, len(values))
		for i, v := range values {
			if string(v) == s {
				return v, nil
			}
			names[i] = string(v)
		}
		return "", fmt.Errorf("is not known; write one of %s", strings.Join(names, ", "))
	}
}

// mistakes are the flags whose values can't be used, collected so that all are told
// at once.
type mistakes struct{ all []error }

func mappers(m *mistakes) []kong.Option {
	return []kong.Option{
		mapped(m, parseRate), mapped(m, parseBatch), mapped(m, parseShare), mapped(m, parseNumber), mapped(m, parseCount),
		mapped(m, parseDuration), mapped(m, parseZone), mapped(m, parseDay),
		mapped(m, oneOf(load.JSON, load.NDJSON, load.CSV)), mapped(m, oneOf(load.ByTime, load.ByID, load.Shuffled)),
	}
}

func mapped[T any](m *mistakes, parse func(string) (T, error)) kong.Option {
	return kong.TypeMapper(reflect.TypeFor[T](), mapper[T]{m, parse})
}

type mapper[T any] struct {
	mistakes *mistakes
	parse    func(string) (T, error)
}

// Decode is part of kong.Mapper.
func (m mapper[T]) Decode(ctx *kong.DecodeContext, target reflect.Value) error {
	token, err := ctx.Scan.PopValue("value")
	if err != nil {
		return err
	}
	text := fmt.Sprint(token.Value)
	value, err := m.parse(text)
	if err != nil {
		m.mistakes.all = append(m.mistakes.all, fmt.Errorf("--%s: %.80q %w", ctx.Value.Name, text, err))
		return nil
	}
	target.Set(reflect.ValueOf(value))
	return nil
}

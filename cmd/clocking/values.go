package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"timesheet/internal/clocking"
)

// The types of flags. Each reads its text; what can't be used is an error that has
// the value, to which the flag's name is added.

func refused(text []byte, reason error) error { return fmt.Errorf("%.80q %w", text, reason) }

// rate is rows a second.
type rate float64

// UnmarshalText is part of encoding.TextUnmarshaler, as are those below.
func (r *rate) UnmarshalText(text []byte) error {
	digits, unit, _ := strings.Cut(string(text), "/")
	seconds, known := map[string]float64{"": 1, "s": 1, "min": 60, "m": 60, "h": 3600}[unit]
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || !known || !(n > 0) || n > 1e7 {
		return refused(text, errors.New("is no rate such as 5000/s, 100/min or 20/h"))
	}
	*r = rate(n / seconds)
	return nil
}

// hold is how long a transaction is open.
type hold struct{ least, most time.Duration }

func (h *hold) UnmarshalText(text []byte) error {
	least, most, isRange := strings.Cut(string(text), "-")
	if !isRange {
		most = least
	}
	var errLeast, errMost error
	h.most, errMost = time.ParseDuration(most)
	if _, err := strconv.ParseUint(least, 10, 64); err == nil {
		least += strings.TrimLeft(most, "0123456789.") // 50-300ms: the unit of both
	}
	h.least, errLeast = time.ParseDuration(least)
	if errLeast != nil || errMost != nil || h.least < 0 || h.most < h.least {
		return refused(text, errors.New("is no time such as 50ms or 0-300ms"))
	}
	return nil
}

// share is a part of all, 0 to 1.
type share float64

func (s *share) UnmarshalText(text []byte) error {
	n, err := strconv.ParseFloat(string(text), 64)
	if err != nil || !(n >= 0 && n <= 1) {
		return refused(text, errors.New("is no share from 0 to 1"))
	}
	*s = share(n)
	return nil
}

// failure is an error and how often it comes.
type failure struct {
	number int32
	of     share
}

func (f *failure) UnmarshalText(text []byte) error {
	number, of, _ := strings.Cut(string(text), ":")
	n, err := strconv.ParseInt(number, 10, 32)
	if err != nil || n < 1 || f.of.UnmarshalText([]byte(of)) != nil {
		return refused(text, errors.New("is no NUMBER:SHARE such as 1205:0.01"))
	}
	f.number = int32(n)
	return nil
}

// count is a whole number, 0 or more; number is one of 1 or more.
type (
	count  int
	number int
)

func (c *count) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 10, 31)
	if err != nil {
		return refused(text, errors.New("is not a whole number, 0 or more"))
	}
	*c = count(n)
	return nil
}

func (n *number) UnmarshalText(text []byte) error {
	var c count
	if err := c.UnmarshalText(text); err != nil || c == 0 {
		return refused(text, errors.New("is not a whole number, 1 or more"))
	}
	*n = number(c)
	return nil
}

// speed is how many times as fast as a clock.
type speed float64

func (s *speed) UnmarshalText(text []byte) error {
	n, err := strconv.ParseFloat(string(text), 64)
	if err != nil || !(n >= 1 && n <= 1e6) || math.IsInf(n, 0) {
		return refused(text, errors.New("is no number from 1 to 1000000"))
	}
	*s = speed(n)
	return nil
}

// zone is a time zone; none is this machine's.
type zone struct{ location *time.Location }

func (z *zone) UnmarshalText(text []byte) (err error) {
	if z.location, err = time.LoadLocation(string(text)); err != nil {
		return refused(text, errors.New("is not a known IANA time zone; names look like Europe/Berlin"))
	}
	return nil
}

// address is HOST:PORT to listen on.
type address string

func (a *address) UnmarshalText(text []byte) error {
	if err := clocking.CheckAddress(string(text)); err != nil {
		return refused(text, err)
	}
	*a = address(text)
	return nil
}

// viewName is SCHEMA.NAME.
type viewName string

func (v *viewName) UnmarshalText(text []byte) error {
	schema, name, ok := strings.Cut(string(text), ".")
	if !ok || schema == "" || name == "" || strings.ContainsAny(name, ".[]\"") || strings.ContainsAny(schema, "[]\"") {
		return refused(text, errors.New("is no SCHEMA.NAME such as dbo.Clockings"))
	}
	*v = viewName(text)
	return nil
}

// isolation is whether readers see the version committed last.
type isolation struct{ snapshot bool }

func (i *isolation) UnmarshalText(text []byte) error {
	i.snapshot = string(text) == "snapshot"
	if !i.snapshot && string(text) != "locking" {
		return refused(text, errors.New("is neither locking nor snapshot"))
	}
	return nil
}

type employeeType struct{ clocking.EmployeeType }

func (t *employeeType) UnmarshalText(text []byte) (err error) {
	if t.EmployeeType, err = clocking.ParseEmployeeType(string(text)); err != nil {
		return refused(text, err)
	}
	return nil
}

type timeType struct{ clocking.TimeType }

func (t *timeType) UnmarshalText(text []byte) (err error) {
	if t.TimeType, err = clocking.ParseTimeType(string(text)); err != nil {
		return refused(text, err)
	}
	return nil
}

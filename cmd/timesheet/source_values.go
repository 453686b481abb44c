package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"reflect"
	"strconv"
	"strings"
	"time"

	"timesheet"
	"timesheet/ingest"
	"timesheet/mssql"

	"github.com/alecthomas/kong"
)

// sourceURL is a SQL Server's URL.
type sourceURL string

func (s sourceURL) redacted() string { return mssql.Redact(string(s)) }

func parseSource(s string) (sourceURL, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "sqlserver" || u.Hostname() == "" {
		return "", errors.New("is no source; write sqlserver://USER@HOST:PORT?database=NAME, with special characters percent-encoded")
	}
	return sourceURL(s), nil
}

// secret is a text that is never shown.
type secret string

func parseSecret(s string) (secret, error) { return secret(s), nil }

// rowID is the id of a row.
type rowID timesheet.RowID

func parseRowID(s string) (rowID, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, errors.New("is not a row's id, a whole number")
	}
	return rowID(n), nil
}

// wallTime is what the site's clocks show, in milliseconds.
type wallTime timesheet.Wall

func parseWallTime(s string) (wallTime, error) {
	if len(s) == len(time.DateOnly) {
		s += "T00:00:00"
	}
	t, err := timesheet.ParseTimestamp(s)
	wall, local := t.Local()
	if err != nil || !local {
		return 0, errors.New("is not a wall time; write 2006-01-02 or 2006-01-02T15:04:05, without an offset")
	}
	return wallTime(wall), nil
}

// String is the time as it is written in settings.
func (w wallTime) String() string {
	return time.UnixMilli(int64(w)).UTC().Format("2006-01-02T15:04:05")
}

// rowOrDay is one end of a range of rows: a row's id, or a day.
type rowOrDay struct {
	set   bool
	isDay bool
	row   timesheet.RowID
	day   timesheet.Day
}

func parseRowOrDay(s string) (rowOrDay, error) {
	if id, err := strconv.ParseInt(s, 10, 64); err == nil {
		return rowOrDay{set: true, row: timesheet.RowID(id)}, nil
	}
	day, err := parseDay(s)
	if err != nil {
		return rowOrDay{}, errors.New("is neither a row's id nor a day written 2006-01-02")
	}
	return rowOrDay{set: true, isDay: true, day: day}, nil
}

// String is the end as it was written.
func (r rowOrDay) String() string {
	switch {
	case !r.set:
		return ""
	case r.isDay:
		return r.day.String()
	}
	return strconv.FormatInt(int64(r.row), 10)
}

// repair is what verify does about differences; "" for nothing.
type repair string

const (
	repairMerge   repair = "merge"
	repairReplace repair = "replace"
)

func parseRepair(s string) (repair, error) { return oneOf(repairMerge, repairReplace)(s) }

// repairMapper lets the flag stand alone for merging.
type repairMapper struct{ mapper[repair] }

// Decode is part of kong.Mapper.
func (m repairMapper) Decode(ctx *kong.DecodeContext, target reflect.Value) error {
	if ctx.Scan.Peek().Type == kong.FlagValueToken {
		return m.mapper.Decode(ctx, target)
	}
	target.SetString(string(repairMerge))
	return nil
}

// IsBool is part of kong.BoolMapper.
func (repairMapper) IsBool() bool { return true }

// checkSource reads what the source's settings have in files, and checks them together.
func (p *parsed) checkSource(s *sourceSettings) {
	p.readSecretFile("source", "source-file", s.SourceFile, func(text string) error {
		url, err := parseSource(text)
		if err == nil {
			s.Source = url
		}
		return err
	})
	p.readSecretFile("source-password", "source-password-file", s.SourcePasswordFile, func(text string) error {
		s.SourcePassword = secret(text)
		return nil
	})
	p.lastsSome("source-timeout", s.SourceTimeout)
	p.lastsSome("lock-timeout", s.LockTimeout)
	if s.Source == "" {
		return
	}
	if err := s.options(nil).Validate(); err != nil {
		p.sources.add(fmt.Errorf("the source: %w", err))
	}
}

func (p *parsed) checkPoll(s *pollSettings) {
	p.lastsSome("poll-interval", s.PollInterval)
	p.lastsSome("sweep-every", s.SweepEvery)
	p.lastsSome("gap-age", s.GapAge)
	if s.FromID != nil && s.FromTime != nil {
		p.sources.add(fmt.Errorf("%s: %s is set, too; say only one of them", p.sources.name("from-id"), p.sources.name("from-time")))
	}
}

// readSecretFile gives set what the file of the setting fileFlag holds, unless a
// stronger source names the value itself.
func (p *parsed) readSecretFile(flag, fileFlag, path string, set func(text string) error) {
	if path == "" || p.layer(flag) > p.layer(fileFlag) {
		return
	}
	name := p.sources.name(fileFlag)
	if p.layer(flag) == p.layer(fileFlag) {
		p.sources.add(fmt.Errorf("%s: %s is set, too; say only one of them", name, p.sources.name(flag)))
		return
	}
	text, err := os.ReadFile(path)
	if err != nil {
		p.sources.add(fmt.Errorf("%s: %w", name, err))
		return
	}
	if err := set(strings.TrimSpace(string(text))); err != nil {
		p.sources.add(fmt.Errorf("%s: what %s holds %w", name, path, err))
	}
}

var _ ingest.View = (*mssql.View)(nil)

package redis

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"timesheet"
)

// documentKey names a document's hash, which has a slot of its own: a name has no braces.
func documentKey(name string) string { return "ts:1:{doc:" + name + "}" }

// Document answers the text in force.
func (s *Store) Document(ctx context.Context, name string) (d timesheet.Document, err error) {
	const op = "read a document"
	if err := timesheet.CheckDocumentName(name); err != nil {
		return d, err
	}
	var about map[string]string
	err = s.direct(ctx, op, func(ctx context.Context) (err error) {
		about, err = s.client.HGetAll(ctx, documentKey(name)).Result()
		return err
	})
	if err != nil || len(about) == 0 {
		return d, err
	}
	if d.Version, err = strconv.ParseUint(about["version"], 10, 64); err != nil {
		return timesheet.Document{}, damaged(op, about["version"])
	}
	d.Text = []byte(about["text"])
	return d, nil
}

// DocumentVersion answers the version in force.
func (s *Store) DocumentVersion(ctx context.Context, name string) (version uint64, err error) {
	const op = "read a document's version"
	if err := timesheet.CheckDocumentName(name); err != nil {
		return 0, err
	}
	err = s.direct(ctx, op, func(ctx context.Context) (err error) {
		version, err = s.client.HGet(ctx, documentKey(name), "version").Uint64()
		if errors.Is(err, goredis.Nil) {
			return nil
		}
		if _, is := errors.AsType[*strconv.NumError](err); is {
			return damaged(op, err)
		}
		return err
	})
	return version, err
}

// SetDocument replaces a text by one script call.
func (s *Store) SetDocument(ctx context.Context, name string, expected uint64, text []byte) (uint64, error) {
	const op = "set a document"
	if err := timesheet.CheckDocument(name, text); err != nil {
		return 0, err
	}
	version := timesheet.NextVersion(expected, time.Now())
	c := newCall(documentScript, 3, documentKey(name)).
		add(strconv.FormatUint(expected, 10), strconv.FormatUint(version, 10), text)
	s.run(ctx, true, c)
	switch {
	case c.err != nil:
		return 0, fail(op, c.err)
	case c.reply == "ok":
		return version, nil
	default:
		return 0, timesheet.NewError(timesheet.Conflict, op, fmt.Errorf("version %v of %s is in force, not %d", c.reply, name, expected))
	}
}

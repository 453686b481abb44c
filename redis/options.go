package redis

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"timesheet"
)

// Options say where the store is and how patient to be.
type Options struct {
	// URL is redis://user:password@host:6379/0, rediss:// for TLS, or unix://.
	// Any node of a cluster will do; that it is one is found out.
	URL string
	// Partitions is used when the store is created; 0 means 4 on one Redis and 64 on a
	// cluster, whose nodes share them. An existing store keeps its own number.
	Partitions int
	// WaitReplicas is how many replicas must have a write before it is answered.
	WaitReplicas int
	// WaitTimeout is how long to wait for them; 0 means a second.
	WaitTimeout time.Duration
	// FeedLength is about how many events a partition's feed keeps while they are small.
	// An event of more than 4 entries leaves so few that, were all of its size, they had
	// 4 × FeedLength entries; the largest has 128. 0 means 32,768 divided by the
	// partitions: at most 4 MB in all feeds under steady traffic. A reader that falls back
	// further is told to reset.
	FeedLength int64
	// Timeout bounds each exchange with the server, its retries included, beside
	// the context; 0 means 5 seconds. A context that is cancelled without a
	// deadline is seen before and after an exchange.
	Timeout time.Duration
	// PoolSize is the number of connections at most; 0 means 10 for each CPU.
	PoolSize int
	// Logger gets warnings; nil means slog.Default.
	Logger *slog.Logger
}

const (
	maxPartitions = 1 << 16

	// A merge costs Redis some 10 µs for each partition that it touches, beside 1.5 µs for
	// each entry. So one server has few of them; a cluster enough for its nodes to share.
	onePartitions, clusterPartitions = 4, 64

	// feedEvents bounds the small events that all feeds hold together. One of a single
	// entry takes about 40 bytes, an entry of a large one 20.
	feedEvents = 1 << 15
)

func (o Options) withDefaults() (Options, error) {
	if o.WaitTimeout == 0 {
		o.WaitTimeout = time.Second
	}
	if o.Timeout == 0 {
		o.Timeout = 5 * time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Partitions < 0 || o.Partitions > maxPartitions {
		return o, invalid("open redis", "partitions: %d is not from 0 to %d", o.Partitions, maxPartitions)
	}
	if o.WaitReplicas < 0 || o.WaitTimeout < 0 || o.FeedLength < 0 || o.Timeout < 0 {
		return o, invalid("open redis", "replicas, feed length and timeouts can't be negative")
	}
	if o.WaitReplicas > 0 && o.WaitTimeout >= o.Timeout {
		return o, invalid("open redis", "the wait for replicas (%v) must be shorter than the timeout (%v)", o.WaitTimeout, o.Timeout)
	}
	return o, nil
}

// client reads the URL. Its errors never quote it: it may have a password.
func (o Options) client() (*goredis.Options, error) {
	c, err := goredis.ParseURL(o.URL)
	if err != nil {
		if _, ok := errors.AsType[*url.Error](err); ok {
			err = errors.New("it is no URL")
		}
		return nil, invalid("open redis", "store URL: %v; write redis://user:password@host:6379/0", err)
	}
	c.Protocol = 2 // replies have one shape then
	c.DisableIdentity = true
	c.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	c.ContextTimeoutEnabled = true
	c.DialTimeout, c.ReadTimeout, c.WriteTimeout, c.PoolTimeout = o.Timeout, o.Timeout, o.Timeout, o.Timeout
	c.MaxRetries = -1 // a compare-and-set that was applied would answer Conflict when sent again
	c.DialerRetries = 1
	c.PoolSize = o.PoolSize
	return c, nil
}

func invalid(op, format string, args ...any) error {
	return timesheet.NewError(timesheet.Invalid, op, fmt.Errorf(format, args...))
}

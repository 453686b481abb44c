package redis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	goredis "github.com/redis/go-redis/v9"
)

// call is one script call and what came of it.
type call struct {
	script *script
	keys   int
	args   []any // EVALSHA, digest, number of keys, keys…, arguments…
	reply  any
	err    error
}

// newCall makes a call with room for n arguments.
func newCall(s *script, n int, keys ...string) *call {
	c := &call{script: s, keys: len(keys), args: make([]any, 0, 3+len(keys)+n)}
	c.args = append(c.args, "EVALSHA", s.digest, len(keys))
	for _, k := range keys {
		c.args = append(c.args, k)
	}
	return c
}

// add appends arguments.
func (c *call) add(args ...any) *call {
	c.args = append(c.args, args...)
	return c
}

// firstOf is the first error of calls.
func firstOf(calls []*call) error {
	for _, c := range calls {
		if c.err != nil {
			return c.err
		}
	}
	return nil
}

// maxPipeline is how many calls share one exchange: all its replies must come
// within Options.Timeout, and a call takes some 2 ms.
const maxPipeline = 64

// run sends calls in their order, in as few exchanges as possible, and puts
// replies and errors into them. durable calls wait for the replicas asked for.
func (s *Store) run(ctx context.Context, durable bool, calls ...*call) {
	var failed error
	for chunk := range slices.Chunk(calls, maxPipeline) {
		if failed == nil {
			failed = s.begin(ctx)
		}
		if failed != nil { // one timeout is enough
			for _, c := range chunk {
				c.err = failed
			}
			continue
		}
		s.exchange(ctx, durable, chunk)
		if err := chunk[len(chunk)-1].err; err != nil && !isReply(err) {
			failed = err
		}
	}
}

// begin tells whether an exchange may begin.
func (s *Store) begin(ctx context.Context) error {
	if s.closed.Load() {
		return errClosed
	}
	return ctx.Err()
}

// exchange sends calls, and those that the server has no script of once more in
// full: after a restart or SCRIPT FLUSH each command of a pipeline fails by itself.
func (s *Store) exchange(ctx context.Context, durable bool, calls []*call) {
	ctx, cancel := context.WithTimeoutCause(ctx, s.o.Timeout, errNoAnswer)
	defer cancel()
	s.send(ctx, durable, calls)
	var unknown []*call
	for _, c := range calls {
		if c.err != nil && goredis.HasErrorPrefix(c.err, "NOSCRIPT") {
			c.args[0], c.args[1] = "EVAL", c.script.source
			unknown = append(unknown, c)
		}
	}
	if len(unknown) > 0 {
		s.send(ctx, durable, unknown)
	}
	for _, c := range calls {
		c.err = explain(ctx, c.err)
	}
}

// direct is an exchange of plain commands.
func (s *Store) direct(ctx context.Context, op string, f func(context.Context) error) error {
	if err := s.begin(ctx); err != nil {
		return fail(op, err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, s.o.Timeout, errNoAnswer)
	defer cancel()
	return fail(op, explain(ctx, f(ctx)))
}

// send is one exchange; on a cluster one with each node concerned.
func (s *Store) send(ctx context.Context, durable bool, calls []*call) {
	wait := durable && s.o.WaitReplicas > 0
	if s.cluster == nil || !wait && !calls[0].script.once { // the calls of one run have one script
		s.pipeline(ctx, s.client, wait, calls)
		return
	}
	// WAIT counts what its own connection wrote, and the cluster's own pipeline sends
	// again what failed; so here the calls are sorted by node.
	nodes := make(map[*goredis.Client][]*call)
	for _, c := range calls {
		node, err := s.cluster.MasterForKey(ctx, c.args[3].(string))
		if c.err = err; err == nil {
			nodes[node] = append(nodes[node], c)
		}
	}
	for node, part := range nodes {
		s.pipeline(ctx, node, wait, part)
		if slices.ContainsFunc(part, func(c *call) bool { return moved(c.err) }) {
			s.cluster.ReloadState(ctx) // the caller's next attempt finds the slot's new node
		}
	}
}

// pipeliner is a client, or a node of a cluster.
type pipeliner interface{ Pipeline() goredis.Pipeliner }

// touchKey is a key in the slot of another.
func touchKey(key string) string {
	if strings.Contains(key, "{") {
		return key + ":touch"
	}
	return "ts:1:touch:{" + key + "}"
}

func (s *Store) pipeline(ctx context.Context, to pipeliner, wait bool, calls []*call) {
	pipe := to.Pipeline()
	cmds := make([]*goredis.Cmd, len(calls), len(calls)+2)
	for i, c := range calls {
		cmds[i] = pipe.Do(ctx, c.args...)
	}
	if wait {
		// WAIT covers a connection up to its own last write. A call that found another
		// connection's write done already must write too, or it would prove nothing.
		cmds = append(cmds,
			pipe.Do(ctx, "SET", touchKey(calls[0].args[3].(string)), "", "PX", 60_000),
			pipe.Do(ctx, "WAIT", s.o.WaitReplicas, s.o.WaitTimeout.Milliseconds()))
	}
	_, _ = pipe.Exec(ctx) // each command has its own error
	var short error
	if wait {
		n, err := cmds[len(calls)+1].Int()
		if err = errors.Join(cmds[len(calls)].Err(), err); err != nil {
			short = fmt.Errorf("wait for replicas: %w", err)
		} else if n < s.o.WaitReplicas {
			short = fmt.Errorf("%w: %d of %d", errReplicas, n, s.o.WaitReplicas)
		}
	}
	for i, c := range calls {
		c.reply, c.err = cmds[i].Result()
		if errors.Is(c.err, goredis.Nil) {
			c.err = nil
		}
		if c.err == nil {
			c.err = short
		}
	}
}

package redis

import (
	"context"
	"strconv"
	"strings"

	goredis "github.com/redis/go-redis/v9"
)

// boot connects, finds out whether the server is a cluster, and checks it.
func (s *Store) boot(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, s.o.Timeout, errNoAnswer)
	defer cancel()
	seed := goredis.NewClient(s.options)
	about, err := seed.Info(ctx).Result()
	if err != nil {
		_ = seed.Close()
		return bootError(ctx, err)
	}
	s.client = seed
	if parseInfo(about)["cluster_enabled"] == "1" {
		_ = seed.Close()
		s.cluster = goredis.NewClusterClient(clusterOptions(s.options))
		s.client = s.cluster
	}
	if err := s.check(ctx); err != nil {
		_ = s.client.Close()
		return err
	}
	return nil
}

func bootError(ctx context.Context, err error) error {
	if goredis.HasErrorPrefix(err, "WRONGPASS") || goredis.HasErrorPrefix(err, "NOAUTH") {
		return invalid("open redis", "the server refuses the password of the store URL: %w", err)
	}
	return fail("open redis", explain(ctx, err))
}

func clusterOptions(o *goredis.Options) *goredis.ClusterOptions {
	return &goredis.ClusterOptions{
		Addrs: []string{o.Addr}, Username: o.Username, Password: o.Password, TLSConfig: o.TLSConfig,
		Protocol: o.Protocol, DisableIdentity: o.DisableIdentity, MaintNotificationsConfig: o.MaintNotificationsConfig,
		ContextTimeoutEnabled: true, DialTimeout: o.DialTimeout, ReadTimeout: o.ReadTimeout,
		WriteTimeout: o.WriteTimeout, PoolTimeout: o.PoolTimeout, MaxRetries: o.MaxRetries, DialerRetries: o.DialerRetries, PoolSize: o.PoolSize,
	}
}

// check refuses a server that can't keep a promise, on a cluster each master.
func (s *Store) check(ctx context.Context) error {
	if s.cluster == nil {
		return s.checkNode(ctx, s.client)
	}
	if s.options.DB != 0 {
		return invalid("open redis", "a cluster has no database %d; leave it out of the store URL", s.options.DB)
	}
	if err := s.cluster.ForEachMaster(ctx, func(ctx context.Context, node *goredis.Client) error {
		return s.checkNode(ctx, node)
	}); err != nil {
		return fail("open redis", err)
	}
	return nil
}

func (s *Store) checkNode(ctx context.Context, node goredis.UniversalClient) error {
	text, err := node.Info(ctx).Result()
	if err != nil {
		return bootError(ctx, err)
	}
	about := parseInfo(text)
	major, _, _ := strings.Cut(about["redis_version"], ".")
	if n, err := strconv.Atoi(major); err != nil || n < 7 {
		return invalid("open redis", "the server is version %q; Redis 7.0 or newer, or Valkey, is needed", about["redis_version"])
	}
	if policy := about["maxmemory_policy"]; policy != "noeviction" && policy != "" {
		return invalid("open redis", "the server's maxmemory-policy is %s, which can drop entries; set it to noeviction", policy)
	}
	if about["aof_enabled"] != "1" {
		s.o.Logger.WarnContext(ctx, "redis has no append-only file: a restart loses all that was acknowledged since its last snapshot; set appendonly yes",
			"server", s.options.Addr)
	}
	s.limit(fieldsOf(ctx, node))
	return nil
}

// limit lowers the number of fields a hash may have.
func (s *Store) limit(fields int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fields == 0 || fields < s.fields {
		s.fields = fields
	}
}

// fieldsOf is three quarters of what the server stores as a compact list, so that
// hashes of uneven size stay below it, and at most 120: a lookup in a list is a scan,
// and merging an entry makes two. With 384, entries of 20,000 employees cost the
// server 1.6 times the processor time, for 1.3 bytes less each. Where CONFIG is
// forbidden the oldest default, 128, is assumed; wrong guesses cost memory (about 70
// instead of 20 bytes an entry), nothing else.
func fieldsOf(ctx context.Context, node goredis.UniversalClient) int {
	limit := 128
	if m, err := node.ConfigGet(ctx, "hash-max-listpack-entries").Result(); err == nil {
		if n, err := strconv.Atoi(m["hash-max-listpack-entries"]); err == nil {
			limit = n
		}
	}
	return max(8, min(limit, 160)*3/4)
}

// parseInfo reads the lines "name:value" of an INFO reply.
func parseInfo(text string) map[string]string {
	about := make(map[string]string)
	for line := range strings.SplitSeq(text, "\n") {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			about[name] = value
		}
	}
	return about
}

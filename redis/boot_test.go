package redis_test

import (
	"bufio"
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"

	"timesheet"
	"timesheet/internal/redistest"
	"timesheet/redis"
)

func TestOpenRefuses(t *testing.T) {
	server := redistest.Start(t, "--requirepass", "hunter2")
	good := server.URL()
	schema := redistest.Start(t)
	schema.Command("HSET", "ts:1:meta", "schema", "2")
	evicting := redistest.Start(t, "--maxmemory-policy", "allkeys-lru")
	down := redistest.Start(t)
	down.Kill()
	for _, c := range []struct {
		name, url, says string
		change          func(*redis.Options)
		code            timesheet.Code
	}{
		{name: "no URL", url: "redis://:hunter2@ho st:1", says: "store URL", code: timesheet.Invalid},
		{name: "a bad escape in the password", url: "redis://:hunter2%zz@host:1", says: "store URL", code: timesheet.Invalid},
		{name: "a bad port", url: "redis://:hunter2@host:port", says: "store URL", code: timesheet.Invalid},
		{name: "another scheme", url: "http://:hunter2@host", says: "scheme", code: timesheet.Invalid},
		{name: "a bad database", url: good + "/x", says: "database", code: timesheet.Invalid},
		{name: "a wrong password", url: strings.Replace(good, "hunter2", "hunter22", 1), says: "refuses the password", code: timesheet.Invalid},
		{name: "no password", url: "redis://" + server.Addr(), says: "refuses the password", code: timesheet.Invalid},
		{name: "an evicting policy", url: evicting.URL(), says: "set it to noeviction", code: timesheet.Invalid},
		{name: "another schema", url: schema.URL(), says: `schema "2"`, code: timesheet.Invalid},
		{name: "an old version", url: oldServer(t), says: "Redis 7.0 or newer", code: timesheet.Invalid},
		{name: "no server", url: strings.Replace(down.URL(), "//", "//:hunter2@", 1), says: "refused", code: timesheet.Unavailable},
		{name: "too many partitions", url: good, says: "partitions", code: timesheet.Invalid,
			change: func(o *redis.Options) { o.Partitions = 1<<16 + 1 }},
		{name: "an endless wait", url: good, says: "shorter than the timeout", code: timesheet.Invalid,
			change: func(o *redis.Options) { o.WaitReplicas, o.WaitTimeout = 1, 1e12 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := quiet(c.url)
			if c.change != nil {
				c.change(&o)
			}
			s, err := redis.Open(t.Context(), o)
			if err == nil {
				s.Close()
			}
			if timesheet.CodeOf(err) != c.code || !strings.Contains(fmt.Sprint(err), c.says) {
				t.Fatalf("%v, want %v with %q", err, c.code, c.says)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Fatalf("the error tells the password: %v", err)
			}
		})
	}
}

// oldServer answers INFO as Redis 6.2 does, and refuses all else.
func oldServer(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	t.Cleanup(func() { l.Close(); wg.Wait() })
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer c.Close()
				for words := bufio.NewScanner(c); words.Scan(); {
					switch strings.ToLower(words.Text()) {
					case "info":
						fmt.Fprint(c, "$21\r\nredis_version:6.2.7\r\n\r\n")
					case "hello":
						fmt.Fprint(c, "-ERR unknown command\r\n")
					}
				}
			})
		}
	})
	return "redis://" + l.Addr().String()
}

func TestOpen(t *testing.T) {
	t.Run("warns when nothing is kept over a restart", func(t *testing.T) {
		for appendonly, warns := range map[string]bool{"yes": false, "no": true} {
			var log bytes.Buffer
			o := quiet(redistest.Start(t, "--appendonly", appendonly).URL())
			o.Logger = slog.New(slog.NewTextHandler(&log, nil))
			open(t, o)
			if got := strings.Contains(log.String(), "append-only"); got != warns {
				t.Errorf("appendonly %s: %q", appendonly, log.String())
			}
		}
	})
	t.Run("keeps the number of partitions of an existing store", func(t *testing.T) {
		o := quiet(redistest.Start(t).URL())
		o.Partitions = 5
		open(t, o)
		o.Partitions = 7
		if n := open(t, o).Partitions(); n != 5 {
			t.Errorf("%d partitions", n)
		}
	})
	t.Run("works where CONFIG is forbidden", func(t *testing.T) {
		server := redistest.Start(t, "--rename-command", "CONFIG", "")
		s := open(t, quiet(server.URL()))
		if err := s.Ping(t.Context()); err != nil {
			t.Error(err)
		}
	})
	t.Run("finishes a purge that was cut short", func(t *testing.T) {
		server := redistest.Start(t)
		s := open(t, quiet(server.URL()))
		all := append(entries(20, 20_000), entries(20, 20_001)...)
		mergeAll(t, s, deltasOf(all, epochs(t, s)))
		before := tokens(t, s)
		server.Command("HSET", "ts:1:meta", "floor", "20241005") // day 20,001: what Purge does first
		s = open(t, quiet(server.URL()))
		wantContents(t, s, all[20:])
		differ(t, before, tokens(t, s), true)
	})
	t.Run("finishes a change of day rules that was cut short", func(t *testing.T) {
		server := redistest.Start(t)
		s := open(t, quiet(server.URL()))
		before := tokens(t, s)
		server.Command("HSET", "ts:1:meta", "version", "7", "rules", "[]")
		if v, _, err := s.DayRules(t.Context()); err != nil || v != 7 {
			t.Fatal(v, err)
		}
		after := tokens(t, s)
		differ(t, before, after, true)
		server.Command("HSET", "ts:1:meta", "fenced", "0") // as if only that was cut short
		if v, _, err := open(t, quiet(server.URL())).DayRules(t.Context()); err != nil || v != 7 {
			t.Fatal(v, err)
		}
		for p, again := range tokens(t, s) {
			if again != after[p] {
				t.Fatalf("partition %d was fenced twice", p)
			}
		}
	})
}

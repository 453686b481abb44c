package redis_test

import (
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"timesheet"
	"timesheet/internal/redistest"
)

// bareJoin is the least that a durable join on Redis can be: hashes of fields of 8
// bytes, a script that joins into one of them, nothing that guards or announces it.
type bareJoin struct {
	client *goredis.Client
	digest string
}

const bareScript = `local have = redis.call('HMGET', KEYS[1], unpack(ARGV, 1, #ARGV / 2))
local changed, n, k, sub = {}, #ARGV / 2, 0, string.sub
for i = 1, n do
  local cur, new = have[i], ARGV[n + i]
  if cur and cur ~= new then
    local a1, a2 = struct.unpack('>I4I4', cur)
    local b1, b2 = struct.unpack('>I4I4', new)
    new = sub(b1 < a1 and new or cur, 1, 4) .. sub(b2 > a2 and new or cur, 5, 8)
  end
  if cur ~= new then
    changed[k + 1], changed[k + 2] = ARGV[i], new
    k = k + 2
  end
end
if k > 0 then redis.call('HSET', KEYS[1], unpack(changed)) end
return k`

func newBareJoin(b *testing.B, url string) *bareJoin {
	b.Helper()
	o, err := goredis.ParseURL(url)
	if err != nil {
		b.Fatal(err)
	}
	client := goredis.NewClient(o)
	b.Cleanup(func() { _ = client.Close() })
	digest, err := client.ScriptLoad(b.Context(), bareScript).Result()
	if err != nil {
		b.Fatal(err)
	}
	return &bareJoin{client, digest}
}

// prepare makes the calls that join clockings k to k+n-1, size entries each. All entries
// of a call share a hash: no layout has fewer commands.
func (j *bareJoin) prepare(k, n, size int) (calls [][]any) {
	for ; n > 0; k, n = k+size, n-size {
		entries := touches(k, min(n, size))
		args := []any{"EVALSHA", j.digest, 1, "bare:" + strconv.Itoa(int(entries[0].Day)) + ":" + strconv.Itoa(k%5000/300)}
		for _, e := range entries {
			args = append(args, string(e.Employee))
		}
		for _, e := range entries {
			span, err := timesheet.AppendSpan(nil, e)
			if err != nil {
				panic(err) // touches makes none such
			}
			args = append(args, span)
		}
		calls = append(calls, args)
	}
	return calls
}

// run sends calls from some goroutines at once and waits for all answers.
func (j *bareJoin) run(b *testing.B, callers int, calls [][]any) {
	var next atomic.Int64
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(calls)); i = next.Add(1) - 1 {
				if err := j.client.Do(b.Context(), calls[i]...).Err(); err != nil {
					b.Error(err)
				}
			}
		})
	}
	group.Wait()
}

// serverCPU is the processor time that the server has used.
func serverCPU(b *testing.B, server *redistest.Server) (total time.Duration) {
	b.Helper()
	info := server.Command("INFO", "cpu")
	for _, name := range []string{"used_cpu_sys:", "used_cpu_user:"} {
		_, rest, _ := strings.Cut(info, "\n"+name)
		seconds, _, _ := strings.Cut(rest, "\r")
		f, err := strconv.ParseFloat(seconds, 64)
		if err != nil {
			b.Fatal(err)
		}
		total += time.Duration(f * float64(time.Second))
	}
	return total
}

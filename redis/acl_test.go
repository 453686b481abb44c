package redis_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"timesheet"
	"timesheet/internal/redistest"
)

// TestACL does all with a user who may no more than the package comment says, and who
// waits for a replica.
func TestACL(t *testing.T) {
	server := redistest.Start(t)
	server.Replica(t)
	may := []string{"ACL", "SETUSER", "timesheet", "on", ">secret", "~ts:1:*", "+wait"}
	commands := strings.Fields("eval evalsha info hkeys hgetall set xread get hget smembers zcard zrangebylex zrem")
	scripts, err := os.ReadDir("lua")
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range scripts {
		text, err := os.ReadFile("lua/" + script.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range regexp.MustCompile(`redis\.p?call\('([A-Z]+)'`).FindAllStringSubmatch(string(text), -1) {
			commands = append(commands, strings.ToLower(call[1]))
		}
	}
	for _, c := range commands {
		may = append(may, "+"+c)
	}
	server.Command(may...)
	o := quiet("redis://timesheet:secret@" + server.Addr())
	o.WaitReplicas, o.WaitTimeout = 1, 2*time.Second
	s := open(t, o)
	must := func(errs ...error) {
		t.Helper()
		for _, err := range errs {
			if err != nil {
				t.Error(err)
			}
		}
	}
	all := entries(100, 20_000)
	mergeAll(t, s, deltasOf(all, epochs(t, s)))
	_, err = s.SetDayRules(t.Context(), 0, nil)
	must(err)
	_, err = s.Rewind(t.Context(), "view", 0, 7, nil, "first start")
	must(err)
	_, err = s.Acquire(t.Context(), "view", timesheet.Lease{Holder: "a", Nonce: "1"}, time.Minute)
	must(err, s.Advance(t.Context(), "view", "1", timesheet.Checkpoint{Generation: 1, Settled: 8}), s.Release(t.Context(), "view", "1"))
	version, err := s.SetDocument(t.Context(), "rules", 0, []byte("text"))
	must(err)
	wantDocument(t, s, timesheet.Document{Version: version, Text: []byte("text")})
	reject(t, s, rejected(1, 3, "7"))
	must(s.Readmit(t.Context(), "view", 1))
	wantRejected(t, s, rejected(2, 2, "7"), 0)
	wantContents(t, s, all)
	feed := watch(t, s)
	mergeAll(t, s, deltasOf([]timesheet.Entry{entryOf(1000, 20_000, 40_000)}, epochs(t, s)))
	next(t, feed, 1)
	_, err = s.Erase(t.Context(), "7")
	must(err)
	_, err = s.Purge(t.Context(), 20_001)
	must(err)
	wantRejected(t, s, nil, 0)
}

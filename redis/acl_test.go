package redis_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"timesheet"
	"timesheet/internal/redistest"
	"timesheet/redis"
)

// TestACL does all with a user who may no more than the package comment says, and who
// waits for a replica.
func TestACL(t *testing.T) {
	server := redistest.Start(t)
	server.Replica(t)
	may := []string{"ACL", "SETUSER", "timesheet", "on", ">secret", "~ts:1:*", "+wait"}
	commands := strings.Fields("eval evalsha info hkeys hgetall set xread get hget smembers zcard zrangebylex zrem scan")
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
	names, err := s.Documents(t.Context())
	if must(err); len(names) != 1 || names[0] != "rules" {
		t.Errorf("documents %v", names)
	}
	corrected := correct(t, s, correction("7", 20_001))
	wantCorrections(t, s, corrected)
	cs, _, err := s.Corrected(t.Context(), 20_001, 20_001, "", 10)
	if must(err); len(cs) != 1 {
		t.Errorf("corrected %v", cs)
	}
	sealAndDrop(t, s, must)
	feed := watch(t, s)
	mergeAll(t, s, deltasOf([]timesheet.Entry{entryOf(1000, 20_000, 40_000)}, epochs(t, s)))
	next(t, feed, 1)
	_, err = s.Erase(t.Context(), "7")
	must(err)
	graves, err := s.Graves(t.Context())
	must(err, s.Bury(t.Context(), graves))
	wantCorrections(t, open(t, o)) // which looks for what was cut short
	_, err = s.Purge(t.Context(), 20_001)
	must(err)
	wantRejected(t, s, nil, 0)
}

// sealAndDrop does what can be done with sealed records.
func sealAndDrop(t *testing.T, s *redis.Store, must func(...error)) {
	t.Helper()
	record := timesheet.Sealed{Employee: "7", Data: []byte("paid")}
	must(s.Seal(t.Context(), oldMonth, []timesheet.Sealed{record}), s.Seal(t.Context(), newMonth, []timesheet.Sealed{record}))
	must(s.Unseal(t.Context(), oldMonth))
	all, err := s.Series(t.Context())
	if must(err); len(all) != 1 || all[0] != newMonth {
		t.Errorf("series %v", all)
	}
	records, err := s.Sealed(t.Context(), newMonth, "", 10)
	must(err)
	one, err := s.SealedOf(t.Context(), newMonth, "7")
	if must(err); len(records) != 1 || !cmp.Equal(records[0], record) || !cmp.Equal(one, record) {
		t.Errorf("records %v, %v", records, one)
	}
}

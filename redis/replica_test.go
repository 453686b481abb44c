package redis_test

import (
	"net"
	"testing"
	"time"

	"timesheet"
	"timesheet/internal/redistest"
	"timesheet/redis"
	"timesheet/storetest"
)

func TestPromotedReplica(t *testing.T) {
	master := redistest.Start(t)
	proxy := redistest.StartProxy(t, master)
	s := open(t, quiet(proxy.URL()))
	all := entries(200, 20_000)
	storetest.Merge(t, s, all[:100]...)
	replica := master.Replica(t)
	atMaster := tokens(t, s)
	proxy.Switch(replica) // not promoted: what it says proves nothing about the master
	differ(t, atMaster, tokens(t, s), false)
	proxy.Switch(master)
	replica.Promote() // from here on it lags
	feed, err := s.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	storetest.Merge(t, s, all[100:]...)
	before := tokens(t, s)
	master.Kill()
	proxy.Switch(replica)
	differ(t, before, tokens(t, s), false)
	wantContents(t, s, all[:100])
	wantResets(t, s, feed)
	storetest.Merge(t, s, all...)
	wantContents(t, s, all)
}

// TestFailoverAndBack: the process that had all data gets a lagging replica's, and
// is then promoted again. Its run_id is the old one; the token must not be.
func TestFailoverAndBack(t *testing.T) {
	first := redistest.Start(t)
	s := open(t, quiet(first.URL()))
	all := entries(100, 20_000)
	storetest.Merge(t, s, all[:50]...)
	second := first.Replica(t)
	second.Promote()
	storetest.Merge(t, s, all[50:]...)
	before := tokens(t, s)
	host, port, _ := net.SplitHostPort(second.Addr())
	first.Command("REPLICAOF", host, port)
	first.Await("master_link_status:up", "INFO", "replication")
	if m := s.Merge(t.Context(), deltasOf(all, epochs(t, s))); timesheet.CodeOf(m[0].Err) != timesheet.Unavailable {
		t.Errorf("a replica was merged into: %v", m[0].Err)
	}
	first.Promote()
	differ(t, before, tokens(t, s), false)
	wantContents(t, s, all[:50])
}

func TestWaitForReplicas(t *testing.T) {
	master := redistest.Start(t)
	replica := master.Replica(t)
	o := quiet(master.URL())
	o.WaitReplicas, o.WaitTimeout = 1, 2*time.Second
	s := open(t, o)
	es := epochs(t, s)
	all := entries(10, 20_000)
	mergeAll(t, s, deltasOf(all[:5], es))

	replica.Pause()
	for _, c := range []struct {
		name string
		s    *redis.Store
	}{{"a write", s}, {"its duplicate, on another connection", open(t, o)}} {
		for _, m := range c.s.Merge(t.Context(), deltasOf(all[5:], es)) {
			if timesheet.CodeOf(m.Err) != timesheet.Unavailable {
				t.Errorf("%s without the replica: %v", c.name, m.Err)
			}
		}
	}
	replica.Resume()
	mergeAll(t, s, deltasOf(all[5:], es))
	wantContents(t, s, all)
}

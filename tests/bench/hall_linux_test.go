package bench

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// hall is a service with listeners, who have had change 0.
type hall struct {
	*process
	crowd *crowd
	posts http.Client

	mu   sync.Mutex
	acks []time.Duration // that posts took; guarded by mu
}

func newHall(b *testing.B, changes int) *hall {
	b.Helper()
	limit := syscall.Rlimit{}
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		b.Fatal(err)
	}
	limit.Cur = limit.Max // the service inherits it
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || limit.Cur < listening+100 {
		b.Fatalf("this needs %d open files, the limit is %d, %v: raise it (ulimit -Hn)", listening+100, limit.Max, err)
	}
	h := &hall{process: launch(b, b.TempDir()), posts: http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}}
	b.ReportMetric(h.status(b, "VmRSS"), "MB-start")
	answer, err := h.posts.Get(h.url + "/v1/days/" + time.Now().UTC().Format(time.DateOnly)) // that boards show
	if err != nil {
		b.Fatal(err)
	}
	_ = answer.Body.Close()
	h.crowd = gather(b, h.url, listening, changes)
	return h
}

// tell posts n changes from the first-th on, at a rate in a second, and waits until all
// have them.
func (h *hall) tell(b *testing.B, first, n, rate int) {
	b.Helper()
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	var posts sync.WaitGroup
	for i := range n {
		posts.Go(func() { h.post(b, first+i) })
		<-tick.C
	}
	posts.Wait()
	h.crowd.await(b, first+n, time.Minute)
}

// post posts the clocking that is the n-th change.
func (h *hall) post(b *testing.B, n int) {
	body := fmt.Sprintf(`{"employee_id":%q,"clocked_at":%q}`, employeeOf(n), time.Now().UTC().Add(-time.Minute).Format(time.RFC3339))
	began := time.Since(h.crowd.began)
	h.crowd.sent[n].Store(int64(began))
	h.clocked(b, "application/json", body)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.acks = append(h.acks, time.Since(h.crowd.began)-began)
}

func (h *hall) clocked(b *testing.B, media, body string) {
	r, err := h.posts.Post(h.url+"/v1/clockings", media, strings.NewReader(body))
	if err != nil {
		b.Error(err)
		return
	}
	defer func() { _ = r.Body.Close() }()
	if answer, err := io.ReadAll(r.Body); err != nil || r.StatusCode != http.StatusOK {
		b.Errorf("%s: %s, %v", r.Status, answer, err)
	}
}

// flood lets more change than the hub remembers.
func (h *hall) flood(b *testing.B) {
	b.Helper()
	var body strings.Builder
	at := time.Now().UTC().Add(-time.Minute).Format(time.RFC3339)
	for i := range 10_000 {
		fmt.Fprintf(&body, `{"employee_id":"F%07d","clocked_at":%q}`+"\n", i, at)
	}
	h.clocked(b, "application/x-ndjson", body.String())
}

// deafListener has read up to the event last, and reads no more.
type deafListener struct {
	fd   int
	last string
}

var eventID = regexp.MustCompile(`id: ([0-9a-f]+)`)

// deaf listens until all had change 0. Its buffer is as small as can be: the service soon
// has to wait for it.
func (h *hall) deaf(b *testing.B) deafListener {
	b.Helper()
	fd := dialRaw(b, h.url, 1)
	all := begin(b, fd, h.url, "")
	h.tell(b, 0, 1, 1)
	h.acks = nil
	h.crowd.forget() // also of a resync of the begin, when the store's feed is opened
	part := make([]byte, 4096)
	for {
		if id := eventID.FindSubmatch(all); id != nil && bytes.HasSuffix(all, []byte("\n\n\r\n")) {
			return deafListener{fd, string(id[1])}
		}
		n, err := syscall.Read(fd, part)
		if err != nil || n <= 0 {
			b.Fatalf("%d bytes, %v", n, err)
		}
		all = append(all, part[:n]...)
	}
}

// back listens after an event until it was told of so many changes or of a resync, and
// answers how many resyncs.
func (h *hall) back(b *testing.B, after string, changes int64) (resyncs int) {
	b.Helper()
	fd := dialRaw(b, h.url, 0)
	defer func() { _ = syscall.Close(fd) }()
	one := &crowd{sent: h.crowd.sent}
	l := &listener{fd: fd, seen: make([]uint64, len(h.crowd.members[0].seen))}
	one.take(l, begin(b, fd, h.url, after), 0)
	part := make([]byte, 64<<10)
	for one.resyncs == 0 && one.told.Load() < changes {
		n, err := syscall.Read(fd, part)
		if err != nil || n <= 0 {
			b.Fatalf("%d bytes, %v", n, err)
		}
		one.take(l, part[:n], 0)
	}
	return one.resyncs
}

package bench

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// listening is how many listeners one instance must bear.
const listening = 5000

// BenchmarkListeners holds 5,000 streams of changes open and posts changes at a steady
// rate for half a minute: how long each takes from the begin of its post to each listener,
// what the service spends and what memory it has. One more listener never reads.
// Of rate=0 nothing is posted: what 5,000 heartbeats cost.
func BenchmarkListeners(b *testing.B) {
	const seconds = 30
	for _, rate := range []int{0, 1, 5, 10, 20, 50, 100} {
		b.Run(fmt.Sprintf("rate=%d", rate), func(b *testing.B) {
			for b.Loop() {
				h := newHall(b, rate*seconds+1)
				deaf := h.deaf(b)
				cpu := h.cpu(b)
				if rate == 0 {
					<-time.After(seconds * time.Second)
				} else {
					h.tell(b, 1, rate*seconds, rate)
				}
				h.spent(b, cpu, seconds)
				h.check(b)
				_ = syscall.Close(deaf.fd)
				h.close(b)
			}
		})
	}
}

// BenchmarkDeafListener lets one listener of 5,001 never read, while 20 changes are told in
// a second: how long it takes until it is cut, and how the others fare meanwhile. Back soon
// with its last event's id it must be told what it missed, and back when that is forgotten,
// to read again.
func BenchmarkDeafListener(b *testing.B) {
	const rate, most = 20, 150
	for b.Loop() {
		h := newHall(b, rate*most+1)
		deaf := h.deaf(b)
		cpu, began := h.cpu(b), time.Now()
		told := 0
		for h.ended(b) == 0 {
			if told += rate; told > rate*most {
				b.Fatalf("who never reads isn't cut after %d changes", told)
			}
			h.tell(b, told-rate+1, rate, rate)
		}
		b.ReportMetric(time.Since(began).Seconds(), "s-until-cut")
		h.spent(b, cpu, time.Since(began).Seconds())
		h.check(b)
		_ = syscall.Close(deaf.fd)
		if got := h.back(b, deaf.last, int64(told)); got > 0 {
			b.Errorf("back soon, it is told %d resyncs", got)
		}
		h.crowd.leave()
		h.flood(b)
		for until := time.Now().Add(time.Minute); h.back(b, deaf.last, 1) == 0; {
			if time.Now().After(until) {
				b.Fatal("back late, it isn't told to read again")
			}
		}
		h.stop(b)
	}
}

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

// ended is how many streams the service has ended.
func (h *hall) ended(b *testing.B) int {
	b.Helper()
	r, err := h.posts.Get(h.url + "/metrics")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		b.Fatal(err)
	}
	_, count, ok := strings.Cut(string(text), `timesheet_http_request_duration_seconds_count{code="200",method="GET",route="/v1/changes"} `)
	if !ok {
		return 0
	}
	count, _, _ = strings.Cut(count, "\n")
	n, err := strconv.Atoi(count)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// check reports how long changes took, of which until their posts were answered.
func (h *hall) check(b *testing.B) {
	b.Helper()
	h.crowd.check(b)
	h.mu.Lock()
	defer h.mu.Unlock()
	slices.Sort(h.acks)
	b.ReportMetric(milliseconds(h.acks[len(h.acks)/2]), "ack-p50-ms")
	b.ReportMetric(milliseconds(h.acks[len(h.acks)-1]), "ack-max-ms")
}

// spent reports what the service spent in so many seconds, and the memory it has.
func (h *hall) spent(b *testing.B, before time.Duration, seconds float64) {
	b.Helper()
	b.ReportMetric(100*(h.cpu(b)-before).Seconds()/seconds, "%cpu")
	b.ReportMetric(h.status(b, "VmRSS"), "MB-rss")
	b.ReportMetric(h.status(b, "VmHWM"), "MB-peak")
}

// cpu is the processor time that the service has used.
func (h *hall) cpu(b *testing.B) time.Duration {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", h.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	// proc_pid_stat(5): behind the name come state as field 3, utime and stime as 14 and
	// 15, in ticks of 10 ms.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	ticks := 0
	for _, f := range fields[14-3 : 16-3] {
		n, err := strconv.Atoi(f)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// status is a line of the service's /proc status in MB.
func (h *hall) status(b *testing.B, name string) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", h.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), name+":")
	kilobytes, _, _ := strings.Cut(strings.TrimSpace(rest), " kB")
	n, err := strconv.ParseFloat(kilobytes, 64)
	if err != nil {
		b.Fatal(err)
	}
	return n * 1024 / 1e6
}

func (h *hall) close(b *testing.B) {
	b.Helper()
	h.crowd.leave()
	h.posts.CloseIdleConnections()
	h.stop(b)
}

package bench

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

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
	if len(h.acks) == 0 {
		return
	}
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

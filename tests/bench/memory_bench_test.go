package bench

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"timesheet"
	"timesheet/internal/measure"
)

// active is how many employees are active at the same time.
const active = 100_000

// BenchmarkMemoryOfProcess is the physical memory of the built program: ready, with
// 100,000 active employees, and after they clocked four times.
func BenchmarkMemoryOfProcess(b *testing.B) {
	for b.Loop() {
		p := launch(b, b.TempDir())
		start := measure.RSS(b, p.cmd.Process.Pid)
		postAll(b, p.url, 0)
		once := measure.RSS(b, p.cmd.Process.Pid)
		for round := range 3 {
			postAll(b, p.url, round+1)
		}
		four := measure.RSS(b, p.cmd.Process.Pid)
		p.stop(b)
		b.ReportMetric(float64(start)/1e6, "MB-start")
		b.ReportMetric(float64(once)/1e6, "MB-active")
		b.ReportMetric(float64(four)/1e6, "MB-active-4")
		b.ReportMetric(float64(once-start)/active, "B/employee")
	}
}

// idle is how long an actor of BenchmarkPassivation lives without a clocking: more than
// it takes to let all employees clock four times.
const idle = 15 * time.Second

// few have as many entries as all active employees, on a hundred days each.
const few = active / 100

// BenchmarkPassivation is the same once all actors are gone, and how far it comes down in
// the half minute after. Beside it runs a process that took as many clockings into as
// many entries, of few employees: it has the store's write buffers filled, too, which is
// no memory of employees.
func BenchmarkPassivation(b *testing.B) {
	for b.Loop() {
		p, warm := launch(b, b.TempDir(), "--idle-after", idle.String()), launch(b, b.TempDir(), "--idle-after", idle.String())
		pid := p.cmd.Process.Pid
		start := measure.RSS(b, pid)
		for round := range 4 {
			postAll(b, p.url, round)
		}
		busy := measure.RSS(b, pid)
		for round := range 4 {
			for from := 0; from < active; from += postSize {
				post(b, warm.url, from, few, 0, round)
			}
		}
		awaitPassive(b, p.url)
		awaitPassive(b, warm.url)
		passive := measure.RSS(b, pid)
		least, leastWarm := passive, measure.RSS(b, warm.cmd.Process.Pid)
		tick := time.NewTicker(time.Second)
		for began := time.Now(); time.Since(began) < 30*time.Second; <-tick.C {
			least, leastWarm = min(least, measure.RSS(b, pid)), min(leastWarm, measure.RSS(b, warm.cmd.Process.Pid))
		}
		tick.Stop()
		p.stop(b)
		warm.stop(b)
		b.ReportMetric(float64(start)/1e6, "MB-start")
		b.ReportMetric(float64(busy)/1e6, "MB-active")
		b.ReportMetric(float64(passive)/1e6, "MB-passivated")
		b.ReportMetric(float64(least)/1e6, "MB-least")
		b.ReportMetric(float64(leastWarm)/1e6, "MB-warm")
		b.ReportMetric(float64(least)/float64(start), "x-start")
		b.ReportMetric(float64(least)/float64(leastWarm), "x-warm")
	}
}

// awaitPassive waits until the service has no active employee.
func awaitPassive(b *testing.B, url string) {
	b.Helper()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for began := time.Now(); time.Since(began) < 4*idle; <-tick.C {
		r, err := http.Get(url + "/metrics")
		if err != nil {
			b.Fatal(err)
		}
		text, err := io.ReadAll(r.Body)
		_ = r.Body.Close()
		if err != nil {
			b.Fatal(err)
		}
		if strings.Contains(string(text), "\ntimesheet_employees 0\n") {
			return
		}
	}
	b.Fatal("employees are still active")
}

// postAll lets all employees clock once, the round-th time of a day.
func postAll(b *testing.B, url string, round int) {
	b.Helper()
	for from := 0; from < active; from += postSize {
		post(b, url, from, active, 0, round)
	}
}

// postSize is how many clockings a post brings.
const postSize = 10_000

// post lets postSize of so many employees clock, from the from-th one on: on a day of
// 2025, the round-th time.
func post(b *testing.B, url string, from, employees, day, round int) {
	b.Helper()
	var body bytes.Buffer
	for i := range postSize {
		n := from + i
		y, m, d := timesheet.DayOf(2025, 1, 1+day+n/employees).Date()
		fmt.Fprintf(&body, `{"employee_id":"E%07d","clocked_at":"%04d-%02d-%02dT%02d:%02d:00Z"}`+"\n", n%employees, y, int(m), d, 6+3*round, i%60)
	}
	r, err := http.Post(url+"/v1/clockings", "application/x-ndjson", &body)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	answer, err := io.ReadAll(r.Body)
	if want := fmt.Sprintf(`{"accepted":%d}`, postSize); err != nil || string(bytes.TrimSpace(answer)) != want {
		b.Fatalf("%s: %s, not %s; %v", r.Status, answer, want, err)
	}
}

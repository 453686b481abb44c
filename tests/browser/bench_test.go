package browser

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/heapprofiler"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"timesheet"
	"timesheet/internal/clocking"
)

// crowd is how many employees the board has here.
const crowd = 5000

// crowded is a service with a crowd that has clocked in.
func crowded(b *testing.B) (*office, *service) {
	b.Helper()
	staff := make([]person, crowd)
	for i := range staff {
		staff[i] = person{fmt.Sprintf("E%04d", i+1), fmt.Sprintf("Somebody No. %d", i+1), fmt.Sprintf("Team %d", i%20)}
	}
	o := newOffice(b, staff)
	if _, err := o.machines.Load(touches(0)); err != nil {
		b.Fatal(err)
	}
	s := o.serve(b, "127.0.0.1:0")
	p := open(b, s.url, "?day="+dayText, 1440, 900)
	p.awaitText(".tile-row", "5,000 present")
	return o, s
}

// touches has everybody touch a machine, 10 s after the last time.
func touches(round int) iter.Seq[clocking.Row] {
	morning := time.Date(2026, time.March, 3, 8, 0, 0, 0, time.UTC).UnixMilli()
	return func(yield func(clocking.Row) bool) {
		for i := range crowd {
			wall := morning + int64(round)*10_000 + int64(i%7)
			if !yield(clocking.Row{Employee: fmt.Sprintf("E%04d", i+1), At: clocking.Wall(timesheet.Wall(wall))}) {
				return
			}
		}
	}
}

// watching notes, from the page's first moment on, when rows are painted, how long each
// change takes from its event to the painting, and what keeps the page busy.
const watching = `(() => {
	const seen = window.seen = { rows: 0, all: 0, delays: [], frames: [], tasks: [], changes: 0 };
	const painted = (done) => requestAnimationFrame(() => { const after = new MessageChannel(); after.port1.onmessage = done; after.port2.postMessage(0); });
	const look = new MutationObserver(() => {
		if (!seen.rows && document.querySelector(".line")) { seen.rows = -1; painted(() => { seen.rows = performance.now(); }); }
		if (!seen.all && document.querySelector(".board")?.ariaRowCount === "5001") { seen.all = -1; painted(() => { seen.all = performance.now(); }); look.disconnect(); }
	});
	look.observe(document, { childList: true, subtree: true, attributes: true });
	window.EventSource = class extends EventSource {
		constructor(...all) {
			super(...all);
			let at = 0; // of the first change since the last painting
			const note = () => { seen.delays.push(performance.now() - at); at = 0; };
			super.addEventListener("change", () => { seen.changes++; if (!at) { at = performance.now(); painted(note); } });
		}
	};
	new PerformanceObserver((list) => { for (const task of list.getEntries()) seen.tasks.push(task.duration); }).observe({ type: "longtask", buffered: true });
	let last = 0;
	const frame = (at) => { if (last) seen.frames.push(at - last); last = at; requestAnimationFrame(frame); };
	requestAnimationFrame(frame);
})()`

func watched() chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := cdppage.AddScriptToEvaluateOnNewDocument(watching).Do(ctx)
		return err
	})
}

func quantile(all []float64, q float64) float64 {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[min(len(all)-1, int(q*float64(len(all))))]
}

// From the address to painted rows, with a cold cache: the first ones, and all that fit.
func BenchmarkFirstBoard(b *testing.B) {
	_, s := crowded(b)
	var first, all []float64
	for b.Loop() {
		p := open(b, s.url, "?day="+dayText, 1440, 900, watched())
		p.await("the board is painted", `window.seen.all > 0`)
		first = append(first, evaluate[float64](p, `window.seen.rows`))
		all = append(all, evaluate[float64](p, `window.seen.all`))
		p.do(cdppage.Close())
	}
	b.ReportMetric(quantile(first, .5), "ms-to-rows")
	b.ReportMetric(quantile(all, .5), "ms-to-all")
	b.ReportMetric(quantile(all, 1), "ms-to-all-max")
}

// From a change's event to its painting, one at a time.
func BenchmarkChangePainted(b *testing.B) {
	o, s := crowded(b)
	p := open(b, s.url, "?day="+dayText, 1440, 900, watched())
	p.await("the board is painted", `window.seen.all > 0`)
	n := 0
	for b.Loop() {
		o.clocks("E0003", fmt.Sprintf("%02d:%02d", 9+n/60, n%60))
		n++
		p.await("it is painted", fmt.Sprintf(`window.seen.delays.length >= %d`, n))
	}
	delays := evaluate[[]float64](p, `window.seen.delays`)
	b.ReportMetric(quantile(delays, .5), "ms-p50")
	b.ReportMetric(quantile(delays, .99), "ms-p99")
}

const (
	storm = 30 * time.Second
	every = 20 * time.Millisecond
	burst = 20 // changes, which makes 1,000 in a second
)

// 1,000 changes in a second for half a minute: how long frames and tasks are, and memory.
func BenchmarkStorm(b *testing.B) {
	o, s := crowded(b)
	p := open(b, s.url, "?day="+dayText, 1440, 900, watched())
	p.await("the board is painted", `window.seen.all > 0`)
	round := 1
	for b.Loop() {
		before := p.heap()
		evaluate[bool](p, `(() => { Object.assign(window.seen, { frames: [], tasks: [], delays: [], changes: 0 }); return true; })()`)
		sent := o.rage(b, round)
		round += sent/crowd + 1 // what was clocked already changes nothing
		p.await("all changes are here", fmt.Sprintf(`window.seen.changes >= %d`, sent*9/10))
		frames, tasks := evaluate[[]float64](p, `window.seen.frames`), evaluate[[]float64](p, `window.seen.tasks`)
		b.ReportMetric(float64(len(frames))/storm.Seconds(), "frames/s")
		b.ReportMetric(quantile(frames, .5), "ms-frame-p50")
		b.ReportMetric(quantile(frames, .95), "ms-frame-p95")
		b.ReportMetric(float64(len(tasks)), "tasks>50ms")
		b.ReportMetric(quantile(tasks, .95), "ms-task-p95")
		b.ReportMetric(quantile(tasks, 1), "ms-task-max")
		b.ReportMetric(quantile(evaluate[[]float64](p, `window.seen.delays`), .95), "ms-delay-p95")
		b.ReportMetric(before/1e6, "MB-before")
		b.ReportMetric(p.heap()/1e6, "MB-after")
	}
}

// rage is the storm at the machines, from a round of touches on; it answers how many
// touches there were.
func (o *office) rage(b *testing.B, round int) (sent int) {
	b.Helper()
	next, stop := iter.Pull(func(yield func(clocking.Row) bool) {
		for ; ; round++ {
			for row := range touches(round) {
				if !yield(row) {
					return
				}
			}
		}
	})
	defer stop()
	ticks, end := time.NewTicker(every), time.After(storm)
	defer ticks.Stop()
	for {
		select {
		case <-end:
			return sent
		case <-ticks.C:
			for range burst {
				row, _ := next()
				o.machines.Insert(row.Employee, row.At)
				sent++
			}
		}
	}
}

// heap is what the page's script holds, in bytes, once its waste is collected.
func (p *page) heap() float64 {
	p.t.Helper()
	var used float64
	p.do(chromedp.ActionFunc(func(ctx context.Context) error {
		if err := heapprofiler.CollectGarbage().Do(ctx); err != nil {
			return err
		}
		n, _, _, _, err := runtime.GetHeapUsage().Do(ctx)
		used = n
		return err
	}))
	return used
}

package browser

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// chrome is the one browser of all tests: each page is in a profile of its own.
var chrome context.Context

func TestMain(m *testing.M) {
	os.Exit(run(m)) //nolint:forbidigo // a TestMain that cleans up must end so
}

func run(m *testing.M) int {
	flag.Parse()
	program, err := exec.LookPath("chromium")
	if err != nil {
		fmt.Fprintln(os.Stderr, "these tests look through Chromium: apt-get install chromium")
		return 1
	}
	dir, err := os.MkdirTemp("", "timesheet-browser-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary = filepath.Join(dir, "timesheet")
	if out, err := exec.Command("go", "build", "-o", binary, "timesheet/cmd/timesheet").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		return 1
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.UserDataDir(filepath.Join(dir, "profile")),
		chromedp.WSURLReadTimeout(time.Minute), chromedp.Flag("lang", "en-GB"))
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	defer end()
	ctx, closeBrowser := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {})) // it is noisy about events that it doesn't know
	defer closeBrowser()
	if err := chromedp.Run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "start chromium:", err)
		return 1
	}
	chrome = ctx
	return m.Run()
}

// patience is how long a page may take for anything: the machine may be busy.
const patience = 45 * time.Second

// page is a browser's page that looks at a service.
type page struct {
	t       testing.TB
	ctx     context.Context
	profile cdp.BrowserContextID
	url     string

	mu        sync.Mutex
	problems  []string
	forgiving bool // requests may fail for now
}

// open opens a page of its own, in a window of that size, and watches it.
func open(t testing.TB, url, query string, width, height int64, actions ...chromedp.Action) *page {
	t.Helper()
	window, profile := newWindow(t)
	ctx, end := chromedp.NewContext(chrome, chromedp.WithTargetID(window))
	p := &page{t: t, ctx: ctx, profile: profile, url: url}
	chromedp.ListenTarget(ctx, p.watch)
	t.Cleanup(func() {
		end()
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, problem := range p.problems {
			t.Error(problem)
		}
	})
	// What attaches to the page lives as long as the context of the first call.
	if err := chromedp.Run(ctx); err != nil {
		t.Fatal(err)
	}
	p.do(append([]chromedp.Action{network.Enable(), cdplog.Enable(), chromedp.EmulateViewport(width, height)}, append(actions, chromedp.Navigate(url+"/"+query))...)...)
	return p
}

// newWindow is an empty window with a profile of its own: no cookie, nothing stored.
func newWindow(t testing.TB) (target.ID, cdp.BrowserContextID) {
	t.Helper()
	browser := cdp.WithExecutor(chrome, chromedp.FromContext(chrome).Browser)
	profile, err := target.CreateBrowserContext().WithDisposeOnDetach(false).Do(browser)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = target.DisposeBrowserContext(profile).Do(browser) })
	id, err := target.CreateTarget("about:blank").WithBrowserContextID(profile).WithNewWindow(true).Do(browser)
	if err != nil {
		t.Fatal(err)
	}
	return id, profile
}

// watch notes what no page of ours may do.
func (p *page) watch(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		p.problems = append(p.problems, "the page has thrown: "+e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning {
			p.problems = append(p.problems, fmt.Sprintf("the console tells: %s", told(e.Args)))
		}
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.LevelError && (!p.forgiving || e.Entry.Source != cdplog.SourceNetwork) {
			p.problems = append(p.problems, fmt.Sprintf("the console tells: %s (%s)", e.Entry.Text, e.Entry.URL))
		}
	case *network.EventRequestWillBeSent:
		if asked := e.Request.URL; !strings.HasPrefix(asked, p.url+"/") && !strings.HasPrefix(asked, "data:") { // data: are the browser's own pictures
			p.problems = append(p.problems, "the page asks another host: "+asked)
		}
	}
}

func told(args []*runtime.RemoteObject) string {
	var b strings.Builder
	for _, arg := range args {
		fmt.Fprintf(&b, "%s%s ", arg.Value, arg.Description)
	}
	return b.String()
}

// forgive says that requests fail on purpose from now on.
func (p *page) forgive() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forgiving = true
}

func (p *page) do(actions ...chromedp.Action) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		p.t.Fatalf("%v\n%s", err, p.seen())
	}
}

// seen is the page's text, for a test that fails.
func (p *page) seen() string {
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	var text string
	if err := chromedp.Run(ctx, chromedp.Evaluate(`location.href + "\n" + (document.body?.innerText ?? "")`, &text)); err != nil {
		return err.Error()
	}
	return text[:min(len(text), 2000)]
}

// evaluate is what a script answers.
func evaluate[T any](p *page, script string) T {
	p.t.Helper()
	var answer T
	p.do(chromedp.Evaluate(script, &answer, awaiting))
	return answer
}

func awaiting(e *runtime.EvaluateParams) *runtime.EvaluateParams { return e.WithAwaitPromise(true) }

// await waits until an expression is true. The waiting is done by the page; where it is
// loaded anew meanwhile, the new one is asked.
func (p *page) await(what, expression string) {
	p.t.Helper()
	script := fmt.Sprintf(`new Promise((done) => { const look = () => { try { if (%s) return done(true); } catch {} setTimeout(look, 20); }; look(); })`, expression)
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for {
		var so bool
		err := chromedp.Run(ctx, chromedp.Evaluate(script, &so, awaiting))
		if err == nil && so {
			return
		}
		if ctx.Err() != nil {
			p.t.Fatalf("not so within %v: %s\n%s", patience, what, p.seen())
		}
	}
}

// awaitText waits until an element's text has it in it.
func (p *page) awaitText(selector, text string) {
	p.t.Helper()
	p.await(fmt.Sprintf("%s shows %q", selector, text), fmt.Sprintf(`document.querySelector(%s).innerText.replace(/\s+/g, " ").includes(%s)`, script(selector), script(text)))
}

// script is a value as JavaScript writes it.
func script(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func (p *page) click(selector string) {
	p.t.Helper()
	p.await("there is "+selector, "document.querySelector("+script(selector)+") !== null")
	p.do(chromedp.Click(selector, chromedp.ByQuery))
}

// press presses keys, one after the other, wherever the focus is.
func (p *page) press(keys ...string) {
	p.t.Helper()
	for _, key := range keys {
		events := kb.Encode([]rune(key)[0])
		down, up := events[0], events[len(events)-1]
		if len(events) == 3 { // its character comes of the same event, so that who takes the key takes that, too
			down.Text, down.UnmodifiedText = events[1].Text, events[1].UnmodifiedText
		}
		p.do(down, up)
	}
}

// names are the employees that the board shows, from above.
const names = `[...document.querySelectorAll(".line")].sort((a, b) => a.ariaRowIndex - b.ariaRowIndex).map((line) => line.querySelector(".id, .name:only-child").textContent)`

func (p *page) awaitOrder(ids ...string) {
	p.t.Helper()
	p.await(fmt.Sprintf("the board shows %v", ids), fmt.Sprintf(`JSON.stringify(%s) === %s`, names, script(script(ids))))
}

// row is the text of somebody's line, its cells parted by "|".
func row(id string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(".line")].find((line) => line.querySelector(".id, .name:only-child").textContent === %s)`, script(id))
}

func (p *page) awaitRow(id string, parts ...string) {
	p.t.Helper()
	p.await(fmt.Sprintf("%s has %v", id, parts), fmt.Sprintf(`(() => { const text = %s.innerText.replace(/\s+/g, " "); return %s.every((part) => text.includes(part)); })()`, row(id), script(parts)))
}

// fits wants the page not to scroll sideways.
func (p *page) fits(width int) {
	p.t.Helper()
	if wide := evaluate[int](p, `document.documentElement.scrollWidth`); wide > width {
		p.t.Errorf("the page is %d px wide: %s", wide, evaluate[string](p, fmt.Sprintf(
			`[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > %d).map((e) => e.tagName + "." + e.className + " " + Math.round(e.getBoundingClientRect().right)).slice(0, 20).join(", ")`, width)))
	}
}

var back = chromedp.NavigateBack()

const (
	down   = kb.ArrowDown
	left   = kb.ArrowLeft
	right  = kb.ArrowRight
	escape = kb.Escape
	enter  = kb.Enter
)

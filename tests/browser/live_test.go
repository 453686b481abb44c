package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	browserdomain "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

func TestConnection(t *testing.T) {
	o := newOffice(t, []person{{"1001", "Ada King", "Assembly"}, {"1002", "Grace Murray", "Paint"}})
	o.clocks("1001", "08:09")
	s := o.serve(t, "127.0.0.1:0")
	p := open(t, s.url, "?day="+dayText, 1440, 900)
	p.awaitRow("1001", "08:09")
	p.await("nothing is wrong", `document.querySelector(".alert").hidden`)
	evaluate[bool](p, `window.same = true`)

	p.forgive()
	s.stop()
	p.awaitText(".alert", "Connection lost since")
	if !evaluate[bool](p, row("1001")+" !== undefined") {
		t.Error("what was shown is gone with the connection")
	}

	o.clocks("1001", "18:09")
	o.clocks("1002", "09:00")
	o.serve(t, s.host())
	p.awaitRow("1001", "18:09", "8h0m")
	p.awaitRow("1002", "09:00")
	p.await("nothing is wrong any more", `document.querySelector(".alert").hidden`)

	// The stream is there again, too.
	o.clocks("1002", "18:00")
	p.awaitRow("1002", "18:00", "7h0m")
	if !evaluate[bool](p, `window.same === true`) {
		t.Error("the page was loaded anew")
	}
}

func TestMachinesOutOfReach(t *testing.T) {
	o := newOffice(t, []person{{"1001", "Ada King", "Assembly"}})
	o.clocks("1001", "08:09")
	s := o.serve(t, "127.0.0.1:0", "--source-timeout", "1s", "--lock-timeout", "500ms")
	p := open(t, s.url, "?day="+dayText, 1440, 900)
	p.awaitRow("1001", "08:09")
	p.awaitText(".fresh", "behind the machines")
	if err := o.machines.Close(); err != nil {
		t.Fatal(err)
	}
	p.awaitText(".alert", "can’t be read for now")
}

func TestExport(t *testing.T) {
	o := newOffice(t, []person{{"1001", "Ada King", "Assembly"}, {"1002", "Grace Murray", "Paint"}})
	o.clocks("1001", "08:09", "18:09")
	o.clocks("1002", "10:30", "18:00")
	s := o.serve(t, "127.0.0.1:0")
	p := open(t, s.url, "?day="+dayText+"&show=left&q=grace", 1440, 900)
	p.awaitOrder("1002")

	dir := t.TempDir()
	done := make(chan browserdomain.DownloadProgressState, 10)
	chromedp.ListenTarget(p.ctx, func(event any) {
		if e, ok := event.(*browserdomain.EventDownloadProgress); ok && e.State != browserdomain.DownloadProgressStateInProgress {
			done <- e.State
		}
	})
	p.do(browserdomain.SetDownloadBehavior(browserdomain.SetDownloadBehaviorBehaviorAllow).WithBrowserContextID(p.profile).WithDownloadPath(dir).WithEventsEnabled(true))
	p.click(`.exports a[href*=".csv"]`)
	select {
	case state := <-done:
		if state != browserdomain.DownloadProgressStateCompleted {
			t.Fatalf("the download is %s", state)
		}
	case <-time.After(patience):
		t.Fatal("no download")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil || len(files) != 1 {
		t.Fatalf("downloaded are %v: %v", files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "Grace Murray") || strings.Contains(string(text), "Ada King") {
		t.Errorf("it isn't what was shown:\n%s", text)
	}
}

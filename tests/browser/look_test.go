package browser

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe/axe.min.js
var axe string

// violations are what axe finds wrong with the page as it is: each rule with an element.
const violations = `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
	violations.map((v) => v.id + ": " + v.help + ": " + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200) + " " + (n.any[0]?.message ?? "")).join(" | ")))`

func (p *page) accessible() {
	p.t.Helper()
	evaluate[bool](p, `(() => { `+axe+`; window.axe = axe; return true; })()`)
	// Colours that change for a moment are looked at when they are at rest.
	p.await("nothing moves", `document.getAnimations().every((one) => one.playState !== "running")`)
	for _, violation := range evaluate[[]string](p, violations) {
		p.t.Errorf("axe: %s", violation)
	}
}

func scheme(name string) chromedp.Action {
	return emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}})
}

func (p *page) screenshot(name string) {
	p.t.Helper()
	var picture []byte
	p.do(chromedp.CaptureScreenshot(&picture))
	if err := os.WriteFile(filepath.Join(p.t.ArtifactDir(), name+".png"), picture, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// screens are what people look at, and what there is when it is all there.
var screens = []struct{ name, query, ready string }{
	{"board", "?day=" + dayText, row("1001") + `.innerText.includes("8h0m")`},
	{"month", "?screen=month&employee=1001&month=2026-03", `document.querySelector("main").innerText.includes("8h0m")`},
	{"explain", "?screen=month&employee=1001&month=2026-03&day=" + dayText, `document.querySelector("main").innerText.includes("12:00")`},
	{"team", "?screen=team&month=2026-03", `document.querySelector("main").innerText.includes("Ada King")`},
	{"exceptions", "?screen=exceptions&from=2026-03-01&to=2026-03-31", `document.querySelector("main").innerText.includes("Grace Murray")`},
	{"system", "?screen=system", `document.querySelector("main h1") !== null`},
}

func TestScreens(t *testing.T) {
	o := newOffice(t, []person{{"1001", "Ada King", "Assembly"}, {"1002", "Grace Murray", "Paint"}, {"1003", "Hedy Kiesler", "Paint"}, {"1004", "Emmy Noether", "Assembly"}})
	for d := 2; d <= 13; d++ {
		date := fmt.Sprintf("2026-03-%02dT", d)
		o.clocks("1001", date+"08:09", date+"18:09")
		o.clocks("1002", date+"09:50", date+"17:00")
		if d%3 == 0 {
			o.clocks("1003", date+"07:30")
		}
	}
	s := o.serve(t, "127.0.0.1:0")
	for _, screen := range screens {
		t.Run(screen.name, func(t *testing.T) {
			p := open(t, s.url, screen.query, 1440, 900, scheme("light"))
			p.await("all is there", screen.ready)
			for _, colours := range []string{"light", "dark"} {
				p.do(scheme(colours))
				p.accessible()
				p.screenshot(screen.name + "-" + colours)
			}
			for _, width := range []int64{768, 390, 320} {
				p.do(chromedp.EmulateViewport(width, 900))
				p.await("the window is as wide", fmt.Sprintf("innerWidth === %d", width))
				p.fits(int(width))
				p.screenshot(fmt.Sprintf("%s-%d", screen.name, width))
			}
			p.accessible()
		})
	}
}

func TestLanguages(t *testing.T) {
	o := newOffice(t, []person{{"1001", "Ada King", "Assembly"}})
	o.clocks("1001", "08:09", "18:09")
	s := o.serve(t, "127.0.0.1:0")
	for tag, head := range map[string]string{"de-AT": "Kommen", "zh-CN": "上班", "fr-FR": "Worked"} {
		t.Run(tag, func(t *testing.T) {
			p := open(t, s.url, "?day="+dayText, 1440, 900, chromedp.ActionFunc(func(ctx context.Context) error {
				return emulation.SetUserAgentOverride("tests").WithAcceptLanguage(tag).Do(ctx)
			}))
			p.awaitRow("1001", "08:09", "18:09", "8h0m")
			p.awaitText(".head-row", head)
			want := tag[:2]
			if want == "fr" {
				want = "en"
			}
			if lang := evaluate[string](p, `document.documentElement.lang`); lang != want {
				t.Errorf("the page says that it is in %q, want %q", lang, want)
			}
		})
	}
	t.Run("chosen, and remembered; so are the colours", func(t *testing.T) {
		p := open(t, s.url, "?day="+dayText, 1440, 900, scheme("light"))
		p.awaitRow("1001", "8h0m")
		choose := func(nth int, value string) {
			evaluate[bool](p, fmt.Sprintf(`(() => { const one = document.querySelectorAll(".menu select")[%d]; one.value = %s; return one.dispatchEvent(new Event("change", { bubbles: true })); })()`, nth, script(value)))
		}
		choose(0, "de")
		choose(1, "dark")
		p.awaitText(".head-row", "Kommen")
		ground := evaluate[string](p, `getComputedStyle(document.body).backgroundColor`)
		if ground == "rgb(245, 247, 247)" {
			t.Errorf("dark was chosen, the ground is %s", ground)
		}
		p.do(chromedp.Reload())
		p.awaitText(".head-row", "Kommen")
		p.await("it is dark still", `document.documentElement.dataset.theme === "dark"`)
	})
	t.Run("the times are the site's, and it says whose they are", func(t *testing.T) {
		p := open(t, s.url, "?day="+dayText, 1440, 900, emulation.SetTimezoneOverride("Pacific/Auckland"))
		p.awaitRow("1001", "08:09", "18:09")
		p.awaitText(".fresh", "UTC")
		if said := evaluate[string](p, `document.querySelector(".when").innerText`); !strings.Contains(said, "as of ") {
			t.Errorf("the header says %q", said)
		}
		p.await("its clock is the site's", `document.querySelector(".when").innerText.includes("as of " + new Date().toISOString().slice(11, 15))`)
	})
}

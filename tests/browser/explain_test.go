package browser

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// speaking is a browser of somebody who reads a language.
func speaking(tag string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		return emulation.SetUserAgentOverride("tests").WithAcceptLanguage(tag).Do(ctx)
	})
}

// before runs a script in each page before it runs its own.
func before(script string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := cdppage.AddScriptToEvaluateOnNewDocument(script).Do(ctx)
		return err
	})
}

// isolated is a name within a sentence, whichever way it is written.
func isolated(name string) string { return "\u2068" + name + "\u2069" }

// foreign is what of the steps is said in English on a page of another language.
const foreign = `[...document.querySelectorAll(".steps td[lang]")].map((e) => e.lang + " " + e.innerText)`

func TestExplanationLanguages(t *testing.T) {
	o := newOffice(t, strange)
	o.clocks("1001", "08:09", "18:09")
	o.clocks("1002", "10:00")
	o.clocks("1003", "08:00")
	s := o.serve(t, "127.0.0.1:0")
	dayOf := func(id string) string { return monthOf(id, "&day="+dayText) }

	for tag, steps := range map[string][]string{
		"de": {
			"Arbeitstage Dienstag, 03.03.2026: Arbeitstag im Plan " + isolated("office") + ", 08:00–18:00", "Kommen 08:09",
			"Kulanz 0h9m nach Beginn 08:00, innerhalb von 1h30m", "Brutto 10h0m vom Kommen bis zum Gehen 10h0m",
			"Pause 12:00–14:00 −2h0m 8h0m", "Netto 8h0m", "Abrechnung der Tag ist vorbei, auf Buchungen wird nicht mehr gewartet",
		},
		"zh": {
			"工作日 2026年3月3日（星期二）是班次 " + isolated("office") + " 的工作日，08:00–18:00", "上班 08:09", "宽限 08:00 开始后 0h9m，在 1h30m 以内",
			"休息 12:00–14:00 −2h0m 8h0m", "净工时 8h0m", "结算 当天已结束，不再等待打卡",
		},
		"en-GB": {
			"Work days Tuesday, 3 Mar 2026: a work day of schedule " + isolated("office") + ", 08:00–18:00", "Clock-in 08:09", "Net 8h0m",
			"Settled the day is over, and no clocking is waited for any more",
		},
	} {
		t.Run("in "+tag+" each step is said", func(t *testing.T) {
			p := open(t, s.url, dayOf("1001"), 1440, 900, speaking(tag))
			for _, step := range steps {
				p.awaitText(".steps", step)
			}
			if said := evaluate[[]string](p, foreign); len(said) > 0 {
				t.Errorf("in English it says %v", said)
			}
		})
	}

	t.Run("a correction is told in German, what was written as it was written", func(t *testing.T) {
		p := open(t, s.url, dayOf("1002"), 1440, 1000, speaking("de"))
		p.openForm()
		p.fill("#correct-clock_out", "18:00")
		p.fill("#correct-reason", "<b>{time}</b> שכח $1")
		p.click(".correct .primary")
		p.awaitText(".told", "Gespeichert")
		p.awaitText(".steps", "Korrektur von "+isolated("anonymous")+": "+isolated("<b>{time}</b> שכח $1"))
		p.awaitText(".steps", "Korrektur Gehen 18:00; laut Buchungen 10:00")
		p.awaitText(".steps", "Verspätung um 2h0m: Beginn 08:00, Kulanz 1h30m")
	})

	t.Run("a sentence that the page doesn't know is said in English, and says so", func(t *testing.T) {
		p := open(t, s.url, dayOf("1001"), 1440, 900, speaking("de"),
			before(`{ const parse = Response.prototype.json; Response.prototype.json = function () { return parse.call(this).then((answer) => { answer.steps?.forEach((step) => { if (step.rule === "break") step.key = "newer"; }); return answer; }); }; }`))
		p.awaitText(".steps", "Pause break 12:00–14:00 −2h0m 8h0m")
		if said := evaluate[[]string](p, foreign); len(said) != 1 || said[0] != "en break 12:00–14:00 −2h0m" {
			t.Errorf("in English it says %q", said)
		}
		p.awaitText(".steps", "Netto 8h0m")
	})

	t.Run("a reason has room for 500 characters, whatever they take", func(t *testing.T) {
		p := open(t, s.url, dayOf("1003"), 1440, 1000)
		p.openForm()
		p.fill("#correct-clock_out", "17:00")
		p.fill("#correct-reason", strings.Repeat("😀", 501))
		p.click(".correct .primary")
		p.awaitText("#correct-reason-fault", "At most 500 characters.")
		p.fill("#correct-reason", strings.Repeat("😀", 500))
		p.click(".correct .primary")
		p.awaitText(".told", "Saved")
	})
}

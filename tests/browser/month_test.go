package browser

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"timesheet"
	"timesheet/internal/clocking"
)

// clocksOn has somebody touch a machine on another day than the usual one.
func (o *office) clocksOn(day, id string, clocks ...string) {
	for _, clock := range clocks {
		wall, err := time.Parse("2006-01-02T15:04", day+"T"+clock)
		if err != nil {
			panic(err)
		}
		o.machines.Insert(id, clocking.Wall(timesheet.Wall(wall.UnixMilli())))
	}
}

// monthOf is the address of somebody's month, or of a day in it.
func monthOf(id string, more ...string) string {
	return "?screen=month&employee=" + id + "&month=2026-03" + strings.Join(more, "")
}

// cell is a day of the calendar.
func cell(day string) string { return `[data-day="` + day + `"]` }

func TestMonth(t *testing.T) {
	o := newOffice(t, strange)
	o.clocks("1001", "08:09", "18:09")
	o.clocksOn("2026-03-04", "1001", "07:00", "19:00")
	o.clocksOn("2026-03-05", "1001", "08:00")
	o.clocksOn("2026-02-27", "1001", "08:00", "18:00")
	s := o.serve(t, "127.0.0.1:0")

	t.Run("a calendar from Monday on, with the client's three chips and the weeks' sums", func(t *testing.T) {
		p := open(t, s.url, monthOf("1001"), 1440, 900)
		p.awaitText("h1", "Ada King")
		p.awaitText(cell(dayText), "3 8h0m 08:09 18:09")
		p.awaitText(cell("2026-03-05"), "08:00 ? out missing")
		p.awaitText(cell("2026-03-06"), "absent")
		p.await("Monday comes first", `document.querySelector(".calendar th").innerText.startsWith("Mon")`)
		p.await("the week's sum, and what of it is overtime", `((text) => text.includes("18h0m") && text.includes("+1h0m"))(document.querySelectorAll(".calendar td.week")[1].innerText.replace(/\s+/g, " "))`)
		p.await("the first week has days of February", `document.querySelector(".calendar td.week").innerText.includes("8h0m") && document.querySelector(".calendar td.week").innerText.includes("February")`)
		p.awaitText(".month-totals .main", "18h0m")
		p.await("a Sunday is toned down", `document.querySelector('`+cell("2026-03-08")+`').parentElement.classList.contains("rest")`)
	})

	t.Run("a clocking is seen without a reload", func(t *testing.T) {
		p := open(t, s.url, monthOf("1003"), 1440, 900)
		p.awaitText(cell(dayText), "absent")
		evaluate[bool](p, `window.same = true`)
		o.clocks("1003", "08:00", "18:00")
		p.awaitText(cell(dayText), "8h0m 08:00 18:00")
		if !evaluate[bool](p, `window.same === true`) {
			t.Error("the page was loaded anew")
		}
	})

	t.Run("arrows go from day to day, Enter opens one, Escape leads back to it", func(t *testing.T) {
		p := open(t, s.url, monthOf("1001"), 1440, 900)
		p.awaitText(cell(dayText), "8h0m")
		evaluate[bool](p, `(() => { document.querySelector('`+cell("2026-03-02")+`').focus(); return true; })()`)
		p.press(right, down, left)
		p.await("the day before the one below", `document.activeElement.dataset.day === "2026-03-09"`)
		p.press(right, kb.ArrowUp, enter)
		p.awaitDay(dayText)
		p.await("the address leads here", `location.search.includes("day=2026-03-03")`)
		p.press(escape)
		p.await("the day has the focus again", `document.querySelector("dialog[open]") === null && document.activeElement.dataset.day === "2026-03-03"`)
		p.await("the address is the month's", `!location.search.includes("day=")`)
	})

	t.Run("months are turned by keys, and the address has which it is", func(t *testing.T) {
		p := open(t, s.url, monthOf("1001"), 1440, 900)
		p.awaitText(".month-pick", "March 2026")
		p.press(left)
		p.awaitText(".month-pick", "February 2026")
		p.awaitText(cell("2026-02-27"), "8h0m")
		p.await("the address", `location.search.includes("month=2026-02")`)
		p.do(back)
		p.awaitText(cell(dayText), "8h0m")
	})

	t.Run("somebody is found by a part of the name", func(t *testing.T) {
		p := open(t, s.url, "?screen=month", 1440, 900)
		p.awaitText(".choose", "Whose month?")
		p.click(".finder input")
		p.press("k", "i", "n", "g")
		p.awaitText(".finder ul", "Ada King")
		p.press(enter)
		p.awaitText("h1", "Ada King")
	})

	t.Run("an id that nobody has says so", func(t *testing.T) {
		p := open(t, s.url, monthOf("nope"), 1440, 900)
		p.awaitText(".notice", "Nobody with the id nope")
	})

	t.Run("names are text, whatever they hold", func(t *testing.T) {
		for _, who := range strange[1:] {
			p := open(t, s.url, monthOf(who.id), 390, 844)
			p.await("the name as it is", `document.querySelector("h1").textContent === `+script(who.name))
			p.await("the title is the page's own", `document.title.includes("Timesheet")`)
			p.fits(390)
		}
	})
}

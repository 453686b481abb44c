package browser

import (
	"strings"
	"testing"

	"timesheet/internal/clocking"
)

func TestTeamMonth(t *testing.T) {
	o := newOffice(t, strange)
	o.clocks("1001", "08:09", "18:09")
	o.clocks("1002", "10:30", "18:00")
	o.clocks("1003", "08:00")
	s := o.serve(t, "127.0.0.1:0")
	const address = "?screen=team&month=2026-03"
	at := func(id, day string) string { return `td[data-employee="` + id + `"]` + cell(day) }

	t.Run("each day has its letter, and each person the month's sums", func(t *testing.T) {
		p := open(t, s.url, address, 1440, 900)
		p.awaitText(at("1001", dayText), "P")
		p.awaitText(at("1002", dayText), "L")
		p.awaitText(at("1003", dayText), "!")
		p.awaitText(at("1004", dayText), "A")
		p.await("Ada King's sum", `document.querySelector('`+at("1001", dayText)+`').parentElement.innerText.includes("8h0m")`)
		p.await("a cell says in words what it shows", `document.querySelector('`+at("1002", dayText)+`').ariaLabel.includes("late, 10:30 – 18:00")`)
	})

	t.Run("arrows go through it, and Enter opens the day", func(t *testing.T) {
		p := open(t, s.url, address, 1440, 900)
		p.awaitText(at("1001", dayText), "P")
		evaluate[bool](p, `(() => { document.querySelector(".heat td[tabindex='0']").focus(); return true; })()`)
		p.press(right, right, down)
		p.await("the second person's third day", `document.activeElement.matches('`+at("1002", dayText)+`')`)
		p.press(enter)
		p.awaitDay(dayText)
		p.await("the address", `location.search.includes("employee=1002") && location.search.includes("day=2026-03-03")`)
	})

	t.Run("what is shown can be taken away, with the same filters", func(t *testing.T) {
		p := open(t, s.url, address+"&team=Paint", 1440, 900)
		p.awaitText(at("1003", dayText), "!")
		p.await("only that team", `document.querySelector('`+at("1001", dayText)+`') === null`)
		table := evaluate[string](p, `fetch(document.querySelector(".downloads a").href).then((answer) => answer.text())`)
		if !strings.Contains(table, "דוד") || !strings.Contains(table, "'=cmd") || strings.Contains(table, "Ada King") {
			t.Errorf("the table isn't the team's:\n%.400s", table)
		}
		p.await("the workbook is one", `fetch(document.querySelectorAll(".downloads a")[1].href).then((answer) => answer.headers.get("Content-Type").includes("spreadsheetml"))`)
	})

	t.Run("the search is in the address", func(t *testing.T) {
		p := open(t, s.url, address, 1440, 900)
		p.awaitText(at("1001", dayText), "P")
		p.click(".team-search")
		p.press("a", "d", "a", enter)
		p.await("one person", `document.querySelectorAll(".heat tbody tr").length === 1 && location.search.includes("q=ada")`)
	})

	t.Run("on a phone only the grid scrolls", func(t *testing.T) {
		p := open(t, s.url, address, 390, 844)
		p.awaitText(at("1001", dayText), "P")
		p.fits(390)
	})
}

func TestExceptions(t *testing.T) {
	o := newOffice(t, strange)
	o.clocks("1001", "08:09", "18:09")
	o.clocks("1002", "10:30", "18:00")
	o.clocks("1003", "08:00")
	o.clocks("🚪7", "09:00", "17:00")
	s := o.serve(t, "127.0.0.1:0")
	const address = "?screen=exceptions&from=2026-03-02&to=2026-03-04"

	t.Run("are listed by day, each a way to how it came about", func(t *testing.T) {
		p := open(t, s.url, address, 1440, 900)
		p.await("three on that day", `/March.* 3$/.test(document.querySelector(".day-head").innerText.trim().replace(/\s+/g, " "))`)
		p.awaitText(".exceptions", "late by 2h30m")
		p.awaitText(".exceptions", "out missing")
		p.awaitText(".exceptions", "unknown employee")
		p.await("who is in order isn't listed", `!document.querySelector(".exceptions").innerText.includes("Ada King")`)
		p.press("j", "j", enter)
		p.awaitDay(dayText)
	})

	t.Run("the phone shows names beside times, and nothing over another", func(t *testing.T) {
		p := open(t, s.url, address, 390, 844)
		p.awaitText(".exceptions", "out missing")
		p.await("no cell covers another", `[...document.querySelectorAll(".exceptions tbody tr:not(.day-head)")].every((row) => {
			const cells = [...row.children].map((cell) => cell.getBoundingClientRect()).filter((box) => box.width > 0);
			return cells.every((a, i) => a.width > 20 && cells.every((b, j) => i === j || a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 1 || b.bottom <= a.top + 1));
		})`)
		p.fits(390)
	})

	t.Run("one kind of them", func(t *testing.T) {
		p := open(t, s.url, address+"&kind=late", 1440, 900)
		p.await("one row", `document.querySelectorAll(".exceptions tbody tr:not(.day-head)").length === 1`)
		p.fits(1440)
	})

	t.Run("none says so, and a range that can't be says why", func(t *testing.T) {
		p := open(t, s.url, "?screen=exceptions&from=2026-02-02&to=2026-02-03&kind=overtime", 390, 844)
		p.awaitText(".empty", "Nothing to look at")
		p.fits(390)
		q := open(t, s.url, "?screen=exceptions&from=2026-03-04&to=2026-03-02", 1440, 900)
		q.awaitText(".problem", "The last day lies before the first one")
	})
}

func TestSystem(t *testing.T) {
	o := newOffice(t, strange)
	o.clocks("1001", "08:09", "18:09")
	o.machines.Insert("1001", clocking.NoTime())
	s := o.serve(t, "127.0.0.1:0")

	t.Run("tells how far the machines are read, and what could not be", func(t *testing.T) {
		p := open(t, s.url, "?screen=system", 1440, 900)
		p.awaitText(".source-state", "up to date")
		p.awaitText("section[aria-labelledby=rejected-title] tbody", "1001")
		p.awaitText("section[aria-labelledby=instances-title]", "answers you")
		p.await("the chart is painted", `document.querySelector(".chart canvas") !== null`)
		p.awaitText("section[aria-labelledby=throughput-title]", "in all")
	})

	t.Run("a month is closed once it is written out, and later changes are adjustments", func(t *testing.T) {
		p := open(t, s.url, "?screen=system", 1440, 900)
		p.awaitText("section[aria-labelledby=periods-title]", "No month is closed yet")
		p.click("section[aria-labelledby=periods-title] .foot button")
		evaluate[bool](p, `(() => { const month = document.querySelector("#close-month"); month.value = "2026-03"; return month.dispatchEvent(new Event("change", { bubbles: true })); })()`)
		p.awaitText("#close-title", "Close March 2026?")
		p.await("not by accident", `document.querySelector("dialog.ask .danger").disabled`)
		p.fill("#close-typed", "2026-03")
		p.await("now it can be", `!document.querySelector("dialog.ask .danger").disabled`)
		p.click("dialog.ask .danger")
		p.awaitText(".told", "March 2026 is closed")
		o.clocks("1001", "18:30")
		paid := open(t, s.url, monthOf("1001"), 1440, 900)
		paid.awaitText(".closed-notice", "These are the figures that were paid")
		paid.awaitText(cell(dayText), "8h0m 08:09 18:09")
		changes := open(t, s.url, "?screen=system&adjustments=2026-03", 1440, 900)
		changes.awaitText(".adjustments", "Ada King 1001")
		changes.awaitText(".adjustments", "+0h21m")
	})
}

package browser

import (
	"fmt"
	"strings"
	"testing"
)

// strange are names and ids that must be shown as what they are.
var strange = []person{
	{"1001", "Ada King", "Assembly"},
	{"1002", `<script>document.title = "taken"</script>`, "Assembly"},
	{"1003", "=cmd|'/c calc'!A0", "Paint"},
	{"1004", "דוד בן־גוריון", "Paint"},
	{"1005", "Zoë 👷 Ångström", "Sécurité & <b>Nuit</b>"},
	{strings.Repeat("9", 64), strings.Repeat("Wolfeschlegelsteinhausen", 2), "Sécurité & <b>Nuit</b>"},
}

func TestBoard(t *testing.T) {
	o := newOffice(t, strange)
	o.clocks("1001", "08:09", "18:09")
	o.clocks("1002", "10:00", "18:00")
	o.clocks("1003", "07:30")
	o.clocks("🚪7", "09:00", "12:30") // whom nobody knows
	s := o.serve(t, "127.0.0.1:0")
	long := strange[5].id

	t.Run("shows everybody of a day, whatever they are called", func(t *testing.T) {
		p := open(t, s.url, "?day="+dayText, 1440, 900)
		p.awaitRow("1001", "Ada King", "Assembly", "08:09", "18:09", "8h0m")
		p.awaitRow("1002", strange[1].name, "late 2h0m")
		p.awaitRow("1003", strange[2].name, "07:30", "out missing")
		p.awaitRow("1004", strange[3].name, "absent")
		p.awaitRow("1005", strange[4].name, strange[4].team)
		p.awaitRow("🚪7", "09:00", "12:30", "unknown")
		p.awaitRow(long, strange[5].name)
		if title := evaluate[string](p, `document.title`); strings.Contains(title, "taken") {
			t.Errorf("a name was run as a script: the title is %q", title)
		}
		p.awaitText(".tile-row", "4 present")
		p.awaitText(".tile-row", "1 out missing")
	})

	t.Run("a row that comes is seen without a reload, and for a moment that it changed", func(t *testing.T) {
		p := open(t, s.url, "?day=2026-03-04", 1440, 900)
		p.awaitRow("1004", "absent")
		evaluate[bool](p, `window.same = true`)
		o.clocks("1004", "2026-03-04T08:00")
		p.awaitRow("1004", "08:00", "out missing")
		p.await("it is lit", row("1004")+`.getAnimations().length > 0`)
		o.clocks("1004", "2026-03-04T18:00")
		p.awaitRow("1004", "18:00", "8h0m")
		p.awaitText(".tile-row", "1 present")
		if !evaluate[bool](p, `window.same === true`) {
			t.Error("the page was loaded anew")
		}
	})

	t.Run("search, team, status and order are in the address, and come back from it", func(t *testing.T) {
		p := open(t, s.url, "?day="+dayText, 1440, 900)
		p.awaitOrder("1001", "1002", "1003", "1004", "1005", long, "🚪7")
		p.press("/", "k", "i", "n", "g")
		p.awaitOrder("1001")
		p.await("the address says so", `location.search.includes("q=king")`)
		p.press(escape)
		p.awaitOrder("1001", "1002", "1003", "1004", "1005", long, "🚪7")
		p.click(".head-row .worked button")
		p.click(".head-row .worked button")
		p.await("it is sorted by worked time, the most first", `location.search.includes("sort=-worked") && JSON.stringify(`+names+`.slice(0, 2)) === '["1001","1002"]'`)
		evaluate[bool](p, `(() => { const teams = document.querySelector(".teams"); teams.value = "=Paint"; return teams.dispatchEvent(new Event("change", { bubbles: true })); })()`)
		p.awaitOrder("1003", "1004")
		address := evaluate[string](p, `location.search`)
		sent := open(t, s.url, address, 1440, 900)
		sent.awaitOrder("1003", "1004")
		sent.awaitText(".teams option:checked", "Paint")
		p.do(back)
		p.awaitOrder("1001", "1002", "🚪7", "1003", "1004", "1005", long)
	})

	t.Run("totals filter", func(t *testing.T) {
		p := open(t, s.url, "?day="+dayText, 1440, 900)
		p.awaitRow("1001", "8h0m")
		evaluate[bool](p, `(() => { [...document.querySelectorAll(".tile")].find((tile) => tile.innerText.includes("late")).click(); return true; })()`)
		p.awaitOrder("1002")
		p.await("the filter is pressed", `document.querySelector(".tile[aria-pressed=true]").innerText.includes("late")`)
		p.awaitText(".found", "1 found")
	})

	t.Run("keys", func(t *testing.T) {
		p := open(t, s.url, "?day="+dayText, 1440, 900)
		p.awaitRow("1001", "8h0m")
		p.press("j", down, "k", "j")
		p.await("the second line has the focus", `document.activeElement === `+row("1002"))
		p.press("?")
		p.await("the help is there", `document.querySelector("dialog[open]").innerText.includes("Next row")`)
		p.press(escape)
		p.await("the help is gone", `document.querySelector("dialog[open]") === null`)
		p.press(left)
		p.await("the day before", `location.search === "?day=2026-03-02"`)
		p.press(right)
		p.awaitRow("1002", "10:00")
		p.press("t")
		p.await("today", `!location.search.includes("day=")`)
		p.press("g", "e")
		p.await("the exceptions", `location.search.includes("screen=exceptions")`)
		p.press("g", "b")
		p.await("the board", `document.querySelector(".board-bar") !== null`)
	})

	t.Run("enter opens the month of the line", func(t *testing.T) {
		p := open(t, s.url, "?day="+dayText, 1440, 900)
		p.awaitRow("1001", "8h0m")
		p.press("j", enter)
		p.await("the month of 1001", `location.search.includes("screen=month") && location.search.includes("employee=1001") && location.search.includes("month=2026-03")`)
	})

	t.Run("a day without anybody says so", func(t *testing.T) {
		p := open(t, s.url, "?day="+dayText+"&q=nobody+is+called+so", 1440, 900)
		p.awaitText(".empty", "Nobody fits these filters")
	})

	t.Run("the phone has no sideways scrolling, and everything is told", func(t *testing.T) {
		p := open(t, s.url, "?day="+dayText, 390, 844)
		p.awaitRow("1001", "Ada King", "08:09", "18:09", "8h0m")
		p.fits(390)
	})

	t.Run("twice as large, it still fits", func(t *testing.T) {
		p := open(t, s.url, "?day="+dayText, 720, 450) // 1440 px at 200%
		p.awaitRow("1001", "8h0m")
		p.fits(720)
	})
}

func TestLongBoard(t *testing.T) {
	const many = 400
	staff := make([]person, many)
	for i := range staff {
		staff[i] = person{fmt.Sprintf("E%d", i+1), fmt.Sprintf("Somebody No. %d", i+1), ""}
	}
	o := newOffice(t, staff)
	o.clocks("E1", "08:00", "18:00")
	s := o.serve(t, "127.0.0.1:0")
	p := open(t, s.url, "?day="+dayText, 1440, 900)
	p.awaitText(".tile-row", "400 All")
	p.awaitRow("E1", "8h0m")
	p.await("all are there", `document.querySelector("[role=grid]").ariaRowCount === "401"`)

	t.Run("only what is near is in the document, though a screen reader is told of all", func(t *testing.T) {
		p.t = t
		if n := evaluate[int](p, `document.querySelectorAll(".line").length`); n > 100 {
			t.Errorf("%d lines are in the document", n)
		}
	})
	t.Run("scrolling shows the others, in the order of people", func(t *testing.T) {
		p.t = t
		evaluate[bool](p, `(scrollTo(0, document.body.scrollHeight), true)`)
		p.awaitRow("E400", "absent")
		p.await("E399 is before it", `JSON.stringify(`+names+`.slice(-2)) === '["E399","E400"]'`)
		if n := evaluate[int](p, `document.querySelectorAll(".line").length`); n > 100 {
			t.Errorf("%d lines are in the document", n)
		}
		evaluate[bool](p, `(scrollTo(0, 0), true)`)
		p.awaitRow("E1", "8h0m")
	})
	t.Run("keys go on where the window ends", func(t *testing.T) {
		p.t = t
		for range 30 {
			p.press("j")
		}
		p.await("the 30th line has the focus and is in sight", `document.activeElement === `+row("E30")+` && document.activeElement.getBoundingClientRect().bottom <= innerHeight`)
	})
	t.Run("paper has all of them", func(t *testing.T) {
		p.t = t
		evaluate[bool](p, `dispatchEvent(new Event("beforeprint"))`)
		p.await("all are there", `document.querySelectorAll(".line").length === 400`)
		evaluate[bool](p, `dispatchEvent(new Event("afterprint"))`)
		p.await("they are gone again", `document.querySelectorAll(".line").length < 100`)
	})
}

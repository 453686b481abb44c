package browser

import "testing"

func TestDay(t *testing.T) {
	o := newOffice(t, strange)
	o.clocks("1001", "08:09", "18:09")
	o.clocks("1002", "08:00")
	o.clocks("1003", "08:00")
	o.clocks("1004", "08:00", "17:00")
	s := o.serve(t, "127.0.0.1:0")
	dayOf := func(id string) string { return monthOf(id, "&day="+dayText) }

	t.Run("is explained step by step, with the machines' rows", func(t *testing.T) {
		p := open(t, s.url, dayOf("1001"), 1440, 900)
		p.awaitText(".steps", "Break 12:00–14:00 −2h0m 8h0m")
		p.await("two rows, the first and the last", `((rows) => rows.length === 2 && rows[0].innerText.includes("first") && rows[1].innerText.includes("last"))(document.querySelectorAll(".source-rows tbody tr"))`)
		p.awaitText(".corrections", "Nobody corrected this day")
	})

	t.Run("a correction counts at once, is told with who and why, and can be withdrawn", func(t *testing.T) {
		p := open(t, s.url, dayOf("1002"), 1440, 1000)
		p.openForm()
		p.fill("#correct-clock_out", "1800")
		p.fill("#correct-remark", "<b>seen</b> by the gate")
		p.fill("#correct-reason", "forgot to clock out")
		p.click(".correct .primary")
		p.awaitText(".told", "Saved. The day now counts 8h0m.")
		p.awaitText(".history", "counts out 18:00:00 <b>seen</b> by the gate forgot to clock out anonymous")
		p.awaitText(".sheet-summary", "8h0m 08:00:00 18:00:00 present corrected")
		p.awaitText(cell(dayText), "8h0m 08:00 18:00 corrected")
		p.openForm()
		p.await("the form says again what counts", `document.querySelector("#correct-clock_out").value === "18:00"`)
		p.fill("#correct-reason", "it was another day")
		p.click(".correct button[value=withdraw]")
		p.awaitText(".told", "Withdrawn")
		p.awaitText(".history", "withdrawn it was another day")
		p.awaitText(cell(dayText), "08:00 ? out missing")
	})

	t.Run("what can't be sent is told beside its field, and sends nothing", func(t *testing.T) {
		p := open(t, s.url, dayOf("1003"), 1440, 1000)
		p.openForm()
		p.fill("#correct-clock_out", "25:00")
		p.click(".correct .primary")
		p.awaitText("#correct-clock_out-fault", "Write the time as 18:00")
		p.awaitText("#correct-reason-fault", "Say why")
		p.await("the first fault has the focus", `document.activeElement.id === "correct-clock_out"`)
		p.fill("#correct-clock_out", "")
		p.fill("#correct-reason", "nothing else")
		p.click(".correct .primary")
		p.awaitText(".correct [role=alert]", "Set a time or a remark")
	})

	t.Run("what the service refuses is told beside its field", func(t *testing.T) {
		p := open(t, s.url, dayOf("1003"), 1440, 1000)
		p.forgive()
		p.openForm()
		p.fill("#correct-clock_out", "7:00")
		p.fill("#correct-reason", "out before in")
		p.click(".correct .primary")
		p.awaitText("#correct-clock_out-fault", "not after the clock-in")
	})

	t.Run("of two who correct at once, the second is told, and loses nothing of what was typed", func(t *testing.T) {
		first, second := open(t, s.url, dayOf("1004"), 1440, 1000), open(t, s.url, dayOf("1004"), 1440, 1000)
		second.forgive()
		second.openForm()
		second.fill("#correct-clock_in", "07:30")
		second.fill("#correct-reason", "came earlier")
		first.openForm()
		first.fill("#correct-clock_out", "18:30")
		first.fill("#correct-reason", "stayed longer")
		first.click(".correct .primary")
		first.awaitText(".told", "Saved")
		second.click(".correct .primary")
		second.awaitText(".correct [role=alert]", "Meanwhile somebody else corrected this day")
		second.awaitText(".history", "stayed longer")
		second.await("what was typed is there", `document.querySelector("#correct-clock_in").value === "07:30" && document.querySelector("#correct-reason").value === "came earlier"`)
		second.await("it can be sent again", `!document.querySelector(".correct .primary").disabled`)
		second.click(".correct .primary")
		second.awaitText(".told", "Saved")
		second.awaitText(".history", "counts in 07:30:00 came earlier")
		second.awaitText(".history", "replaced out 18:30:00 stayed longer")
	})

	t.Run("a clocking after a correction asks to look again", func(t *testing.T) {
		p := open(t, s.url, dayOf("1003"), 1440, 1000)
		p.openForm()
		p.fill("#correct-clock_out", "17:00")
		p.fill("#correct-reason", "told by phone")
		p.click(".correct .primary")
		p.awaitText(".told", "Saved")
		o.clocks("1003", "18:00")
		p.awaitText(cell(dayText), "review")
		p.awaitText(".corrections .notice", "Look at it again")
	})

	t.Run("the phone shows all of it", func(t *testing.T) {
		p := open(t, s.url, dayOf("1001"), 390, 844)
		p.awaitText(".steps", "Net 8h0m")
		p.openForm()
		p.fits(390)
	})
}

// awaitDay waits until a day is open beside the calendar.
func (p *page) awaitDay(day string) {
	p.t.Helper()
	p.await("the day "+day+" is open", `document.querySelector("dialog[open]").dataset.shown === `+script(day))
}

// openForm opens the form for a correction, once the day is there.
func (p *page) openForm() {
	p.t.Helper()
	p.await("the form can be opened", `document.querySelector("details.correct:not([open]) summary") !== null`)
	p.click("details.correct summary")
	p.await("the form is open", `document.querySelector("details.correct[open]") !== null`)
}

// fill writes a text into a field, in place of what is there.
func (p *page) fill(selector, text string) {
	p.t.Helper()
	evaluate[bool](p, `(() => { const field = document.querySelector(`+script(selector)+`); field.focus(); field.value = `+script(text)+`; return field.dispatchEvent(new Event("input", { bubbles: true })); })()`)
}

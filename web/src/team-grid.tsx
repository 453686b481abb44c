// The heat grid. It is one stop for the tab key: arrows go from cell to cell.
import { useRef } from "preact/hooks";
import type { Timesheet, TimesheetDay } from "./api";
import { weekday } from "./days";
import { dateShort, dateText, duration, hhmm, monthText, number, t, weekdayText } from "./i18n";
import { kindOf, letterOf } from "./month-kind";
import { href, go } from "./router";
import { today } from "./session";
import { Person } from "./states";

export function TeamGrid({ month, sheets }: { month: string; sheets: Timesheet[] }) {
  const days = sheets[0]?.days.map((one) => one.day) ?? [];
  const now = today();
  const grid = useRef<HTMLTableElement>(null);
  const open = (employee: string, day: string) => go(href("month", { employee, month, day }));
  return (
    <div class="heat-scroll">
      <table class="heat" ref={grid} role="grid" aria-label={t("team.caption", { month: monthText(month) })} aria-rowcount={-1} onKeyDown={(e) => move(e, open)}
        onClick={(e) => { const cell = (e.target as HTMLElement).closest<HTMLElement>("td[data-day]"); if (cell) open(cell.dataset["employee"]!, cell.dataset["day"]!); }}>
        <thead>
          <tr role="row">
            <th scope="col" role="columnheader" class="who">{t("team.name")}</th>
            {days.map((day) => (
              <th key={day} scope="col" role="columnheader" class={`${weekday(day) > 5 ? "weekend" : ""}${day === now ? " now" : ""}`}>
                <span class="unseen">{dateText(day)}</span><span aria-hidden="true"><small>{weekdayText(day, "narrow")}</small>{Number(day.slice(8))}</span>
              </th>
            ))}
            {(["worked", "overtime", "late", "missing", "absent"] as const).map((name) => <th key={name} scope="col" role="columnheader" class="total">{t(`team.${name}`)}</th>)}
          </tr>
        </thead>
        <tbody>{sheets.map((sheet, i) => <SheetRow key={sheet.employee_id} sheet={sheet} month={month} first={i === 0} now={now} />)}</tbody>
        <tfoot>
          <tr role="row">
            <th scope="row" role="rowheader" class="who">{t("team.presentOfShown")}</th>
            {days.map((day, i) => <td key={day} role="gridcell">{presentOn(sheets, i)}</td>)}
            <td role="gridcell" class="total" colSpan={5} />
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function presentOn(sheets: Timesheet[], i: number): string {
  const n = sheets.reduce((sum, sheet) => sum + (sheet.days[i]?.clock_in != null ? 1 : 0), 0);
  return n === 0 ? "" : number(n);
}

function SheetRow({ sheet, month, first, now }: { sheet: Timesheet; month: string; first: boolean; now: string }) {
  const { totals } = sheet;
  const overtime = totals.overtime_seconds + totals.weekly_overtime_seconds;
  return (
    <tr role="row">
      <th scope="row" role="rowheader" class="who"><a href={href("month", { employee: sheet.employee_id, month })} tabIndex={first ? undefined : -1} data-edge><Person id={sheet.employee_id} name={sheet.name} /></a></th>
      {sheet.days.map((day, i) => <DayCell key={day.day} day={day} employee={sheet.employee_id} stop={first && i === 0} now={now} />)}
      <td role="gridcell" class="total main">{duration(totals.worked_seconds)}</td>
      <td role="gridcell" class="total">{overtime > 0 ? duration(overtime) : ""}</td>
      <td role="gridcell" class="total">{totals.late_days || ""}</td>
      <td role="gridcell" class="total">{totals.missing_out_days || ""}</td>
      <td role="gridcell" class="total">{totals.absent_days || ""}</td>
    </tr>
  );
}

function DayCell({ day, employee, stop, now }: { day: TimesheetDay; employee: string; stop: boolean; now: string }) {
  const kind = kindOf(day);
  const rest = day.marks.some((mark) => mark === "day_off" || mark === "holiday" || mark === "leave");
  const marks = (["review", "corrected"] as const).find((mark) => day.marks.includes(mark));
  const text = spoken(day);
  return (
    <td role="gridcell" tabIndex={stop ? 0 : -1} data-day={day.day} data-employee={employee} aria-label={text} title={text}
      class={`cell kind-${kind} heat-${heat(day)}${rest && day.clock_in !== null ? " rest" : ""}${day.day === now ? " now" : ""}${marks ? ` ${marks}` : ""}`}>
      {letterOf(kind)}
    </td>
  );
}

/** How much of the expected time was worked, in five steps; 0 where there is none. */
function heat({ worked_seconds: worked, expected_seconds: expected }: TimesheetDay): number {
  if (!worked) return 0;
  const share = worked / (expected || 8 * 3600);
  return share < 0.4 ? 1 : share < 0.7 ? 2 : share < 0.9 ? 3 : share < 1.05 ? 4 : 5;
}

function spoken(day: TimesheetDay): string {
  const parts = [dateShort(day.day), t(`kind.${kindOf(day)}`)];
  if (day.clock_in !== null) parts.push(`${hhmm(day.clock_in)} – ${day.clock_out === null ? "?" : hhmm(day.clock_out)}`);
  if (day.worked_seconds !== null) parts.push(duration(day.worked_seconds));
  if (day.marks.includes("corrected")) parts.push(t("team.corrected"));
  if (day.marks.includes("review")) parts.push(t("team.review"));
  return parts.join(", ");
}

function move(event: KeyboardEvent & { currentTarget: HTMLElement }, open: (employee: string, day: string) => void) {
  const cell = (event.target as HTMLElement).closest<HTMLTableCellElement>("td, th");
  const row = cell?.closest("tr");
  if (!cell || !row || event.ctrlKey || event.metaKey || event.altKey) return;
  const { day, employee } = cell.dataset;
  if (event.key === "Enter" && day && employee) {
    event.preventDefault();
    return open(employee, day);
  }
  const body = [...event.currentTarget.querySelectorAll("tbody tr")];
  const to = (line: Element | undefined, column: number) => {
    const target = line?.children[column];
    const found = target?.querySelector<HTMLElement>("a") ?? target as HTMLElement | undefined;
    if (!found || !(found.matches("a") || found.dataset["day"])) return;
    event.preventDefault();
    event.stopPropagation();
    event.currentTarget.querySelectorAll<HTMLElement>("[tabindex='0']").forEach((one) => { one.tabIndex = -1; });
    found.tabIndex = 0;
    found.focus();
  };
  const at = body.indexOf(row), column = cell.cellIndex;
  switch (event.key) {
    case "ArrowLeft": return to(row, column - 1);
    case "ArrowRight": return to(row, column + 1);
    case "ArrowUp": return to(body[at - 1], column);
    case "ArrowDown": return to(body[at + 1], column);
    case "Home": return to(row, 0);
    case "End": return to(row, row.querySelectorAll("[data-day]").length);
  }
}

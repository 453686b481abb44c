// The calendar: a row for each week, a cell for each day, and what the week adds up to.
import type { EmployeeMonth, Row } from "./api";
import { datesAfter, shiftDay } from "./days";
import { dateLong, dateShort, duration, hhmm, monthText, t, weekdayText } from "./i18n";
import { kindOf, notableMarks } from "./month-kind";
import { calendarWeeks, workedSoFar, type CalendarDay, type CalendarWeek } from "./month-weeks";
import { changed } from "./router";
import { today } from "./session";

export function MonthGrid({ month }: { month: EmployeeMonth }) {
  const weeks = calendarWeeks(month.entries, month.weeks);
  const now = today();
  return (
    // Roles are said, since on a phone these aren't laid out as a table.
    <table class="calendar" role="table" onKeyDown={moveByDays}>
      <caption class="unseen">{t("month.caption", { month: monthText(month.month) })}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {weeks[0]?.days.map(({ day }) => <th key={day} role="columnheader" scope="col"><span aria-hidden="true">{weekdayText(day)}</span><span class="unseen">{weekdayText(day, "long")}</span></th>)}
          <th role="columnheader" scope="col" class="week">{t("month.week")}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {weeks.map((week) => (
          <tr key={week.from} role="row">
            {week.days.map((one) => <Day key={one.day} {...one} month={month.month} now={now} />)}
            <WeekCell week={week} month={month.month} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Day({ day, row, month, now }: CalendarDay & { month: string; now: string }) {
  if (!row) return <td role="cell" class="day other"><span class="date" aria-hidden="true">{dateOf(day)}</span></td>;
  const kind = kindOf(row);
  const marks = notableMarks(row.marks);
  return (
    <td role="cell" class={`day kind-${kind}${weekendless(row) ? "" : " rest"}${row.provisional ? " provisional" : ""}`}>
      <a href={changed({ month, day })} data-day={day} aria-current={day === now ? "date" : undefined}>
        <span class="unseen">{spoken(row)}</span>
        <span class="as-seen" aria-hidden="true">
          <span class="date"><b>{dateOf(day)}</b><span class="weekday">{weekdayText(day)}</span></span>
          <Chips row={row} />
          {(marks.length > 0 || row.earliest === null) && (
            <span class="marks">
              {row.earliest === null && !row.correction && kind !== "off" && kind !== "expected" && <span class={`mark mark-${kind}`}>{t(`kind.${kind}`)}</span>}
              {marks.map((mark) => <span key={mark} class={`mark mark-${mark}`}>{t(`mark.${mark}`)}</span>)}
            </span>
          )}
        </span>
      </a>
    </td>
  );
}

/** The three chips of the sketch: worked, in, out. */
export function Chips({ row, seconds = false }: { row: Pick<Row, "day" | "clock_in" | "clock_out" | "worked_seconds" | "status">; seconds?: boolean }) {
  if (row.clock_in === null) return null;
  const time = (at: string) => seconds ? at.slice(11, 19) : hhmm(at);
  return (
    <span class="chips">
      {row.worked_seconds !== null && <span class="chip worked">{duration(row.worked_seconds)}</span>}
      <span class="chip in">{time(row.clock_in)}<Later day={row.day} at={row.clock_in} /></span>
      {row.clock_out !== null
        ? <span class="chip out">{time(row.clock_out)}<Later day={row.day} at={row.clock_out} /></span>
        : <span class="chip none">{row.status === "open" ? "…" : "?"}</span>}
    </span>
  );
}

/** "+1" behind the time of a morning after a night. */
function Later({ day, at }: { day: string; at: string }) {
  const dates = datesAfter(day, at);
  return dates === 0 ? null : <sup>{dates > 0 ? `+${dates}` : `−${-dates}`}</sup>;
}

function WeekCell({ week, month }: { week: CalendarWeek; month: string }) {
  const whole = week.week;
  const ends = shiftDay(week.from, 6);
  const seconds = whole ? whole.totals.worked_seconds : workedSoFar(week);
  const overtime = whole ? whole.totals.overtime_seconds + whole.totals.weekly_overtime_seconds : 0;
  const other = !whole ? t("month.endsLater", { month: monthText(ends.slice(0, 7)) }) : week.from < `${month}-01` ? t("month.before", { month: monthText(week.from.slice(0, 7)) }) : "";
  return (
    <td role="cell" class="week">
      <span class="range">{whole ? t("month.weekNumber", { week: String(Number(whole.week.slice(6))) }) : `${dateShort(week.from)} –`}</span>
      <b class="sum">{seconds > 0 ? duration(seconds) : "–"}</b>
      {overtime > 0 && <span class="over">+{duration(overtime)} <span>{t("month.overtime")}</span></span>}
      {other && <span class="before">{other}</span>}
    </td>
  );
}

const dateOf = (day: string) => String(Number(day.slice(8)));
const weekendless = (row: Row) => !row.marks.some((mark) => mark === "day_off" || mark === "holiday" || mark === "leave");

/** The whole cell as one sentence. */
function spoken(row: Row): string {
  const parts = [dateLong(row.day)];
  if (row.clock_in !== null) {
    if (row.worked_seconds !== null) parts.push(`${t("month.worked")} ${duration(row.worked_seconds)}`);
    parts.push(`${t("month.in")} ${hhmm(row.clock_in)}`);
    if (row.clock_out !== null) parts.push(`${t("month.out")} ${hhmm(row.clock_out)}`);
  }
  const kind = kindOf(row);
  const marks = notableMarks(row.marks).map((mark) => t(`mark.${mark}`));
  if (row.clock_in === null || kind === "open") marks.unshift(t(`kind.${kind}`));
  return [...parts, ...new Set(marks)].join(", ");
}

const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** Arrow keys go from day to day; at the month's edge they do what they do elsewhere on the page. */
function moveByDays(event: KeyboardEvent & { currentTarget: HTMLElement }) {
  const from = (event.target as HTMLElement).dataset["day"];
  const step = steps[event.key];
  if (!from || !step || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.stopPropagation();
  event.currentTarget.querySelector<HTMLElement>(`[data-day="${shiftDay(from, step)}"]`)?.focus();
}

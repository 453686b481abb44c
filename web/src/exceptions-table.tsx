// The exceptions found, day by day, each a way to the day and how it came about.
import type { Exception, ExceptionKind, Row } from "./api";
import { datesAfter } from "./days";
import { dateLong, duration, hhmm, t } from "./i18n";
import { href } from "./router";
import { Person } from "./states";

export function ExceptionTable({ found }: { found: Exception[] }) {
  return (
    <table class="exceptions">
      <caption class="unseen">{t("exceptions.caption")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("exceptions.employee")}</th><th scope="col">{t("exceptions.what")}</th>
          <th scope="col" class="number">{t("exceptions.in")}</th><th scope="col" class="number">{t("exceptions.out")}</th><th scope="col" class="number">{t("exceptions.worked")}</th>
        </tr>
      </thead>
      {byDay(found).map(([day, list]) => (
        <tbody key={day}>
          <tr class="day-head"><th scope="rowgroup" colSpan={5}>{dateLong(day)} <small>{list.length}</small></th></tr>
          {list.map(({ kinds, entry }) => (
            <tr key={entry.employee_id}>
              <th scope="row"><a href={href("month", { employee: entry.employee_id, month: day.slice(0, 7), day })}><Person id={entry.employee_id} name={entry.name} /></a></th>
              <td class="what">{kinds.map((kind) => <span key={kind} class={`mark mark-${kind}`}>{said(kind, entry)}</span>)}{entry.correction && <span class="mark mark-corrected">{t("mark.corrected")}</span>}</td>
              <td class="number in">{time(day, entry.clock_in)}</td>
              <td class="number out">{time(day, entry.clock_out)}</td>
              <td class="number worked">{entry.worked_seconds === null ? "–" : duration(entry.worked_seconds)}</td>
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  );
}

/** The answer is by day and employee: days come together. */
function byDay(found: Exception[]): [string, Exception[]][] {
  const days = new Map<string, Exception[]>();
  for (const one of found) {
    const list = days.get(one.entry.day);
    if (list) list.push(one);
    else days.set(one.entry.day, [one]);
  }
  return [...days];
}

function said(kind: ExceptionKind, row: Row): string {
  const seconds = { late: row.late_seconds, early_leave: row.early_seconds, overtime: row.overtime_seconds, long_span: row.gross_seconds, missing_out: null, unknown_employee: null }[kind];
  const name = t(`exceptionKind.${kind}`);
  return seconds ? t("exceptions.by", { kind: name, time: duration(seconds) }) : name;
}

function time(day: string, at: string | null) {
  if (at === null) return "–";
  const dates = datesAfter(day, at);
  return <>{hhmm(at)}{dates !== 0 && <sup>{dates > 0 ? `+${dates}` : `−${-dates}`}</sup>}</>;
}

// One employee's month: the calendar that hangs in the office, with what its days add up to.
import { path, useLoad, type EmployeeMonth } from "./api";
import { shiftMonth, validDay, validMonth } from "./days";
import { DayDialog } from "./explain";
import { dateText, monthText, t } from "./i18n";
import { useShortcuts } from "./keyboard";
import { MonthGrid } from "./month-grid";
import { refreshEvery, useEmployeeChanges, useEvery } from "./month-live";
import { EmployeePicker } from "./month-picker";
import { MonthTotals } from "./month-totals";
import { changed, go, href, route } from "./router";
import { seesOthers, session, today } from "./session";
import { Failure, Loading } from "./states";

/** Which month the address asks for: by itself, by the day that is open, or this one. */
export function monthOfAddress(): string {
  const month = route.value.get("month"), day = route.value.get("day");
  if (validMonth(month)) return month;
  return (validDay(day) ? day : today()).slice(0, 7);
}

export function MonthScreen() {
  const employee = route.value.get("employee") || (seesOthers.value ? "" : session.value?.employee_id ?? "");
  const month = monthOfAddress();
  const loaded = useLoad<EmployeeMonth>(employee ? path(["v1", "employees", employee, "months", month]) : null);
  useEmployeeChanges(employee, month, loaded.reload);
  useEvery(refreshEvery, loaded.reload);
  useShortcuts([
    { keys: ["ArrowLeft"], text: "month.previous", run: () => turn(-1) },
    { keys: ["ArrowRight"], text: "month.next", run: () => turn(1) },
    { keys: ["t"], text: "month.this", run: () => go(changed({ month: today().slice(0, 7), day: null })) },
  ]);
  if (!employee) return <Choose />;
  const day = route.value.get("day");
  return (
    <>
      <Heading employee={employee} month={month} shown={loaded.value} />
      {loaded.error && <Failure problem={loaded.error} retry={loaded.reload} />}
      {!loaded.value && loaded.loading && <Loading />}
      {loaded.value && <>
        {loaded.value.closed && <p class="notice closed-notice">{t("month.closedBy", { date: dateText(loaded.value.closed.at.slice(0, 10)), name: loaded.value.closed.by })} {seesOthers.value && <a href={href("system", { adjustments: month })}>{t("system.adjustments")}</a>}</p>}
        {unknown(loaded.value) && <p class="notice" role="status">{t("month.unknown", { id: employee, month: monthText(month) })}</p>}
        <MonthGrid month={loaded.value} />
        <MonthTotals totals={loaded.value.totals} />
      </>}
      {validDay(day) && <DayDialog employee={employee} day={day} closed={loaded.value?.closed ?? null} shown={loaded.value?.entries.find((row) => row.day === day)} onChanged={loaded.reload} />}
    </>
  );
}

/** Whether nothing is known of somebody in a month: perhaps the id is another one. */
const unknown = ({ name, entries }: EmployeeMonth): boolean =>
  name === null && entries.length > 0 && entries.every((row) => row.marks.includes("unlisted") && row.earliest === null && !row.correction);

/** turn goes some months on. */
export function turn(n: number) {
  go(changed({ month: shiftMonth(monthOfAddress(), n), day: null }));
}

function Choose() {
  return (
    <>
      <h1>{t("month.title")}</h1>
      <div class="choose"><p>{t("month.choose")}</p><EmployeePicker /></div>
    </>
  );
}

function Heading({ employee, month, shown }: { employee: string; month: string; shown: EmployeeMonth | undefined }) {
  const file = (kind: string) => path(["v1", "employees", employee, "months", `${month}.${kind}`]);
  return (
    <div class="screen-head">
      <div class="month-who">
        <h1><bdi>{shown?.name ?? employee}</bdi></h1>
        <p class="on-paper">{monthText(month)}</p>
        <p>
          {shown?.name && <bdi class="id">{employee}</bdi>}
          {shown?.team && <a href={href("team", { month, team: shown.team })}><bdi>{shown.team}</bdi></a>}
          {shown?.closed && <span class="badge closed">{t("month.closed")}</span>}
        </p>
      </div>
      <MonthTurner month={month} />
      <div class="tools">
        {seesOthers.value && <EmployeePicker />}
        <Downloads csv={file("csv")} xlsx={file("xlsx")} />
      </div>
    </div>
  );
}

/** Previous, which, next: for all screens of a month. */
export function MonthTurner({ month }: { month: string }) {
  const to = (wanted: string) => changed({ month: wanted, day: null, cursor: null });
  return (
    <div class="turner" role="group" aria-label={t("month.pick")}>
      <a class="button" href={to(shiftMonth(month, -1))} aria-label={t("month.previous")} title={t("month.previous")} rel="prev">‹</a>
      <label class="month-pick">
        <span aria-hidden="true">{monthText(month)}</span>
        <input type="month" value={month} aria-label={t("month.pick")} min="2000-01" max="9999-11" required
          onChange={(e) => { if (validMonth(e.currentTarget.value)) go(to(e.currentTarget.value)); }}
          onClick={(e) => { try { e.currentTarget.showPicker(); } catch { /* then it is typed */ } }} />
      </label>
      <a class="button" href={to(shiftMonth(month, 1))} aria-label={t("month.next")} title={t("month.next")} rel="next">›</a>
      <a class="button this" href={to(today().slice(0, 7))} aria-disabled={month === today().slice(0, 7)}>{t("month.this")}</a>
    </div>
  );
}

export function Downloads({ csv, xlsx }: { csv: string; xlsx: string }) {
  return (
    <span class="downloads" role="group" aria-label={t("month.download")}>
      <a class="button" href={csv} download>CSV</a>
      <a class="button" href={xlsx} download>XLSX</a>
      <button type="button" onClick={() => print()}>{t("month.print")}</button>
    </span>
  );
}

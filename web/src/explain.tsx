// How a day came about, beside the calendar: what counts, the rules step by step, the
// machines' rows, and what people said about it.
import { useEffect, useRef } from "preact/hooks";
import { path, useLoad, type ClosedOrNot, type Explanation, type Row } from "./api";
import { Corrections } from "./correct";
import { shiftDay } from "./days";
import { SourceRows, Steps } from "./explain-steps";
import { dateLong, duration, hhmmss, t, type Key } from "./i18n";
import { Chips } from "./month-grid";
import { kindOf, notableMarks } from "./month-kind";
import { changed, go } from "./router";
import { Failure, Loading } from "./states";

interface Day {
  employee: string;
  day: string;
  closed: ClosedOrNot; // that of the day's month
  /** The day as the calendar has it: where that changes, all of this is read again. */
  shown: Row | undefined;
  onChanged: () => void;
}

/** Open while the address names a day: it can be linked to, and "back" closes it. */
export function DayDialog({ employee, day, closed, shown, onChanged }: Day) {
  const dialog = useRef<HTMLDialogElement>(null);
  const close = () => go(changed({ day: null }), true);
  useEffect(() => {
    const mine = dialog.current;
    const opener = document.activeElement as HTMLElement | null;
    mine?.showModal();
    return () => {
      mine?.close();
      // The calendar may have been painted anew meanwhile: then the day itself is the place to go on from.
      if (!opener?.isConnected || opener === document.body) document.querySelector<HTMLElement>(`[data-day="${mine?.dataset["shown"]}"]`)?.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} class="sheet" data-shown={day} aria-labelledby="sheet-title" onCancel={(e) => { e.preventDefault(); close(); }}
      onClick={(e) => { if (e.target === e.currentTarget) close(); }}>
      <div class="sheet-body">
        <header>
          <div>
            <h2 id="sheet-title" tabIndex={-1} autoFocus>{dateLong(day)}</h2>
            <p class="hint">{t("explain.title")}</p>
          </div>
          <Turn day={shiftDay(day, -1)} text="explain.previousDay" sign="‹" />
          <Turn day={shiftDay(day, 1)} text="explain.nextDay" sign="›" />
          <button type="button" class="close" aria-label={t("explain.close")} title={`${t("explain.close")} (Esc)`} onClick={close}>×</button>
        </header>
        <DayFacts key={`${employee}/${day}`} employee={employee} day={day} closed={closed} shown={shown} onChanged={onChanged} />
      </div>
    </dialog>
  );
}

function Turn({ day, text, sign }: { day: string; text: Key; sign: string }) {
  // Replaced: a walk through days is one step for "back".
  return <button type="button" aria-label={t(text)} title={t(text)} onClick={() => go(changed({ day, month: day.slice(0, 7) }), true)}>{sign}</button>;
}

function DayFacts({ employee, day, closed, shown, onChanged }: Day) {
  const { value, error, loading, reload } = useLoad<Explanation>(path(["v1", "employees", employee, "days", day, "explain"]));
  const version = JSON.stringify(shown);
  const before = useRef(version);
  useEffect(() => {
    if (before.current !== undefined && before.current !== version) reload();
    before.current = version;
  }, [version]);
  return (
    <>
      {error && <Failure problem={error} retry={reload} />}
      {!value && loading && <Loading />}
      {value && <>
        {closed && <p class="notice">{t("explain.closed")}</p>}
        <Summary row={value.entry} />
        <Corrections employee={employee} row={value.entry} closed={closed} onChanged={() => { reload(); onChanged(); }} />
        <Steps steps={value.steps} />
        <SourceRows of={value} />
      </>}
    </>
  );
}

function Summary({ row }: { row: Row }) {
  const kind = kindOf(row);
  const facts: [Key, string | null][] = [
    ["explain.clockings", row.earliest === null ? null : row.earliest === row.latest || row.latest === null ? hhmmss(row.earliest) : `${hhmmss(row.earliest)} – ${hhmmss(row.latest)}`],
    ["month.gross", row.gross_seconds === null ? null : duration(row.gross_seconds)],
    ["month.breaks", row.break_seconds ? duration(row.break_seconds) : null],
    ["month.expectedTime", row.expected_seconds ? duration(row.expected_seconds) : null],
    ["month.overtime", row.overtime_seconds ? duration(row.overtime_seconds) : null],
    ["month.holidayWorked", row.holiday_worked_seconds ? duration(row.holiday_worked_seconds) : null],
    ["kind.late", row.late_seconds ? duration(row.late_seconds) : null],
    ["kind.early", row.early_seconds ? duration(row.early_seconds) : null],
  ];
  return (
    <section class="sheet-summary" aria-label={t("explain.counts")}>
      <div class="what">
        <Chips row={row} seconds />
        <span class={`mark mark-${kind}`}>{t(`kind.${kind}`)}</span>
        {notableMarks(row.marks).filter((mark) => mark === "corrected" || mark === "review" || mark === "long_span").map((mark) => <span key={mark} class={`mark mark-${mark}`}>{t(`mark.${mark}`)}</span>)}
      </div>
      <dl class="facts">
        {facts.map(([key, text]) => text !== null && <div key={key}><dt>{t(key)}</dt><dd>{text}</dd></div>)}
        <div><dt>{t("explain.plan")}</dt><dd><bdi>{row.schedule}</bdi></dd></div>
      </dl>
      {row.correction?.remark && <p class="remark"><bdi>{row.correction.remark}</bdi></p>}
      {row.provisional && <p class="hint">{t("explain.provisional")}</p>}
    </section>
  );
}

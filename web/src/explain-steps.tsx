// The rules' part in a day, and the rows of the clocking system from which it was made.
import type { Explanation, Step, StepValue } from "./api";
import { dateMedium, dateShort, duration, hhmmss, number, t, weekdayNamed, type Key } from "./i18n";

/** Rules have names that stay; one that the page doesn't know yet is shown by its name. */
const ruleName = (rule: string): string => {
  const key = `rule.${rule}`, text = t(key as Key);
  return text === key ? rule.replaceAll("_", " ") : text;
};

/** A value as the chosen language writes it. */
function valueText({ kind, text }: StepValue): string {
  switch (kind) {
    case "date": return dateMedium(text);
    case "weekday": return weekdayNamed(text);
    case "number": return number(Number(text));
    case "clock": return text.length > "00:00:00.000".length ? `${dateShort(text.slice(0, 10))} ${text.slice(11)}` : text;
    case "text": return `\u2068${text}\u2069`; // whichever way it is written, what is around it stays in place
    default: return text;
  }
}

/** What a step says, in the chosen language; the service's English where the page doesn't know the sentence. */
function Said({ step }: { step: Step }) {
  const key = `step.${step.key}`;
  const text = t(key as Key, Object.fromEntries(step.values.map((value) => [value.name, valueText(value)])));
  return text === key ? <td lang="en"><bdi>{step.text}</bdi></td> : <td>{text}</td>;
}

export function Steps({ steps }: { steps: Step[] }) {
  return (
    <section class="steps" aria-labelledby="steps-title">
      <h3 id="steps-title">{t("explain.steps")}</h3>
      <table>
        <thead class="unseen"><tr><th scope="col">{t("explain.rule")}</th><th scope="col">{t("explain.what")}</th><th scope="col">{t("explain.result")}</th></tr></thead>
        <tbody>
          {steps.map((step, i) => {
            const changes = step.before_seconds !== step.after_seconds && step.after_seconds !== null;
            return (
              <tr key={i} class={changes ? "changes" : ""}>
                <th scope="row">{ruleName(step.rule)}</th>
                <Said step={step} />
                <td class="number">{changes ? duration(step.after_seconds!) : ""}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

export function SourceRows({ of: { rows, rows_error: error, rows_truncated: truncated, entry } }: { of: Explanation }) {
  return (
    <section class="source-rows" aria-labelledby="rows-title">
      <h3 id="rows-title">{t("explain.rows")}</h3>
      {error !== null && <p class="hint">{t("explain.rowsError", { reason: error })}</p>}
      {rows === null && error === null && <p class="hint">{t("explain.noSource")}</p>}
      {rows?.length === 0 && <p class="hint">{t("explain.noRows")}</p>}
      {rows !== null && rows.length > 0 && (
        <table>
          <thead><tr><th scope="col" class="number">{t("explain.rowId")}</th><th scope="col">{t("explain.rowBadge")}</th><th scope="col">{t("explain.rowTime")}</th></tr></thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id} class={row.fault === null ? row.clocked_at === entry.earliest || row.clocked_at === entry.latest ? "edge" : "" : "fault"}>
                <td class="number">{row.id}</td>
                <td><bdi>{row.employee_id}</bdi></td>
                <td>{row.clocked_at === null ? "–" : hhmmss(row.clocked_at)}
                  {row.clocked_at !== null && row.clocked_at === entry.earliest && <span class="mark">{t("explain.first")}</span>}
                  {row.clocked_at !== null && row.clocked_at === entry.latest && entry.latest !== entry.earliest && <span class="mark">{t("explain.last")}</span>}
                  {row.fault !== null && <span class="hint" lang="en"> {t("explain.rowFault", { reason: row.fault })}</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {truncated && <p class="hint">{t("explain.truncated")}</p>}
    </section>
  );
}

// What changed in a closed month since: beside what was paid, not in its place.
import { path, type Adjustment, type Adjustments as Page, type TimesheetDay } from "./api";
import { dateText, duration, hhmm, momentText, monthText, t } from "./i18n";
import { Downloads } from "./month";
import { href } from "./router";
import { Failure, Loading, Person } from "./states";
import { usePages } from "./team-pages";

export function Adjustments({ month }: { month: string }) {
  const file = (kind: string) => path(["v1", "periods", month, `adjustments.${kind}`]);
  const { items, more, loading, error, next, reload } = usePages<Page, Adjustment>(path(["v1", "periods", month, "adjustments"], { limit: 200 }), (page) => page.adjustments);
  return (
    <section class="adjustments" aria-labelledby="adjustments-title">
      <div class="screen-head"><h3 id="adjustments-title">{t("system.adjustmentsOf", { month: monthText(month) })}</h3><div class="tools"><Downloads csv={file("csv")} xlsx={file("xlsx")} /></div></div>
      {items.length > 0 && (
        <div class="scroll" tabIndex={0} role="group" aria-label={t("system.adjustmentsCaption")}>
          <table>
            <thead><tr><th scope="col">{t("system.employee")}</th><th scope="col">{t("system.day")}</th><th scope="col">{t("system.cause")}</th><th scope="col">{t("system.was")}</th><th scope="col">{t("system.is")}</th><th scope="col" class="number">{t("system.difference")}</th></tr></thead>
            <tbody>{items.map((one, i) => <Line key={i} of={one} month={month} />)}</tbody>
          </table>
        </div>
      )}
      {error && <Failure problem={error} retry={items.length > 0 ? next : reload} />}
      {loading && <Loading />}
      {!loading && !error && items.length === 0 && <p class="hint">{t("system.noAdjustments", { month: monthText(month) })}</p>}
      {more && !loading && <p class="foot"><button type="button" onClick={next}>{t("system.showMore")}</button></p>}
    </section>
  );
}

function Line({ of: { employee_id: id, name, day, cause, detail, actor, at, before, after }, month }: { of: Adjustment; month: string }) {
  const difference = (after.worked_seconds ?? 0) - (before.worked_seconds ?? 0);
  return (
    <tr>
      <th scope="row"><a href={href("month", { employee: id, month, day })}><Person id={id} name={name} /></a></th>
      <td>{dateText(day)}</td>
      <td class="cause"><span class="mark">{t(`cause.${cause}`)}</span> <bdi lang="en">{detail}</bdi>{actor !== null && at !== null && <small class="hint"><bdi>{t("correct.by", { actor, at: momentText(at) })}</bdi></small>}</td>
      <td><DayText day={before} /></td>
      <td><DayText day={after} /></td>
      <td class={`number ${difference < 0 ? "less" : "more"}`}>{difference === 0 ? "–" : (difference > 0 ? "+" : "") + duration(difference)}</td>
    </tr>
  );
}

function DayText({ day }: { day: TimesheetDay }) {
  const worked = day.worked_seconds === null ? t(`status.${day.status}`) : duration(day.worked_seconds);
  return <><b>{worked}</b>{day.clock_in !== null && <small class="hint"> {hhmm(day.clock_in)}–{day.clock_out === null ? "?" : hhmm(day.clock_out)}</small>}</>;
}

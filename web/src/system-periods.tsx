// Closed months: what was paid, what changed since, and the closing itself.
import { useState } from "preact/hooks";
import { useLoad, type Period, type Periods as Answer } from "./api";
import { validMonth } from "./days";
import { momentText, monthText, number, t } from "./i18n";
import { changed, href, route } from "./router";
import { may, seesOthers } from "./session";
import { Failure, Loading } from "./states";
import { Adjustments } from "./system-adjustments";
import { CloseDialog } from "./system-close";

export function Periods() {
  const { value, error, loading, reload } = useLoad<Answer>("v1/periods");
  const [closing, setClosing] = useState(false);
  const [told, tell] = useState("");
  const chosen = route.value.get("adjustments");
  const periods = value?.periods ?? [];
  const done = (period: Period) => {
    setClosing(false);
    tell(t("system.closedNow", { month: monthText(period.month), n: period.employees }));
    reload();
  };
  return (
    <section class="panel wide" aria-labelledby="periods-title">
      <h2 id="periods-title">{t("system.periods")}</h2>
      {error && <Failure problem={error} retry={reload} />}
      {!value && loading && <Loading />}
      {value && periods.length === 0 && <p class="hint">{t("system.noPeriods")}</p>}
      {periods.length > 0 && <PeriodTable periods={periods} chosen={chosen} />}
      <p class="told" role="status">{told}</p>
      {value && may("admin") && <p class="foot"><button type="button" onClick={() => setClosing(true)}>{t("system.close")}</button></p>}
      {closing && <CloseDialog closed={periods.map((period) => period.month)} onDone={done} onCancel={() => setClosing(false)} />}
      {validMonth(chosen) && seesOthers.value && <Adjustments month={chosen} />}
    </section>
  );
}

function PeriodTable({ periods, chosen }: { periods: Period[]; chosen: string }) {
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={t("system.periods")}>
      <table class="slim">
        <thead><tr><th scope="col">{t("system.month")}</th><th scope="col">{t("system.closedAt")}</th><th scope="col" class="spare">{t("system.closedBy")}</th><th scope="col" class="number">{t("system.employees")}</th><th scope="col" class="spare">{t("system.rules")}</th><th scope="col"><span class="unseen">{t("system.adjustments")}</span></th></tr></thead>
        <tbody>
          {periods.map((period) => (
            <tr key={period.month}>
              <th scope="row">{seesOthers.value ? <a href={href("team", { month: period.month })}>{monthText(period.month)}</a> : monthText(period.month)}</th>
              <td>{momentText(period.closed.at)}</td><td class="spare"><bdi>{period.closed.by}</bdi></td><td class="number">{number(period.employees)}</td><td class="spare"><code title={period.rules}>{period.rules.slice(0, 12)}</code></td>
              <td>{seesOthers.value && <a class="button" href={changed({ adjustments: chosen === period.month ? null : period.month })} aria-expanded={chosen === period.month}>{t("system.adjustments")}</a>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

// Which instances there are, and what all of them took in within the last hour.
import type { System } from "./api";
import { Chart } from "./chart";
import { age, clockText, momentText, number, t } from "./i18n";
import { now, tick } from "./live";
import { zone } from "./session";

const silence = 60; // seconds: instances tell of themselves every 15 s

export function Instances({ system }: { system: System }) {
  void tick.value; // ages grow while nothing else happens
  return (
    <>
      <p>{t("system.store")}: <b>{system.store}</b></p>
      <table>
        <thead><tr><th scope="col">{t("system.name")}</th><th scope="col" class="spare">{t("system.version")}</th><th scope="col">{t("system.started")}</th><th scope="col">{t("system.lastSeen")}</th></tr></thead>
        <tbody>
          {system.instances.map((one) => {
            const seconds = Math.max(0, (now() - Date.parse(one.seen_at)) / 1000);
            return (
              <tr key={one.name + one.started_at}>
                <th scope="row"><span class={`dot ${seconds > silence ? "bad" : "good"}`} aria-hidden="true" /><bdi>{one.name}</bdi>{one.self && <span class="mark">{t("system.self")}</span>}</th>
                <td class="spare"><bdi>{one.version}</bdi></td>
                <td>{momentText(one.started_at)}</td>
                <td>{t("system.ago", { age: age(seconds) })}{seconds > silence && <span class="mark mark-missing">{t("system.silent")}</span>}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

export function Throughput({ of: { from, step_seconds: step, clockings } }: { of: System["throughput"] }) {
  const begin = Date.parse(from) / 1000;
  const total = clockings.reduce((sum, n) => sum + n, 0);
  const peak = Math.max(0, ...clockings);
  const facts = [t("system.total", { n: total }), t("system.peak", { n: peak })];
  return (
    <>
      <p class="facts-line">{facts.map((text) => <span key={text}>{text}</span>)}</p>
      <Chart label={`${t("system.chart")}: ${facts.join(", ")}`} from={begin} step={step} values={clockings} />
      <details>
        <summary>{t("system.asTable")}</summary>
        <div class="scroll" tabIndex={0} role="group" aria-label={t("system.chart")}>
          <table>
            <thead><tr><th scope="col">{t("system.minute")}</th><th scope="col" class="number">{t("system.clockings")}</th></tr></thead>
            <tbody>{clockings.map((n, i) => <tr key={i}><th scope="row">{clockText((begin + i * step) * 1000, zone.value).slice(0, 5)}</th><td class="number">{number(n)}{i === clockings.length - 1 && <small> {t("system.still")}</small>}</td></tr>).reverse()}</tbody>
          </table>
        </div>
      </details>
    </>
  );
}

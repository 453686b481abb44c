// How far the clocking view was read.
import type { Source } from "./api";
import { age, momentText, number, t } from "./i18n";

const late = 60; // seconds behind, from which on it is told loudly

export function SourceFacts({ source }: { source: Source }) {
  const { state, lag_seconds: lag, settled_as_of: settled } = source;
  const bad = state === "stopped" || state === "retrying" || (lag ?? 0) > late;
  const id = (value: number | null) => value === null ? "–" : String(value);
  return (
    <>
      <p class="source-state"><span class={`dot ${bad ? "bad" : state === "polling" ? "good" : "busy"}`} aria-hidden="true" /><b>{t(`sourceState.${state}`)}</b>{lag !== null && <span class={lag > late ? "bad" : ""}>{t("fresh.behind", { age: age(lag) })}</span>}</p>
      {source.error !== null && <p class="notice bad" lang="en"><bdi>{source.error}</bdi></p>}
      <dl class="facts">
        <div><dt>{t("system.lastId")}</dt><dd>{id(source.last_id)}</dd></div>
        <div><dt>{t("system.settled")}</dt><dd>{id(source.settled_id)}</dd></div>
        <div><dt title={t("system.gapsHint")}>{t("system.gaps")}</dt><dd class={source.open_gaps > 0 ? "warn" : ""}>{number(source.open_gaps)}</dd></div>
        <div><dt>{t("system.lagRows")}</dt><dd>{number(source.lag_rows)}</dd></div>
        <div><dt>{t("system.rate")}</dt><dd>{number(Math.round(source.rows_per_second * 10) / 10)}</dd></div>
        <div><dt>{t("system.rejected")}</dt><dd class={source.rejected > 0 ? "warn" : ""}>{number(source.rejected)}</dd></div>
        <div><dt>{t("system.holder")}</dt><dd><bdi>{source.holder ?? "–"}</bdi></dd></div>
      </dl>
      {settled !== null && <p class="hint">{t("system.settledAt", { time: momentText(settled) })}</p>}
    </>
  );
}

// A team's month: employees down, days across, each day a colour and a letter.
import { path, useLoad, type Teams, type Timesheet, type Timesheets } from "./api";
import { dateText, monthText, t } from "./i18n";
import { useShortcuts } from "./keyboard";
import { Downloads, MonthTurner, monthOfAddress, turn } from "./month";
import { changed, go, href, route } from "./router";
import { today } from "./session";
import { Empty, Failure, Loading } from "./states";
import { TeamGrid } from "./team-grid";
import { Legend } from "./team-legend";
import { usePages } from "./team-pages";

const pageSize = 60; // employees, each with a month of days

export function TeamScreen() {
  const month = monthOfAddress();
  const filters = { team: route.value.get("team"), q: route.value.get("q") };
  const { first, items, more, loading, error, next, reload } = usePages<Timesheets, Timesheet>(path(["v1", "timesheets", month], { ...filters, limit: pageSize }), (page) => page.employees);
  useShortcuts([
    { keys: ["ArrowLeft"], text: "month.previous", run: () => turn(-1) },
    { keys: ["ArrowRight"], text: "month.next", run: () => turn(1) },
    { keys: ["t"], text: "month.this", run: () => go(changed({ month: today().slice(0, 7) })) },
    { keys: ["/"], text: "team.search", run: () => document.querySelector<HTMLElement>(".team-search")?.focus() },
  ]);
  const file = (kind: string) => path(["v1", "timesheets", `${month}.${kind}`], filters);
  return (
    <>
      <div class="screen-head">
        <div class="month-who"><h1>{t("team.title")}</h1><p class="on-paper"><bdi>{[monthText(month), filters.team, filters.q].filter(Boolean).join(" · ")}</bdi></p>{first?.closed && <p><span class="badge closed">{t("month.closed")}</span></p>}</div>
        <MonthTurner month={month} />
        <div class="tools">
          <TeamSelect day={`${month}-01`} />
          <SearchBox />
          <Downloads csv={file("csv")} xlsx={file("xlsx")} />
        </div>
      </div>
      {first?.closed && <p class="notice closed-notice">{t("month.closedBy", { date: dateText(first.closed.at.slice(0, 10)), name: first.closed.by })} <a href={href("system", { adjustments: month })}>{t("system.adjustments")}</a></p>}
      {items.length > 0 && <>
        <Legend />
        <TeamGrid month={month} sheets={items} />
      </>}
      {error && <Failure problem={error} retry={reload} />}
      {loading && <Loading />}
      {!loading && !error && items.length === 0 && <Empty text={t("team.empty")} />}
      {items.length > 0 && !loading && (
        <p class="foot">
          <span>{t("team.shown", { n: items.length })}</span>
          {more && <button type="button" onClick={next}>{t("team.more")}</button>}
          <span class="hint keys">{t("team.keys")}</span>
        </p>
      )}
    </>
  );
}

/** The teams that one may see, on a day; the address holds the one that is chosen. */
export function TeamSelect({ day }: { day?: string }) {
  const { value } = useLoad<Teams>(path(["v1", "teams"], { day }));
  const chosen = route.value.get("team");
  const names = value?.teams.map((team) => team.name) ?? [];
  if (chosen && !names.includes(chosen)) names.unshift(chosen);
  if (names.length === 0) return null;
  return (
    <select aria-label={t("team.team")} value={chosen} onChange={(e) => go(changed({ team: e.currentTarget.value, cursor: null }))}>
      <option value="">{t("team.all")}</option>
      {names.map((name) => <option key={name} value={name}>{name}</option>)}
    </select>
  );
}

function SearchBox() {
  return (
    <form role="search" onSubmit={(e) => { e.preventDefault(); go(changed({ q: String(new FormData(e.currentTarget).get("q") ?? "").trim() })); }}>
      <input class="team-search" type="search" name="q" key={route.value.get("q")} defaultValue={route.value.get("q")} aria-label={t("team.search")} placeholder={t("team.search")} maxLength={200} autoComplete="off" spellcheck={false}
        onInput={(e) => { if (e.currentTarget.value === "" && route.value.get("q")) go(changed({ q: null })); }} />
    </form>
  );
}

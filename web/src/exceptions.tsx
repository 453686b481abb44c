// Days that somebody should look at, over a range, by kind and team.
import { path, type Exception, type ExceptionKind, type Exceptions } from "./api";
import { shiftDay, validDay } from "./days";
import { ExceptionTable } from "./exceptions-table";
import { dateText, t } from "./i18n";
import { useShortcuts } from "./keyboard";
import { Downloads } from "./month";
import { changed, go, route } from "./router";
import { today } from "./session";
import { Empty, Failure, Loading } from "./states";
import { TeamSelect } from "./team";
import { usePages } from "./team-pages";

const kinds: ExceptionKind[] = ["late", "early_leave", "missing_out", "long_span", "overtime", "unknown_employee"];
const pageSize = 200;
const longest = 400; // days from the first to the last, by the contract
const usual = 6; // days before today

export function ExceptionsScreen() {
  const now = today();
  const at = (name: string, otherwise: string) => validDay(route.value.get(name)) ? route.value.get(name) : otherwise;
  const to = at("to", now), from = at("from", shiftDay(to, -usual));
  const kind = kinds.find((one) => one === route.value.get("kind")) ?? "";
  const wrong = to < from ? t("exceptions.badRange") : shiftDay(from, longest - 1) < to ? t("exceptions.longRange") : "";
  const filters = { from, to, team: route.value.get("team"), kind };
  const found = usePages<Exceptions, Exception>(wrong ? null : path(["v1", "exceptions"], { ...filters, limit: pageSize }), (page) => page.exceptions);
  useShortcuts([
    { keys: ["j", "ArrowDown"], text: "board.rowDown", run: () => walk(1) },
    { keys: ["k", "ArrowUp"], text: "board.rowUp", run: () => walk(-1) },
  ]);
  const file = (name: string) => path(["v1", `exceptions.${name}`], filters);
  const n = found.items.length;
  return (
    <>
      <div class="screen-head">
        <div class="month-who"><h1>{t("exceptions.title")}</h1><p class="on-paper"><bdi>{[`${dateText(from)} – ${dateText(to)}`, filters.team, kind && t(`exceptionKind.${kind}`)].filter(Boolean).join(" · ")}</bdi></p><p role="status">{!wrong && !found.loading && n > 0 ? t(found.more ? "exceptions.countMore" : "exceptions.count", { n }) : ""}</p></div>
        <div class="tools">
          <Range from={from} to={to} now={now} />
          <TeamSelect day={to} />
          {!wrong && <Downloads csv={file("csv")} xlsx={file("xlsx")} />}
        </div>
      </div>
      <KindFilter chosen={kind} />
      {wrong ? <p class="problem" role="alert">{wrong}</p> : <>
        {n > 0 && <ExceptionTable found={found.items} />}
        {found.error && <Failure problem={found.error} retry={found.items.length > 0 ? found.next : found.reload} />}
        {found.loading && <Loading text={n > 0 ? t("exceptions.searching") : undefined} />}
        {!found.loading && !found.error && n === 0 && <Empty text={t("exceptions.empty", { from: dateText(from), to: dateText(to) })} />}
        {found.more && !found.loading && <p class="foot"><button type="button" onClick={found.next}>{t("exceptions.more")}</button></p>}
      </>}
    </>
  );
}

/** walk goes from row to row. */
function walk(step: number) {
  const rows = [...document.querySelectorAll<HTMLElement>(".exceptions tbody th a")];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)]?.focus();
}

function Range({ from, to, now }: { from: string; to: string; now: string }) {
  const set = (part: { from?: string; to?: string }) => { if (validDay(part.from ?? part.to ?? "")) go(changed({ from, to, ...part })); };
  return (
    <span class="range" role="group" aria-label={`${t("exceptions.from")} – ${t("exceptions.to")}`}>
      <label><span>{t("exceptions.from")}</span><input type="date" value={from} required onChange={(e) => set({ from: e.currentTarget.value })} /></label>
      <label><span>{t("exceptions.to")}</span><input type="date" value={to} required onChange={(e) => set({ to: e.currentTarget.value })} /></label>
      {[7, 30].map((n) => <a key={n} class="button" href={changed({ from: shiftDay(now, 1 - n), to: now })} aria-current={to === now && from === shiftDay(now, 1 - n) ? "true" : undefined}>{t("exceptions.lastDays", { n })}</a>)}
    </span>
  );
}

function KindFilter({ chosen }: { chosen: ExceptionKind | "" }) {
  return (
    <div class="kinds" role="group" aria-label={t("exceptions.kind")}>
      {(["", ...kinds] as const).map((kind) => (
        <a key={kind} class="button" href={changed({ kind })} aria-current={chosen === kind ? "true" : undefined}>{kind === "" ? t("exceptions.allKinds") : t(`exceptionKind.${kind}`)}</a>
      ))}
    </div>
  );
}

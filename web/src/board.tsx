// The board of a day: everybody, live.
import { useComputed } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Day } from "./board-day";
import { Bar, Tiles } from "./board-filters";
import { List } from "./board-list";
import { counted, kinds, sorts, view, type Kind, type Sort, type Wanted } from "./board-view";
import { shiftDay, validDay } from "./days";
import { dateLong, t } from "./i18n";
import { useShortcuts } from "./keyboard";
import { changed, go, route } from "./router";
import { today } from "./session";
import { Empty, Failure, Loading } from "./states";

export const shownDay = (): string => {
  const asked = route.value.get("day");
  return validDay(asked) ? asked : today();
};

/** What the address asks for: ?day=2026-11-23&team=Sales&show=late&q=ada&sort=-worked. */
function wanted(): Wanted {
  const { parameters, get } = route.value;
  const sort = get("sort").replace(/^-/, "") as Sort;
  const kind = get("show") as Kind;
  return {
    search: get("q"),
    team: parameters.get("team"),
    kind: kinds.includes(kind) ? kind : "all",
    sort: sorts.includes(sort) ? sort : "employee",
    descending: get("sort").startsWith("-"),
  };
}

export const goDay = (day: string): void => go(changed({ day: day === today() ? null : day }));

export function Board() {
  const day = shownDay();
  return <DayBoard key={day} day={day} />;
}

function DayBoard({ day }: { day: string }) {
  const search = useRef<HTMLInputElement>(null);
  const state = useMemo(() => new Day(day), []);
  useEffect(() => () => state.close(), []);
  const seen = useComputed(() => {
    void state.lines.version.value;
    return view(state.lines.all(), wanted());
  }).value;
  const complete = state.lines.complete.value;
  const totals = state.totals.value;
  const asked = wanted();
  const sums = !complete && totals && asked.team === null ? counted(totals) : seen;
  useShortcuts([
    { keys: ["/"], text: "board.search", run: () => search.current?.focus() },
    { keys: ["ArrowLeft"], text: "board.previous", run: () => goDay(shiftDay(day, -1)) },
    { keys: ["ArrowRight"], text: "board.next", run: () => goDay(shiftDay(day, 1)) },
    { keys: ["t"], text: "board.today", run: () => goDay(today()) },
  ]);
  const problem = state.problem.value;
  const begun = complete || state.lines.size > 0;
  const filtered = asked.search.trim() !== "" || asked.team !== null || asked.kind !== "all";
  return (
    <>
      <h1 class="unseen">{t("board.title")}, {dateLong(day)}</h1>
      <Bar day={day} wanted={asked} lines={state.lines} search={search} found={complete && filtered ? seen.shown.length : null} />
      <Tiles day={day} sums={sums} wanted={asked} ready={begun} past={day < today()} />
      {begun ? (seen.shown.length > 0 || !complete ? <List key="list" day={day} view={seen} wanted={asked} /> : null)
        : problem ? <Failure problem={problem} retry={() => void state.load()} /> : <Loading />}
      {complete && seen.shown.length === 0 && <Empty text={filtered ? t("board.noneFound") : t("board.none")} />}
    </>
  );
}

// The board of a day: everybody, live.
import { useComputed } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Day } from "./board-day";
import { Bar, Tiles } from "./board-filters";
import { List } from "./board-list";
import { kinds, type Kind, type Lines } from "./board-lines";
import { Order, counted, sorts, view, type Sort, type Wanted } from "./board-view";
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
  const order = useMemo(() => new Order(), []);
  useEffect(() => () => state.close(), []);
  const seen = useComputed(() => {
    void state.lines.version.value;
    return view(state.lines, order, wanted());
  }).value;
  const complete = state.lines.complete.value;
  const totals = state.totals.value;
  const asked = wanted();
  const sums = !complete && totals && asked.team === null ? counted(totals) : seen;
  useShortcuts([
    { keys: ["/"], text: "board.search", run: () => search.current?.focus() },
    { keys: ["ArrowLeft"], text: "board.previous", run: () => goDay(shiftDay(shownDay(), -1)) },
    { keys: ["ArrowRight"], text: "board.next", run: () => goDay(shiftDay(shownDay(), 1)) },
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
      {complete && seen.shown.length === 0 && <>
        <Empty text={filtered ? t("board.noneFound") : t("board.none")} />
        {filtered && <p class="empty-way"><a class="button" href={changed({ q: null, team: null, show: null })}>{t("board.clear")}</a></p>}
      </>}
      <Announcer lines={state.lines} />
    </>
  );
}

const quiet = 20_000; // ms between two announcements

/** Tells who can't see it that something changes, seldom enough to listen to all else. */
function Announcer({ lines }: { lines: Lines }) {
  const [text, say] = useState("");
  useEffect(() => {
    let told = lines.changes;
    const timer = setInterval(() => {
      const n = lines.changes - told;
      told = lines.changes;
      say(n > 0 ? t("board.changes", { n }) : "");
    }, quiet);
    return () => clearInterval(timer);
  }, [lines]);
  return <p class="unseen" role="status">{text}</p>;
}

// The board's lines: only those near what is seen are in the document, since there may be
// 100,000. To a screen reader it is a grid with all its rows counted.
import { signal, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { backSoon } from "./board-lines";
import { LineRow } from "./board-row";
import type { Sort, View, Wanted } from "./board-view";
import { t, type Key } from "./i18n";
import { useShortcuts } from "./keyboard";
import { tick } from "./live";
import { changed, go, href } from "./router";
import { today, zone } from "./session";
import { minutesNow } from "./site-clock";

const beyond = 10; // lines kept above and below what is seen
const printing = signal(false);
addEventListener("beforeprint", () => { printing.value = true; });
addEventListener("afterprint", () => { printing.value = false; });

const columns: { sort: Sort; text: Key; class: string }[] = [
  { sort: "employee", text: "board.employee", class: "who" },
  { sort: "team", text: "board.team", class: "team" },
  { sort: "in", text: "board.in", class: "in" },
  { sort: "out", text: "board.out", class: "out" },
  { sort: "worked", text: "board.worked", class: "worked" },
];

/** The lines from first up to last, without it, are near what is seen. */
function useWindow(count: number) {
  const body = useRef<HTMLDivElement>(null);
  const range = useSignal({ first: 0, last: 60 });
  const height = useRef(40); // of a line, in pixels
  const look = () => {
    const element = body.current;
    if (!element) return;
    height.current = parseFloat(getComputedStyle(element).getPropertyValue("--line-px")) || element.querySelector<HTMLElement>(".line")?.offsetHeight || height.current;
    const above = -element.getBoundingClientRect().top / height.current;
    // In steps, so that not each pixel of scrolling paints.
    const first = Math.max(0, Math.floor((above - beyond) / 4) * 4);
    const last = Math.ceil((above + innerHeight / height.current + beyond) / 4) * 4;
    const before = range.peek();
    if (before.first !== first || before.last !== last) range.value = { first, last };
  };
  useLayoutEffect(look, [count]);
  useEffect(() => {
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    return () => {
      removeEventListener("scroll", look);
      removeEventListener("resize", look);
    };
  }, []);
  return { body, range: printing.value ? { first: 0, last: count } : range.value, height };
}

export function List({ day, view, wanted }: { day: string; view: View; wanted: Wanted }) {
  const { shown } = view;
  const { body, range, height } = useWindow(shown.length);
  const chosen = useSignal<string | null>(null);
  const pending = useRef(false); // the chosen line is to be focused once it is there
  const isToday = day === today();
  const minute = isToday ? Math.floor(minutesNow(tick.value, zone.value)) : null;

  const choose = (to: number) => {
    const i = Math.max(0, Math.min(shown.length - 1, to));
    const line = shown[i];
    if (!line || !body.current) return;
    chosen.value = line.id;
    pending.current = true;
    const top = body.current.getBoundingClientRect().top + i * height.current;
    const roof = document.querySelector(".board-head")!.getBoundingClientRect().bottom;
    const below = top + height.current - innerHeight;
    if (top < roof) scrollBy({ top: Math.floor(top - roof) }); // whole pixels: parts of them may be cut off
    else if (below > 0) scrollBy({ top: Math.ceil(below) });
  };
  useLayoutEffect(() => {
    if (!pending.current) return;
    const element = body.current?.querySelector<HTMLElement>(".line[tabindex='0']");
    if (!element) return;
    pending.current = false;
    element.focus({ preventScroll: true });
  });
  const at = () => shown.findIndex((line) => line.id === chosen.value);
  const open = () => { if (chosen.value !== null) go(href("month", { employee: chosen.value, month: day.slice(0, 7), day })); };
  useShortcuts([
    { keys: ["j", "ArrowDown"], text: "board.rowDown", run: () => choose(at() + 1) },
    { keys: ["k", "ArrowUp"], text: "board.rowUp", run: () => choose(Math.max(at(), 1) - 1) },
    { keys: ["o"], text: "board.open", run: open },
  ]);
  const focusable = shown.some((line) => line.id === chosen.value) ? chosen.value : shown[0]?.id;
  return (
    <div class="board" role="grid" aria-label={t("board.title")} aria-rowcount={shown.length + 1} aria-colcount={7}>
      <Head view={view} wanted={wanted} />
      <div ref={body} class="board-body" role="rowgroup" style={{ "--lines": String(shown.length), "--hours": String(view.to - view.from), "--first": String(view.from) }}>
        <div class="hours" aria-hidden="true"><span>
          {minute !== null && minute > view.from * 60 && minute < view.to * 60 && <i style={{ left: `${share(minute, view) * 100}%` }} />}
        </span></div>
        {shown.slice(range.first, range.last).map((line, i) => (
          <LineRow key={line.id} line={line} index={range.first + i} day={day} from={view.from} to={view.to}
            minute={line.row.status === "open" || backSoon(line.row) ? minute : null} focusable={line.id === focusable} choose={() => { chosen.value = line.id; }} />
        ))}
      </div>
    </div>
  );
}

const share = (minute: number, { from, to }: View): number => (minute / 60 - from) / (to - from);

function Head({ view, wanted }: { view: View; wanted: Wanted }) {
  const by = (sort: Sort) => go(changed({ sort: sort === wanted.sort && !wanted.descending ? `-${sort}` : sort === "employee" ? null : sort }), true);
  return (
    <div class="board-head" role="rowgroup">
      <div role="row" aria-rowindex={1} class="head-row">
        {columns.map(({ sort, text, class: name }) => (
          <div key={sort} role="columnheader" class={name} aria-sort={wanted.sort === sort || (sort === "employee" && wanted.sort === "name") ? (wanted.descending ? "descending" : "ascending") : undefined}>
            <button type="button" onClick={() => by(sort === "employee" && wanted.sort === "employee" && wanted.descending ? "name" : sort)}>{t(wanted.sort === "name" && sort === "employee" ? "board.name" : text)}</button>
          </div>
        ))}
        <div role="columnheader" class="line-scale"><span class="unseen">{t("board.line")}</span><Scale from={view.from} to={view.to} /></div>
        <div role="columnheader" class="flags">{t("board.status")}</div>
      </div>
    </div>
  );
}

function Scale({ from, to }: { from: number; to: number }) {
  const step = to - from > 18 ? 4 : 2;
  const hours: number[] = [];
  for (let hour = Math.ceil(from / step) * step; hour <= to; hour += step) hours.push(hour);
  return <span class="scale" aria-hidden="true">{hours.map((hour) => <span key={hour} style={{ left: `${((hour - from) / (to - from)) * 100}%` }}>{String(((hour % 24) + 24) % 24).padStart(2, "0")}</span>)}</span>;
}

// The board's day, search and team, its totals, which filter, and what can be taken away.
import { useComputed } from "@preact/signals";
import type { RefObject } from "preact";
import { useMemo } from "preact/hooks";
import type { Kind, Lines } from "./board-lines";
import type { View, Wanted } from "./board-view";
import { shiftDay, validDay } from "./days";
import { duration, number, t, weekdayText, type Key } from "./i18n";
import { changed, go } from "./router";
import { today } from "./session";
import { goDay } from "./board";

interface BarProps {
  day: string;
  wanted: Wanted;
  lines: Lines;
  search: RefObject<HTMLInputElement>;
  found: number | null;
}

export function Bar({ day, wanted, lines, search, found }: BarProps) {
  const now = today();
  return (
    <div class="board-bar">
      <div class="picker" role="group" aria-label={t("board.day")}>
        <button type="button" class="step" aria-label={t("board.previous")} title={`${t("board.previous")} (←)`} onClick={() => goDay(shiftDay(day, -1))}>‹</button>
        <label class="pick">
          <span aria-hidden="true">{weekdayText(day)}</span>
          <input type="date" aria-label={t("board.day")} min="1999-12-31" max="9999-12-30" required value={day}
            onChange={(e) => { if (validDay(e.currentTarget.value)) goDay(e.currentTarget.value); }} />
        </label>
        <button type="button" class="step" aria-label={t("board.next")} title={`${t("board.next")} (→)`} onClick={() => goDay(shiftDay(day, 1))}>›</button>
        <button type="button" disabled={day === now} title={`${t("board.today")} (t)`} onClick={() => goDay(now)}>{t("board.today")}</button>
      </div>
      <div class="search">
        <input ref={search} type="search" placeholder={t("board.search")} aria-label={t("board.search")} title="/" value={wanted.search}
          autoComplete="off" autoCapitalize="off" spellcheck={false} maxLength={200}
          onInput={(e) => go(changed({ q: e.currentTarget.value }), true)}
          onKeyDown={(e) => {
            if (e.key !== "Escape") return;
            e.preventDefault();
            go(changed({ q: null }), true);
            e.currentTarget.blur();
          }} />
        <span class="found" role="status">{found === null ? "" : t("board.found", { n: found })}</span>
      </div>
      <Teams wanted={wanted} lines={lines} />
    </div>
  );
}

const narrowed: Record<Kind, Record<string, string>> = {
  all: {}, present: { show: "present" }, here: { show: "here" }, left: { show: "left" }, away: { show: "away" }, expected: { status: "expected" }, missingOut: { status: "missing_out" }, absent: { status: "absent" },
  late: { mark: "late" }, presumed: { mark: "presumed_present" }, unlisted: { mark: "unlisted" }, review: { mark: "review" },
};
const sorted: Partial<Record<string, string>> = { employee: "employee", name: "name", in: "clock_in", worked: "worked" };

function table(day: string, form: string, { search, team, kind, sort, descending }: Wanted): string {
  const q = new URLSearchParams(narrowed[kind]);
  if (search.trim()) q.set("q", search.trim());
  if (team) q.set("team", team);
  const by = sorted[sort];
  if (by) q.set("sort", (descending ? "-" : "") + by);
  return `v1/days/${day}.${form}?${q}`;
}

function Teams({ wanted, lines }: { wanted: Wanted; lines: Lines }) {
  const names = useComputed(() => { void lines.version.value; return lines.names; }).value;
  const teams = useMemo(() => [...new Set(Array.from(lines.all(), ({ row }) => row.team ?? ""))].sort(), [lines, names]);
  const listed = wanted.team === null || teams.includes(wanted.team) ? teams : [...teams, wanted.team];
  if (listed.every((team) => team === "")) return null;
  return (
    <select class="teams" aria-label={t("board.team")} value={wanted.team === null ? "all" : `=${wanted.team}`}
      onChange={(e) => go(chosenTeam(e.currentTarget.value))}>
      <option value="all">{t("board.allTeams")}</option>
      {listed.map((team) => <option key={team} value={`=${team}`}>{team || t("board.noTeam")}</option>)}
    </select>
  );
}

// An empty team is a choice too: everybody without one.
function chosenTeam(value: string): string {
  const address = changed({ team: null });
  if (value === "all") return address;
  return `${address.startsWith("?") ? `${address}&` : "?"}team=${encodeURIComponent(value.slice(1))}`;
}

const tiles: { kind: Kind; text: Key; always?: boolean; alarming?: boolean }[] = [
  { kind: "present", text: "board.present", always: true },
  { kind: "here", text: "board.here", always: true },
  { kind: "left", text: "board.left", always: true },
  { kind: "expected", text: "board.expected" },
  { kind: "late", text: "board.late", always: true, alarming: true },
  { kind: "missingOut", text: "board.missingOut", always: true, alarming: true },
  { kind: "presumed", text: "board.presumed" },
  { kind: "absent", text: "board.absent", alarming: true },
  { kind: "away", text: "board.away" },
  { kind: "unlisted", text: "board.unlisted", alarming: true },
  { kind: "review", text: "board.review", alarming: true },
];

export function Tiles({ day, sums, wanted, ready, past }: { day: string; sums: Pick<View, "counts" | "worked" | "overtime">; wanted: Wanted; ready: boolean; past: boolean }) {
  const shown = (n: number) => (ready ? number(n) : "–");
  return (
    <div class="tiles">
      <div class="tile-row" role="group" aria-label={t("board.status")}>
        <button type="button" class="tile" aria-pressed={wanted.kind === "all"} onClick={() => go(changed({ show: null }))}>
          <b>{shown(sums.counts.all)}</b> <span>{t("board.all")}</span>
        </button>
        {tiles.filter(({ kind, always }) => wanted.kind === kind || (always && !(past && kind === "here")) || (sums.counts[kind] > 0 && !(kind === "presumed" && sums.counts.presumed === sums.counts.here))).map(({ kind, text, alarming }) => (
          <button key={kind} type="button" class={alarming && sums.counts[kind] > 0 ? "tile alarming" : "tile"} aria-pressed={wanted.kind === kind}
            onClick={() => go(changed({ show: wanted.kind === kind ? null : kind }))}>
            <b>{shown(sums.counts[kind])}</b> <span>{t(text)}</span>
          </button>
        ))}
        <span class="tile sum"><b>{ready ? duration(sums.worked) : "–"}</b> <span>{t("board.total")}</span></span>
        {sums.overtime > 0 && <span class="tile sum"><b>{duration(sums.overtime)}</b> <span>{t("board.overtime")}</span></span>}
      </div>
      {wanted.team !== "" /* no table is of those without a team */ && <span class="exports">
        <a class="button" download href={table(day, "csv", wanted)}>{t("board.csv")}</a>
        <a class="button" download href={table(day, "xlsx", wanted)}>{t("board.xlsx")}</a>
      </span>}
    </div>
  );
}

// Which lines are shown and in which order, what they come to, and the timeline's scale.
import { locale } from "./i18n";
import type { DayTotals } from "./contract";
import { bit, kinds, type Kind, type Line, type Lines } from "./board-lines";

export const sorts = ["employee", "name", "team", "in", "out", "worked"] as const;
export type Sort = (typeof sorts)[number];

export interface Wanted {
  search: string;
  team: string | null; // null: all teams; "": none
  kind: Kind;
  sort: Sort;
  descending: boolean;
}

export interface View {
  shown: Line[];
  counts: Record<Kind, number>;
  worked: number; // seconds
  overtime: number;
  /** The timeline's first and last hour. */
  from: number;
  to: number;
}

const byId = (a: Line, b: Line): number => (a.order < b.order ? -1 : a.order > b.order ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Compares by a value; lines without one come last in both directions. */
function by<V>(of: (line: Line) => V | null, compare: (a: V, b: V) => number, descending: boolean): (a: Line, b: Line) => number {
  const sign = descending ? -1 : 1;
  return (a, b) => {
    const x = of(a), y = of(b);
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * compare(x, y);
  };
}

const less = (a: number, b: number): number => a - b;

const figures: Partial<Record<Sort, (line: Line) => number | null>> = { in: ({ clockIn }) => clockIn, out: ({ clockOut }) => clockOut, worked: ({ row }) => row.worked_seconds };

/**
 * Lists the lines by id, name or team. That order is kept while nobody comes and nobody is
 * called otherwise: comparing names is slow, and changes come by the thousand.
 */
export class Order {
  #key = "";
  #ids: string[] = [];

  of(lines: Lines, { sort, descending }: Pick<Wanted, "sort" | "descending">): Iterable<string> {
    const named = sort === "name" || sort === "team" ? sort : "employee";
    const key = `${lines.names} ${named} ${descending} ${locale.value}`;
    if (key === this.#key) return this.#ids;
    const all = [...lines.all()].sort(byId);
    if (named === "employee" && descending && sort === "employee") all.reverse();
    if (named !== "employee") all.sort(by(({ row }) => row[named], new Intl.Collator(locale.value, { numeric: true }).compare, descending));
    this.#key = key;
    this.#ids = all.map(({ id }) => id);
    return this.#ids;
  }
}

const usualFrom = 6, usualTo = 20; // hours
const hoursBefore = -12, hoursAfter = 36; // how far a timeline goes at most

export function view(lines: Lines, order: Order, wanted: Wanted): View {
  const part = wanted.search.trim().toLowerCase();
  const chosen = bit(wanted.kind);
  const numbers = kinds.map(() => 0);
  const shown: Line[] = [];
  let worked = 0, overtime = 0, from = usualFrom * 60, to = usualTo * 60;
  for (const id of order.of(lines, wanted)) {
    const one = lines.get(id);
    if (!one || (wanted.team !== null && (one.row.team ?? "") !== wanted.team)) continue;
    for (let i = 0; i < numbers.length; i++) numbers[i]! += (one.kinds >> i) & 1;
    worked += one.row.worked_seconds ?? 0;
    overtime += one.row.overtime_seconds ?? 0;
    from = Math.min(from, one.first ?? from, one.clockIn ?? from);
    to = Math.max(to, one.last ?? to, one.clockOut ?? to);
    if (one.kinds & chosen && (part === "" || one.folded.includes(part))) shown.push(one);
  }
  const figure = figures[wanted.sort];
  if (figure) shown.sort(by(figure, less, wanted.descending));
  const counts = Object.fromEntries(kinds.map((kind, i) => [kind, numbers[i]])) as Record<Kind, number>;
  return { shown, counts, worked, overtime, from: Math.max(hoursBefore, Math.floor(from / 60)), to: Math.min(hoursAfter, Math.ceil(to / 60)) };
}

/** The counts while not all lines are here, as the service says them. */
export function counted(totals: DayTotals): Pick<View, "counts" | "worked" | "overtime"> {
  // Who is open is presumed present, too, on the day that now is; on others nobody is presumed.
  const here = Math.max(totals.open, totals.presumed_present);
  return {
    counts: {
      all: totals.employees, present: totals.present, here, left: totals.open + totals.complete - here, expected: totals.expected, late: totals.late,
      missingOut: totals.missing_out, presumed: totals.presumed_present, absent: totals.absent, away: totals.on_leave + totals.holiday + totals.day_off,
      unlisted: totals.unlisted, review: 0,
    },
    worked: totals.worked_seconds,
    overtime: totals.overtime_seconds,
  };
}

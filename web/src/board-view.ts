// Which lines are shown and in which order, what they come to, and the timeline's scale.
import { locale } from "./i18n";
import type { DayTotals } from "./contract";
import type { Line } from "./board-lines";

/** The kinds of lines that can be chosen; the first one is all of them. */
export const kinds = ["all", "present", "here", "left", "expected", "late", "missingOut", "presumed", "absent", "away", "unlisted", "review"] as const;
export type Kind = (typeof kinds)[number];

const tests: Record<Kind, (line: Line) => boolean> = {
  all: () => true,
  present: ({ row }) => row.status === "open" || row.status === "complete" || row.status === "missing_out",
  here: ({ row }) => row.status === "open",
  left: ({ row }) => row.status === "complete",
  expected: ({ row }) => row.status === "expected",
  late: ({ row }) => row.marks.includes("late"),
  missingOut: ({ row }) => row.status === "missing_out",
  presumed: ({ row }) => row.marks.includes("presumed_present"),
  absent: ({ row }) => row.status === "absent",
  away: ({ row }) => row.status === "on_leave" || row.status === "holiday" || row.status === "day_off",
  unlisted: ({ row }) => row.marks.includes("unlisted"),
  review: ({ row }) => row.marks.includes("review"),
};

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

function text(collator: Intl.Collator, of: (line: Line) => string | null) {
  return (a: Line, b: Line, sign: number): number => {
    const x = of(a), y = of(b);
    if (!x || !y) return Number(!x) - Number(!y) || byId(a, b);
    return sign * collator.compare(x, y) || byId(a, b);
  };
}

function figure(of: (line: Line) => number | null) {
  return (a: Line, b: Line, sign: number): number => {
    const x = of(a), y = of(b);
    if (x === null || y === null) return Number(x === null) - Number(y === null) || byId(a, b);
    return sign * (x - y) || byId(a, b);
  };
}

/** Compares lines; those without a value come last in both directions. */
function order(sort: Sort, descending: boolean): (a: Line, b: Line) => number {
  const sign = descending ? -1 : 1;
  const by = {
    employee: (a: Line, b: Line) => sign * byId(a, b),
    name: text(new Intl.Collator(locale.value), ({ row }) => row.name),
    team: text(new Intl.Collator(locale.value, { numeric: true }), ({ row }) => row.team),
    in: figure(({ clockIn }) => clockIn),
    out: figure(({ clockOut }) => clockOut),
    worked: figure(({ row }) => row.worked_seconds),
  }[sort];
  return (a, b) => by(a, b, sign);
}

const usualFrom = 6, usualTo = 20; // hours
const hoursBefore = -12, hoursAfter = 36; // how far a timeline goes at most

export function view(lines: Iterable<Line>, wanted: Wanted): View {
  const part = wanted.search.trim().toLowerCase();
  const chosen = tests[wanted.kind];
  const counts = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<Kind, number>;
  const shown: Line[] = [];
  let worked = 0, overtime = 0, from = usualFrom * 60, to = usualTo * 60;
  for (const one of lines) {
    if (wanted.team !== null && (one.row.team ?? "") !== wanted.team) continue;
    for (const kind of kinds) if (tests[kind](one)) counts[kind]++;
    worked += one.row.worked_seconds ?? 0;
    overtime += one.row.overtime_seconds ?? 0;
    from = Math.min(from, one.first ?? from, one.clockIn ?? from);
    to = Math.max(to, one.last ?? to, one.clockOut ?? to);
    if (chosen(one) && (part === "" || one.folded.includes(part))) shown.push(one);
  }
  shown.sort(order(wanted.sort, wanted.descending));
  return { shown, counts, worked, overtime, from: Math.max(hoursBefore, Math.floor(from / 60)), to: Math.min(hoursAfter, Math.ceil(to / 60)) };
}

/** The counts while not all lines are here, as the service says them. */
export function counted(totals: DayTotals): Pick<View, "counts" | "worked" | "overtime"> {
  return {
    counts: {
      all: totals.employees, present: totals.present, here: totals.open, left: totals.complete, expected: totals.expected, late: totals.late,
      missingOut: totals.missing_out, presumed: totals.presumed_present, absent: totals.absent, away: totals.on_leave + totals.holiday + totals.day_off,
      unlisted: totals.unlisted, review: 0,
    },
    worked: totals.worked_seconds,
    overtime: totals.overtime_seconds,
  };
}

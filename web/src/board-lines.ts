// The lines of a day's board: kept beside the interface, which is told once a frame, so
// that thousands of changes a second cost one painting each.
import { signal } from "@preact/signals";
import type { Mark, Row, Status } from "./contract";
import { minutesInto } from "./days";

/** One employee's line; another object whenever anything of it changes. */
export interface Line {
  id: string;
  row: Row;
  /** What a search looks in. */
  folded: string;
  /** Sorts ids as people do: 2 before 10. */
  order: string;
  clockIn: number | null; // minutes into the day, for sorting and drawing
  clockOut: number | null;
  first: number | null; // the clockings themselves, as above
  last: number | null;
  /** Which kinds of lines it is of, a bit for each. */
  kinds: number;
  /** When it last changed while it was shown, by performance.now(). */
  changedAt: number;
}

/** The kinds of lines that can be chosen; the first one is all of them. */
export const kinds = ["all", "present", "here", "left", "expected", "late", "missingOut", "presumed", "absent", "away", "unlisted", "review"] as const;
export type Kind = (typeof kinds)[number];

export const bit = (kind: Kind): number => 1 << kinds.indexOf(kind);

const ofStatus: Record<Status, number> = {
  open: bit("present") | bit("here"), complete: bit("present") | bit("left"), missing_out: bit("present") | bit("missingOut"),
  expected: bit("expected"), absent: bit("absent"), on_leave: bit("away"), holiday: bit("away"), day_off: bit("away"),
};
const ofMark: Partial<Record<Mark, number>> = { late: bit("late"), presumed_present: bit("presumed"), unlisted: bit("unlisted"), review: bit("review") };

/** Whether somebody who has an out is presumed to be here: it may be that of a break. */
export const backSoon = (row: Row): boolean => row.status === "complete" && row.marks.includes("presumed_present");

const kindsOf = (row: Row): number => row.marks.reduce((all, mark) => all | (ofMark[mark] ?? 0), bit("all") | ofStatus[backSoon(row) ? "open" : row.status]);

const natural = (id: string): string => id.replace(/\d+/g, (digits) => digits.padStart(20, "0"));
const into = (day: string, at: string | null): number | null => (at === null ? null : minutesInto(day, at));

function line(row: Row, before: Line | undefined, shown: boolean): Line {
  return {
    id: row.employee_id,
    row,
    folded: `${row.name ?? ""}\n${row.employee_id}`.toLowerCase(),
    order: before?.order ?? natural(row.employee_id),
    clockIn: into(row.day, row.clock_in),
    clockOut: into(row.day, row.clock_out),
    first: into(row.day, row.earliest),
    last: into(row.day, row.latest),
    kinds: kindsOf(row),
    changedAt: shown ? performance.now() : before?.changedAt ?? -Infinity,
  };
}

const sameMarks = (a: string[], b: string[]): boolean => a.length === b.length && a.every((mark, i) => mark === b[i]);

/** Whether two rows look alike. */
function alike(a: Row, b: Row): boolean {
  return a.earliest === b.earliest && a.latest === b.latest && a.clock_in === b.clock_in && a.clock_out === b.clock_out &&
    a.worked_seconds === b.worked_seconds && a.status === b.status && a.name === b.name && a.team === b.team && a.overtime_seconds === b.overtime_seconds &&
    a.provisional === b.provisional && a.correction?.seq === b.correction?.seq && a.correction?.review === b.correction?.review && sameMarks(a.marks, b.marks);
}

const longest = 60; // ms that a change may wait, for the page to stay responsive

export class Lines {
  readonly day: string;
  /** Counts what changed: an interface that reads it is painted again. */
  readonly version = signal(0);
  /** Whether all lines of the day are here. */
  readonly complete = signal(false);
  /** How many changes were told. */
  changes = 0;
  #lines = new Map<string, Line>();
  #pending = new Map<string, Row | null>(); // null: gone
  #frame = 0;
  #wait = 0; // a timer
  #notBefore = 0; // by performance.now(), when the next painting may be
  #names = 0; // counts changes of who is there, and of names and teams

  constructor(day: string) { this.day = day; }

  get size(): number { return this.#lines.size; }
  get(id: string): Line | undefined { return this.#lines.get(id); }
  all(): Iterable<Line> { return this.#lines.values(); }

  /** part takes some rows of an answer in: a page that isn't the last one. */
  part(rows: Row[]): void {
    for (const row of rows) this.#set(row, false);
    this.version.value++;
  }

  /** whole makes the lines exactly rows, but for what was told since they were asked for. */
  whole(rows: Row[], told: ReadonlySet<string>): void {
    this.flush();
    const shown = this.complete.peek();
    const ids = new Set(told);
    for (const row of rows) {
      ids.add(row.employee_id);
      if (!told.has(row.employee_id)) this.#set(row, shown);
    }
    for (const id of this.#lines.keys()) if (!ids.has(id)) this.#delete(id);
    this.complete.value = true;
    this.version.value++;
  }

  /** Another number whenever an order by id, name or team may be another. */
  get names(): number { return this.#names; }

  /** change takes a change in; it is seen with the next frame, on a slow machine with a later one. */
  change(id: string, row: Row | null): void {
    this.#pending.set(id, row);
    if (this.#frame || this.#wait) return;
    const early = this.#notBefore - performance.now();
    if (early <= 0) this.#ask();
    else this.#wait = window.setTimeout(() => { this.#wait = 0; this.#ask(); }, early);
  }

  // A page in the background has no frames: there, what comes waits for the next one.
  #ask(): void {
    this.#frame = requestAnimationFrame(() => {
      const begun = performance.now();
      this.flush();
      // What follows the painting tells what it cost. There is as much time for all else, but
      // nobody waits for long.
      setTimeout(() => { this.#notBefore = performance.now() + Math.min(performance.now() - begun, longest); });
    });
  }

  flush(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#wait);
    this.#frame = this.#wait = 0;
    if (this.#pending.size === 0) return;
    this.changes += this.#pending.size;
    for (const [id, row] of this.#pending) {
      if (row) this.#set(row, true);
      else this.#delete(id);
    }
    this.#pending.clear();
    this.version.value++;
  }

  #set(row: Row, shown: boolean): void {
    const before = this.#lines.get(row.employee_id);
    if (before && alike(before.row, row)) return;
    if (before?.row.name !== row.name || before.row.team !== row.team) this.#names++;
    this.#lines.set(row.employee_id, line(row, before, shown));
  }

  #delete(id: string): void {
    if (this.#lines.delete(id)) this.#names++;
  }
}

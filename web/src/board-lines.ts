// The lines of a day's board: kept beside the interface, which is told once a frame, so
// that thousands of changes a second cost one painting each.
import { signal } from "@preact/signals";
import type { Row } from "./contract";
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
  /** When it last changed while it was shown, by performance.now(). */
  changedAt: number;
}

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

export class Lines {
  readonly day: string;
  /** Counts what changed: an interface that reads it is painted again. */
  readonly version = signal(0);
  /** Whether all lines of the day are here. */
  readonly complete = signal(false);
  #lines = new Map<string, Line>();
  #pending = new Map<string, Row | null>(); // null: gone
  #frame = 0;

  constructor(day: string) { this.day = day; }

  get size(): number { return this.#lines.size; }
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
    for (const id of this.#lines.keys()) if (!ids.has(id)) this.#lines.delete(id);
    this.complete.value = true;
    this.version.value++;
  }

  /** change takes a change in; it is seen with the next frame. */
  change(id: string, row: Row | null): void {
    this.#pending.set(id, row);
    // A page in the background has no frames: there, what comes waits for the next one.
    this.#frame ||= requestAnimationFrame(() => this.flush());
  }

  flush(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (this.#pending.size === 0) return;
    for (const [id, row] of this.#pending) {
      if (row) this.#set(row, true);
      else this.#lines.delete(id);
    }
    this.#pending.clear();
    this.version.value++;
  }

  #set(row: Row, shown: boolean): void {
    const before = this.#lines.get(row.employee_id);
    if (before && alike(before.row, row)) return;
    this.#lines.set(row.employee_id, line(row, before, shown));
  }
}

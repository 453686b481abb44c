// A day as it happens: fetched, followed, and asked after now and then.
import { signal } from "@preact/signals";
import { Problem, ask, path, type Answer, type Board, type DayTotals, type Row } from "./api";
import { Lines } from "./board-lines";
import { follow, now } from "./live";

const firstPage = 100; // rows, painted while the others are on their way
const page = 10_000; // the most that the service gives at once
const pulse = 3000; // ms between two looks at how fresh it is
const patience = 1000; // ms that a board waits for the stream
const retry = 2000; // ms after a request that failed
const latest = 2 ** 31 - 1; // ms, the longest that a timer can wait

export class Day {
  readonly lines: Lines;
  /** As the service counted, until all lines are here. */
  readonly totals = signal<DayTotals | null>(null);
  readonly problem = signal<Problem | null>(null);
  #abort = new AbortController();
  #etag: string | null = null; // of the first page
  #first: Board | null = null;
  #shown: string | null = null; // the ETag of what the lines are
  #opened: Promise<void>; // once the stream is there, or can't be for now
  #loading = false;
  #asked = false; // to load again after the present loading
  #told: Set<string> | null = null; // who changed since a loading began
  #differed = 0; // looks in a row at which the lines weren't what the service counts
  #timers = { pulse: 0, changes: 0, retry: 0 };
  #stop: () => void;

  constructor(day: string) {
    this.lines = new Lines(day);
    let opened: () => void;
    this.#opened = new Promise((resolve) => { opened = resolve; setTimeout(resolve, patience); });
    void this.load();
    this.#stop = follow({ day }, {
      change: (row) => this.#change(row.employee_id, row),
      gone: (employee) => this.#change(employee, null),
      resync: () => {
        void this.load();
        opened();
      },
    });
    this.#timers.pulse = window.setTimeout(() => void this.#look(), pulse);
    document.addEventListener("visibilitychange", this.#seen);
  }

  close(): void {
    this.#stop();
    this.#abort.abort();
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    document.removeEventListener("visibilitychange", this.#seen);
  }

  #seen = (): void => { if (!document.hidden) void this.#look(); };

  #change(id: string, row: Row | null): void {
    this.#told?.add(id);
    this.lines.change(id, row);
  }

  /** load fetches the day; where it is loading, once more after that. */
  async load(): Promise<void> {
    if (this.#loading) {
      this.#asked = true;
      return;
    }
    this.#loading = true;
    do {
      this.#asked = false;
      this.#told = new Set();
      clearTimeout(this.#timers.retry);
      try {
        await this.#fetch(this.#told);
        this.problem.value = null;
      } catch (error) {
        if (this.#abort.signal.aborted) return;
        this.problem.value = error instanceof Problem ? error : new Problem(0, {});
        this.#timers.retry = window.setTimeout(() => void this.load(), retry);
        this.#asked = false;
      }
    } while (this.#asked);
    this.#told = null;
    this.#loading = false;
  }

  // The first page is small, for something to be seen soon, and it tells by its ETag
  // whether anything of the day is another: else the pages behind it are as they were.
  async #fetch(told: Set<string>): Promise<void> {
    const first = await this.#page(null, this.#etag);
    if (first.unchanged && this.#shown === this.#etag) return;
    if (!first.unchanged) {
      this.#etag = first.etag;
      this.#first = first.value;
    }
    if (!this.lines.complete.peek()) {
      this.lines.part(this.#first!.entries);
      // What changes before the stream is open is told by nobody: the other pages can wait for it.
      await this.#opened;
      if (this.#asked) return;
    }
    const tag = this.#etag;
    const rows = [...this.#first!.entries];
    for (let cursor = this.#first!.next; cursor !== null;) {
      const { value } = await this.#page(cursor, null);
      for (const row of value.entries) rows.push(row);
      cursor = value.next;
    }
    this.lines.whole(rows, told);
    this.#shown = tag;
  }

  async #page(cursor: string | null, etag: string | null): Promise<Answer<Board>> {
    const limit = cursor === null ? firstPage : page;
    const answer = await ask<Board>(path(["v1", "days", this.lines.day], { limit, cursor }), { headers: etag ? { "If-None-Match": etag } : {}, signal: this.#abort.signal });
    if (!answer.unchanged) {
      this.totals.value = answer.value.totals;
      this.#wake(answer.value.changes_at);
    }
    return answer;
  }

  // The passing of time changes rows without an event: at changes_at, all is asked for again.
  #wake(at: string | null): void {
    clearTimeout(this.#timers.changes);
    if (at !== null) this.#timers.changes = window.setTimeout(() => void this.load(), Math.min(Math.max(Date.parse(at) - now(), 0) + 500, latest));
  }

  // A look asks for one row: with it come freshness and totals, cheaply. It also tells
  // whether the connection is there when nothing changes, and proves what is shown.
  async #look(): Promise<void> {
    clearTimeout(this.#timers.pulse);
    try {
      const { value } = await ask<Board>(path(["v1", "days", this.lines.day], { limit: 1 }), { signal: this.#abort.signal });
      this.#wake(value.changes_at);
      this.totals.value = value.totals;
      this.#differed = this.lines.complete.peek() && this.#differs(value.totals) ? this.#differed + 1 : 0;
      if (this.#differed >= 2) {
        this.#differed = 0;
        void this.load();
      }
    } catch {
      if (this.#abort.signal.aborted) return;
    }
    if (!document.hidden) this.#timers.pulse = window.setTimeout(() => void this.#look(), pulse);
  }

  #differs(totals: DayTotals): boolean {
    let present = 0, worked = 0;
    for (const { row } of this.lines.all()) {
      if (row.status === "open" || row.status === "complete" || row.status === "missing_out") present++;
      worked += row.worked_seconds ?? 0;
    }
    return totals.employees !== this.lines.size || totals.present !== present || totals.worked_seconds !== worked;
  }
}

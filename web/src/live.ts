// How fresh what is shown is: when the service last answered, how far it has read the
// machines' rows, and whether it can be reached at all.
import { computed, signal } from "@preact/signals";
import type { AsOf, Row } from "./contract";

/** The service's clock less this browser's, in ms: ages are told by one clock. */
const skew = signal(0);

/** Now by the service's clock, in ms since 1970. */
export const now = (): number => Date.now() + skew.peek();

/** Changes once a second while the page is visible: what shows an age reads it. */
export const tick = signal(now());

export const heardAt = signal<number | null>(null); // of the last answer, by now()
export const lostSince = signal<number | null>(null);
/** How far the machines' rows were read, at heardAt; null where none are read. */
export const asOf = signal<AsOf | undefined>(undefined);
const asOfAt = signal(0);
/** Since when the service can't reach its store, as RFC 3339. */
export const staleSince = signal<string | null>(null);

/** Seconds by which what is shown is behind the machines; null where that isn't known. */
export const behind = computed<number | null>(() => {
  const fresh = asOf.value;
  if (!fresh || fresh.age_seconds === null) return null;
  return Math.max(0, fresh.age_seconds + (tick.value - asOfAt.value) / 1000);
});

/** heard notes an answer. */
export function heard(response: Response, fresh?: AsOf, stale?: string | null): void {
  const date = Date.parse(response.headers.get("Date") ?? "");
  // The header has whole seconds: only a real difference is worth a jump.
  if (!Number.isNaN(date) && Math.abs(date + 500 - now()) > 1500) skew.value = date + 500 - Date.now();
  heardAt.value = now();
  lostSince.value = null;
  if (fresh !== undefined) freshAs(fresh);
  if (stale !== undefined) staleSince.value = stale;
}

/** freshAs notes how far the machines' rows are read at this moment. */
export function freshAs(fresh: AsOf): void {
  asOf.value = fresh;
  asOfAt.value = now();
}

/** unheard notes that the service can't be reached. */
export function unheard(): void {
  lostSince.value ??= now();
}

setInterval(() => { if (!document.hidden) tick.value = now(); }, 1000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) tick.value = now(); });

export interface ChangeHandlers {
  change: (row: Row) => void;
  gone: (employee: string, day: string) => void;
  /** What happened meanwhile isn't known: fetch all again. It also comes first. */
  resync: () => void;
}

const again = 2000; // ms, where the browser gives up coming back by itself
const unseen = 30_000; // ms in the background, after which a page needs no stream

/**
 * follow listens to changes of a day, a team or an employee until the answer is called.
 * The browser comes back after a cut, and says which event it saw last. A page that nobody
 * sees gives its stream back: browsers have few connections to one host.
 */
export function follow(filter: { day?: string; team?: string; employee?: string }, handlers: ChangeHandlers): () => void {
  const q = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value) q.set(name, value);
  let stream: EventSource | null = null;
  let timer = 0;
  const open = () => {
    const mine = stream = new EventSource(`v1/changes?${q}`);
    mine.addEventListener("change", (event) => handlers.change(JSON.parse(event.data)));
    mine.addEventListener("gone", (event) => {
      const { employee_id, day } = JSON.parse(event.data) as { employee_id: string; day: string };
      handlers.gone(employee_id, day);
    });
    mine.addEventListener("resync", () => handlers.resync());
    mine.addEventListener("open", () => { lostSince.value = null; });
    mine.addEventListener("error", () => {
      unheard();
      if (mine.readyState !== EventSource.CLOSED) return;
      clearTimeout(timer);
      timer = window.setTimeout(open, again); // it was refused
    });
  };
  const close = () => {
    clearTimeout(timer);
    stream?.close();
    stream = null;
  };
  const seen = () => {
    clearTimeout(timer);
    if (document.hidden) timer = window.setTimeout(close, unseen);
    else if (!stream || stream.readyState === EventSource.CLOSED) open();
  };
  open();
  document.addEventListener("visibilitychange", seen);
  return () => {
    document.removeEventListener("visibilitychange", seen);
    close();
  };
}

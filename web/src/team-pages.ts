// Lists that the service answers in pages, one below the other.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Problem, api } from "./api";
import { refreshEvery, useEvery } from "./month-live";

export interface Pages<P, T> {
  first: P | undefined;
  items: T[];
  /** Whether there is a next page. */
  more: boolean;
  loading: boolean;
  error: Problem | undefined;
  next: () => void;
  reload: () => void;
}

interface State<P, T> {
  path: string;
  first?: P;
  items: T[];
  cursor: string | null;
  loading: boolean;
  error?: Problem;
}

/**
 * usePages fetches the first page of a path when it changes (null: nothing), further ones by
 * next, and all that are there again every now and then.
 */
export function usePages<P extends { next: string | null }, T>(wanted: string | null, itemsOf: (page: P) => T[]): Pages<P, T> {
  const [state, set] = useState<State<P, T> | null>(null);
  const latest = useRef(state);
  latest.current = state;
  const items = useRef(itemsOf);
  items.current = itemsOf;
  const abort = useRef<AbortController | null>(null);

  // read goes on from a state until it has so many items, and shows what it finds on the way where told.
  const read = useCallback(async (from: State<P, T>, least: number, openly: boolean) => {
    abort.current?.abort();
    const mine = abort.current = new AbortController();
    let now: State<P, T> = { ...from, loading: openly, error: undefined };
    if (openly) set(now);
    try {
      do {
        const page: P = await api.get<P>(withCursor(now.path, now.cursor), mine.signal);
        now = { ...now, first: now.first ?? page, items: now.items.concat(items.current(page)), cursor: page.next };
        if (openly) set(now); // a page may be short where finding takes long: what is there is shown
      } while (now.cursor !== null && now.items.length < least);
      set({ ...now, loading: false });
    } catch (error) {
      if (mine.signal.aborted) return;
      const problem = error instanceof Problem ? error : new Problem(0, {});
      set(openly ? { ...now, loading: false, error: problem } : { ...latest.current!, error: problem });
    }
  }, []);

  const reload = useCallback(() => { if (wanted !== null) void read(empty(wanted), 1, true); }, [wanted, read]);
  const refresh = useCallback(() => {
    const now = latest.current;
    if (now && now.path === wanted && !now.loading && now.first) void read(empty(wanted), now.items.length, false);
  }, [wanted, read]);
  useEffect(() => { reload(); return () => abort.current?.abort(); }, [reload]);
  useEvery(refreshEvery, refresh);

  const mine = state?.path === wanted ? state : null;
  const next = () => { if (mine && !mine.loading && mine.cursor !== null) void read(mine, mine.items.length + 1, true); };
  return { first: mine?.first, items: mine?.items ?? [], more: (mine?.cursor ?? null) !== null, loading: wanted !== null && (mine?.loading ?? true), error: mine?.error, next, reload };
}

const empty = (path: string) => ({ path, items: [], cursor: null, loading: true });

const withCursor = (path: string, cursor: string | null): string => cursor === null ? path : `${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}`;

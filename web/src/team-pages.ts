// Lists that the service answers in pages, one below the other.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Problem, api } from "./api";

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
  path: string | null;
  first?: P;
  items: T[];
  cursor: string | null;
  loading: boolean;
  error?: Problem;
}

/** usePages fetches the first page of a path when it changes, and others by next. least is how many items a step brings, as long as there are some. */
export function usePages<P extends { next: string | null }, T>(wanted: string | null, itemsOf: (page: P) => T[], least = 1): Pages<P, T> {
  const [state, set] = useState<State<P, T>>({ path: null, items: [], cursor: null, loading: false });
  const [round, again] = useState(0);
  const items = useRef(itemsOf);
  items.current = itemsOf;
  const abort = useRef<AbortController | null>(null);

  const read = useCallback(async (before: State<P, T>, cursor: string | null) => {
    abort.current?.abort();
    const mine = abort.current = new AbortController();
    let now: State<P, T> = { ...before, loading: true, error: undefined };
    set(now);
    try {
      let found = 0;
      do {
        const page: P = await api.get<P>(cursor === null ? before.path! : withCursor(before.path!, cursor), mine.signal);
        const got = items.current(page);
        found += got.length;
        cursor = page.next;
        now = { ...now, first: now.first ?? page, items: now.items.concat(got), cursor };
        set(now); // a page may be short where finding takes long: what is there is shown
      } while (cursor !== null && found < least);
      set({ ...now, loading: false });
    } catch (error) {
      if (!mine.signal.aborted) set({ ...now, cursor, loading: false, error: error instanceof Problem ? error : new Problem(0, {}) });
    }
  }, []);

  useEffect(() => {
    if (wanted !== null) void read({ path: wanted, items: [], cursor: null, loading: true }, null);
    return () => abort.current?.abort();
  }, [wanted, round]);

  const mine = state.path === wanted ? state : { path: wanted, items: [] as T[], cursor: null, loading: wanted !== null, first: undefined, error: undefined };
  return {
    first: mine.first, items: mine.items, more: mine.cursor !== null, loading: mine.loading, error: mine.error,
    next: () => { if (!mine.loading && mine.cursor !== null) void read(state, mine.cursor); },
    reload: () => again((n) => n + 1),
  };
}

const withCursor = (path: string, cursor: string): string => `${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}`;

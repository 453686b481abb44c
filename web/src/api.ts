// What the service answers, typed by the contract (contract.ts is made of it).
import type { AsOf, Problem as ProblemBody } from "./contract";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { heard, unheard } from "./live";

export type * from "./contract";

/** A request that failed: an answer that isn't the one asked for, or none (status 0). */
export class Problem extends Error {
  readonly status: number;
  readonly body: Partial<ProblemBody>;
  constructor(status: number, body: Partial<ProblemBody>) {
    super(body.detail || body.title || "");
    this.status = status;
    this.body = body;
  }
}

const usual = 20_000; // ms for an answer

/** Called when the service says that the caller isn't logged in any more. */
export const unauthenticated = { handle: () => {} };

export interface Answer<T> {
  value: T;
  etag: string | null;
  /** The caller's copy is current: value is undefined. */
  unchanged: boolean;
}

interface Ask {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** ms for an answer, where the usual isn't enough */
  patience?: number;
}

/** ask makes one request below the service's address, as "v1/days/2026-11-23". */
export async function ask<T>(path: string, { method = "GET", body, headers = {}, signal, patience = usual }: Ask = {}): Promise<Answer<T>> {
  let response: Response;
  const late = AbortSignal.timeout(patience);
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? headers : { "Content-Type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, late]) : late,
      cache: "no-store",
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    unheard();
    throw new Problem(0, {});
  }
  const etag = response.headers.get("ETag");
  if (response.status === 304) {
    heard(response);
    return { value: undefined as T, etag, unchanged: true };
  }
  if (!response.ok) {
    const problem = new Problem(response.status, await response.json().catch(() => ({})));
    if (response.status === 401 && path !== "v1/session") unauthenticated.handle();
    throw problem;
  }
  let value: T;
  try {
    value = response.status === 204 ? (undefined as T) : await response.json();
  } catch (error) {
    if (signal?.aborted) throw error;
    unheard();
    throw new Problem(0, {});
  }
  const fresh = (value as { as_of?: AsOf | string } | undefined)?.as_of; // that of the source is a time
  heard(response, typeof fresh === "string" ? undefined : fresh, (value as { stale_since?: string | null } | undefined)?.stale_since);
  return { value, etag, unchanged: false };
}

export const api = {
  get: async <T>(path: string, signal?: AbortSignal): Promise<T> => (await ask<T>(path, { signal })).value,
  post: async <T>(path: string, body: unknown, headers?: Record<string, string>): Promise<T> =>
    (await ask<T>(path, { method: "POST", body, headers })).value,
  delete: async (path: string): Promise<void> => { await ask<void>(path, { method: "DELETE" }); },
};

/** path joins segments, each percent-encoded, and parameters: path(["v1", "days", day], { team }). */
export function path(segments: string[], parameters: Record<string, string | number | null | undefined> = {}): string {
  const q = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== null && value !== undefined && value !== "") q.set(name, String(value));
  const text = q.toString();
  return segments.map(encodeURIComponent).join("/") + (text ? `?${text}` : "");
}

export interface Loaded<T> {
  /** The newest answer to this path; undefined until there is one. */
  value: T | undefined;
  /** Why the last request failed; a value from before may still be there. */
  error: Problem | undefined;
  loading: boolean;
  reload: () => void;
}

/** useLoad fetches a path when it changes (null: nothing), and again by reload. */
export function useLoad<T>(wanted: string | null): Loaded<T> {
  const [state, set] = useState<{ path: string | null; value?: T; error?: Problem; loading: boolean }>({ path: null, loading: false });
  const [round, next] = useState(0);
  const shown = useRef(wanted);
  shown.current = wanted;
  useEffect(() => {
    if (wanted === null) return;
    const abort = new AbortController();
    set((before) => ({ path: wanted, value: before.path === wanted ? before.value : undefined, loading: true }));
    api.get<T>(wanted, abort.signal).then(
      (value) => set({ path: wanted, value, loading: false }),
      (error) => {
        if (!abort.signal.aborted) set((before) => ({ ...before, error: error instanceof Problem ? error : new Problem(0, {}), loading: false }));
      },
    );
    return () => abort.abort();
  }, [wanted, round]);
  const reload = useCallback(() => next((n) => n + 1), []);
  const mine = state.path === wanted;
  return { value: mine ? state.value : undefined, error: mine ? state.error : undefined, loading: wanted !== null && (!mine || state.loading), reload };
}

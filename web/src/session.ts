// Who looks at the page, and what they may.
import { computed, signal } from "@preact/signals";
import { Problem, api, unauthenticated, type Scope, type Session } from "./api";
import { now } from "./live";

export const session = signal<Session | null>(null);
export const sessionProblem = signal<Problem | null>(null);

/** Whether a login is needed before anything can be shown. */
export const locked = computed(() => session.value !== null && session.value.authentication && !session.value.logged_in);

/** may tells whether one of the scopes is among the caller's. */
export function may(...scopes: Scope[]): boolean {
  const mine = session.value?.scopes ?? [];
  return scopes.some((scope) => mine.includes(scope));
}

/** Whether days of others may be seen: the board, teams, exceptions. */
export const seesOthers = computed(() => may("read:all", "read:team"));

export const useSession = (): Session | null => session.value;

/** The site's zone by its IANA name; undefined before it is known. */
export const zone = computed(() => session.value?.zone ?? undefined);

/** The site's date now. */
export function today(): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone.value, dateStyle: "short" }).format(now());
}

export async function loadSession(): Promise<void> {
  try {
    session.value = await api.get<Session>("v1/session");
    sessionProblem.value = null;
  } catch (error) {
    sessionProblem.value = error instanceof Problem ? error : new Problem(0, {});
  }
}

export async function login(token: string): Promise<void> {
  session.value = await api.post<Session>("v1/session", { token });
}

export async function logout(): Promise<void> {
  await api.delete("v1/session");
  await loadSession();
}

unauthenticated.handle = () => { void loadSession(); };

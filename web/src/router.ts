// The address holds the whole state of what is shown: ?screen=month&employee=1042&month=2026-11.
// A screen reads `route`, and links with href(); clicks on such links don't load the page anew.
import { signal } from "@preact/signals";

export const screens = ["board", "month", "team", "exceptions", "system"] as const;
export type Screen = (typeof screens)[number];

export type Parameters = Record<string, string | number | null | undefined | false>;

export interface Route {
  screen: Screen;
  /** A parameter of the address, "" where it isn't there. */
  get(name: string): string;
  parameters: URLSearchParams;
}

function read(): Route {
  const parameters = new URLSearchParams(location.search);
  const named = parameters.get("screen") as Screen;
  return {
    screen: screens.includes(named) ? named : "board",
    get: (name) => parameters.get(name) ?? "",
    parameters,
  };
}

export const route = signal<Route>(read());

/** The address of a screen; what is null, false or "" is left out. */
export function href(screen: Screen, parameters: Parameters = {}): string {
  const q = new URLSearchParams();
  if (screen !== "board") q.set("screen", screen);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== false && value !== "") q.set(name, String(value));
  }
  const text = q.toString();
  return text ? `?${text}` : location.pathname;
}

/** The present address with some parameters changed; null takes one out. */
export function changed(parameters: Parameters): string {
  const all: Parameters = {};
  for (const [name, value] of route.value.parameters) if (name !== "screen") all[name] = value;
  return href(route.value.screen, { ...all, ...parameters });
}

/** go shows an address. Where replace is set, "back" leads to before the present one. */
export function go(address: string, replace = false): void {
  history[replace ? "replaceState" : "pushState"](null, "", address);
  route.value = read();
}

addEventListener("popstate", () => { route.value = read(); });

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element).closest?.("a[href]") as HTMLAnchorElement | null;
  if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin || link.pathname !== location.pathname) return;
  if (link.hash) return; // within the page
  event.preventDefault();
  go(link.search || location.pathname);
});

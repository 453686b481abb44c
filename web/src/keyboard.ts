// Keys: each screen says which it knows while it is shown, and the help lists them.
import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Key } from "./i18n";

export interface Shortcut {
  /** One key as KeyboardEvent.key has it, or two in a row: "j", "ArrowDown", "g b". */
  keys: string[];
  text: Key;
  run: () => void;
}

const known = signal<readonly Shortcut[][]>([]);

/** All that work at the moment; those of the newest screen come first. */
export const shortcuts = known;

/** useShortcuts makes keys work while the component is shown. */
export function useShortcuts(list: Shortcut[]): void {
  const latest = useRef(list);
  latest.current = list;
  // With the painting, not after it: a key between two screens isn't lost.
  useLayoutEffect(() => {
    // Run by way of the ref: a key always does what the newest painting meant.
    const mine = latest.current.map((one, i) => ({ ...one, run: () => latest.current[i]?.run() }));
    known.value = [mine, ...known.peek()];
    return () => { known.value = known.peek().filter((other) => other !== mine); };
  }, []);
}

const patience = 1500; // ms between two keys of a pair
let before = "";
let since = 0;

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select"));

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return; // it has its own keys
  const pair = event.timeStamp - since < patience && before ? `${before} ${event.key}` : "";
  const find = (keys: string) => known.peek().flat().find((one) => one.keys.includes(keys));
  const found = (pair && find(pair)) || find(event.key);
  before = found ? "" : event.key;
  since = event.timeStamp;
  if (!found) return;
  event.preventDefault();
  found.run();
});

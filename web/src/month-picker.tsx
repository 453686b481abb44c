// Whose month: an id, or a part of a name that the directory knows.
import { useEffect, useRef, useState } from "preact/hooks";
import { api, path, type Board, type Row } from "./api";
import { t } from "./i18n";
import { useShortcuts } from "./keyboard";
import { go, href, route } from "./router";
import { today } from "./session";
import { Person } from "./states";

const pause = 150; // ms without a key before it is looked for
const offers = 10;

export function EmployeePicker() {
  const [wanted, want] = useState("");
  const [found, find] = useState<Row[]>([]);
  const form = useRef<HTMLFormElement>(null);
  const text = wanted.trim();
  useShortcuts([{ keys: ["/"], text: "month.find", run: () => form.current?.querySelector("input")?.focus() }]);
  useEffect(() => {
    if (text === "") return find([]);
    const abort = new AbortController();
    const timer = setTimeout(() => {
      api.get<Board>(path(["v1", "days", today()], { q: text, limit: offers }), abort.signal)
        .then((board) => find(board.entries), () => { if (!abort.signal.aborted) find([]); }); // then the id is typed out
    }, pause);
    return () => { clearTimeout(timer); abort.abort(); };
  }, [text]);
  const addressOf = (id: string) => href("month", { employee: id, month: route.value.get("month") });
  const choose = (id: string) => { want(""); go(addressOf(id)); };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const only = found.find((row) => row.employee_id === text) ?? (found.length === 1 ? found[0] : undefined);
    if (only) choose(only.employee_id);
    else if (found.length > 0) form.current?.querySelector<HTMLElement>("li a")?.focus();
    else if (text) choose(text); // somebody whom today's board doesn't know
  };
  return (
    <form ref={form} class="finder" role="search" onSubmit={submit} onKeyDown={walk}>
      <input type="search" aria-label={t("month.find")} placeholder={t("month.find")} value={wanted} maxLength={200} autoComplete="off" spellcheck={false} aria-controls="found-people" onInput={(e) => want(e.currentTarget.value)} />
      <button type="submit" disabled={text === ""}>{t("month.show")}</button>
      <ul id="found-people" hidden={text === "" || found.length === 0} aria-label={t("month.found")}>
        {found.map((row) => <li key={row.employee_id}><a href={addressOf(row.employee_id)} onClick={() => want("")}><Person id={row.employee_id} name={row.name} /></a></li>)}
      </ul>
    </form>
  );
}

/** Arrows go from the field into what was found, and Escape back out of it. */
function walk(event: KeyboardEvent & { currentTarget: HTMLElement }) {
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>("input, li a")];
  const at = stops.indexOf(event.target as HTMLElement);
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : event.key === "Escape" && at > 0 ? -at : 0;
  if (step === 0 || at < 0) return;
  event.preventDefault();
  event.stopPropagation();
  stops[at + step]?.focus();
}

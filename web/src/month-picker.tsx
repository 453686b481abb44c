// Whose month: an id, or a name of which the directory knows the id.
import { useEffect, useState } from "preact/hooks";
import { api, path, type Board, type Row } from "./api";
import { t } from "./i18n";
import { go, href, route } from "./router";
import { today } from "./session";

const pause = 150; // ms without a key before it is looked for
const offers = 12;

export function EmployeePicker({ current }: { current: string }) {
  const [wanted, want] = useState("");
  const [found, find] = useState<Row[]>([]);
  useEffect(() => {
    if (wanted.trim() === "") return find([]);
    const abort = new AbortController();
    const timer = setTimeout(() => {
      api.get<Board>(path(["v1", "days", today()], { q: wanted.trim(), limit: offers }), abort.signal)
        .then((board) => find(board.entries), () => find([])); // then the id itself is typed
    }, pause);
    return () => { clearTimeout(timer); abort.abort(); };
  }, [wanted]);
  const choose = (id: string) => {
    want("");
    if (id) go(href("month", { employee: id, month: route.value.get("month") }));
  };
  const exact = (text: string) => found.find((row) => row.employee_id === text || row.name === text)?.employee_id;
  return (
    <form class="finder" role="search" onSubmit={(e) => { e.preventDefault(); choose(exact(wanted.trim()) ?? (found.length === 1 ? found[0]!.employee_id : wanted.trim())); }}>
      <input type="search" list="picker-offers" aria-label={t("month.find")} placeholder={t("month.find")} value={wanted} maxLength={64} autoComplete="off" spellcheck={false}
        onInput={(e) => { const text = e.currentTarget.value; if ((e as InputEvent).inputType === "insertReplacementText" && exact(text)) choose(text); else want(text); }} />
      <datalist id="picker-offers">{found.filter((row) => row.employee_id !== current).map((row) => <option key={row.employee_id} value={row.employee_id}>{row.name ?? ""}</option>)}</datalist>
      <button type="submit" disabled={wanted.trim() === ""}>{t("month.show")}</button>
    </form>
  );
}

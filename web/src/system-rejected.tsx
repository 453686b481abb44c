// Rows of the source that can't be used, with the reason.
import { useEffect, useState } from "preact/hooks";
import { Problem, api, type RejectedRow, type RejectedRows as Page } from "./api";
import { momentText, t } from "./i18n";
import { Failure, Loading } from "./states";
import { rejectedPath } from "./system";

/** They are fetched again when there are more of them than before. */
export function RejectedRows({ count, dropped }: { count: number; dropped: number }) {
  const [rows, setRows] = useState<RejectedRow[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(true);
  const read = async (after: number | null, signal?: AbortSignal) => {
    setBusy(true);
    try {
      const page = await api.get<Page>(rejectedPath(after), signal);
      setRows((before) => after === null ? page.rejected : [...before, ...page.rejected]);
      setNext(page.next);
      setProblem(null);
    } catch (error) {
      if (signal?.aborted) return;
      setProblem(error instanceof Problem ? error : new Problem(0, {}));
    }
    setBusy(false);
  };
  useEffect(() => {
    const abort = new AbortController();
    void read(null, abort.signal);
    return () => abort.abort();
  }, [count]);
  return (
    <section class="panel wide" aria-labelledby="rejected-title">
      <h2 id="rejected-title">{t("system.rejected")}</h2>
      {problem && <Failure problem={problem} retry={() => void read(null)} />}
      {busy && rows.length === 0 && !problem && <Loading />}
      {!busy && !problem && rows.length === 0 && <p class="hint">{t("system.noRejected")}</p>}
      {rows.length > 0 && (
        <div class="scroll" tabIndex={0} role="group" aria-label={t("system.rejectedCaption")}>
          <table>
            <thead><tr><th scope="col" class="number">{t("system.id")}</th><th scope="col">{t("system.badge")}</th><th scope="col">{t("system.reason")}</th><th scope="col">{t("system.seen")}</th></tr></thead>
            <tbody>{rows.map((row) => <tr key={row.id}><td class="number">{row.id}</td><td><bdi>{row.employee_id || "–"}</bdi></td><td lang="en"><bdi>{row.reason}</bdi></td><td>{momentText(row.seen_at)}</td></tr>)}</tbody>
          </table>
        </div>
      )}
      {dropped > 0 && <p class="hint">{t("system.rejectedDropped", { n: dropped })}</p>}
      {next !== null && <p class="foot"><button type="button" disabled={busy} onClick={() => void read(Number(next))}>{t("system.showMore")}</button></p>}
    </section>
  );
}

// Corrections of a day: who said what, and the form for those who may say it.
import { useEffect, useState } from "preact/hooks";
import { Problem, ask, path, type ClosedOrNot, type Correction, type Corrections as Answer, type Row } from "./api";
import { CorrectionForm } from "./correct-form";
import { duration, hhmmss, momentText, t } from "./i18n";
import { may } from "./session";
import { Failure } from "./states";

export interface History {
  corrections: Correction[];
  etag: string | null; // of the day as this history has seen it
}

interface Props {
  employee: string;
  row: Row;
  closed: ClosedOrNot;
  onChanged: () => void;
}

export function Corrections({ employee, row, closed, onChanged }: Props) {
  const where = path(["v1", "employees", employee, "days", row.day, "corrections"]);
  const [history, setHistory] = useState<History | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [told, tell] = useState("");
  const [round, next] = useState(0); // of the form: after each correction it begins anew
  const load = async (signal?: AbortSignal): Promise<History | null> => {
    try {
      const { value, etag } = await ask<Answer>(where, { signal });
      const read = { corrections: value.corrections, etag };
      setHistory(read);
      setProblem(null);
      return read;
    } catch (error) {
      if (!signal?.aborted) setProblem(error instanceof Problem ? error : new Problem(0, {}));
      return null;
    }
  };
  useEffect(() => {
    const abort = new AbortController();
    void load(abort.signal);
    return () => abort.abort();
  }, [where, row.correction?.seq]); // one by somebody else brings a new row
  const saved = async (correction: Correction, entry: Row) => {
    tell(correction.withdrawn ? t("correct.withdrawnNow") : entry.worked_seconds === null ? t("correct.savedOpen") : t("correct.saved", { worked: duration(entry.worked_seconds) }));
    await load();
    next((n) => n + 1);
    onChanged();
  };
  return (
    <section class="corrections" aria-labelledby="corrections-title">
      <h3 id="corrections-title">{t("correct.title")}</h3>
      {row.correction?.review && <p class="notice review">{t("correct.review")}</p>}
      {problem && <Failure problem={problem} retry={() => void load()} />}
      {history && <HistoryList history={history} />}
      <p class="told" role="status">{told}</p>
      {history && (may("correct")
        ? <CorrectionForm key={round} where={where} row={row} history={history} closed={closed} onSaved={saved} onConflict={load} />
        : <p class="hint">{t("correct.notAllowed")}</p>)}
    </section>
  );
}

function HistoryList({ history: { corrections } }: { history: History }) {
  if (corrections.length === 0) return <p class="hint">{t("correct.none")}</p>;
  const newest = corrections.at(-1)!;
  return (
    <ol class="history" reversed>
      {[...corrections].reverse().map((one) => {
        const state = one.withdrawn ? "withdrawn" : one === newest ? "counts" : "replaced";
        return (
          <li key={one.seq} class={state}>
            <p class="said">
              <span class={`mark is-${state}`}>{t(`correct.${state}`)}</span>
              {one.clock_in !== null && <span class="chip in">{t("correct.setIn", { time: hhmmss(one.clock_in) })}</span>}
              {one.clock_out !== null && <span class="chip out">{t("correct.setOut", { time: hhmmss(one.clock_out) })}</span>}
              {one.remark && <bdi class="remark">{one.remark}</bdi>}
            </p>
            <p class="why"><bdi>{one.reason}</bdi></p>
            <p class="hint"><bdi>{t("correct.by", { actor: one.actor, at: momentText(one.at) })}</bdi></p>
          </li>
        );
      })}
    </ol>
  );
}

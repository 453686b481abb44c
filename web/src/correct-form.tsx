// The form that corrects a day. It sends what it shows: the newest correction counts alone,
// so that what an older one set is filled in.
import { useEffect, useRef, useState } from "preact/hooks";
import { Problem, ask, type ClosedOrNot, type Correction, type CorrectionResult, type CorrectedTimes, type Row } from "./api";
import type { History } from "./correct";
import { checkDraft, draftOf, fieldOf, setOf, type Draft, type Field, type Faults } from "./correct-draft";
import { hhmmss, t, type Key } from "./i18n";
import { problemText } from "./states";

interface Props {
  where: string;
  row: Row;
  history: History;
  closed: ClosedOrNot;
  onSaved: (correction: Correction, entry: Row) => Promise<void>;
  /** Reads the history again; null where that failed. */
  onConflict: () => Promise<History | null>;
}

/** Random; crypto.randomUUID isn't there on a page that came by plain HTTP. */
const newKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");

export function CorrectionForm({ where, row, history, closed, onSaved, onConflict }: Props) {
  const newest = history.corrections.at(-1);
  const counts = newest !== undefined && !newest.withdrawn;
  const [draft, setDraft] = useState<Draft>(() => draftOf(newest));
  // What was there when the form began: what comes meanwhile is told as a conflict, not overwritten.
  const seen = useRef(history.etag);
  const [faults, setFaults] = useState<Faults>({});
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  // One key for one thing said: sent again, as after an answer that was lost, it counts once.
  const sent = useRef({ said: "", key: "" });
  useEffect(() => { if (Object.keys(faults).length > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus(); }, [faults]);

  const send = async (set: CorrectedTimes | null) => {
    const body = { set, reason: draft.reason.trim() };
    const said = JSON.stringify(body);
    if (sent.current.said !== said) sent.current = { said, key: newKey() };
    setBusy(true);
    setTrouble("");
    try {
      const headers: Record<string, string> = { "Idempotency-Key": sent.current.key };
      if (seen.current) headers["If-Match"] = seen.current;
      const { value } = await ask<CorrectionResult>(where, { method: "POST", body, headers });
      await onSaved(value.correction, value.entry);
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem(0, {});
      const found: Faults = {};
      for (const one of problem.body.errors ?? []) {
        const field = fieldOf(one.pointer ?? one.parameter ?? "");
        if (field) found[field] = one.detail;
      }
      setFaults(found);
      if (problem.status === 409) {
        sent.current = { said: "", key: "" };
        setTrouble(t("correct.conflict"));
        seen.current = (await onConflict())?.etag ?? seen.current;
      } else if (Object.keys(found).length === 0) {
        setTrouble(`${problemText(problem)} ${problem.message}`);
      }
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const withdraw = (event.submitter as HTMLButtonElement | null)?.value === "withdraw";
    const wrong = checkDraft(draft, withdraw);
    setFaults(wrong);
    setTrouble(wrong.set ?? "");
    if (Object.keys(wrong).length === 0) void send(withdraw ? null : setOf(draft));
  };
  const write = (part: Partial<Draft>) => { setDraft({ ...draft, ...part }); setFaults({}); };
  return (
    <details class="correct" open={row.correction?.review ? true : undefined}>
      <summary>{t(counts ? "correct.again" : "correct.form")}</summary>
      {closed && <p class="notice">{t("correct.closedMonth")}</p>}
      <form ref={form} onSubmit={submit} noValidate>
        <Time field="clock_in" label="correct.clockIn" now={row.earliest} draft={draft} write={write} fault={faults.clock_in} />
        <Time field="clock_out" label="correct.clockOut" now={row.latest === row.earliest ? null : row.latest} draft={draft} write={write} fault={faults.clock_out} />
        <p class="hint wide" id="time-hint">{t("correct.timeHint")}</p>
        <Text field="remark" label="correct.remark" hint="correct.remarkHint" value={draft.remark} write={(remark) => write({ remark })} fault={faults.remark} />
        <Text field="reason" label="correct.reason" hint="correct.reasonHint" value={draft.reason} write={(reason) => write({ reason })} fault={faults.reason} required />
        <p class="problem wide" role="alert">{trouble}</p>
        <div class="buttons wide">
          <button type="submit" class="primary" disabled={busy}>{t(busy ? "correct.saving" : "correct.submit")}</button>
          {counts && <button type="submit" value="withdraw" disabled={busy} title={t("correct.withdrawHint")}>{t("correct.withdraw")}</button>}
        </div>
      </form>
    </details>
  );
}

interface TimeProps {
  field: "clock_in" | "clock_out";
  label: Key;
  now: string | null; // what the clockings say
  draft: Draft;
  write: (part: Partial<Draft>) => void;
  fault: string | undefined;
}

function Time({ field, label, now, draft, write, fault }: TimeProps) {
  const id = `correct-${field}`;
  return (
    <div class="field time">
      <label for={id}>{t(label)}</label>
      <input id={id} type="text" inputMode="numeric" placeholder={now ? hhmmss(now) : "–:–"} value={draft[field]} maxLength={8} autoComplete="off" spellcheck={false}
        aria-invalid={fault !== undefined} aria-describedby={`${id}-fault time-hint`} onInput={(e) => write({ [field]: e.currentTarget.value })} />
      <Fault id={`${id}-fault`} text={fault} />
    </div>
  );
}

interface TextProps {
  field: Field;
  label: Key;
  hint: Key;
  value: string;
  write: (value: string) => void;
  fault: string | undefined;
  required?: boolean;
}

function Text({ field, label, hint, value, write, fault, required = false }: TextProps) {
  const id = `correct-${field}`;
  return (
    <div class="field wide">
      <label for={id}>{t(label)}</label>
      <input id={id} type="text" value={value} required={required} autoComplete="off" aria-invalid={fault !== undefined} aria-describedby={`${id}-hint ${id}-fault`} onInput={(e) => write(e.currentTarget.value)} />
      <span class="hint" id={`${id}-hint`}>{t(hint)}</span>
      <Fault id={`${id}-fault`} text={fault} />
    </div>
  );
}

const Fault = ({ id, text }: { id: string; text: string | undefined }) => <span class="problem" id={id}>{text ?? ""}</span>;

// Closing a month can't be taken back: it says so, and the month is written out to confirm.
import { useEffect, useRef, useState } from "preact/hooks";
import { Problem, ask, path, type Period } from "./api";
import { shiftMonth, validMonth } from "./days";
import { monthText, t } from "./i18n";
import { today } from "./session";
import { problemText } from "./states";

const longest = 180_000; // ms: freezing everybody's month can take a minute

interface Props {
  closed: string[];
  onDone: (period: Period) => void;
  onCancel: () => void;
}

export function CloseDialog({ closed, onDone, onCancel }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [month, setMonth] = useState(() => {
    let last = shiftMonth(today().slice(0, 7), -1);
    for (let i = 0; i < 12 && closed.includes(last); i++) last = shiftMonth(last, -1);
    return last;
  });
  const [typed, type] = useState("");
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    const mine = dialog.current;
    mine?.showModal();
    return () => mine?.close();
  }, []);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (typed.trim() !== month || busy) return;
    setBusy(true);
    setTrouble("");
    try {
      onDone((await ask<Period>(path(["v1", "periods", month, "close"]), { method: "POST", patience: longest })).value);
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem(0, {});
      setTrouble(`${problemText(problem)} ${problem.message}`);
      setBusy(false);
    }
  };
  return (
    <dialog ref={dialog} class="ask" aria-labelledby="close-title" aria-describedby="close-text" onCancel={(e) => { e.preventDefault(); if (!busy) onCancel(); }}>
      <form onSubmit={submit}>
        <h2 id="close-title">{t("system.closeTitle", { month: monthText(month) })}</h2>
        <p id="close-text">{t("system.closeText")}</p>
        <div class="field"><label for="close-month">{t("system.closeMonth")}</label><input id="close-month" type="month" required value={month} max={shiftMonth(today().slice(0, 7), -1)} disabled={busy} onChange={(e) => { if (validMonth(e.currentTarget.value)) setMonth(e.currentTarget.value); }} /></div>
        <div class="field"><label for="close-typed">{t("system.closeConfirm", { month })}</label><input id="close-typed" type="text" value={typed} autoComplete="off" disabled={busy} onInput={(e) => type(e.currentTarget.value)} /></div>
        <p class="problem" role="alert">{trouble}</p>
        {busy && <p class="hint" role="status">{t("system.closing")}</p>}
        <div class="buttons">
          <button type="button" onClick={onCancel} disabled={busy}>{t("system.cancel")}</button>
          <button type="submit" class="primary danger" disabled={busy || typed.trim() !== month}>{t("system.closeNow", { month: monthText(month) })}</button>
        </div>
      </form>
    </dialog>
  );
}

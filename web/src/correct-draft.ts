// What somebody wrote into the form, held against what can be sent.
import type { CorrectedTimes, Row } from "./contract";
import { t } from "./i18n";

export type Field = "clock_in" | "clock_out" | "remark" | "reason";

interface When {
  time: string; // as it was typed; "": the clockings count
  date: string;
}

export interface Draft {
  clock_in: When;
  clock_out: When;
  remark: string;
  reason: string;
}

/** What is wrong, by field; set is for all of it. */
export type Faults = Partial<Record<Field | "set", string>>;

const longest = 500; // bytes, as the contract's maxLength: of a remark and of a reason

/** draftOf is what counts now: the newest correction counts alone, so a next one says all of it again. */
export function draftOf(row: Row): Draft {
  const when = (set: string | null | undefined, clocked: string | null): When => ({ time: set ? set.slice(11, 19).replace(/:00$/, "") : "", date: (set ?? clocked ?? row.day).slice(0, 10) });
  return {
    clock_in: when(row.correction?.clock_in, row.earliest),
    clock_out: when(row.correction?.clock_out, row.latest),
    remark: row.correction?.remark ?? "",
    reason: "",
  };
}

/** The time as the service reads it, "" for none, null where it is no time: 8, 8:05, 0805, 08:05:30. */
export function timeOf(typed: string): string | null {
  const text = typed.trim();
  if (text === "") return "";
  const found = /^(\d{1,2})(?:[:.]?(\d\d)(?:[:.]?(\d\d))?)?$/.exec(text);
  if (!found) return null;
  const [hour, minute, second] = [found[1], found[2] ?? "00", found[3] ?? "00"].map(Number) as [number, number, number];
  if (hour > 23 || minute > 59 || second > 59) return null;
  return [hour, minute, second].map((n) => String(n).padStart(2, "0")).join(":");
}

const bytes = (text: string): number => new TextEncoder().encode(text.trim()).length;

export function checkDraft(draft: Draft, withdraw: boolean): Faults {
  const faults: Faults = {};
  if (draft.reason.trim() === "") faults.reason = t("correct.needsReason");
  else if (bytes(draft.reason) > longest) faults.reason = t("correct.tooLong", { n: longest });
  if (withdraw) return faults;
  for (const field of ["clock_in", "clock_out"] as const) if (timeOf(draft[field].time) === null) faults[field] = t("correct.badTime");
  if (bytes(draft.remark) > longest) faults.remark = t("correct.tooLong", { n: longest });
  if (!draft.clock_in.time.trim() && !draft.clock_out.time.trim() && !draft.remark.trim()) faults.set = t("correct.needsSomething");
  return faults;
}

/** setOf is the body's set: local wall times, which the service reads in the employee's zone. */
export function setOf(draft: Draft): CorrectedTimes {
  const at = ({ time, date }: When) => timeOf(time) ? `${date}T${timeOf(time)}` : null;
  return { clock_in: at(draft.clock_in), clock_out: at(draft.clock_out), remark: draft.remark.trim() || null };
}

/** fieldOf is the field that a problem's pointer names: #/set/clock_out. */
export function fieldOf(pointer: string): Field | undefined {
  const name = pointer.slice(pointer.lastIndexOf("/") + 1);
  return (["clock_in", "clock_out", "remark", "reason"] as const).find((field) => field === name);
}

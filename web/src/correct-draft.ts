// What somebody wrote into the form, held against what can be sent.
import type { CorrectedTimes, Correction } from "./contract";
import { t } from "./i18n";

export type Field = "clock_in" | "clock_out" | "remark" | "reason";

export interface Draft {
  clock_in: string; // as it was typed; "": the clockings count
  clock_out: string;
  remark: string;
  reason: string;
}

/** What is wrong, by field; set is for all of it. */
export type Faults = Partial<Record<Field | "set", string>>;

const longest = 500; // characters, the contract's maxLength: of a remark and of a reason

/** draftOf is what counts now: the newest correction counts alone, so a next one says all of it again. */
export function draftOf(newest: Correction | undefined): Draft {
  const time = (set: string | null | undefined): string => set?.slice(11, 19).replace(/:00$/, "") ?? "";
  return {
    clock_in: time(newest?.clock_in),
    clock_out: time(newest?.clock_out),
    remark: newest?.remark ?? "",
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

/** Code points, as the service counts: a letter beyond the first 65,536 is one. */
const characters = (text: string): number => [...text.trim()].length;

export function checkDraft(draft: Draft, withdraw: boolean): Faults {
  const faults: Faults = {};
  if (draft.reason.trim() === "") faults.reason = t("correct.needsReason");
  else if (characters(draft.reason) > longest) faults.reason = t("correct.tooLong", { n: longest });
  if (withdraw) return faults;
  for (const field of ["clock_in", "clock_out"] as const) if (timeOf(draft[field]) === null) faults[field] = t("correct.badTime");
  if (characters(draft.remark) > longest) faults.remark = t("correct.tooLong", { n: longest });
  if (!draft.clock_in.trim() && !draft.clock_out.trim() && !draft.remark.trim()) faults.set = t("correct.needsSomething");
  return faults;
}

/** setOf is the body's set: times of the wall clock, whose date the service finds by where the employee's day begins. */
export function setOf(draft: Draft): CorrectedTimes {
  return { clock_in: timeOf(draft.clock_in) || null, clock_out: timeOf(draft.clock_out) || null, remark: draft.remark.trim() || null };
}

/** fieldOf is the field that a problem's pointer names: #/set/clock_out. */
export function fieldOf(pointer: string): Field | undefined {
  const name = pointer.slice(pointer.lastIndexOf("/") + 1);
  return (["clock_in", "clock_out", "remark", "reason"] as const).find((field) => field === name);
}

// What a day is at a glance: one word for its colour and letter in the grids.
import type { Mark, Status } from "./contract";
import { t } from "./i18n";

/** In the order in which legends list them. */
export const kinds = ["present", "late", "early", "half", "open", "missing", "absent", "leave", "holiday", "off", "expected"] as const;
export type Kind = (typeof kinds)[number];

/**
 * kindOf names what matters most of a day: what is missing before what is late, and that
 * before what is in order.
 */
export function kindOf({ status, marks }: { status: Status; marks: Mark[] }): Kind {
  switch (status) {
    case "missing_out": return "missing";
    case "absent": return "absent";
    case "on_leave": return "leave";
    case "holiday": return "holiday";
    case "day_off": return "off";
    case "expected": return "expected";
    case "open": return marks.includes("late") ? "late" : "open";
    case "complete":
      if (marks.includes("late")) return "late";
      if (marks.includes("early_leave")) return "early";
      return marks.includes("below_absent") || marks.includes("half_day") ? "half" : "present";
  }
}

const notable: Mark[] = ["late", "early_leave", "half_day", "below_absent", "missing_out", "long_span", "corrected", "review"];

/** The marks that a person should see on the day itself; the others only explain it. */
export const notableMarks = (marks: Mark[]): Mark[] => notable.filter((mark) => marks.includes(mark));

/** The letter of a cell; days on which nobody is expected, or not yet, have none. */
export const letterOf = (kind: Kind): string => kind === "off" || kind === "expected" ? "" : t(`letter.${kind}`);

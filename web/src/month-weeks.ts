// A month as rows of seven days, the way a calendar on the wall has it.
import type { Row, Week } from "./contract";
import { shiftDay, weekday } from "./days";

export interface CalendarDay {
  day: string;
  row: Row | null; // null for a day of another month, of which the answer has none
}

export interface CalendarWeek {
  from: string;
  week: Week | null; // null for the last one, where it ends in the next month
  days: CalendarDay[];
}

/**
 * calendarWeeks lays entries, all days of a month, out in weeks. A week begins where those of
 * the answer do, so that each row is what its totals say; on Monday where it has none.
 */
export function calendarWeeks(entries: Row[], weeks: Week[]): CalendarWeek[] {
  const first = entries[0]?.day, last = entries.at(-1)?.day;
  if (first === undefined || last === undefined) return [];
  const rows = new Map(entries.map((row) => [row.day, row]));
  const begin = weeks[0] ? weekday(weeks[0].from) : 1;
  const found: CalendarWeek[] = [];
  for (let from = shiftDay(first, -((weekday(first) - begin + 7) % 7)); from <= last; from = shiftDay(from, 7)) {
    const days = Array.from({ length: 7 }, (_, i) => {
      const day = shiftDay(from, i);
      return { day, row: rows.get(day) ?? null };
    });
    found.push({ from, week: weeks.find((one) => one.from === from) ?? null, days });
  }
  return found;
}

/** What the days of this month that are in the row add up to: all that is known of a week that ends later. */
export function workedSoFar(week: CalendarWeek): number {
  return week.days.reduce((sum, { row }) => sum + (row?.worked_seconds ?? 0), 0);
}

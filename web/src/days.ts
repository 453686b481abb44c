// Civil dates as "2006-01-02" and months as "2006-01".

// The service's days; see FirstDay and LastDay in the Go package timesheet.
const first = "1999-12-31";
const last = "9999-12-30";

export function validDay(day: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || day < first || day > last) return false;
  const at = new Date(day + "T00:00:00Z");
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}

export const validMonth = (month: string): boolean => /^\d{4}-\d\d$/.test(month) && validDay(month + "-15");

/** The date n days after day, or day itself at either end of time. */
export function shiftDay(day: string, n: number): string {
  const at = new Date(day + "T00:00:00Z");
  at.setUTCDate(at.getUTCDate() + n);
  const moved = at.toISOString().slice(0, 10);
  return validDay(moved) ? moved : day;
}

export function shiftMonth(month: string, n: number): string {
  const at = new Date(month + "-01T00:00:00Z");
  at.setUTCMonth(at.getUTCMonth() + n);
  const moved = at.toISOString().slice(0, 7);
  return validMonth(moved) ? moved : month;
}

/** 1 on Monday, 7 on Sunday. */
export const weekday = (day: string): number => new Date(day + "T00:00:00Z").getUTCDay() || 7;

/** How many dates after day the timestamp is at the site: 1 on the morning after a night. */
export const datesAfter = (day: string, timestamp: string): number =>
  Math.round((Date.parse(timestamp.slice(0, 10)) - Date.parse(day)) / 86_400_000);

/** Minutes of the wall clock from day's midnight to the timestamp. */
export const minutesInto = (day: string, timestamp: string): number =>
  datesAfter(day, timestamp) * 1440 + Number(timestamp.slice(11, 13)) * 60 + Number(timestamp.slice(14, 16)) + Number(timestamp.slice(17, 19)) / 60;

// Civil dates as "2006-01-02", and the times that the service writes.

// The service's days; see FirstDay and LastDay in the Go package timesheet.
const first = "1999-12-31";
const last = "9999-12-30";

const two = (n) => String(n).padStart(2, "0");

export function valid(day) {
  if (!/^\d{4}-\d\d-\d\d$/.test(day ?? "") || day < first || day > last) return false;
  const at = new Date(day + "T00:00:00Z");
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}

// today is the date that this browser's clock shows.
export function today(now = new Date()) {
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

// shift is the date n days after day, or day itself at either end of time.
export function shift(day, n) {
  const at = new Date(day + "T00:00:00Z");
  at.setUTCDate(at.getUTCDate() + n);
  const moved = at.toISOString().slice(0, 10);
  return valid(moved) ? moved : day;
}

export function weekday(day) {
  return new Date(day + "T00:00:00Z").toLocaleDateString("en-GB", { weekday: "short", timeZone: "UTC" });
}

// clock is HH:MM:SS of the browser's clock.
export function clock(now = new Date()) {
  return `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
}

// hhmm is the wall time at the site, which is what the timestamp is written in.
export const hhmm = (timestamp) => timestamp.slice(11, 16);
export const hhmmss = (timestamp) => timestamp.slice(11, 19);

// later is how many dates after day the timestamp is: 1 on the morning after a night.
export function later(day, timestamp) {
  return Math.round((Date.parse(timestamp.slice(0, 10)) - Date.parse(day)) / 86_400_000);
}

// share is where on day's date the timestamp lies: 0 at 00:00, 1 at 24:00.
export function share(day, timestamp) {
  const seconds = +timestamp.slice(11, 13) * 3600 + +timestamp.slice(14, 16) * 60 + +timestamp.slice(17, 19);
  return later(day, timestamp) + seconds / 86400;
}

// worked is a duration as people say it.
export const worked = (seconds) => `${Math.floor(seconds / 3600)}h${Math.floor(seconds / 60) % 60}m`;

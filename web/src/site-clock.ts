// The wall clock at the site.

const formats = new Map<string, Intl.DateTimeFormat>();

/** Minutes since the site's midnight, at a moment in ms. */
export function minutesNow(ms: number, zone: string | undefined): number {
  const key = zone ?? "";
  let format = formats.get(key);
  if (!format) formats.set(key, format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }));
  const [hour, minute, second] = format.format(ms).split(":").map(Number) as [number, number, number];
  return hour * 60 + minute + second / 60;
}

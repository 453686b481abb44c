// Texts by language, and how numbers, dates and durations are written.
import { computed, signal } from "@preact/signals";
import en from "./i18n/en.json";
import de from "./i18n/de.json";
import zh from "./i18n/zh.json";

type Texts = typeof en;
export type Key = { [S in keyof Texts & string]: `${S}.${keyof Texts[S] & string}` }[keyof Texts & string];

export const languages = { en: "English", de: "Deutsch", zh: "中文" } as const;
export type Language = keyof typeof languages;

const texts: Record<Language, Record<string, Record<string, string>>> = { en, de, zh };
const kept = "timesheet.language";

function preferred(): Language {
  const wanted = [localStorage.getItem(kept) ?? "", ...navigator.languages];
  for (const one of wanted) {
    const short = one.slice(0, 2).toLowerCase();
    if (short in languages) return short as Language;
  }
  return "en";
}

export const language = signal<Language>(preferred());

/** The tag by which Intl formats: the browser's own of that language, as en-US, where it has one. */
export const locale = computed(() => navigator.languages.find((one) => one.slice(0, 2).toLowerCase() === language.value) ?? language.value);

export function chooseLanguage(to: Language): void {
  localStorage.setItem(kept, to);
  language.value = to;
}

/**
 * t is a text in the chosen language; {name} in it is replaced by a value. Where a text
 * has two forms, "{n} day|{n} days", n chooses.
 */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const [group, name] = key.split(".") as [string, string];
  let text = texts[language.value][group]?.[name] ?? texts.en[group]?.[name] ?? key;
  const forms = text.split("|");
  if (forms.length === 2) text = forms[values["n"] === 1 ? 0 : 1]!;
  return text.replace(/\{(\w+)\}/g, (_, one: string) => {
    const value = values[one];
    return typeof value === "number" ? number(value) : value ?? "";
  });
}

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale.value + JSON.stringify(options);
  let format = formats.get(key) as Intl.DateTimeFormat | undefined;
  if (!format) formats.set(key, format = new Intl.DateTimeFormat(locale.value, options));
  return format;
}

export function number(n: number): string {
  let format = formats.get(locale.value) as Intl.NumberFormat | undefined;
  if (!format) formats.set(locale.value, format = new Intl.NumberFormat(locale.value));
  return format.format(n);
}

// A civil date is formatted as midnight UTC, in UTC: no zone can shift it.
const midnight = (day: string) => new Date(day + "T00:00:00Z");

/** "Mon, 23 Nov 2026" */
export const dateText = (day: string): string => dates({ timeZone: "UTC", weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(midnight(day));
/** "Monday, 23 November 2026" */
export const dateLong = (day: string): string => dates({ timeZone: "UTC", dateStyle: "full" }).format(midnight(day));
/** "23 Nov" */
export const dateShort = (day: string): string => dates({ timeZone: "UTC", day: "numeric", month: "short" }).format(midnight(day));
/** "23 Nov 2026" */
export const dateMedium = (day: string): string => dates({ timeZone: "UTC", dateStyle: "medium" }).format(midnight(day));
/** "November 2026", of "2026-11" */
export const monthText = (month: string): string => dates({ timeZone: "UTC", month: "long", year: "numeric" }).format(midnight(month + "-01"));
/** "Mon" */
export const weekdayText = (day: string, weekday: "short" | "long" | "narrow" = "short"): string => dates({ timeZone: "UTC", weekday }).format(midnight(day));
/** A day of the week in the chosen language, of its English name: "Monday". 1970-02-01 was a Sunday. */
export const weekdayNamed = (english: string): string =>
  weekdayText(`1970-02-0${1 + ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"].indexOf(english)}`, "long");

/** The wall time at the site, in whose offset the service writes: "08:09". */
export const hhmm = (timestamp: string): string => timestamp.slice(11, 16);
export const hhmmss = (timestamp: string): string => timestamp.slice(11, 19);

/** "08:09:03", a moment in ms by the site's clock. */
export const clockText = (ms: number, zone?: string): string =>
  dates({ timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(ms);

/** A moment with its date, at the site's offset as the service wrote it. */
export const momentText = (timestamp: string): string => `${dateShort(timestamp.slice(0, 10))} ${hhmm(timestamp)}`;

/** "8h0m", as people say it; "−" before what is below zero. */
export function duration(seconds: number): string {
  const whole = Math.floor(Math.abs(seconds) / 60);
  return `${seconds < 0 ? "−" : ""}${Math.floor(whole / 60)}h${whole % 60}m`;
}

/** An age: "2 s", "5 min", "3 h", "2 d". */
export function age(seconds: number): string {
  if (seconds < 120) return t("age.seconds", { n: Math.floor(seconds) });
  if (seconds < 7200) return t("age.minutes", { n: Math.floor(seconds / 60) });
  if (seconds < 172_800) return t("age.hours", { n: Math.floor(seconds / 3600) });
  return t("age.days", { n: Math.floor(seconds / 86_400) });
}

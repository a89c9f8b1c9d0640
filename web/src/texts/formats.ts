// Times and numbers as people of each language write them.
import { language } from "./language";

const locales = { ko: "ko-KR", en: "en-US" } as const;
const made = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language.value + JSON.stringify(options);
  const known = made.get(key);
  if (known) return known;
  const fresh = new Intl.DateTimeFormat(locales[language.value], options);
  made.set(key, fresh);
  return fresh;
}

export function clock_time(when: string | number): string {
  return format({ hour: "numeric", minute: "2-digit" }).format(new Date(when));
}

export function long_day(when: string | number): string {
  return format({ year: "numeric", month: "long", day: "numeric", weekday: "long" }).format(new Date(when));
}

export function same_day(a: string | number, b: string | number): boolean {
  const [one, other] = [new Date(a), new Date(b)];
  // Not by their names: those take long to make, and a history asks for every line.
  return (
    one.getDate() === other.getDate() &&
    one.getMonth() === other.getMonth() &&
    one.getFullYear() === other.getFullYear()
  );
}

/** The time for today, the day for anything older. */
export function short_moment(when: string, now: number): string {
  if (same_day(when, now)) return clock_time(when);
  const same_year = new Date(when).getFullYear() === new Date(now).getFullYear();
  return format(
    same_year ? { month: "short", day: "numeric" } : { year: "numeric", month: "numeric", day: "numeric" },
  ).format(new Date(when));
}

/** Seconds as 1:05. */
export function minutes_and_seconds(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** A count, with the marks between thousands. */
export function whole_number(count: number): string {
  return count.toLocaleString(locales[language.value]);
}

/** Day and time; the year only when it is another one. */
export function full_moment(when: string | number, now: number): string {
  const same_year = new Date(when).getFullYear() === new Date(now).getFullYear();
  const day = { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" } as const;
  return format(same_year ? day : { year: "numeric", ...day }).format(new Date(when));
}

/** A language by its code, in the language of the page; the code itself when nobody knows it. */
export function language_name(code: string): string {
  return new Intl.DisplayNames(locales[language.value], { type: "language" }).of(code) ?? code;
}

/** A range as the server writes it, 30-34, with the dash that readers are used to. */
export function number_range(range: string): string {
  return range.replace("-", "–");
}

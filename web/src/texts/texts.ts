// The texts in the language of the page.
import { computed } from "@preact/signals";
import { en } from "./en";
import { ko, type Texts } from "./ko";
import { language } from "./language";

const dictionaries: Record<"ko" | "en", Texts> = { ko, en };

export const texts = computed<Texts>(() => dictionaries[language.value]);

/** What to say about a problem code; an unknown one is said in general words. */
export function problem_text(t: Texts, code: string): string {
  return (t.problem as Record<string, string>)[code] ?? t.problem.internal;
}

/** The same, and when it is worth a word, how long to wait. */
export function problem_said(
  t: Texts,
  problem: { code: string; retry_after_ms: number | null },
  words = problem_text(t, problem.code),
): string {
  const minutes = Math.ceil((problem.retry_after_ms ?? 0) / 60_000);
  return minutes > 1 ? `${words} ${t.app.again_in(minutes)}` : words;
}

/** What to say about one field of a form, null when its code has no words of its own. */
export function field_text(t: Texts, code: string): string {
  return (t.field_problem as Record<string, string>)[code] ?? t.field_problem.format;
}
